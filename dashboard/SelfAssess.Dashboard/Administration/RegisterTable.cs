using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;

namespace SelfAssess.Dashboard.Administration;

/// <summary>The register as a table.</summary>
public sealed partial class RegisterTable(IHttpClientFactory clients, IHttpContextAccessor accessor)
{
    private const string Register = "/api/v1/register.csv";
    private const string Shipped = "/api/v1/register/un-states.csv";
    private static readonly Words T = Words.Of("Administration");

    private CancellationToken Aborted => accessor.HttpContext!.RequestAborted;

    /// <summary>What an import names as If-Match, so that nobody's change in between is overwritten.</summary>
    public async Task<string> ETagAsync() => (await ReadAsync(Register)).ETag;

    /// <summary>The shipped list of Members and observers of the United Nations.</summary>
    public async Task<string> ShippedAsync() => (await ReadAsync(Shipped)).Content;

    /// <summary>Imports a table, or says what would happen.</summary>
    /// <exception cref="ApiException">The table has problems, or the register has changed.</exception>
    public async Task<ImportReport> ImportAsync(string table, string etag, bool dryRun)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/register/import?dryRun={(dryRun ? "true" : "false")}") { Content = new StringContent(table, null, "text/csv") };
        request.Headers.TryAddWithoutValidation("If-Match", etag);
        using var client = clients.CreateClient(nameof(ApiClient));
        using var answer = await client.SendAsync(request, Aborted);
        return answer.IsSuccessStatusCode
            ? (await answer.Content.ReadFromJsonAsync<ImportReport>(JsonSerializerOptions.Web, Aborted))!
            : throw await RefusedAsync(answer);
    }

    /// <summary>Everything that is wrong with a table, by line; none where something else is refused.</summary>
    public static IReadOnlyList<TableProblem> ProblemsOf(ApiException exception) =>
        JsonSerializer.Deserialize<Problem>(exception.Response ?? "{}", JsonSerializerOptions.Web)?.Errors is { } errors
            ? [.. errors.Select(e => (Error: e, Place: Place().Match(e.Name))).Where(e => e.Place.Success)
                .Select(e => new TableProblem(e.Place.Groups["line"].Value, e.Place.Groups["column"].Value, T.Find($"table.{e.Error.Code}") ?? T["table.format"], e.Error.Reason))]
            : [];

    private async Task<(string Content, string ETag)> ReadAsync(string path)
    {
        using var client = clients.CreateClient(nameof(ApiClient));
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Aborted);
        return answer.IsSuccessStatusCode ? (await answer.Content.ReadAsStringAsync(Aborted), answer.Headers.ETag?.ToString() ?? "") : throw await RefusedAsync(answer);
    }

    private async Task<ApiException> RefusedAsync(HttpResponseMessage answer) =>
        new("The api refuses.", (int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Aborted), new Dictionary<string, IEnumerable<string>>(StringComparer.Ordinal), null);

    [GeneratedRegex(@"^line (?<line>\d+)(, (column )?(?<column>\S+))?", RegexOptions.ExplicitCapture)]
    private static partial Regex Place();
}

/// <summary>Something wrong in a table.</summary>
/// <param name="Line">From 1; the first one names the columns.</param>
/// <param name="Column">The column's name or number; empty where the whole line is concerned.</param>
/// <param name="Message">What is wrong, in the reader's language.</param>
/// <param name="Detail">The same in full, in English.</param>
public sealed record TableProblem(string Line, string Column, string Message, string Detail);
