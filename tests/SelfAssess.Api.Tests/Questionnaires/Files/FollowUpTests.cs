using System.Text.RegularExpressions;
using SelfAssess.Api.Questionnaires.Files;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Api.Tests.Questionnaires.Files;

/// <summary>What the shipped instruments conclude from answers keeps to what they promise.</summary>
public sealed partial class FollowUpTests
{
    private static readonly QuestionnaireDefinition[] shipped = [.. QuestionnaireFolder.ReadAll(Shipped.Root).Select(f => f.Questionnaire!.Definition)];
    private static readonly QuestionnaireDefinition att = shipped.Single(d => d.Id == "att-interagency");

    [Fact]
    public void Recommendation_is_something_to_consider_and_never_a_law_or_a_committee() =>
        Assert.All(shipped.Select(d => d.Texts["en"]).SelectMany(t => t.Recommendations.Values), text =>
        {
            Assert.Contains("may consider", text, StringComparison.Ordinal);
            Assert.DoesNotMatch(Prescription(), text);
        });

    [Fact]
    public void Finding_asks_and_accuses_nobody() =>
        Assert.All(shipped.Select(d => d.Texts["en"]).SelectMany(t => t.Findings.Values), text => Assert.Contains("It may help to ", text, StringComparison.Ordinal));

    /// <summary>A fourth one for the same level would never be read.</summary>
    [Fact]
    public void Every_recommendation_can_be_offered_and_every_level_of_every_theme_has_one() =>
        Assert.All(shipped, definition => Assert.All(definition.AllSections().Where(s => s.Reported), section =>
            Assert.All(definition.Scales.Single(s => s.Id == definition.Reporting!.Scale).Levels, level =>
                Assert.InRange(definition.Recommendations.Count(r => !r.AfterDivergence && (r.Sections.Count == 0 || r.Sections.Contains(section.Id, StringComparer.Ordinal))
                    && (r.Levels.Count == 0 || r.Levels.Contains(level.Id, StringComparer.Ordinal))), 1, Recommendations.MostPerSection))));

    [Fact]
    public void Att_recommendations_rest_on_paragraph_16_and_findings_on_the_challenges()
    {
        Assert.All(att.Recommendations, r => Assert.True(r.References.Count > 0 && r.References.All(p => p.StartsWith("P16", StringComparison.Ordinal)), r.Id));
        Assert.All(att.Divergence!.Findings.Where(f => f.Id != "seenDifferently"), f => Assert.True(f.References.Count > 0 && f.References.All(p => p.StartsWith("P8.", StringComparison.Ordinal)), f.Id));
        Assert.Equal(Enum.GetValues<Signal>(), att.Divergence.Findings.Select(f => f.Signal).Distinct().Order());
    }

    [Fact]
    public void Att_indicators_are_each_looked_at_for_divergence_exactly_once() =>
        Assert.Equal(att.AllQuestions().Where(q => q.Kind == QuestionKind.Level).Select(q => q.Id).Order(StringComparer.Ordinal),
            att.Divergence!.Findings.Where(f => f.Signal == Signal.Spread).SelectMany(f => f.Questions).Order(StringComparer.Ordinal));

    [GeneratedRegex(@"\b(laws?|legislat\w*|decrees?|regulations?|statut\w*|committees?|commissions?|must|shall|should)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Prescription();
}
