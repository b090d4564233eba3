using System.Globalization;

namespace SelfAssess.Benchmarks;

/// <summary>Figures of several rounds, and how they are printed.</summary>
internal static class Measured
{
    public static double Median(this IEnumerable<double> values)
    {
        var ordered = values.Order().ToArray();
        return (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;
    }

    /// <summary>The median and the range around it.</summary>
    public static string Spread(IReadOnlyCollection<double> values, string format = "0.00") => string.Create(
        CultureInfo.InvariantCulture, $"{values.Median().ToString(format, CultureInfo.InvariantCulture)} ({values.Min().ToString(format, CultureInfo.InvariantCulture)}–{values.Max().ToString(format, CultureInfo.InvariantCulture)})");

    public static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
