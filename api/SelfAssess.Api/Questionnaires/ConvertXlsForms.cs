using FastEndpoints;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Platform.Spreadsheets;
using SelfAssess.Api.Questionnaires.XlsForms;

namespace SelfAssess.Api.Questionnaires;

[PermitsSignedIn]
internal sealed class GetXlsFormEndpoint(QuestionnaireCatalogue questionnaires) : Endpoint<QuestionnaireRequest>
{
    public override void Configure()
    {
        Get("questionnaires/{questionnaire}/{version}/xlsform.xlsx");
        Description(route => route.Produces<byte[]>(StatusCodes.Status200OK, Spreadsheet.ContentType));
        Summary(s =>
        {
            s.Summary = "Read one version of a questionnaire as an XLSForm";
            s.Description = "With which KoBoToolbox and ODK collect answers with the same instrument, in all its languages. What XLSForm has no place for (weights, gates, scales, texts of results) is in columns "
                + "that begin with `selfassess::` and a sheet of that name, so that `readXlsForm` gives the same questionnaire again.";
        });
    }

    public override async Task HandleAsync(QuestionnaireRequest request, CancellationToken ct)
    {
        if (await questionnaires.FindAsync(new(request.Questionnaire, request.Version), ct) is not { } found)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        HttpContext.Response.Headers.ContentDisposition = $"attachment; filename=\"{request.Questionnaire}-{request.Version}.xlsx\"";
        await Conditional.SendBytesAsync(HttpContext, XlsFormWriting.Write(found.Published.Definition), Spreadsheet.ContentType, ct);
    }
}

public sealed record ReadXlsFormRequest
{
    [FromBody]
    public XlsFormBody Body { get; init; } = null!;
}

/// <summary>A questionnaire as an XLSForm.</summary>
public sealed record XlsFormBody
{
    /// <summary>The file, up to 2 MiB.</summary>
    public required byte[] Workbook { get; init; }
}

[Permits(Role.Administrator)]
[StoresNothing]
internal sealed class ReadXlsFormEndpoint : Endpoint<ReadXlsFormRequest, QuestionnaireFilesBody>
{
    public override void Configure()
    {
        Post("questionnaires/xlsform");
        Summary(s =>
        {
            s.Summary = "Turn an XLSForm into a questionnaire's files";
            s.Description = "Stores nothing: the files are for `validateQuestionnaire` and `publishQuestionnaire`. The form has to come from `getXlsForm`, whatever was edited in it since.";
            s.Responses[200] = "The files; whether they are a sound questionnaire is not said by that.";
            s.Responses[400] = "The file is no such form: `errors` names the sheet and cell of each problem.";
        });
    }

    public override async Task HandleAsync(ReadXlsFormRequest request, CancellationToken ct)
    {
        var (files, refusal) = XlsFormReading.Read(request.Body.Workbook);
        await (refusal?.WriteAsync(HttpContext) ?? Conditional.SendPlainAsync(HttpContext, new QuestionnaireFilesBody { Files = files! }, ct));
    }
}
