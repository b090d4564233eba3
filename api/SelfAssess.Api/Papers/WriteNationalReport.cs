using FastEndpoints;
using SelfAssess.Api.Assessments;
using SelfAssess.Api.Cycles;
using SelfAssess.Api.Papers.Content;
using SelfAssess.Api.Papers.Drawing;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Rounds;
using SelfAssess.Api.States;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Divergence;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Api.Papers;

/// <summary>The forms in which a national report is had.</summary>
public enum ReportFormat
{
    /// <summary>A Word file to edit.</summary>
    Docx,

    /// <summary>A page to print.</summary>
    Html,
}

public sealed record NationalReportRequest : AssessmentRequest
{
    /// <summary>The form: <c>docx</c> or <c>html</c>.</summary>
    [RouteParam]
    public ReportFormat Format { get; init; }

    /// <summary>The language of the report: ar, en, es, fr, ru or zh.</summary>
    [QueryParam]
    public string Lang { get; init; } = "en";
}

internal sealed class NationalReportValidator : Validator<NationalReportRequest>
{
    public NationalReportValidator() => RuleFor(r => r.Lang).IsALanguage();
}

[Permits(Role.Coordinator, Role.Reader)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class GetNationalReportEndpoint(IStateStore states, ICommonStore common, QuestionnaireCatalogue questionnaires, DrawnPapers papers) : Endpoint<NationalReportRequest>
{
    public override void Configure()
    {
        Get("states/{state}/assessments/{cycle}/papers/national.{format}");
        Description(route => route.Produces<byte[]>(StatusCodes.Status200OK, WordPaper.ContentType, "text/html"));
        Summary(s =>
        {
            s.Summary = "Write a State's report on itself";
            s.Description = "Results, where entities differ, evidence, what may be considered, and the draft of a concept note to the Voluntary Trust Fund: as a Word file to edit, or as a page to print. "
                + "It is the State's own and is stored nowhere on the way.";
            s.Responses[409] = "The questionnaire reports no themes (`nothing-to-report`).";
        });
    }

    public override async Task HandleAsync(NationalReportRequest request, CancellationToken ct)
    {
        await using var session = states.QuerySession(Tenants.Of(request.State));
        await using var register = common.QuerySession();
        if (await session.LoadAsync<Assessment>(AssessmentsSetup.StreamOf(request.Cycle), ct) is not { } assessment
            || await register.LoadAsync<Cycle>(request.Cycle, ct) is not { } cycle
            || await register.LoadAsync<RegisteredState>(request.State, ct) is not { } state)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        var questionnaire = await questionnaires.GetAsync(assessment.Questionnaire, ct);
        if (questionnaire.Definition.Reporting is null)
        {
            await Refusal.Conflict("nothing-to-report", "The questionnaire reports no themes.").WriteAsync(HttpContext);
            return;
        }

        var compared = assessment.Round is { Status: RoundStatus.Closed }
            ? Divergences.Of(questionnaire, assessment.Profile, [.. (await ResponseReading.AllAsync(session, assessment, ct)).Select(EntityAnswers.Of)]) : null;
        var source = new NationalSource(state.Names.GetValueOrDefault(request.Lang, state.Name), cycle.Name, assessment,
            ScoreSheet.Score(questionnaire, assessment.Profile, assessment.Answers), compared, await LastAsync(request.State, cycle, ct));
        var word = request.Format == ReportFormat.Docx;
        var file = await papers.OnceAsync(() => word ? WordPaper.Draw(NationalReport.Of(source, request.Lang)) : HtmlPaper.Draw(NationalReport.Of(source, request.Lang)), ct);
        HttpContext.Response.Headers.CacheControl = "no-store";
        if (word)
        {
            await PaperResponses.SendAsync(HttpContext, file, WordPaper.ContentType, $"national-report-{request.Cycle}-{request.Lang}.docx", request.Lang, ct);
            return;
        }

        HttpContext.Response.Headers.ContentLanguage = request.Lang;
        HttpContext.Response.Headers.ContentSecurityPolicy = HtmlPaper.SecurityPolicy;
        await Conditional.SendBytesAsync(HttpContext, file, HtmlPaper.ContentType, ct);
    }

    private async Task<(ScoreSheet Sheet, string Cycle)?> LastAsync(string state, Cycle cycle, CancellationToken cancellationToken) =>
        await EarlierAssessments.LastAsync(states, common, state, cycle, cancellationToken) is var (earlier, assessment)
            ? (ScoreSheet.Score(await questionnaires.GetAsync(assessment.Questionnaire, cancellationToken), assessment.Profile, assessment.Answers), earlier.Name) : null;
}
