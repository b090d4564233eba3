using FastEndpoints;
using SelfAssess.Api.Papers;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Platform.Spreadsheets;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Rounds;
using SelfAssess.Api.States;
using SelfAssess.Domain.Assessments;

namespace SelfAssess.Api.Workbooks;

public sealed record GetResponseWorkbookRequest : ResponseRequest
{
    /// <summary>The language of the workbook: ar, en, es, fr, ru or zh.</summary>
    [QueryParam]
    public string Lang { get; init; } = "en";
}

internal sealed class GetResponseWorkbookValidator : Validator<GetResponseWorkbookRequest>
{
    public GetResponseWorkbookValidator() => RuleFor(r => r.Lang).IsALanguage();
}

[Permits(Role.Respondent)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class GetResponseWorkbookEndpoint(IStateStore states, ICommonStore common, QuestionnaireCatalogue questionnaires, WorkbookSeals seals, DrawnPapers papers)
    : Endpoint<GetResponseWorkbookRequest>
{
    public override void Configure()
    {
        Get("states/{state}/assessments/{cycle}/responses/{entity}/workbook.xlsx");
        Description(route => route.Produces<byte[]>(StatusCodes.Status200OK, Spreadsheet.ContentType));
        Summary(s =>
        {
            s.Summary = "Take one's own entity's questions along as a workbook";
            s.Description = "An XLSX file to be filled in offline: a sheet for each theme, the questions that the entity is asked with their descriptors, lists to choose from, and the answers so far. "
                + "Everything else is locked. It knows whose it is and from which version; `checkResponseWorkbook` says what taking it in would change.";
        });
    }

    public override async Task HandleAsync(GetResponseWorkbookRequest request, CancellationToken ct)
    {
        await using var session = states.LightweightSession(Tenants.Of(request.State));
        await using var register = common.QuerySession();
        var stream = await session.Events.FetchForWriting<EntityResponse>(RoundsSetup.StreamOf(request.Cycle, request.Entity), ct);
        if (stream.Aggregate is not { } response || await register.LoadAsync<RegisteredState>(request.State, ct) is not { } state)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        HttpContext.Response.Headers.CacheControl = "no-store";
        var source = new WorkbookSource(request.State, state.Names.GetValueOrDefault(request.Lang, state.Name), response, stream.CurrentVersion ?? 0);
        var questionnaire = await questionnaires.GetAsync(response.Questionnaire, ct);
        var (file, checksum) = await papers.OnceAsync(() =>
        {
            var (open, told, sum) = ResponseWorkbook.Plan(source, questionnaire, request.Lang);
            return (ResponseWorkbook.Write(open, seals.Seal(told)), sum);
        }, ct);

        // A seal is another one each time: two files of the same response are alike in all but their bytes.
        if (Conditional.NotModified(HttpContext, $"W/\"{checksum[..32]}\""))
        {
            return;
        }

        HttpContext.MarkResponseStart();
        HttpContext.Response.Headers.ContentLanguage = request.Lang;
        HttpContext.Response.Headers.ContentDisposition = $"attachment; filename=\"workbook-{request.Cycle}-{request.Entity}-{request.Lang}.xlsx\"";
        HttpContext.Response.ContentType = Spreadsheet.ContentType;
        HttpContext.Response.ContentLength = file.Length;
        await HttpContext.Response.Body.WriteAsync(file, ct);
    }
}
