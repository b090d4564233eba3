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
    // One layer 01010: TU = 110 twice... (1,3,·)·: TU = 2, TDU = 1, so U = (3*2 - 4*1)/(3*3), A = U * 3/4.
    [InlineData(new[] { 0, 1, 0, 1, 0 }, "0.1666")]
    [InlineData(new[] { 2, 0 }, "1")]
    [InlineData(new[] { 2, 2 }, "0")]
    public void Agreement_is_what_the_definition_says(int[] counts, string expected) =>
        Assert.Equal(decimal.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), decimal.Truncate(Agreement.OfCounts(counts)!.Value * 10_000) / 10_000);

    [Fact]
    public void Nobody_has_no_agreement() => Assert.Null(Agreement.OfCounts([0, 0, 0]));

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
