using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SelfAssess.Api.Tests.Fuzz;

/// <summary>Whether an answer is one that the document promises for the operation, and says nothing that it must not.</summary>
internal sealed partial class ResponseCheck(ApiDocument document, IReadOnlyDictionary<string, string> states)
{
    /// <summary>What everybody reads who is signed in, or an administrator needs: here States are named.</summary>
    private static readonly string[] naming =
    [
        "listStates", "getState", "putState", "exportRegister", "importRegister", "getUnitedNationsList", "listAccounts", "listInvitations", "invite", "grantRoles", "endRole", "disableAccount",
        "enableAccount", "getPublicationPlan", "putPublicationPlan",
    ];

    /// <summary>Everything that is wrong with an answer.</summary>
    /// <param name="operation">What was asked for.</param>
    /// <param name="caller">Who asked.</param>
    /// <param name="sent">The request's address and body: what it named itself may be named back.</param>
    /// <param name="response">The answer's head.</param>
    /// <param name="body">Its body.</param>
    public async Task<IReadOnlyList<string>> FaultsAsync(FuzzOperation operation, FuzzCaller caller, string sent, HttpResponseMessage response, byte[] body)
    {
        var faults = new List<string>();
        var status = (int)response.StatusCode;
        var text = Encoding.UTF8.GetString(body);
        if (status >= 500)
        {
            faults.Add($"a server error: {Short(text)}");
        }

        if (operation.Responses[status.ToString(CultureInfo.InvariantCulture)] is not JsonObject described)
        {
            faults.Add($"status {status} is not documented: {Short(text)}");
        }
        else
        {
            faults.AddRange(await ContentFaultsAsync(described, response.Content.Headers.ContentType, body, text));
        }

        if (status >= 400)
        {
            faults.AddRange(ProblemFaults(status, response, text));
        }
        else if (status is 201 or 202 && response.Headers.Location is null)
        {
            faults.Add("no Location");
        }

        if (response.Headers.TryGetValues("X-Content-Type-Options", out var options) is false || options.Single() != "nosniff")
        {
            faults.Add("no nosniff");
        }

        var told = text + response.Headers + response.Content.Headers;
        if (Internals().Match(told) is { Success: true } leak && (status >= 400 || leak.Value.StartsWith("   at ", StringComparison.Ordinal)))
        {
            faults.Add($"tells of the program's inside: {leak.Value}");
        }

        if (!naming.Contains(operation.Id, StringComparer.Ordinal) && body.Length < 1_000_000)
        {
            faults.AddRange(states.Where(s => s.Key != caller.State && (told.Contains(s.Value, StringComparison.Ordinal) || told.Contains(s.Key, StringComparison.Ordinal)))
                .Where(s => !sent.Contains(s.Key, StringComparison.Ordinal) && !sent.Contains(s.Value, StringComparison.Ordinal)).Take(1).Select(_ => "names another State"));
        }

        return faults;
    }

    private async Task<IEnumerable<string>> ContentFaultsAsync(JsonObject described, MediaTypeHeaderValue? type, byte[] body, string text)
    {
        if (described["content"] is not JsonObject content)
        {
            return body.Length == 0 ? [] : [$"a body where none is documented: {Short(text)}"];
        }

        if (content[type?.MediaType ?? ""] is not JsonObject media)
        {
            return [$"content type {type} is not documented ({string.Join(", ", content.Select(c => c.Key))}): {Short(text)}"];
        }

        if (!type!.MediaType!.EndsWith("json", StringComparison.Ordinal) || media["schema"] is not { } schema)
        {
            return body.Length > 0 ? [] : ["an empty body"];
        }

        try
        {
            return (await document.FaultsAsync(schema, text)).Select(f => $"not as its schema: {f} in {Short(text)}");
        }
        catch (JsonException)
        {
            return [$"no JSON: {Short(text)}"];
        }
    }

    private static IEnumerable<string> ProblemFaults(int status, HttpResponseMessage response, string text)
    {
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
        {
            yield return $"no problem details: {Short(text)}";
            yield break;
        }

        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        if (problem.GetProperty("status").GetInt32() != status || !problem.GetProperty("type").GetString()!.StartsWith("urn:selfassess:problem:", StringComparison.Ordinal)
            || string.IsNullOrWhiteSpace(problem.GetProperty("detail").GetString()) || string.IsNullOrWhiteSpace(problem.GetProperty("traceId").GetString()))
        {
            yield return $"a problem that says too little: {Short(text)}";
        }

        if (response.Headers.CacheControl is not { NoStore: true })
        {
            yield return "a problem that may be kept";
        }

        if (status == 429 && response.Headers.RetryAfter is null)
        {
            yield return "no Retry-After";
        }
    }

    private static string Short(string text) => text.Length > 400 ? text[..400] : text;

    [GeneratedRegex(@"   at [A-Za-z]+\.|\b(System|Microsoft|Npgsql|Marten|FastEndpoints|JasperFx|Hangfire)\.[A-Z]\w+|SelfAssess\.(Api|Domain)\.|mt_doc_|mt_events|\w+Exception\b|\.cs:line", RegexOptions.ExplicitCapture)]
    private static partial Regex Internals();
}
