using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using FastEndpoints;
using SelfAssess.Api.Platform;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Platform.Spreadsheets;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Releases;

[PermitsReleaseReaders]
[AnswersHeader("Cache-Control", Frozen.Header)]
internal sealed class GetObservationsEndpoint(ReleaseCatalogue releases, IConfiguration configuration) : Endpoint<ReleaseRequest>
{
    public override void Configure()
    {
        Get("releases/{release}/observations.csv");
        Description(route => route.Produces<string>(StatusCodes.Status200OK, "text/csv"));
        Summary(s =>
        {
            s.Summary = "Read one release as a table";
            s.Description = "Tidy: one observation a row, with its status, rounding base and the number of States behind it. What each column means, for programs, is in "
                + "`observations.csv-metadata.json` beside it (CSV on the Web).";
            s.Responses[200] = "The table, the same bytes for ever.";
        });
    }

    public override async Task HandleAsync(ReleaseRequest request, CancellationToken ct)
    {
        if (await releases.FindAsync(request.Release, ct) is not { } frozen)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        Frozen.MayBeKept(HttpContext, configuration);
        HttpContext.Response.Headers.Link = $"<{ObservationTable.MetadataName}>; rel=\"describedby\"; type=\"application/csvm+json\"";
        await Conditional.SendBytesAsync(HttpContext, ObservationTable.Csv(frozen.Release), "text/csv; charset=utf-8; header=present", ct);
    }
}

[PermitsReleaseReaders]
[AnswersHeader("Cache-Control", Frozen.Header)]
internal sealed class GetObservationsWorkbookEndpoint(ReleaseCatalogue releases, IConfiguration configuration) : Endpoint<ReleaseRequest>
{
    public override void Configure()
    {
        Get("releases/{release}/observations.xlsx");
        Description(route => route.Produces<byte[]>(StatusCodes.Status200OK, Spreadsheet.ContentType));
        Summary(s =>
        {
            s.Summary = "Read one release as a spreadsheet";
            s.Description = "The same table as `observations.csv`, with a sheet that says what each column means.";
            s.Responses[200] = "The spreadsheet, the same bytes while the program stays the same.";
        });
    }

    public override async Task HandleAsync(ReleaseRequest request, CancellationToken ct)
    {
        if (await releases.FindAsync(request.Release, ct) is not { } frozen)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        Frozen.MayBeKept(HttpContext, configuration);
        await Conditional.SendBytesAsync(HttpContext, ObservationTable.Xlsx(frozen.Release), Spreadsheet.ContentType, ct);
    }
}

[PermitsReleaseReaders]
[AnswersHeader("Cache-Control", Frozen.Header)]
internal sealed class GetObservationsMetadataEndpoint(ReleaseCatalogue releases, IConfiguration configuration) : Endpoint<ReleaseRequest>
{
    public override void Configure()
    {
        Get("releases/{release}/" + ObservationTable.MetadataName);
        Description(route => route.Produces<JsonElement>(StatusCodes.Status200OK, "application/csvm+json"));
        Summary(s =>
        {
            s.Summary = "Read what the columns of a release's table mean";
            s.Description = "Metadata for tabular data (W3C, CSV on the Web), so that statistical programs can load the table with types and descriptions.";
            s.Responses[200] = "The description, the same bytes for ever.";
        });
    }

    public override async Task HandleAsync(ReleaseRequest request, CancellationToken ct)
    {
        if (await releases.FindAsync(request.Release, ct) is not { } frozen)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        Frozen.MayBeKept(HttpContext, configuration);
        await Conditional.SendBytesAsync(HttpContext, ObservationTable.Metadata(frozen.Release), "application/csvm+json", ct);
    }
}

/// <summary>A release as a table, and what its columns mean.</summary>
internal static class ObservationTable
{
    public const string MetadataName = "observations.csv-metadata.json";

    private static readonly (string Name, string Type, bool Required, string Description, Func<Observation, object?> Value)[] Columns =
    [
        ("release", "string", true, "The release: cycle and number.", o => o.Release),
        ("cycle", "string", true, "The cycle.", o => o.Cycle),
        ("population", "string", true, "'all' participants; 'panel' for those that took part in the cycle before, too; or a group of the partition, merged ones joined with '+'.", o => o.Population),
        ("subject", "string", false, "A theme, an indicator or a counted question of the questionnaire; empty for the participants themselves.", o => o.Subject),
        ("statistic", "string", true, "participants, invited, mean, firstQuartile, median, thirdQuartile, change (since the cycle before), or states (a number of States in a category).", o => o.Statistic),
        ("category", "string", false, "For 'states': the level, the option, or another category.", o => o.Category),
        ("value", "decimal", false, "The number, rounded; empty where it is not published.", o => o.Value),
        ("bound", "string", false, "'atMost' or 'atLeast' where only a bound is told.", o => o.Bound),
        ("unit", "string", true, "'states', or 'points' of an index from 0 to 100.", o => o.Unit),
        ("roundedTo", "decimal", false, "The value is a multiple of this; empty where it is exact.", o => o.RoundedTo),
        ("status", "string", true, "published, merged (of several planned groups together), notPublished (fewer than 10 contributors, or publication could reveal an individual State), "
            + "notRevised (the first release's number stands), endCoded (a bound), concentrated (nearly all States are in this category).", o => JsonNamingPolicy.CamelCase.ConvertName(o.Status.ToString())),
        ("statesFrom", "integer", false, "Fewest States behind the number; empty where that is not told.", o => o.StatesFrom),
        ("statesTo", "integer", false, "Most States behind it; the same as statesFrom where it is exact.", o => o.StatesTo),
    ];

    public static byte[] Csv(Release release)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\r\n" };
        using (var csv = new CsvWriter(text, new CsvHelper.Configuration.CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\r\n" }))
        {
            foreach (var column in Columns)
            {
                csv.WriteField(column.Name);
            }

            csv.NextRecord();
            foreach (var observation in Observations.Of(release))
            {
                foreach (var column in Columns)
                {
                    csv.WriteField(column.Value(observation) is decimal number ? number.ToString("0.###", CultureInfo.InvariantCulture) : column.Value(observation));
                }

                csv.NextRecord();
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public static byte[] Xlsx(Release release)
    {
        var names = new SheetNames();
        DataTable[] tables =
        [
            new("observations", [.. Columns.Select(c => c.Name)], [.. Observations.Of(release).Select(o => (IReadOnlyList<object?>)[.. Columns.Select(c => c.Value(o))])]),
            new("columns", ["name", "type", "required", "description"], [.. Columns.Select(c => (IReadOnlyList<object?>)[c.Name, c.Type, c.Required ? "true" : "false", c.Description])]),
        ];
        return SpreadsheetWriter.Write(new Spreadsheet("en", $"Release {release.Id}", [.. tables.Select(t => t.ToSheet(names))]));
    }

    public static byte[] Metadata(Release release) => JsonSerializer.SerializeToUtf8Bytes(
        new Dictionary<string, object>
        {
            ["@context"] = "http://www.w3.org/ns/csvw",
            ["url"] = "observations.csv",
            ["dc:title"] = $"Release {release.Id}",
            ["dc:description"] = "Voluntary self-assessment, not a measure of compliance; rounded, so that groups do not add to totals.",
            ["dc:issued"] = release.LockedOn,
            ["dialect"] = new Dictionary<string, object> { ["encoding"] = "utf-8", ["header"] = true, ["delimiter"] = ",", ["lineTerminators"] = "\r\n" },
            ["tableSchema"] = new Dictionary<string, object>
            {
                ["primaryKey"] = new[] { "release", "population", "subject", "statistic", "category" },
                ["columns"] = Columns.Select(c => new Dictionary<string, object> { ["name"] = c.Name, ["titles"] = c.Name, ["datatype"] = c.Type, ["required"] = c.Required, ["dc:description"] = c.Description }),
            },
        },
        Json.Http);
}
