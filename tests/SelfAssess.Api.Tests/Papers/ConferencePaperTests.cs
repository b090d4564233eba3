using System.Globalization;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Papers.Content;
using SelfAssess.Api.Papers.Drawing;
using SelfAssess.Api.Tests.Charts;
using SelfAssess.Domain.Releases;
using SelfAssess.TestKit;

namespace SelfAssess.Api.Tests.Papers;

public sealed partial class ConferencePaperTests
{
    public static TheoryData<string> Languages { get; } = [.. ChartWords.Languages];

    private static readonly Release rich = Fictitious.Releases()[1] is var before
        ? Fictitious.Release("2026", 60, before, 50, plan: PublicationPlan.Default, groups: [5, 20, 12, 12, 11]) : throw new InvalidOperationException();

    [Theory]
    [MemberData(nameof(Languages))]
    public void Paper_is_a_valid_word_file_in_every_language_and_at_every_size(string language)
    {
        foreach (var release in (Release[])[rich, Fictitious.Release("2026", 30), Fictitious.Release("2026", 12), Fictitious.Release("2030", 9, plan: PublicationPlan.Default, groups: [9])])
        {
            using var file = Open(WordPaper.Draw(ConferencePaper.Of(release, Fictitious.Att.Definition, language)));
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
            var printed = await Office.PrintAsync(WordPaper.Draw(ConferencePaper.Of(rich, Fictitious.Att.Definition, language)), "docx",
                Environment.GetEnvironmentVariable("PAPERS_TO") is { } folder ? Path.Combine(folder, $"conference-{language}") : null, TestContext.Current.CancellationToken);
            Assert.InRange(printed.Pages, 25, 60);
            // Whoever reads a PDF guesses where Arabic words end, and marks directions.
            var text = Letters(printed.Text);
            Assert.All(said, s => Assert.Contains(Letters(s), text, StringComparison.Ordinal));
        }
    }

    private static string Letters(string text) => string.Concat(text.Normalize(NormalizationForm.FormKC).Where(c => !char.IsWhiteSpace(c) && !char.IsControl(c) && char.GetUnicodeCategory(c) != UnicodeCategory.Format));

    private static WordprocessingDocument Open(byte[] file) => WordprocessingDocument.Open(new MemoryStream(file), isEditable: false);
}
