using FastEndpoints;
using SelfAssess.Api.Assessments;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Divergence;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Rounds;

/// <summary>A closed round: the assessment, its questionnaire, and what its entities answered.</summary>
internal sealed record ClosedRound(Assessment Assessment, Questionnaire Questionnaire, IReadOnlyList<EntityResponse> Responses, long Version)
{
    public IReadOnlyList<EntityAnswers> Answers => [.. Responses.Select(EntityAnswers.Of)];

    public DivergenceReport Compare() => Divergences.Of(Questionnaire, Assessment.Profile, Answers);

    /// <summary>Reads it; or the refusal where there is none, or where it is not closed: until then nobody may compare.</summary>
    public static async Task<(ClosedRound? Round, Refusal? Refusal)> FindAsync(
        IStateStore store, QuestionnaireCatalogue questionnaires, AssessmentRequest request, CancellationToken cancellationToken)
    {
        await using var session = store.LightweightSession(Tenants.Of(request.State));
        var stream = await session.Events.FetchForWriting<Assessment>(AssessmentsSetup.StreamOf(request.Cycle), cancellationToken);
        return stream.Aggregate switch
        {
            null => (null, Refusal.NotFound),
            { Round: not { Status: RoundStatus.Closed } } => (null, Refusal.Conflict("round-not-closed", "Entities' answers are compared once their round is closed.")),
            { } assessment => (new ClosedRound(assessment, await questionnaires.GetAsync(assessment.Questionnaire, cancellationToken),
                await ResponseReading.AllAsync(session, assessment, cancellationToken), stream.CurrentVersion ?? 0), null),
        };
    }
}

/// <summary>How far a State's entities agree.</summary>
/// <param name="Entities">Who was asked, by id: the name.</param>
/// <param name="Silent">Those that answered nothing or did not confirm.</param>
/// <param name="Sections">By reported section: whether they diverge; null where nothing could be compared.</param>
/// <param name="Questions">The level questions, in the questionnaire's order.</param>
/// <param name="Findings">Prompts, not proofs; their texts are the questionnaire's.</param>
public sealed record DivergenceView(
    IReadOnlyDictionary<string, string> Entities,
    IReadOnlyList<string> Silent,
    IReadOnlyDictionary<string, bool?> Sections,
    IReadOnlyList<QuestionDivergence> Questions,
    IReadOnlyList<Finding> Findings);

[Permits(Role.Coordinator, Role.Respondent, Role.Reader)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class GetDivergenceEndpoint(IStateStore store, QuestionnaireCatalogue questionnaires) : Endpoint<AssessmentRequest, DivergenceView>
{
    public override void Configure()
    {
        Get("states/{state}/assessments/{cycle}/divergence");
        Summary(s =>
        {
            s.Summary = "Compare what a State's entities answered";
            s.Description = "Once the round is closed. Divergence changes no level: it says where to talk. Of a confidential question only the range over all entities is told, and only where three or more gave a level.";
            s.Responses[409] = "There is no closed round (`round-not-closed`).";
        });
    }

    public override async Task HandleAsync(AssessmentRequest request, CancellationToken ct)
    {
        var (round, refusal) = await ClosedRound.FindAsync(store, questionnaires, request, ct);
        if (round is null)
        {
            await refusal!.WriteAsync(HttpContext);
            return;
        }

        var report = round.Compare();
        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendHashedAsync(HttpContext, new DivergenceView(
            round.Responses.ToDictionary(r => r.Entity.Id, r => r.Entity.Name, StringComparer.Ordinal),
            report.Silent, Divergences.BySection(round.Questionnaire, report), report.Questions, report.Findings), ct);
    }
}
