using CsCheck;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Domain.Tests.Releases;

public sealed class DisclosureTests
{
    [Theory]
    [InlineData(9, null)]
    [InlineData(10, 10.0)]
    [InlineData(19, 10.0)]
    [InlineData(20, 5.0)]
    [InlineData(39, 5.0)]
    [InlineData(40, 2.5)]
    [InlineData(99, 2.5)]
    [InlineData(100, 1.0)]
    public void Mean_base_follows_the_number_of_contributors(int contributors, double? expected) =>
        Assert.Equal((decimal?)expected, SizeTier.Of(contributors)?.MeanBase);

    [Fact]
    public void Mean_base_is_the_smallest_with_which_one_contributor_moves_the_sum_by_a_hundred_at_most()
    {
        foreach (var n in Enumerable.Range(10, 300))
        {
            var r = SizeTier.Of(n)!.MeanBase;
            Assert.True(n * r >= 100);
            Assert.DoesNotContain(new[] { 1m, 2.5m, 5m, 10m }, smaller => smaller < r && n * smaller >= 100);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 5)]
    [InlineData(7, 5)]
    [InlineData(8, 10)]
    public void Counts_are_rounded_to_base_five(int count, int expected) => Assert.Equal(expected, Disclosure.RoundCount(count));

    [Fact]
    public void Mean_is_rounded_half_up_and_on_its_grid() =>
        Gen.Select(Gen.Int[10, 400], Gen.Int[0, 100_000_000]).Sample((n, index) =>
        {
            var tier = SizeTier.Of(n)!;
            var exact = index / 1_000_000m;
            switch (Disclosure.Mean((Int128)index * n, n, tier))
            {
                case Protected.Published p:
                    Assert.Equal(0m, p.Value % tier.MeanBase);
                    Assert.InRange(exact - p.Value, -tier.MeanBase / 2, tier.MeanBase / 2);
                    Assert.True(exact - p.Value < tier.MeanBase / 2);
                    Assert.InRange(p.Value, 2 * tier.MeanBase, 100 - (2 * tier.MeanBase));
                    break;
                case Protected.EndCoded { AtLeast: true } e:
                    Assert.Equal(100 - tier.MeanBase, e.Bound);
                    Assert.True(exact >= 100 - (1.5m * tier.MeanBase));
                    break;
                case Protected.EndCoded e:
                    Assert.Equal(tier.MeanBase, e.Bound);
                    Assert.True(exact < 1.5m * tier.MeanBase);
                    break;
                default:
                    Assert.Fail("A mean of a published population is always said in some form.");
                    break;
            }
        });

    [Fact]
    public void Quantile_averages_the_ranks_around_its_centre()
    {
        // 40 States with 0, 1, …, 39 points: the median's centre is rank 20, reach 2: ranks 18–22, values 17–21, average 19, grid 5.
        var indices = Enumerable.Range(0, 40).Select(i => KeyValuePair.Create(i * Disclosure.Unit, 1)).ToArray();
        Assert.Equal(new Protected.Published(20, 5), Disclosure.Quantile(indices, 40, 2, SizeTier.Of(40)!));
        Assert.Equal(new Protected.Published(10, 5), Disclosure.Quantile(indices, 40, 1, SizeTier.Of(40)!));
        Assert.Equal(new Protected.Published(30, 5), Disclosure.Quantile(indices, 40, 3, SizeTier.Of(40)!));
    }

    [Fact]
    public void Quantile_does_not_depend_on_how_equal_values_are_grouped() =>
        Gen.Select(Gen.Int[20, 120], Gen.Int[0, 100].Array[120], Gen.Int[1, 3]).Sample((n, values, quarter) =>
        {
            var taken = values.Take(n).Order().Select(v => v * Disclosure.Unit).ToArray();
            var single = taken.Select(v => KeyValuePair.Create(v, 1)).ToArray();
            var grouped = taken.GroupBy(v => v).Select(g => KeyValuePair.Create(g.Key, g.Count())).ToArray();
            var tier = SizeTier.Of(n)!;
            Assert.Equal(Disclosure.Quantile(single, n, quarter, tier), Disclosure.Quantile(grouped, n, quarter, tier));
            if (Disclosure.Quantile(single, n, quarter, tier) is Protected.Published p)
            {
                Assert.Equal(0m, p.Value % tier.QuantileGrid!.Value);
                Assert.InRange(p.Value, 0, 100);
            }
        });
}
