using FastEndpoints;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Assessments;

public sealed record ListAssessmentsRequest : PagedRequest
{
    /// <summary>The State's code.</summary>
    [RouteParam]
    public string State { get; init; } = "";
}

internal sealed class ListAssessmentsValidator : PagedValidator<ListAssessmentsRequest>;

/// <summary>An assessment in a list.</summary>
/// <param name="Cycle">The cycle.</param>
/// <param name="Questionnaire">The version that it is pinned to.</param>
/// <param name="Status">How far it has come.</param>
/// <param name="ChangedAt">When it last changed.</param>
/// <param name="Answered">Questions with a value or a state.</param>
public sealed record AssessmentSummary(string Cycle, QuestionnaireReference Questionnaire, AssessmentStatus Status, DateTimeOffset ChangedAt, int Answered);

[Permits(Role.Coordinator, Role.Respondent, Role.Reader, Role.Auditor)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class ListAssessmentsEndpoint(IStateStore store) : Endpoint<ListAssessmentsRequest, Page<AssessmentSummary>>
{
    public override void Configure()
    {
        Get("states/{state}/assessments");
        Summary(s =>
        {
            s.Summary = "List a State's assessments";
            s.Description = "Ordered by cycle.";
        });
    }

    public override async Task HandleAsync(ListAssessmentsRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession(Tenants.Of(request.State));
        var query = session.Query<Assessment>().OrderBy(a => a.CycleId).AsQueryable();
        query = request.After is { } after ? query.Where(a => a.CycleId.CompareTo(after) > 0) : query;
        var assessments = await query.Take(request.Limit + 1).ToListAsync(ct);
        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendHashedAsync(HttpContext,
            request.Cut([.. assessments.Select(a => new AssessmentSummary(a.CycleId, a.Questionnaire, a.Status, a.ChangedAt, a.Answers.Count))], a => a.Cycle), ct);
    }
}
