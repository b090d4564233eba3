using FastEndpoints;
using Marten;
using SelfAssess.Api.Cycles;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.States;
using SelfAssess.Domain.Assessments;

namespace SelfAssess.Api.Assessments;

public sealed record OpenAssessmentRequest : StateRequest
{
    [FromBody]
    public OpenAssessmentBody Body { get; init; } = null!;
}

/// <summary>Where the State begins.</summary>
public sealed record OpenAssessmentBody
{
    /// <summary>An open cycle.</summary>
    public required string Cycle { get; init; }
}

[Permits(Role.Coordinator)]
[AnswersHeader("ETag")]
internal sealed class OpenAssessmentEndpoint(IStateStore states, ICommonStore common, QuestionnaireCatalogue questionnaires, TimeProvider clock)
    : Endpoint<OpenAssessmentRequest, AssessmentReceipt>
{
    public override void Configure()
    {
        Post("states/{state}/assessments");
        Summary(s =>
        {
            s.Summary = "Begin a State's assessment in an open cycle";
            s.Description = "It is pinned to the cycle's questionnaire and takes the State's profile as it stands. A State has one assessment a cycle.";
            s.Response<AssessmentReceipt>(201, "The assessment is open.");
            s.Responses[400] = "The request is not valid, there is no such cycle, or the State's profile does not fit the cycle's questionnaire. Nothing was changed.";
            s.Responses[409] = "The cycle is not open (`cycle-not-open`), or the State has an assessment in it already (`assessment-exists`).";
        });
    }

    public override async Task HandleAsync(OpenAssessmentRequest request, CancellationToken ct)
    {
        if (!await Tenants.ExistsAsync(common, request.State, ct))
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        await using var session = common.QuerySession();
        var cycle = await session.LoadAsync<Cycle>(request.Body.Cycle, ct);
        await Writing.RunAsync(HttpContext, states, request.State, request.Body, clock,
            s => OpenAsync(s, questionnaires, request.State, cycle, clock.GetUtcNow(), ct),
            StatusCodes.Status201Created, receipt => $"/api/v1/states/{receipt.State}/assessments/{receipt.Cycle}");
    }

    public static async Task<Outcome<AssessmentReceipt>> OpenAsync(
        IDocumentSession session, QuestionnaireCatalogue questionnaires, string state, Cycle? cycle, DateTimeOffset now, CancellationToken ct)
    {
        if (cycle is null)
        {
            return Refusal.Invalid("cycle", "There is no such cycle.", "unknownCycle");
        }

        if (cycle.Status != CycleStatus.Open)
        {
            return Refusal.Conflict("cycle-not-open", $"Cycle {cycle.Id} is not open for assessments.");
        }

        var id = AssessmentsSetup.StreamOf(cycle.Id);
        if (await session.CheckExistsAsync<Assessment>(id, ct))
        {
            return Refusal.Conflict("assessment-exists", $"The State has an assessment in cycle {cycle.Id} already; read it and go on with it.");
        }

        var questionnaire = await questionnaires.GetAsync(cycle.Questionnaire, ct);
        var profile = (await session.LoadAsync<StateProfile>(StateProfile.TheOnly, ct))?.Profile ?? Profile.Empty;
        if (questionnaire.CheckProfile(profile) is { Count: > 0 } problems)
        {
            return Refusal.Invalid("The State's profile does not fit the cycle's questionnaire; write the profile again for it.",
                [.. problems.Select(p => new FieldProblem($"profile.{p.Field}", p.Message, p.Code))]);
        }

        var opened = new AssessmentEvent.Opened(cycle.Id, cycle.Questionnaire, profile, now);
        session.Events.StartStream<Assessment>(id, opened);
        return Outcome<AssessmentReceipt>.Of(AssessmentReceipt.Of(state, Assessment.Fold(null, opened, id), 1), 1);
    }
}
