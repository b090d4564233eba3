using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using FastEndpoints;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Api.Practices;

/// <summary>Every practice that was published, over all cycles.</summary>
/// <param name="Items">By theme, the latest cycle first, then in no order that tells anything.</param>
public sealed record LivingDocument(IReadOnlyList<SharedPractice> Items)
{
    internal static async Task<LivingDocument> ReadAsync(ICommonStore store, CancellationToken cancellationToken)
    {
        await using var session = store.QuerySession();
        var published = await session.Query<DeliveredPractice>().Where(p => p.PublishedWith != null).ToListAsync(cancellationToken);
        return new LivingDocument([.. published.OrderBy(p => p.Theme, StringComparer.Ordinal).ThenByDescending(p => p.PublishedWith, StringComparer.Ordinal).ThenBy(p => p.Id).Select(SharedPractice.Of)]);
    }
}

[PermitsReleaseReaders]
internal sealed class GetLivingDocumentEndpoint(ICommonStore store) : EndpointWithoutRequest<LivingDocument>
{
    public override void Configure()
    {
        Get("practices");
        Summary(s =>
        {
            s.Summary = "Read the living document: every practice that was published";
            s.Description = "What States volunteered in their own words, in the language in which they wrote it, with their name where they want it. It grows with each frozen release.";
        });
    }

    public override async Task HandleAsync(CancellationToken ct) => await Conditional.SendHashedAsync(HttpContext, await LivingDocument.ReadAsync(store, ct), ct);
}

[PermitsReleaseReaders]
internal sealed class GetLivingDocumentTableEndpoint(ICommonStore store) : EndpointWithoutRequest
{
    public override void Configure()
    {
        Get("practices.csv");
        Description(route => route.Produces<string>(StatusCodes.Status200OK, "text/csv"));
        Summary(s =>
        {
            s.Summary = "Read the living document as a table";
            s.Description = "One practice a row. What a spreadsheet would take for a formula begins with an apostrophe.";
            s.Responses[200] = "The table.";
        });
    }

    public override async Task HandleAsync(CancellationToken ct)
    {
        HttpContext.Response.Headers.ContentDisposition = "attachment; filename=\"practices.csv\"";
        await Conditional.SendBytesAsync(HttpContext, PracticeTable.Csv(await LivingDocument.ReadAsync(store, ct)), "text/csv; charset=utf-8; header=present", ct);
    }
}

/// <summary>Practices as a table.</summary>
internal static class PracticeTable
{
    public static byte[] Csv(LivingDocument document)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\r\n" };
        using (var csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\r\n", InjectionOptions = InjectionOptions.Escape }))
        {
            Write(csv, ["id", "release", "cycle", "theme", "language", "state", "stateName", "title", "text"]);
            foreach (var practice in document.Items)
            {
                Write(csv, [practice.Id.ToString(), practice.Release, practice.Cycle, practice.Theme, practice.Language, practice.State?.Code, practice.State?.Names["en"], practice.Title, practice.Text]);
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Write(CsvWriter csv, IEnumerable<string?> fields)
    {
        foreach (var field in fields)
        {
            csv.WriteField(field);
        }

        csv.NextRecord();
    }
}
