using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Tests.Fuzz;
using SelfAssess.Dashboard.Administration;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Security;

/// <summary>Texts that mean something to whoever comes after: the database, the log, a header, a spreadsheet, a browser.</summary>
public sealed partial class InjectionTests(PostgresFixture postgres, ListeningApi api) : IClassFixture<ListeningApi>
{
    [Fact]
    public async Task Text_in_an_address_is_never_part_of_a_query()
    {
        var host = await postgres.SharedApiAsync();
        await host.Administrator().CallAsync(HttpMethod.Put, "states/INJ", new { name = "Injured Land" });
        var http = host.Whoever();
        var document = new ApiDocument(await http.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken));
        string[] payloads = ["x'; select pg_sleep(20); --", "x' or '1'='1", "x\" || pg_sleep(20) || \"", "x')); drop table common.mt_doc_registeredstate; --"];
        foreach (var operation in document.Operations.Where(o => o.Reads && !o.Path.EndsWith("/events", StringComparison.Ordinal)))
        {
            foreach (var parameter in operation.Parameters.Where(p => p.Place is "path" or "query"))
            {
                foreach (var payload in payloads)
                {
                    var path = operation.Path;
                    foreach (var other in operation.Parameters.Where(p => p.Place == "path"))
                    {
                        path = path.Replace($"{{{other.Name}}}", Uri.EscapeDataString(other == parameter ? payload : other.Name == "state" ? "INJ" : other.Name == "format" ? "csv" : "nothing"), StringComparison.Ordinal);
                    }

                    var watch = Stopwatch.StartNew();
                    using var response = await http.GetAsync(parameter.Place == "query" ? $"{path}?{parameter.Name}={Uri.EscapeDataString(payload)}" : path, TestContext.Current.CancellationToken);
                    Assert.True((int)response.StatusCode < 500 && watch.Elapsed < TimeSpan.FromSeconds(15), $"{operation.Id} {parameter.Name}: {(int)response.StatusCode} after {watch.Elapsed}");
                    // Whoever asks here is somebody of the State and the entity that the address names, whatever those are.
                    Assert.True(parameter.Place == "query" || parameter.Name is "state" or "entity" || (int)response.StatusCode >= 400, $"{operation.Id} {parameter.Name} found something");
                }
            }
        }

        Assert.Equal(200, (int)(await host.Administrator().CallAsync(HttpMethod.Get, "states/INJ")).Response.StatusCode);
    }

    [Fact]
    public async Task Line_in_a_log_is_the_programs_own()
    {
        var log = new LogLines();
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync(), b => b.ConfigureServices(s => s.AddSingleton<ILoggerProvider>(log)));
        using var http = host.Administrator();
        const string forged = "x\r\nfail: the administrator gave everything away";
        await http.CallAsync(HttpMethod.Get, $"cycles/{Uri.EscapeDataString(forged)}");
        await http.CallAsync(HttpMethod.Get, $"states?after={Uri.EscapeDataString(forged)}");
        await http.CallAsync(HttpMethod.Put, "states/LOG", new { name = forged });
        await http.CallAsync(HttpMethod.Post, "invitations", new { email = $"{forged}@example.org", grants = new[] { new { role = "administrator" } } });
        await host.Anonymous().CallAsync(HttpMethod.Post, "sign-in", new { email = forged, password = forged });
        await host.Anonymous().GetAsync($"/sign-in?return={Uri.EscapeDataString(forged)}", TestContext.Current.CancellationToken);
        Assert.DoesNotContain(log.Written, l => l.Contains("gave everything away", StringComparison.Ordinal) && l.Contains('\n', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Name_of_a_file_is_made_of_letters_that_mean_nothing()
    {
        var host = await postgres.SharedApiAsync();
        foreach (var id in (string[])["a\r\nSet-Cookie: x=1", "a\"; filename=\"b", "../a", "a b", "a;b"])
        {
            var (response, _) = await host.Administrator().CallAsync(HttpMethod.Put, $"cycles/{Uri.EscapeDataString(id)}", new { name = "x", questionnaire = new { id = "a", version = "1.0" }, startsOn = "2026-01-01" });
            Assert.True((int)response.StatusCode is 400 or 404, $"{id}: {(int)response.StatusCode}");
            Assert.False(response.Headers.Contains("Set-Cookie"));
        }
    }

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+1")]
    [InlineData("-1")]
    [InlineData("@SUM(A1)")]
    [InlineData(" =1+1")]
    [InlineData("A\r\nB")]
    public async Task Register_takes_no_name_that_a_spreadsheet_would_calculate(string name)
    {
        var client = (await postgres.SharedApiAsync()).Administrator();
        var (response, problem) = await client.CallAsync(HttpMethod.Put, "states/CSV", new { name });
        Assert.Equal((400, "name"), ((int)response.StatusCode, problem.GetProperty("errors")[0].GetProperty("name").GetString()));
        (response, _) = await client.CallAsync(HttpMethod.Put, "states/CSV", new { name = "A Land", names = new { fr = name } });
        Assert.Equal(400, (int)response.StatusCode);
        using var table = new StringContent($"code,en\r\nCSV,\"{name}\"\r\n", Encoding.UTF8, "text/csv");
        using var import = new HttpRequestMessage(HttpMethod.Post, "/api/v1/register/import?dryRun=true") { Content = table };
        import.Headers.TryAddWithoutValidation("If-Match", (await client.CallAsync(HttpMethod.Get, "register.csv")).Response.Headers.ETag!.Tag);
        using var imported = await client.SendAsync(import, TestContext.Current.CancellationToken);
        var told = await imported.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("line ", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_table_that_is_exported_calculates_nothing()
    {
        var host = await postgres.SharedApiAsync();
        foreach (var path in (string[])["register.csv", "register/un-states.csv"])
        {
            var csv = await (await host.Administrator().GetAsync($"/api/v1/{path}", TestContext.Current.CancellationToken)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.DoesNotMatch(Formula(), csv);
        }
    }

    [Fact]
    public async Task What_people_write_is_text_on_every_page()
    {
        var host = api.Host;
        const string nasty = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'>";
        var administrator = host.Administrator();
        await host.Whoever().OpenCycleAsync("pages");
        await administrator.DoAsync(HttpMethod.Put, "states/HTM", new { name = nasty });
        await host.Whoever().DoAsync(HttpMethod.Put, "states/HTM/profile", new { questionnaire = new { id = "pages", version = "1.0" }, fields = new { exporter = true } });
        await host.Whoever().BeginAsync("HTM", "pages");
        var (_, etag) = await host.Whoever().DoAsync(HttpMethod.Get, "states/HTM/assessments/pages");
        await host.Whoever().DoAsync(HttpMethod.Patch, "states/HTM/assessments/pages/answers", new { answers = new { a1 = new { value = "some", comment = nasty } } }, etag);
        await host.AccountAsync("admin2@example.org", nasty, ApiHost.Granted(Role.Administrator));
        await host.AccountAsync("coordinator@example.org", nasty, ApiHost.Granted(Role.Coordinator, "HTM"));
        var seen = 0;
        foreach (var (email, pages) in (ValueTuple<string, string[]>[])
                 [
                     ("admin2@example.org", ["/administration/states", "/administration/accounts", "/administration/states/HTM", "/profile", "/profile/name"]),
                     ("coordinator@example.org", ["/profile", "/coordinate/HTM", "/coordinate/HTM/cycles/pages", "/coordinate/HTM/cycles/pages/answers/A", "/coordinate/HTM/people", "/history/HTM/pages", "/result/HTM/pages"]),
                 ])
        {
            using var browser = api.Browser();
            await browser.DoAsync(HttpMethod.Post, "sign-in", new { email, password = ApiHost.Password });
            foreach (var page in pages)
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, page);
                request.Headers.Accept.ParseAdd("text/html");
                using var response = await browser.SendAsync(request, TestContext.Current.CancellationToken);
                var html = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                Assert.True(response.IsSuccessStatusCode, $"{page}: {(int)response.StatusCode}");
                Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);
                Assert.DoesNotContain("<img src=x", html, StringComparison.Ordinal);
                seen += html.Contains("&lt;script&gt;alert(1)", StringComparison.Ordinal) ? 1 : 0;
            }
        }

        // The test sees what it is about.
        Assert.InRange(seen, 4, 20);
    }

    [Fact]
    public void Form_field_that_unpacks_to_more_than_is_taken_is_none()
    {
        using var packed = new MemoryStream();
        using (var brotli = new System.IO.Compression.BrotliStream(packed, System.IO.Compression.CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var zeros = new byte[1024 * 1024];
            for (var i = 0; i < 512; i++)
            {
                brotli.Write(zeros);
            }
        }

        Assert.InRange(packed.Length, 1, 100_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Empty(UploadedFiles.Unpack(Convert.ToBase64String(packed.ToArray())));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024 * 1024);
        Assert.Empty(UploadedFiles.Unpack("no base64"));
        Assert.Empty(UploadedFiles.Unpack(Convert.ToBase64String("no brotli"u8)));
    }

    [GeneratedRegex("(^|,|\n)\"?[=+@-](?![0-9])", RegexOptions.ExplicitCapture)]
    private static partial Regex Formula();
}
