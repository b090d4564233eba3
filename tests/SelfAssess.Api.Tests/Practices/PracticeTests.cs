using System.Text;
using System.Text.Json;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using SelfAssess.Api.Papers.Content;
using SelfAssess.Api.Papers.Drawing;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Practices;
using SelfAssess.Api.Releases;
using SelfAssess.Api.Tests.Charts;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Practices;

/// <summary>Practices that States volunteer: from a draft inside a State to the papers of a release.</summary>
public sealed class PracticeTests(PostgresFixture postgres)
{
    private const string Bookkeeping = "We keep one register of cases.";

    public static TheoryData<string> Languages { get; } = [.. ConferenceLanguages.All];

    [Fact]
    public async Task Practices_leave_their_states_at_the_lock_and_are_published_with_the_release()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = host.Whoever();
        await client.OpenCycleAsync("living");
        foreach (var state in (string[])["LVA", "LVB", "LVC", "LVD"])
        {
            await client.AssessAsync(state, "living", "some");
        }

        var named = await ApproveAsync(client, "LVA", attributed: true, "A desk at the border");
        var quiet = await ApproveAsync(client, "LVB", attributed: false, "A register of cases", Bookkeeping);
        var leftOut = await ApproveAsync(client, "LVC", attributed: false, "Left out");
        await WriteAsync(client, "LVD", "Only a draft");
        var withdrawn = await ApproveAsync(client, "LVD", attributed: true, "Withdrawn in time");
        await WithdrawAsync(client, "LVD", withdrawn);
        var rewritten = await ApproveAsync(client, "LVD", attributed: true, "Approved once, then rewritten");
        await client.DoAsync(HttpMethod.Put, $"states/LVD/practices/{rewritten}/text", Body("Rewritten, not approved again"), await ETagAsync(client, "LVD", rewritten));

        Assert.Empty(await ListAsync(client, "living"));
        await client.PrepareReleaseAsync("living");
        var list = await ListAsync(client, "living");
        Assert.Equal(["A desk at the border", "A register of cases", "Left out"], list.Select(TitleOf).Order(StringComparer.Ordinal));
        Assert.Equal("LVA", list.Single(p => TitleOf(p) == "A desk at the border").GetProperty("practice").GetProperty("state").GetProperty("code").GetString());
        Assert.All(list.Where(p => TitleOf(p) != "A desk at the border"), p => Assert.Equal(JsonValueKind.Null, p.GetProperty("practice").GetProperty("state").ValueKind));
        // Inside and outside it goes by different ids.
        Assert.DoesNotContain(list, p => new[] { named, quiet, leftOut }.Contains(p.GetProperty("practice").GetProperty("id").GetString()));

        var left = list.Single(p => TitleOf(p) == "Left out").GetProperty("practice").GetProperty("id").GetString();
        await host.Presidency().DoAsync(HttpMethod.Post, $"cycles/living/practices/{left}/leave-out");
        Assert.Empty((await client.DoAsync(HttpMethod.Get, "practices")).Body.GetProperty("items").EnumerateArray());
        await client.FreezeAsync("living-R1");
        var published = (await client.DoAsync(HttpMethod.Get, "practices")).Body.GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal(["A desk at the border", "A register of cases"], published.Select(p => p.GetProperty("title").GetString()).Order(StringComparer.Ordinal));
        Assert.All(published, p => Assert.Equal("living-R1", p.GetProperty("release").GetString()));
        Assert.Equal("published", (await client.DoAsync(HttpMethod.Get, $"states/LVB/practices/{quiet}")).Body.GetProperty("status").GetString());

        // What is published stays; what was left out can still be taken back.
        var (refused, problem) = await client.CallAsync(HttpMethod.Post, $"states/LVB/practices/{quiet}/withdraw", ifMatch: await ETagAsync(client, "LVB", quiet));
        Assert.Equal((409, "urn:selfassess:problem:practice-published"), ((int)refused.StatusCode, problem.GetProperty("type").GetString()));
        await WithdrawAsync(client, "LVC", leftOut);
        Assert.Equal(2, (await ListAsync(client, "living")).Length);
        var (late, _) = await client.CallAsync(HttpMethod.Post, "states/LVA/practices", Body("Too late"));
        Assert.Equal(409, (int)late.StatusCode);

        var first = await PaperAsync(client);
        var text = TextOf(first);
        Assert.Contains(Bookkeeping, text, StringComparison.Ordinal);
        Assert.Contains("Demo State LVA (original language: English):", text, StringComparison.Ordinal);
        Assert.Contains("A State that wished not to be named (original language: English):", text, StringComparison.Ordinal);
        Assert.DoesNotContain("LVB", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Left out", text, StringComparison.Ordinal);

        // The register changes; the release's paper does not, also not from another node.
        var (_, etag) = await client.DoAsync(HttpMethod.Get, "states/LVA");
        await client.DoAsync(HttpMethod.Put, "states/LVA", new { name = "Renamed" }, etag);
        await using var other = await ApiHost.StartAsync(host.ConnectionString);
        Assert.Equal(first, await PaperAsync(other.Whoever()));
    }

    [Fact]
    public async Task Nothing_links_a_practice_to_its_state_or_to_a_contribution()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = host.Whoever();
        await client.OpenCycleAsync("unlinked");
        for (var i = 0; i < 12; i++)
        {
            await client.AssessAsync($"UL{i}", "unlinked", "some");
            await ApproveAsync(client, $"UL{i}", attributed: false, $"Practice {i}");
        }

        await client.PrepareReleaseAsync("unlinked");
        var roles = host.Services.GetRequiredService<DatabaseRoles>();
        await using var connection = new NpgsqlConnection(roles.Common);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var rows = new List<(string Data, DateTime At)>();
        await using (var command = new NpgsqlCommand("select data::text, mt_last_modified from common.mt_doc_deliveredpractice order by ctid", connection))
        await using (var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken))
        {
            while (await reader.ReadAsync(TestContext.Current.CancellationToken))
            {
                rows.Add((reader.GetString(0), reader.GetDateTime(1)));
            }
        }

        Assert.Equal(12, rows.Count);
        Assert.Single(rows.Select(r => r.At).Distinct());
        await using var session = host.Services.GetRequiredService<ICommonStore>().QuerySession();
        var pseudonyms = await session.Query<DeliveredContribution>().ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(12, pseudonyms.Count);
        Assert.All(rows, r =>
        {
            Assert.DoesNotContain("UL", r.Data, StringComparison.Ordinal);
            Assert.DoesNotContain(pseudonyms, p => r.Data.Contains(p.Contribution.Pseudonym, StringComparison.Ordinal));
        });
        // Twelve in the order in which they were written: one chance in 479 million.
        Assert.NotEqual(Enumerable.Range(0, 12).Select(i => $"Practice {i}"), rows.Select(r => JsonDocument.Parse(r.Data).RootElement.GetProperty("title").GetString()!));

        await using var aggregation = new NpgsqlConnection(roles.Aggregation);
        await aggregation.OpenAsync(TestContext.Current.CancellationToken);
        await using var forbidden = new NpgsqlCommand("select count(*) from common.mt_doc_deliveredpractice", aggregation);
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege,
            (await Assert.ThrowsAsync<PostgresException>(() => forbidden.ExecuteScalarAsync(TestContext.Current.CancellationToken))).SqlState);
    }

    [Fact]
    public async Task Lock_that_is_repeated_after_a_crash_delivers_nothing_twice()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = host.Whoever();
        await client.OpenCycleAsync("again");
        await client.BeginAsync("AGA", "again");
        var practice = await ApproveAsync(client, "AGA", attributed: true, "Once");
        await using var session = host.Services.GetRequiredService<ICommonStore>().QuerySession();
        var cycle = (await session.LoadAsync<SelfAssess.Api.Cycles.Cycle>("again", TestContext.Current.CancellationToken))!;
        var deliver = host.Services.GetRequiredService<DeliverPractices>();
        await deliver.RunAsync(cycle, TestContext.Current.CancellationToken);
        await deliver.RunAsync(cycle, TestContext.Current.CancellationToken);
        Assert.Single(await ListAsync(client, "again"));
        await WithdrawAsync(client, "AGA", practice);
        await deliver.RunAsync(cycle, TestContext.Current.CancellationToken);
        Assert.Empty(await ListAsync(client, "again"));
    }

    [Fact]
    public async Task Erased_state_takes_along_what_is_not_published()
    {
        await using var host = await ApiHost.StartAsync(await postgres.CreateDatabaseAsync());
        var client = host.Whoever();
        await client.OpenCycleAsync("erased");
        await client.BeginAsync("ERP", "erased");
        await ApproveAsync(client, "ERP", attributed: false, "Mine");
        await client.PrepareReleaseAsync("erased");
        Assert.Single(await ListAsync(client, "erased"));
        await client.DoAsync(HttpMethod.Post, "states/ERP/erase", new { confirm = "ERP" });
        Assert.Empty(await ListAsync(client, "erased"));
    }

    [Theory]
    [InlineData("title", "Pay \u202Eattention", "invisibleSign")]
    [InlineData("title", "two\nlines", "invisibleSign")]
    [InlineData("text", "a bell \u0007", "invisibleSign")]
    [InlineData("text", "\u2066isolated\u2069", "invisibleSign")]
    [InlineData("text", "a line separator \u2028", "invisibleSign")]
    [InlineData("theme", "Z", "unknownTheme")]
    [InlineData("cycle", "nowhere", "unknownCycle")]
    [InlineData("language", "tlh", null)]
    public async Task What_cannot_be_shown_as_it_is_is_refused(string field, string value, string? code)
    {
        var client = (await postgres.SharedApiAsync()).Whoever();
        await OnceAsync(client);
        var body = Body("A title", cycle: "refused").ToDictionary(f => f.Key, f => f.Key == field ? value : f.Value, StringComparer.Ordinal);
        var (response, problem) = await client.CallAsync(HttpMethod.Post, "states/REF/practices", body);
        Assert.Equal(400, (int)response.StatusCode);
        var error = problem.GetProperty("errors").EnumerateArray().Single();
        Assert.Equal(field, error.GetProperty("name").GetString());
        Assert.True(code is null || error.GetProperty("code").GetString() == code, error.ToString());
    }

    [Fact]
    public async Task Lines_marks_of_direction_and_every_script_are_kept_and_length_is_limited()
    {
        var client = (await postgres.SharedApiAsync()).Whoever();
        await OnceAsync(client);
        const string text = "الخط الأول ATT\u200F.\r\nSecond line 🧭\tand more <b>&amp;</b>";
        var (written, _) = await client.DoAsync(HttpMethod.Post, "states/REF/practices", Body("A title", text, "refused"));
        Assert.Equal(text.Replace("\r\n", "\n", StringComparison.Ordinal), written.GetProperty("text").GetString());
        var (tooLong, _) = await client.CallAsync(HttpMethod.Post, "states/REF/practices", Body("A title", new string('x', 3001), "refused"));
        Assert.Equal(400, (int)tooLong.StatusCode);
        var path = $"states/REF/practices/{written.GetProperty("id").GetString()}";
        var (unconsented, _) = await client.CallAsync(HttpMethod.Post, $"{path}/approve", new { consent = false, attributed = true }, await ETagAsync(client, "REF", written.GetProperty("id").GetString()!));
        Assert.Equal(400, (int)unconsented.StatusCode);
        Assert.Equal(428, (int)(await client.CallAsync(HttpMethod.Post, $"{path}/approve", new { consent = true, attributed = true })).Response.StatusCode);
        Assert.Equal("draft", (await client.DoAsync(HttpMethod.Get, path)).Body.GetProperty("status").GetString());
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Paper_quotes_every_language_in_its_own_direction(string language)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["ar"] = "نجتمع كل شهر مع ATT.\nسطر ثان",
            ["en"] = "We meet each month. <w:p> & \"more\"",
            ["es"] = "Nos reunimos cada mes.",
            ["fr"] = "Nous nous réunissons chaque mois.",
            ["ru"] = "Мы встречаемся каждый месяц.",
            ["zh"] = "我们每月开会。",
        };
        var names = new Dictionary<string, string>(StringComparer.Ordinal) { ["en"] = "Demo State", ["fr"] = "État de démonstration" };
        DeliveredPractice[] practices = [.. texts.Select((t, i) => new DeliveredPractice
        {
            Id = new Guid(i, 0, 0, new byte[8]), CycleId = "2026", Theme = "P14.1", Language = t.Key, Title = "=1+1", Text = t.Value, State = i == 0 ? new NamedState("XAA", names) : null,
        })];
        var paper = ConferencePaper.Of(Fictitious.Release("2026", 30), Fictitious.Att.Definition, practices, language);
        using var file = WordprocessingDocument.Open(new MemoryStream(WordPaper.Draw(paper)), false);
        Assert.Empty(new OpenXmlValidator(FileFormatVersions.Microsoft365).Validate(file, TestContext.Current.CancellationToken).Select(e => e.Description));
        var quoted = file.MainDocumentPart!.Document!.Body!.Elements<DocumentFormat.OpenXml.Wordprocessing.Paragraph>().Where(p => p.ParagraphProperties?.ParagraphStyleId?.Val == "Quotation").ToArray();
        Assert.Equal(texts.Values.SelectMany(t => t.Split('\n')), quoted.Select(p => p.InnerText.Replace("\u200E", "", StringComparison.Ordinal)));
        for (var i = 0; i < quoted.Length; i++)
        {
            var (own, written) = (i < 2, quoted[i].ParagraphProperties!.BiDi);
            Assert.Equal(own, written is null ? language == "ar" : written.Val!.Value);
        }

        Assert.Contains(file.MainDocumentPart.Document.Body.Elements<DocumentFormat.OpenXml.Wordprocessing.Paragraph>(),
            p => p.InnerText.StartsWith(language == "fr" ? "État de démonstration" : "Demo State", StringComparison.Ordinal) || p.InnerText.StartsWith("\u200EDemo State", StringComparison.Ordinal));
        var html = Encoding.UTF8.GetString(HtmlPaper.Draw(paper));
        Assert.Contains("<blockquote lang=\"ar\" dir=\"rtl\">", html, StringComparison.Ordinal);
        Assert.Contains("&lt;w:p&gt; &amp; &quot;more&quot;", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Table_holds_no_formula()
    {
        var practice = new SharedPractice(Guid.Empty, "2026", "A", "en", "=cmd|'/c calc'!A1", "@SUM(1)\nmore", null, "2026-R1");
        var csv = Encoding.UTF8.GetString(PracticeTable.Csv(new LivingDocument([practice])));
        Assert.Contains("'=cmd|", csv, StringComparison.Ordinal);
        Assert.Contains("'@SUM", csv, StringComparison.Ordinal);
    }

    private static readonly SemaphoreSlim once = new(1);

    private static async Task OnceAsync(HttpClient client)
    {
        await once.WaitAsync();
        try
        {
            if (!(await client.CallAsync(HttpMethod.Get, "states/REF")).Response.IsSuccessStatusCode)
            {
                await client.OpenCycleAsync("refused");
                await client.BeginAsync("REF", "refused");
            }
        }
        finally
        {
            once.Release();
        }
    }

    private static Dictionary<string, string> Body(string title, string text = "Once a week, everybody sits at one table.", string cycle = "living") =>
        new(StringComparer.Ordinal) { ["cycle"] = cycle, ["theme"] = "A", ["language"] = "en", ["title"] = title, ["text"] = text };

    private static async Task<string> WriteAsync(HttpClient client, string state, string title, string text = "Once a week, everybody sits at one table.")
    {
        var cycle = (await client.DoAsync(HttpMethod.Get, $"states/{state}/assessments")).Body.GetProperty("items")[0].GetProperty("cycle").GetString()!;
        return (await client.DoAsync(HttpMethod.Post, $"states/{state}/practices", Body(title, text, cycle))).Body.GetProperty("id").GetString()!;
    }

    private static async Task<string> ApproveAsync(HttpClient client, string state, bool attributed, string title, string text = "Once a week, everybody sits at one table.")
    {
        var practice = await WriteAsync(client, state, title, text);
        await client.DoAsync(HttpMethod.Post, $"states/{state}/practices/{practice}/approve", new { consent = true, attributed }, await ETagAsync(client, state, practice));
        return practice;
    }

    private static async Task WithdrawAsync(HttpClient client, string state, string practice) =>
        await client.DoAsync(HttpMethod.Post, $"states/{state}/practices/{practice}/withdraw", ifMatch: await ETagAsync(client, state, practice));

    private static async Task<string> ETagAsync(HttpClient client, string state, string practice) => (await client.DoAsync(HttpMethod.Get, $"states/{state}/practices/{practice}")).ETag!;

    private static async Task<JsonElement[]> ListAsync(HttpClient client, string cycle) =>
        [.. (await client.DoAsync(HttpMethod.Get, $"cycles/{cycle}/practices")).Body.GetProperty("items").EnumerateArray()];

    private static string TitleOf(JsonElement listed) => listed.GetProperty("practice").GetProperty("title").GetString()!;

    private static Task<byte[]> PaperAsync(HttpClient client) => client.GetByteArrayAsync("/api/v1/releases/living-R1/papers/conference.docx", TestContext.Current.CancellationToken);

    private static string TextOf(byte[] file)
    {
        using var document = WordprocessingDocument.Open(new MemoryStream(file), false);
        return document.MainDocumentPart!.Document!.Body!.InnerText;
    }
}
