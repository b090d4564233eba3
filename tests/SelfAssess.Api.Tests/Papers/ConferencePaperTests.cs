using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using DocumentFormat.OpenXml.Wordprocessing;
using Drawn = DocumentFormat.OpenXml.Drawing.Wordprocessing.DocProperties;
using Grid = DocumentFormat.OpenXml.Wordprocessing.Table;
using Line = DocumentFormat.OpenXml.Wordprocessing.Paragraph;
using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Papers.Content;
using SelfAssess.Api.Papers.Drawing;
using SelfAssess.Api.Platform;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Practices;
using SelfAssess.Api.Tests.Charts;
using SelfAssess.Domain.Releases;
using SelfAssess.TestKit;
using Table = SelfAssess.Api.Papers.Content.Table;

namespace SelfAssess.Api.Tests.Papers;

public sealed partial class ConferencePaperTests
{
    public static TheoryData<string> Languages { get; } = [.. ConferenceLanguages.All];

    private static readonly Release rich = Fictitious.Release("2026", 60, Fictitious.Releases()[1], 50, plan: PublicationPlan.Default, groups: [5, 20, 12, 12, 11]);

    [Theory]
    [MemberData(nameof(Languages))]
    public void Paper_is_a_valid_word_file_in_every_language_and_at_every_size(string language)
    {
        foreach (var release in (Release[])[rich, Fictitious.Release("2026", 30), Fictitious.Release("2030", 9, plan: PublicationPlan.Default, groups: [9])])
        {
            using var file = Open(Draw(release, language));
            Assert.Equal("", string.Join('\n', new OpenXmlValidator(FileFormatVersions.Microsoft365).Validate(file, TestContext.Current.CancellationToken).Select(e => $"{e.Part?.Uri} {e.Path?.XPath}: {e.Description}")));
        }
    }

    [Fact]
    public async Task Paper_prints_in_english_arabic_and_chinese()
    {
        foreach (var (language, said) in ((string, string[])[])[
            ("en", ["Arms Trade Treaty", "[symbol: to be assigned by the ATT Secretariat]", "Of 60 participating States: about", "Table 1: Participation", "Figure 1: ", "Annex D: Glossary", "Operating"]),
            ("ar", ["معاهدة تجارة الأسلحة", "P14.1"]),
            ("zh", ["武器贸易条约", "在 60 个参与国中", "附件 D"])])
        {
            var printed = await Office.PrintAsync(Draw(rich, language), "docx",
                Environment.GetEnvironmentVariable("PAPERS_TO") is { } folder ? Path.Combine(folder, $"conference-{language}") : null, TestContext.Current.CancellationToken);
            Assert.InRange(printed.Pages, 20, 40);
            // Whoever reads a PDF guesses where Arabic words end, and marks directions.
            var text = Letters(printed.Text);
            Assert.All(said, s => Assert.Contains(Letters(s), text, StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Same_release_gives_the_same_bytes_and_tells_no_moment(string language)
    {
        var file = Draw(rich, language);
        Assert.Equal(file, Draw(JsonSerializer.Deserialize<Release>(JsonSerializer.Serialize(rich, Json.Http), Json.Http)!, language));
        using var zip = new ZipArchive(new MemoryStream(file));
        Assert.All(zip.Entries, e => Assert.Equal(1980, e.LastWriteTime.Year));
        Assert.Equal("[Content_Types].xml", zip.Entries[0].FullName);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Structure_is_words_own(string language)
    {
        using var file = Open(Draw(rich, language));
        var main = file.MainDocumentPart!;
        var body = main.Document!.Body!;
        Assert.Equal(6, Styled("Heading1").Length);
        Assert.Equal(7 + 4, Styled("Heading2").Length);
        Assert.Equal(4, Styled("AnnexHeading").Length);

        // One numbering goes through the sections; each annex begins anew.
        var numberings = Styled("NumberedParagraph").Select(p => p.ParagraphProperties!.NumberingProperties!.NumberingId!.Val!.Value).ToArray();
        Assert.Equal(5, numberings.Distinct().Count());
        Assert.Equal(numberings.Order(), numberings);
        Assert.True(numberings.Count(n => n == numberings[0]) > 40);

        // Whatever is referred to is there, and fields show what they would count.
        var bookmarks = body.Descendants<BookmarkStart>().Select(b => b.Name!.Value!).ToHashSet(StringComparer.Ordinal);
        var fields = body.Descendants<FieldCode>().Select(f => f.Text.Trim()).ToArray();
        Assert.All(fields.Where(f => f.StartsWith("REF ", StringComparison.Ordinal)), f => Assert.Contains(f.Split(' ')[1], bookmarks));
        Assert.Contains(fields, f => f.StartsWith("REF ", StringComparison.Ordinal));
        Assert.Equal(bookmarks.Count, fields.Count(f => f.StartsWith("SEQ ", StringComparison.Ordinal)));

        var tables = body.Elements<Grid>().Skip(1).ToArray();
        Assert.Equal(tables.Length, fields.Count(f => f.StartsWith("SEQ Table", StringComparison.Ordinal)));
        Assert.All(tables, t => Assert.Single(t.Descendants<TableHeader>()));
        Assert.All(tables, t => Assert.Equal(language == "ar", t.GetFirstChild<TableProperties>()!.GetFirstChild<BiDiVisual>() is not null));
        var pictures = body.Descendants<Drawn>().ToArray();
        Assert.Equal(5, pictures.Length);
        Assert.All(pictures, p => Assert.True(p.Description!.Value!.Length > 100));
        Assert.Equal(pictures.Length, main.ImageParts.Count());
        Assert.True(body.Descendants<FootnoteReference>().Count() >= 3);
        Assert.Equal(body.Descendants<FootnoteReference>().Select(f => f.Id!.Value), main.FootnotesPart!.Footnotes!.Elements<Footnote>().Select(f => f.Id!.Value).Where(id => id > 0));

        var styles = main.StyleDefinitionsPart!.Styles!;
        Assert.Equal("SimSun", styles.DocDefaults!.Descendants<RunFonts>().Single().EastAsia!.Value);
        Assert.Equal(language == "ar", styles.Elements<Style>().Single(s => s.StyleId == "Normal").StyleParagraphProperties?.BiDi is not null);
        Assert.Equal(language == "ar", body.Descendants<RightToLeftText>().Count() > 100);
        Assert.Equal(language == "ar", body.GetFirstChild<SectionProperties>()!.GetFirstChild<BiDi>() is not null);

        Line[] Styled(string style) => [.. body.Elements<Line>().Where(p => p.ParagraphProperties?.ParagraphStyleId?.Val == style)];
    }

    [Fact]
    public void Latin_words_in_an_arabic_paper_run_from_left_to_right()
    {
        using var file = Open(Draw(rich, "ar"));
        var runs = file.MainDocumentPart!.Document!.Body!.Descendants<Run>().Where(r => r.GetFirstChild<Text>() is not null).ToArray();
        Assert.All(runs.Where(r => r.InnerText.Any(char.IsAsciiLetter) && r.RunProperties?.RunFonts is null),
            r => Assert.True(r.RunProperties?.RightToLeftText is null, r.InnerText));
        Assert.Contains(runs, r => r.InnerText.Contains("2026-R1", StringComparison.Ordinal));
        Assert.All(runs.Where(r => r.InnerText.Any(c => c is >= '\u0600' and <= '\u06FF')), r => Assert.NotNull(r.RunProperties?.RightToLeftText));
    }

    [Fact]
    public void Paper_has_no_number_that_is_neither_in_the_release_nor_in_its_questionnaire()
    {
        var definition = Fictitious.Att.Definition;
        foreach (var release in (Release[])[rich, Fictitious.Release("2026", 43), Fictitious.Release("2026", 30), Fictitious.Release("2026", 12)])
        {
            // What stands in the sentences themselves ("0–100"), in levels and in the names of themes and questions.
            HashSet<string> known =
            [
                .. Numbers(JsonSerializer.Serialize(release, Json.Http)), .. definition.Scales.SelectMany(s => s.Levels).SelectMany(l => Numbers($"{l.Value}")), "100", "0", "2026", "16",
                .. definition.AllSections().Select(s => s.Id).Concat(definition.AllQuestions().Select(q => q.Id)).SelectMany(Numbers), .. Numbers(release.LockedOn.ToString("D", CultureInfo.GetCultureInfo("en"))),
            ];
            var paper = ConferencePaper.Of(release, definition, [], "en");
            var before = paper with { Blocks = [.. paper.Blocks.TakeWhile(b => b is not Annex)] };
            var tables = paper with { Blocks = [.. paper.Blocks.SkipWhile(b => b is not Annex { Key: "indicators" }).TakeWhile(b => b is not Annex { Key: "glossary" })] };
            var said = before.AllTexts().Concat(tables.AllTexts()).SelectMany(Numbers).ToHashSet(StringComparer.Ordinal);
            Assert.True(said.Count > 10);
            Assert.Empty(said.Except(known));
        }
    }

    [Fact]
    public void What_xml_cannot_hold_is_left_out_and_what_looks_like_markup_is_text()
    {
        const string odd = "a\u0001b <w:p/> & \U0001F600 \uFFFE\r\nc";
        var paper = ConferencePaper.Of(rich, Fictitious.Att.Definition, [], "en");
        paper = paper with { Title = odd, Blocks = [new Api.Papers.Content.Heading(1, odd), new Table("odd", odd, [odd, odd], [new Row([odd, odd]), new Row([odd])], Note: odd)] };
        using var file = Open(WordPaper.Draw(paper));
        Assert.Empty(new OpenXmlValidator(FileFormatVersions.Microsoft365).Validate(file, TestContext.Current.CancellationToken));
        Assert.Equal(9, file.MainDocumentPart!.Document!.Body!.Descendants<Text>().Count(t => t.Text.EndsWith("ab <w:p/> & \U0001F600   c", StringComparison.Ordinal)));
        Assert.DoesNotContain("<w:p/>", Encoding.UTF8.GetString(HtmlPaper.Draw(paper)), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_withheld_is_said_and_no_small_number_is_told()
    {
        var paper = ConferencePaper.Of(Fictitious.Release("2030", 9, plan: PublicationPlan.Default, groups: [9]), Fictitious.Att.Definition, [], "en");
        var texts = (paper with { Blocks = [.. paper.Blocks.TakeWhile(b => b is not Annex)] }).AllTexts().ToArray();
        Assert.Contains("Fewer than 10 States took part. Their number is not published, and neither is anything else that they reported.", texts);
        Assert.DoesNotContain(texts.SelectMany(Numbers), n => n == "9");
        Assert.DoesNotContain(paper.Blocks, b => b is Table { Key: "participation" or "groups" });
        Assert.Equal(7, texts.Count(t => t == "What participating States reported on this theme is not published."));
        var levels = paper.Blocks.OfType<Table>().Single(t => t.Key == "levels");
        Assert.All(levels.Rows.SelectMany(r => r.Cells.Skip(1)), c => Assert.Equal("…", c));
    }

    [Fact]
    public void Sentences_are_those_of_the_conference()
    {
        var texts = ConferencePaper.Of(rich, Fictitious.Att.Definition, [], "en").AllTexts().ToArray();
        Assert.Contains(texts, t => t.StartsWith("Of 60 participating States: about 10 reported the level “Absent”; about 10 reported the level “Case by case”", StringComparison.Ordinal));
        Assert.Contains(texts, t => t.Contains("In about 15 of 60 participating States, government entities saw this theme differently.", StringComparison.Ordinal));
        Assert.Contains("Results reflect voluntary self-assessment and are not a measure of compliance. The sample is self-selected and is not representative of States Parties. No arrangement is presented as preferable.", texts);
        Assert.DoesNotContain(texts, t => t.Contains("States have ", StringComparison.Ordinal));
        // No symbol is made up.
        Assert.DoesNotContain(texts, t => t.Contains("ATT/CSP", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ru", 61, "Примерно в 15 из 61 участвующего государства")]
    [InlineData("ru", 62, "Примерно в 15 из 62 участвующих государств")]
    [InlineData("ar", 60, "من أصل 60 دولة مشاركة")]
    [InlineData("ar", 103, "من أصل 103 دول مشاركة")]
    [InlineData("fr", 60, "Dans environ 15 États participants sur 60")]
    public void Numbers_take_the_forms_of_the_language(string language, int states, string said) =>
        Assert.StartsWith(said, new PaperWords(language).Count("theme.divergence", states, "15").Replace("في نحو 15 ", "", StringComparison.Ordinal), StringComparison.Ordinal);

    [Fact]
    public void What_a_release_calls_its_cycle_is_never_taken_for_a_reference() =>
        Assert.Equal("This draft presents what participating States reported in the voluntary self-assessment “[table:levels]”, version {0}, in the cycle [x]. It is for the presidency to edit.",
            Paper.Flat(new PaperWords("en").Sentence("introduction.what", "[table:levels]", "{0}", "[x]")));

    [Fact]
    public void Every_language_says_everything_in_its_own_words_and_forms()
    {
        var english = Keys("");
        foreach (var language in ConferenceLanguages.All)
        {
            var own = Keys(language == "en" ? "" : language);
            var needed = english.Keys.SelectMany(k => !Plural().IsMatch(k) ? [k] : k.EndsWith(".other", StringComparison.Ordinal) ? PaperWords.CategoriesOf(language).Select(c => Plural().Replace(k, "." + c)) : Array.Empty<string>());
            Assert.Equal(needed.Order(StringComparer.Ordinal), own.Keys.Order(StringComparer.Ordinal));
            foreach (var (key, text) in own)
            {
                var original = english.GetValueOrDefault(key) ?? english[Plural().Replace(key, ".other")];
                Assert.True(Plural().IsMatch(key) ? Holes(text).IsSubsetOf(Holes(original)) : Holes(text).SetEquals(Holes(original)), $"{language}: '{key}' has other values");
            }
        }

        static Dictionary<string, string> Keys(string language)
        {
            var set = new System.Resources.ResourceManager("SelfAssess.Api.Papers.Texts.PaperTexts", typeof(ChartWords).Assembly)
                .GetResourceSet(language.Length == 0 ? CultureInfo.InvariantCulture : CultureInfo.GetCultureInfo(language), createIfNotExists: true, tryParents: false)!;
            return set.Cast<System.Collections.DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string)e.Value!, StringComparer.Ordinal);
        }

        // References are values too, and so are places to fill in, by their number.
        static HashSet<string> Holes(string text) => [.. Hole().Matches(text).Select(m => m.Value.StartsWith('{') || m.Value.Contains(':', StringComparison.Ordinal) && !m.Value.Contains(' ', StringComparison.Ordinal) ? m.Value : "[]")];
    }

    private static byte[] Draw(Release release, string language, IReadOnlyList<DeliveredPractice>? practices = null) => WordPaper.Draw(ConferencePaper.Of(release, Fictitious.Att.Definition, practices ?? [], language));

    private static IEnumerable<string> Numbers(string text) => Number().Matches(text).Select(m => m.Value);

    private static string Letters(string text) => string.Concat(text.Normalize(NormalizationForm.FormKC).Where(c => !char.IsWhiteSpace(c) && !char.IsControl(c) && char.GetUnicodeCategory(c) != UnicodeCategory.Format));

    private static WordprocessingDocument Open(byte[] file) => WordprocessingDocument.Open(new MemoryStream(file), isEditable: false);

    [GeneratedRegex(@"\d+(\.\d+)?", RegexOptions.ExplicitCapture)]
    private static partial Regex Number();

    [GeneratedRegex(@"\.(zero|one|two|few|many|other)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Plural();

    [GeneratedRegex(@"\{\d\}|\[[^\]]+\]")]
    private static partial Regex Hole();
}
