using SelfAssess.Dashboard.Api;

namespace SelfAssess.Dashboard.Result;

/// <summary>Finds its way through the explanation of scores.</summary>
internal static class Explanations
{
    /// <summary>Where there is nothing, as conference documents write it.</summary>
    public const string Nil = "–";

    /// <summary>Where something is not published, as conference documents write it.</summary>
    public const string Suppressed = "…";

    /// <summary>The reported sections, in reading order.</summary>
    public static IEnumerable<SectionExplanation> Themes(this ScoreExplanation scores) => Below(scores.Sections).Where(s => s.Reported);

    /// <summary>One measure of a section; null where it has none of that name.</summary>
    public static MeasureExplanation? Measure(this SectionExplanation section, string measure) => section.Measures.FirstOrDefault(m => m.Measure == measure);

    private static IEnumerable<SectionExplanation> Below(IEnumerable<SectionExplanation> sections) => sections.SelectMany(s => Below(s.Sections).Prepend(s));
}
