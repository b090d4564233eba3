using FastEndpoints;
using SelfAssess.Api.Cycles;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Releases;
using SelfAssess.Api.Rounds;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Divergence;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Api.Assessments;

/// <summary>A State's own result in one cycle.</summary>
/// <param name="State">The State's code.</param>
/// <param name="Cycle">The cycle.</param>
/// <param name="Status">How far the assessment has come; the result is computed from the answers as they stand.</param>
/// <param name="Revision">The revision.</param>
/// <param name="Scores">Every score with its whole explanation: levels with the lowest question, index, completeness.</param>
/// <param name="Arrangements">What arrangements each matrix question names, beside the level of its section. They are recorded, and never scored.</param>
/// <param name="Diverges">By reported section: whether the State's entities diverge; null where they were not, or could not be, compared.</param>
/// <param name="Findings">What the comparison may show; empty until the round is closed.</param>
/// <param name="Change">What is different since the State's last assessment; absent where there is none.</param>
/// <param name="Recommendations">What the State may consider: at most three a section. The texts are the questionnaire's.</param>
/// <param name="Comparison">The State's own levels beside what is published of all participants; absent until there is a release.</param>
public sealed record StateResult(
    string State,
    string Cycle,
    AssessmentStatus Status,
    int Revision,
    ScoreExplanation Scores,
    IReadOnlyList<Arrangement> Arrangements,
    IReadOnlyDictionary<string, bool?> Diverges,
    IReadOnlyList<Finding> Findings,
    ChangeView? Change,
    IReadOnlyList<Recommendation> Recommendations,
    ComparisonView? Comparison);

/// <summary>What one matrix question names, for example basis and permanence.</summary>
/// <param name="Question">The question.</param>
/// <param name="Section">The section that it stands in.</param>
/// <param name="Level">That section's level; absent where it has none.</param>
/// <param name="Answer">By dimension: the option or options, or a text.</param>
public sealed record Arrangement(string Question, string Section, string? Level, AnswerBody Answer);

/// <summary>What is different since an earlier cycle.</summary>
/// <param name="Cycle">The earlier cycle.</param>
/// <param name="Questionnaire">The version that was answered then.</param>
/// <param name="Sections">The reported sections that are in both.</param>
/// <param name="Questions">The level questions that are in both and whose level is not the same.</param>
public sealed record ChangeView(string Cycle, QuestionnaireReference Questionnaire, IReadOnlyList<SectionChange> Sections, IReadOnlyList<QuestionChange> Questions);

/// <summary>The State's own result beside a release: computed from what is published, and from nothing else.</summary>
/// <param name="Release">The release.</param>
/// <param name="Participation">How many States took part.</param>
/// <param name="Themes">By reported section.</param>
public sealed record ComparisonView(string Release, Participation Participation, IReadOnlyList<ThemeComparison> Themes);

/// <summary>One theme of a comparison.</summary>
/// <param name="Section">The section.</param>
/// <param name="OwnLevel">The State's own level; absent where it has none.</param>
/// <param name="OwnIndex">The State's own index as it is shown; absent where it has none.</param>
/// <param name="Published">What is published of all participants.</param>
public sealed record ThemeComparison(string Section, string? OwnLevel, decimal? OwnIndex, ThemeStatistics Published);

[Permits(Role.Coordinator, Role.Reader)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class GetResultEndpoint(IStateStore states, ICommonStore common, QuestionnaireCatalogue questionnaires, ReleaseCatalogue releases)
    : Endpoint<AssessmentRequest, StateResult>
{
    public override void Configure()
    {
        Get("states/{state}/assessments/{cycle}/result");
        Summary(s =>
        {
            s.Summary = "Read a State's own result";
            s.Description = "Computed from the answers as they stand, also before the sign-off, and stored nowhere on the way. Formality is recorded beside the levels and never scored; divergence lowers no level.";
        });
    }

    public override async Task HandleAsync(AssessmentRequest request, CancellationToken ct)
    {
        await using var session = states.QuerySession(Tenants.Of(request.State));
        if (await session.LoadAsync<Assessment>(AssessmentsSetup.StreamOf(request.Cycle), ct) is not { } assessment)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        var questionnaire = await questionnaires.GetAsync(assessment.Questionnaire, ct);
        var sheet = ScoreSheet.Score(questionnaire, assessment.Profile, assessment.Answers);
        var report = assessment.Round is { Status: RoundStatus.Closed }
            ? Divergences.Of(questionnaire, assessment.Profile, [.. (await ResponseReading.AllAsync(session, assessment, ct)).Select(EntityAnswers.Of)]) : null;
        var diverges = report is null ? new Dictionary<string, bool?>(StringComparer.Ordinal) : Divergences.BySection(questionnaire, report);
        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendHashedAsync(HttpContext, new StateResult(
            request.State,
            request.Cycle,
            assessment.Status,
            assessment.Revision,
            sheet.Explain(),
            Arrangements(sheet, assessment),
            diverges,
            report?.Findings ?? [],
            await ChangeAsync(request, sheet, ct),
            Recommendations.For(sheet, diverges),
            await ComparisonAsync(request.Cycle, sheet, ct)), ct);
    }

    private static IReadOnlyList<Arrangement> Arrangements(ScoreSheet sheet, Assessment assessment) =>
    [
        .. sheet.Questionnaire.Definition.AllSections().SelectMany(s => s.Questions.Where(q => q.Kind == QuestionKind.Matrix && assessment.Answers.ContainsKey(q.Id))
            .Select(q => new Arrangement(q.Id, s.Id, LevelOf(sheet, s.Id), AnswerBody.Of(assessment.Answers[q.Id])))),
    ];

    private static string? LevelOf(ScoreSheet sheet, string section)
    {
        var definition = sheet.Questionnaire.Definition;
        return definition.Reporting is { } reporting && sheet.Find(section, reporting.LevelMeasure) is { Outcome: ScoreOutcome.Scored, Value: { } value }
            ? definition.Scales.Single(s => s.Id == reporting.Scale).Levels.First(l => l.Value == value).Id : null;
    }

    private async Task<ChangeView?> ChangeAsync(AssessmentRequest request, ScoreSheet sheet, CancellationToken ct)
    {
        await using var session = common.QuerySession();
        if (await session.LoadAsync<Cycle>(request.Cycle, ct) is not { } cycle
            || await EarlierAssessments.LastAsync(states, common, request.State, cycle, ct) is not var (earlier, assessment))
        {
            return null;
        }

        var before = ScoreSheet.Score(await questionnaires.GetAsync(assessment.Questionnaire, ct), assessment.Profile, assessment.Answers);
        var change = ChangeSince.Between(before, sheet);
        return new ChangeView(earlier.Id, assessment.Questionnaire, change.Sections, change.Questions);
    }

    private async Task<ComparisonView?> ComparisonAsync(string cycle, ScoreSheet sheet, CancellationToken ct)
    {
        if (sheet.Questionnaire.Definition.Reporting is not { } reporting || await releases.OfCycleAsync(cycle, ct) is not { } release)
        {
            return null;
        }

        var explained = Below(sheet.Explain().Sections).ToDictionary(s => s.Section, StringComparer.Ordinal);
        return new ComparisonView(release.Id, release.Participation,
        [
            .. release.Themes.Select(t => new ThemeComparison(t.Section, LevelOf(sheet, t.Section),
                explained.GetValueOrDefault(t.Section)?.Measures.FirstOrDefault(m => m.Measure == reporting.IndexMeasure)?.Shown, t)),
        ]);

        static IEnumerable<SectionExplanation> Below(IEnumerable<SectionExplanation> sections) => sections.SelectMany(s => Below(s.Sections).Prepend(s));
    }
}
