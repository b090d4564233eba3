using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.OpenApi;

/// <summary>The walk-through of the API in the documents, walked.</summary>
public sealed partial class WalkThroughTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Every_request_gets_the_status_that_the_document_says()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var document = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "api.md"), TestContext.Current.CancellationToken);
        var steps = Step().Matches(document);
        Assert.True(steps.Count > 20, $"{steps.Count} requests");
        using var browser = host.CreateClient();
        var (tags, last, antiforgery) = (new Dictionary<string, string>(StringComparer.Ordinal), "", "");
        foreach (var step in steps.Cast<Match>())
        {
            var (method, path) = (step.Groups["method"].Value, step.Groups["path"].Value);
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            if (step.Groups["body"].Success)
            {
                request.Content = new StringContent(step.Groups["body"].Value.Replace("{password}", ApiHost.Password, StringComparison.Ordinal), Encoding.UTF8, "application/json");
            }

            foreach (var header in step.Groups["header"].Captures.Select(c => c.Value.Split(": ", 2)))
            {
                var value = EarlierTag().Replace(header[1], m => tags[m.Groups["request"].Value]).Replace("{etag}", last, StringComparison.Ordinal).Replace("{antiforgeryToken}", antiforgery, StringComparison.Ordinal);
                request.Headers.TryAddWithoutValidation(header[0], value);
            }

            // The first two are what a person does in a browser; whoever may do the rest sends it.
            var client = path.Contains("/sign-in", StringComparison.Ordinal) || path.Contains("/account/", StringComparison.Ordinal) ? browser : host.Whoever();
            using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True((int)response.StatusCode == int.Parse(step.Groups["status"].Value, System.Globalization.CultureInfo.InvariantCulture), $"{method} {path}: {(int)response.StatusCode} {text}");
            antiforgery = path.EndsWith("/sign-in", StringComparison.Ordinal) ? JsonElement.Parse(text).GetProperty("antiforgeryToken").GetString()! : antiforgery;
            if (response.IsSuccessStatusCode && response.Headers.ETag is { Tag: var tag })
            {
                tags[$"{method} {path}"] = last = tag;
            }
        }
    }

    // A request line, headers, a body on one line, and the status.
    [GeneratedRegex(@"```http\n(?<method>[A-Z]+) (?<path>\S+)\n((?<header>[A-Za-z-]+: .+)\n)*((?<body>\{ .+\})\n)?→ (?<status>\d{3})\n```", RegexOptions.ExplicitCapture)]
    private static partial Regex Step();

    [GeneratedRegex(@"\{etag of (?<request>[A-Z]+ [^}]+)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex EarlierTag();
}
