using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.RegularExpressions;
using SelfAssess.Api.Tests.OpenApi;
using SelfAssess.Dashboard;
using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Dashboard;

/// <summary>What holds for the dashboard without a browser: what it knows, and the api that it was made for. The rest is in SelfAssess.Browser.Tests.</summary>
public sealed class DashboardTests(PostgresFixture postgres)
{
    [Fact]
    public void Dashboard_knows_neither_domain_nor_database()
    {
        var known = typeof(DashboardSetup).Assembly.GetReferencedAssemblies().Select(a => a.Name!).ToArray();
        Assert.DoesNotContain(known, name => name.StartsWith("SelfAssess", StringComparison.Ordinal) || name.StartsWith("Marten", StringComparison.Ordinal)
            || name.StartsWith("Npgsql", StringComparison.Ordinal) || name.StartsWith("JasperFx", StringComparison.Ordinal) || name.StartsWith("FastEndpoints", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Dashboard_is_made_for_the_api_that_is_served()
    {
        var served = await (await postgres.SharedApiAsync()).Anonymous().GetStringAsync("/openapi/v1-3.0.json", TestContext.Current.CancellationToken);
        var golden = Path.Combine(Tools.Repository(), "dashboard", "SelfAssess.Dashboard", "openapi.json");
        if (Environment.GetEnvironmentVariable("REFRESH") == "1")
        {
            await File.WriteAllTextAsync(golden, served, TestContext.Current.CancellationToken);
        }

        Assert.True(served == await File.ReadAllTextAsync(golden, TestContext.Current.CancellationToken),
            "The api has changed. Refresh the dashboard's description of it: REFRESH=1 dotnet run --project tests/SelfAssess.Api.Tests -- -class \"*DashboardTests\"");
    }

    [Theory]
    [InlineData("/", "/")]
    [InlineData("/states/XAA?tab=1", "/states/XAA?tab=1")]
    [InlineData(null, "/")]
    [InlineData("", "/")]
    [InlineData("//elsewhere.example", "/")]
    [InlineData("/\\elsewhere.example", "/")]
    [InlineData("https://elsewhere.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("/a\r\nSet-Cookie: x", "/")]
    [InlineData("/a/..\\..//elsewhere.example", "/")]
    public void Return_address_leads_nowhere_else(string? path, string expected) => Assert.Equal(expected, LocalPath.Of(path));

    [Theory]
    [InlineData("http://localhost:5080", "http://localhost:5080/")]
    [InlineData("http://*:8080", "http://localhost:8080/")]
    [InlineData("http://[::]:8080", "http://localhost:8080/")]
    [InlineData("http://0.0.0.0:80", "http://localhost/")]
    [InlineData("https://127.0.0.1:443", "https://127.0.0.1/")]
    [InlineData("http://unix:/tmp/socket", null)]
    public void Address_on_which_one_listens_becomes_one_to_call(string listening, string? expected) => Assert.Equal(expected, ApiAddress.OnLoopback(listening)?.ToString());
}

/// <summary>Every text of the dashboard in every language.</summary>
public sealed partial class DashboardTextTests
{
    /// <summary>Texts that are rightly the same as in English, each looked at: names, and words that a language shares with English.</summary>
    private static readonly HashSet<string> sameOnPurpose = new(StringComparer.Ordinal)
    {
        "Shell/product ar", "Shell/product es", "Shell/product fr", "Shell/product ru", "Shell/product zh",
        "Shell/errorPrefix es", "SignIn/factor.code fr", "Profile/factor.code fr", "Profile/action fr", "Profile/role.auditor es",
        "Coordinator/nav fr", "Coordinator/no es", "Coordinator/questions.other fr",
        "Practices/cycle fr",
        "Coordinator/comma es", "Coordinator/comma fr", "Coordinator/comma ru", "Coordinator/colon ar", "Coordinator/colon es", "Coordinator/colon ru",
    };

    private static readonly string[] translations = ["ar", "es", "fr", "ru", "zh"];

    private static IEnumerable<string> Areas => typeof(DashboardSetup).Assembly.GetManifestResourceNames().Select(n => Resource().Match(n)).Where(m => m.Success).Select(m => m.Groups["area"].Value);

    [Fact]
    public void Every_text_is_there_in_every_language_and_none_beside_them()
    {
        var problems = new List<string>();
        foreach (var area in Areas)
        {
            var english = Read(area, "");
            foreach (var language in translations)
            {
                var translated = Read(area, language);
                problems.AddRange(KeysOf(english, language).Except(translated.Keys).Select(k => $"{area}/{k} is missing in {language}"));
                problems.AddRange(translated.Keys.Except(KeysOf(english, language)).Select(k => $"{area}/{k} in {language} is in no use"));
                foreach (var (key, text) in translated)
                {
                    var original = english.GetValueOrDefault(key) ?? english.GetValueOrDefault(Plural().Replace(key, ".other"));
                    if (text == original && text.Any(char.IsLetter) && !sameOnPurpose.Contains($"{area}/{key} {language}"))
                    {
                        problems.Add($"{area}/{key} is not translated into {language}");
                    }

                    // One may be said without its number ("one question"); every other value has its place.
                    var values = Values(text).ToHashSet(StringComparer.Ordinal);
                    if (original is not null && !values.SetEquals(Values(original)) && !(Plural().IsMatch(key) && values.IsSubsetOf(Values(original))))
                    {
                        problems.Add($"{area}/{key} in {language} has other values than in English");
                    }
                }
            }
        }

        Assert.NotEmpty(Areas);
        Assert.Equal("", string.Join("; ", problems.Order(StringComparer.Ordinal)));
    }

    [Fact]
    public void List_of_texts_that_are_the_same_on_purpose_has_none_too_many() => Assert.All(sameOnPurpose, entry =>
    {
        var (path, language) = (entry.Split(' ')[0], entry.Split(' ')[1]);
        var (area, key) = (path.Split('/')[0], path.Split('/')[1]);
        Assert.Equal(Read(area, "").GetValueOrDefault(key), Read(area, language).GetValueOrDefault(key));
    });

    [Fact]
    public void Every_translation_says_that_it_awaits_review()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Tools.Repository(), "dashboard", "SelfAssess.Dashboard", "Texts"), "*.??.resx").ToArray();
        Assert.NotEmpty(files);
        Assert.All(files, f => Assert.Contains("awaits review by a native speaker", File.ReadAllText(f), StringComparison.Ordinal));
    }

    [Fact]
    public void Plural_follows_the_language()
    {
        Assert.Equal(["other"], Words.CategoriesOf("zh"));
        Assert.Equal(["few", "many", "one"], Words.CategoriesOf("ru").Order(StringComparer.Ordinal));
        Assert.Equal(["few", "many", "one", "other", "two", "zero"], Words.CategoriesOf("ar").Order(StringComparer.Ordinal));
        Assert.Equal(("one", "many", "few"), (Words.CategoryOf("ru", 21), Words.CategoryOf("ru", 11), Words.CategoryOf("ru", 22)));
    }

    /// <summary>The keys that a language needs: of a text that depends on a number one for each of its own plural categories.</summary>
    private static IEnumerable<string> KeysOf(Dictionary<string, string> english, string language) => english.Keys
        .SelectMany(k => !Plural().IsMatch(k) ? [k] : k.EndsWith(".other", StringComparison.Ordinal) ? Words.CategoriesOf(language).Select(c => Plural().Replace(k, "." + c)) : [])
        .Distinct(StringComparer.Ordinal);

    private static Dictionary<string, string> Read(string area, string language) =>
        new ResourceManager($"SelfAssess.Dashboard.Texts.{area}", typeof(DashboardSetup).Assembly)
            .GetResourceSet(CultureInfo.GetCultureInfo(language), createIfNotExists: true, tryParents: false)?.Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string)e.Value!, StringComparer.Ordinal) ?? [];

    private static IEnumerable<string> Values(string text) => Value().Matches(text).Select(m => m.Groups["number"].Value);

    [GeneratedRegex(@"\.Texts\.(?<area>\w+)\.resources$", RegexOptions.ExplicitCapture)]
    private static partial Regex Resource();

    [GeneratedRegex(@"\.(zero|one|two|few|many|other)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Plural();

    [GeneratedRegex(@"\{(?<number>\d+)[^}]*\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Value();
}
