using CsCheck;
using SelfAssess.Domain.Divergence;

namespace SelfAssess.Domain.Tests.Divergence;

public sealed class AgreementTests
{
    // Each value worked out by hand from the definition, layer by layer.
    [Theory]
    [InlineData(new[] { 0, 0, 7, 0, 0 }, "1")]
    [InlineData(new[] { 5, 0, 0, 0, 5 }, "-1")]
    [InlineData(new[] { 3, 3, 3, 3, 3 }, "0")]
    // One layer 00110: U = 1, A = 1 - 1/4.
    [InlineData(new[] { 0, 0, 4, 4, 0 }, "0.75")]
    // Layers 01100 (8 of 10 answers, 0.75) and 00100 (2 of 10, 1).
    [InlineData(new[] { 0, 4, 6, 0, 0 }, "0.8")]
    // One layer 01010, counted by hand over its ten triples: 110 is at (2,4,5), 011 at (1,2,4), 101 at (2,3,4). So TU = 2, TDU = 1,
    // U = (3*2 - 4*1)/(3*3) = 2/9, A = 2/9 * 3/4 = 1/6.
    [InlineData(new[] { 0, 1, 0, 1, 0 }, "0.1666")]
    // The example of the R package agrmt, of which the documentation gives 0.6113333.
    [InlineData(new[] { 30, 40, 210, 130, 530, 50, 10 }, "0.6113")]
    [InlineData(new[] { 2, 0 }, "1")]
    [InlineData(new[] { 2, 2 }, "0")]
    public void Agreement_is_what_the_definition_says(int[] counts, string expected) =>
        Assert.Equal(decimal.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), decimal.Truncate(Agreement.OfCounts(counts)!.Value * 10_000) / 10_000);

    [Fact]
    public void Nobody_has_no_agreement() => Assert.Null(Agreement.OfCounts([0, 0, 0]));

    [Fact]
    public void All_at_one_level_agree_exactly_and_half_at_each_end_exactly_not() =>
        Gen.Select(Gen.Int[3, 40], Gen.Int[1, 500], Gen.Int[0, 39]).Sample((levels, half, at) =>
        {
            Assert.Equal(1m, Agreement.OfCounts([.. Enumerable.Range(0, levels).Select(l => l == at % levels ? half : 0)]));
            Assert.Equal(-1m, Agreement.OfCounts([.. Enumerable.Range(0, levels).Select(l => l == 0 || l == levels - 1 ? half : 0)]));
            Assert.Equal(0m, Agreement.OfCounts([.. Enumerable.Repeat(half, levels)]));
        });

    /// <summary>A questionnaire may declare a scale as long as it likes, and reading its result must not take minutes.</summary>
    [Fact]
    public void Long_scale_is_compared_at_once()
    {
        var counts = new int[10_000];
        (counts[0], counts[5_000], counts[9_999]) = (3, 1, 4);
        // Layers: all three (3 of 8 answers; half as many triples 110 and 011 as 101, so A is near -1/3), both ends (4 of 8, -1), one (1 of 8, 1).
        Assert.Equal(-0.5m, decimal.Round(Agreement.OfCounts(counts)!.Value, 3));
    }

    [Fact]
    public void Agreement_stays_in_its_range_and_looks_the_same_from_both_ends() =>
        Gen.Int[0, 9].Array[2, 7].Where(c => c.Sum() > 0).Sample(counts =>
        {
            var agreement = Agreement.OfCounts(counts)!.Value;
            Assert.InRange(agreement, -1m, 1m);
            Assert.Equal(agreement, Agreement.OfCounts([.. counts.Reverse()])!.Value);
            Assert.Equal(decimal.Round(agreement, 20), decimal.Round(Agreement.OfCounts([.. counts.Select(c => c * 3)])!.Value, 20));
        });
}
