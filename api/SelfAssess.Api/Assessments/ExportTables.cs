using System.Globalization;
using System.Text.Json;
using FastEndpoints;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Platform.Spreadsheets;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Domain.Assessments;

namespace SelfAssess.Api.Assessments;

/// <summary>The forms in which a table is had.</summary>
public enum TableFormat
{
    /// <summary>One table, text.</summary>
    Csv,

    /// <summary>A spreadsheet with a sheet for each part.</summary>
    Xlsx,
}

public sealed record ExportTablesRequest : ExportAssessmentRequest
{
    /// <summary>The form: <c>csv</c> or <c>xlsx</c>.</summary>
    [RouteParam]
    public TableFormat Format { get; init; }
}

[Permits(Role.Coordinator)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class ExportTablesEndpoint(IStateStore store, QuestionnaireCatalogue questionnaires) : Endpoint<ExportTablesRequest>
{
    public override void Configure()
    {
        Get("states/{state}/assessments/{cycle}/export.{format}");
        Description(route => route.Produces<byte[]>(StatusCodes.Status200OK, "text/csv", Spreadsheet.ContentType));
        Summary(s =>
        {
            s.Summary = "Export an assessment as tables";
            s.Description = "All that `exportAssessment` holds, for spreadsheets and statistical programs: profile, entities, the State's and each entity's answers (a row for each, of a matrix for each side), and the history. "
                + "It cannot be imported again. A text that a spreadsheet would take for a formula begins with an apostrophe in CSV, and is a text in XLSX.";
            s.Responses[409] = "Entities are answering blind; export when the round is closed (`round-open`).";
        });
    }

    public override async Task HandleAsync(ExportTablesRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession(Tenants.Of(request.State));
        var outcome = await ToBeExported.FindAsync(session, questionnaires, request, ct);
        if (outcome.Refusal is { } refusal)
        {
            await refusal.WriteAsync(HttpContext);
            return;
        }

        HttpContext.Response.Headers.CacheControl = "no-store";
        HttpContext.Response.Headers.ContentDisposition = $"attachment; filename=\"assessment-{request.Cycle}.{(request.Format == TableFormat.Csv ? "csv" : "xlsx")}\"";
        var rows = ExportRow.Of(outcome.Value!);
        await (request.Format == TableFormat.Csv ? Conditional.SendBytesAsync(HttpContext, ExportRow.Csv(rows), "text/csv; charset=utf-8; header=present", ct)
            : Conditional.SendBytesAsync(HttpContext, ExportRow.Xlsx(rows, $"Assessment {request.Cycle}"), Spreadsheet.ContentType, ct));
    }
}

/// <summary>One row of an exported assessment.</summary>
/// <param name="Table">What it tells of: assessment, profile, entities, answers or history.</param>
/// <param name="Entity">Whose it is; null where it is the State's.</param>
/// <param name="Item">The question, field or event.</param>
internal sealed record ExportRow(string Table, string? Entity, string Item)
{
    private static readonly (string Name, Func<ExportRow, object?> Value)[] columns =
    [
        ("table", r => r.Table), ("entity", r => r.Entity), ("item", r => r.Item), ("side", r => r.Side), ("value", r => r.Value), ("state", r => r.State), ("reason", r => r.Reason),
        ("comment", r => r.Comment), ("evidence", r => r.Evidence), ("agreedBecause", r => r.AgreedBecause), ("dissent", r => r.Dissent), ("at", r => r.At), ("by", r => r.By), ("from", r => r.From),
    ];

    /// <summary>Of a matrix, which of its sides.</summary>
    public string? Side { get; init; }

    /// <summary>Ids of several options with a space between them.</summary>
    public object? Value { get; init; }

    public string? State { get; init; }

    public string? Reason { get; init; }

    public string? Comment { get; init; }

    /// <summary>A line for each pointer.</summary>
    public string? Evidence { get; init; }

    /// <summary>Why an answer that entities gave differently is the State's.</summary>
    public string? AgreedBecause { get; init; }

    public string? Dissent { get; init; }

    public string? At { get; init; }

    public string? By { get; init; }

    /// <summary>The address from which it was done.</summary>
    public string? From { get; init; }

    public static IReadOnlyList<ExportRow> Of(ToBeExported exported)
    {
        var content = exported.Content;
        (string Item, string? Value)[] facts =
        [
            ("state", content.State), ("cycle", content.Cycle), ("revision", content.Revision.ToString(CultureInfo.InvariantCulture)), ("questionnaire", content.Questionnaire.ToString()),
            ("questionnaireHash", content.QuestionnaireHash), ("seal", exported.Seal?.Hash), ("signedOffAt", Moment(exported.Seal?.SignedOffAt)),
        ];
        return
        [
            .. facts.Where(f => f.Value is not null).Select(f => new ExportRow("assessment", null, f.Item) { Value = f.Value }),
            .. content.Profile.Fields.Select(f => new ExportRow("profile", null, f.Key) { Value = ValueOf(f.Value) }),
            .. content.Responses.SelectMany(EntityRows),
            .. content.Answers.SelectMany(a => AnswerRows(null, a.Key, a.Value, content.Reconciliations.GetValueOrDefault(a.Key))),
            .. content.Responses.SelectMany(r => r.Answers.SelectMany(a => AnswerRows(r.Entity, a.Key, a.Value, null))),
            .. exported.History.Select(h => new ExportRow("history", h.Entity, h.Happened)
            {
                Value = JsonSerializer.Serialize(h.Data, Platform.Json.Http),
                At = h.Data.TryGetProperty("at", out var at) ? at.GetString() : null,
                By = h.By.Name ?? h.By.Account,
                From = h.By.Address,
            }),
        ];
    }

    public static byte[] Csv(IReadOnlyList<ExportRow> rows) => new DataTable("assessment", [.. columns.Select(c => c.Name)], [.. rows.Select(r => (IReadOnlyList<object?>)[.. columns.Select(c => c.Value(r))])]).ToCsv();

    /// <summary>A sheet for each table, with the columns that say something in it.</summary>
    public static byte[] Xlsx(IReadOnlyList<ExportRow> rows, string title)
    {
        var names = new SheetNames();
        return SpreadsheetWriter.Write(new Spreadsheet("en", title,
        [
            .. rows.GroupBy(r => r.Table, StringComparer.Ordinal).Select(table =>
            {
                var used = columns.Skip(1).Where(c => table.Any(r => c.Value(r) is not null)).ToArray();
                return new DataTable(table.Key, [.. used.Select(c => c.Name)], [.. table.Select(r => (IReadOnlyList<object?>)[.. used.Select(c => c.Value(r))])]).ToSheet(names);
            }),
        ]));
    }

    private static ExportRow[] EntityRows(SealedResponse response) =>
    [
        new("entities", response.Entity, "name") { Value = response.Name },
        new("entities", response.Entity, "kind") { Value = response.Kind },
        new("entities", response.Entity, "questions") { Value = string.Join(' ', response.Questions) },
        new("entities", response.Entity, "withheld") { Value = string.Join(' ', response.Withheld) },
        new("entities", response.Entity, "confirmedBy") { Value = response.ConfirmedBy, At = Moment(response.ConfirmedAt) },
    ];

    /// <summary>A row for the answer; of a matrix one for each side, the first of which has what belongs to the whole.</summary>
    private static IEnumerable<ExportRow> AnswerRows(string? entity, string question, AnswerBody answer, Reconciliation? agreed)
    {
        var whole = new ExportRow("answers", entity, question)
        {
            State = answer.State is { } state ? JsonNamingPolicy.CamelCase.ConvertName(state.ToString()) : null,
            Reason = answer.Reason,
            Comment = answer.Comment,
            Evidence = answer.Evidence is null ? null : string.Join('\n', answer.Evidence),
            AgreedBecause = agreed?.Reason,
            Dissent = agreed?.Dissent,
            At = Moment(agreed?.At),
        };
        return answer.Value is not { ValueKind: JsonValueKind.Object } matrix ? (ExportRow[])[whole with { Value = ValueOf(answer.Value) }]
            : matrix.EnumerateObject().Select((side, i) => (i == 0 ? whole : new ExportRow("answers", entity, question)) with { Side = side.Name, Value = ValueOf(side.Value) });
    }

    private static object? ValueOf(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { ValueKind: JsonValueKind.Number } number => number.GetDecimal(),
        { ValueKind: JsonValueKind.Array } many => string.Join(' ', many.EnumerateArray().Select(o => o.GetString())),
        _ => null,
    };

    private static object ValueOf(ProfileValue value) => value switch
    {
        ProfileValue.One one => one.Option,
        ProfileValue.Many many => string.Join(' ', many.Options),
        ProfileValue.Number number => number.Value,
        ProfileValue.Flag flag => flag.Value ? "true" : "false",
        _ => throw new InvalidOperationException($"{value.GetType().Name} has no form in a table."),
    };

    private static string? Moment(DateTimeOffset? at) => at?.ToString("O", CultureInfo.InvariantCulture);
}
