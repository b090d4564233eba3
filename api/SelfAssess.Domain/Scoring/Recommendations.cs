namespace SelfAssess.Domain.Scoring;

/// <summary>An action that a State may consider in one section.</summary>
/// <param name="Id">The recommendation of the questionnaire.</param>
/// <param name="Section">The reported section.</param>
/// <param name="AfterDivergence">Whether it is offered because the State's entities diverge there.</param>
/// <param name="References">What it rests on.</param>
public sealed record Recommendation(string Id, string Section, bool AfterDivergence, IReadOnlyList<string> References);

/// <summary>Which actions fit a result.</summary>
public static class Recommendations
{
    /// <summary>A longer list would be a plan, and that is the State's to make.</summary>
    public const int MostPerSection = 3;

    /// <summary>
    /// For each reported section that has a level, the first three that fit it, in the questionnaire's order. Arrangements (basis and permanence) play no part.
    /// </summary>
    /// <param name="sheet">The State's scores.</param>
    /// <param name="divergent">By reported section: whether its entities diverge; null where that is not known.</param>
    public static IReadOnlyList<Recommendation> For(ScoreSheet sheet, IReadOnlyDictionary<string, bool?> divergent)
    {
        ArgumentNullException.ThrowIfNull(sheet);
        ArgumentNullException.ThrowIfNull(divergent);
        var definition = sheet.Questionnaire.Definition;
        if (definition.Reporting is not { } reporting)
        {
            return [];
        }

        var levels = definition.Scales.Single(s => s.Id == reporting.Scale).Levels;
        return
        [
            .. definition.AllSections().Where(s => s.Reported).SelectMany(section =>
            {
                var level = sheet.Find(section.Id, reporting.LevelMeasure) is { Outcome: ScoreOutcome.Scored, Value: { } value } ? levels.First(l => l.Value == value).Id : null;
                return level is null ? [] : definition.Recommendations
                    .Where(r => (r.Sections.Count == 0 || r.Sections.Contains(section.Id, StringComparer.Ordinal))
                        && (r.Levels.Count == 0 || r.Levels.Contains(level, StringComparer.Ordinal))
                        && (!r.AfterDivergence || divergent.GetValueOrDefault(section.Id) == true))
                    .Take(MostPerSection)
                    .Select(r => new Recommendation(r.Id, section.Id, r.AfterDivergence, r.References));
            }),
        ];
    }
}
