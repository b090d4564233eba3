using System.Text.Json.Serialization;

namespace SelfAssess.Domain.Releases;

/// <summary>
/// A number as a release may show it. There is no unrounded form of it anywhere, and what is withheld is a case of its own:
/// neither zero nor nothing.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "status")]
[JsonDerivedType(typeof(Published), "published")]
[JsonDerivedType(typeof(EndCoded), "endCoded")]
[JsonDerivedType(typeof(NotPublished), "notPublished")]
public abstract record Protected
{
    private Protected()
    {
    }

    /// <summary>The one reason given for everything that is withheld, whichever rule withheld it.</summary>
    public const string Reason = "fewerThanTenOrRevealing";

    /// <summary>A rounded value.</summary>
    /// <param name="Value">On the grid of <paramref name="Base"/>.</param>
    /// <param name="Base">The rounding base.</param>
    public sealed record Published(decimal Value, decimal Base) : Protected;

    /// <summary>A mean near an end of 0–100: only that it is at most, or at least, <paramref name="Bound"/>.</summary>
    /// <param name="Bound">On the grid of <paramref name="Base"/>.</param>
    /// <param name="AtLeast">True for "at least", false for "at most".</param>
    /// <param name="Base">The rounding base.</param>
    public sealed record EndCoded(decimal Bound, bool AtLeast, decimal Base) : Protected;

    /// <summary>Withheld: fewer than ten contributors, or publication could reveal an individual State.</summary>
    public sealed record NotPublished : Protected;

    public static Protected Withheld { get; } = new NotPublished();
}
