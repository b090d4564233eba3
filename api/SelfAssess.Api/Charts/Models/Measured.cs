using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Charts.Models;

/// <summary>A published number where it is drawn, and the range in which the truth lies.</summary>
/// <param name="Value">The published value, or the bound of an end-coded one; null where it is withheld.</param>
/// <param name="Low">The least that rounding leaves possible.</param>
/// <param name="High">The most that rounding leaves possible.</param>
/// <param name="Ends">Which end is open, where only a bound is published.</param>
/// <param name="Label">As text.</param>
internal sealed record Measured(decimal? Value, decimal Low, decimal High, OpenEnd Ends, string Label)
{
    /// <summary>A mean index, 0 to 100.</summary>
    public static Measured Index(Protected mean, ChartWords words)
    {
        var label = words.Protected(mean);
        return mean switch
        {
            Protected.Published p => new Measured(p.Value, p.Value - (p.Base / 2), p.Value + (p.Base / 2), OpenEnd.Neither, label),
            Protected.EndCoded { AtLeast: true } e => new Measured(e.Bound, e.Bound - (e.Base / 2), 100, OpenEnd.Upper, label),
            Protected.EndCoded e => new Measured(e.Bound, 0, e.Bound + (e.Base / 2), OpenEnd.Lower, label),
            _ => new Measured(null, 0, 0, OpenEnd.Neither, label),
        };
    }

    /// <summary>A count of States: a whole number, so that the truth lies within less than half the rounding base.</summary>
    public static Measured Count(Protected count, ChartWords words) => count is Protected.Published { Value: var value, Base: var step }
        ? new Measured(value, Math.Max(0, value - Math.Floor(step / 2)), value + Math.Floor(step / 2), OpenEnd.Neither, words.Count(count))
        : new Measured(null, 0, 0, OpenEnd.Neither, words.Count(count));
}

/// <summary>The end towards which a number is open.</summary>
internal enum OpenEnd
{
    Neither,

    /// <summary>"At most".</summary>
    Lower,

    /// <summary>"At least".</summary>
    Upper,
}

/// <summary>States whose numbers are drawn.</summary>
/// <param name="Name">What they are called.</param>
/// <param name="Base">How many they are, as text.</param>
internal sealed record Named(string Name, string Base);
