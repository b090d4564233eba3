using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using SelfAssess.Api.Papers.Content;
using SelfAssess.Api.Papers.Drawing;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Releases;
using SelfAssess.Api.Tests.Charts;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Tests.Papers;

public sealed partial class GuidingQuestionTests
{
    public static TheoryData<string> Languages { get; } = [.. ConferenceLanguages.All];

    private static readonly Release rich = Fictitious.Release("2026", 60, plan: PublicationPlan.Default, groups: [5, 20, 12, 12, 11]);

    [Theory]
    [MemberData(nameof(Languages))]
    public void Every_number_is_one_that_the_release_publishes(string language)
    {
        var list = GuidingQuestions.Of(rich, Fictitious.Att.Definition, language);
        Assert.Contains(list.Parts, p => p.Theme == "P14.1");
        Assert.Contains(list.Parts, p => p.Theme is null);
        Assert.Equal(list.Parts.Select(p => p.Theme).OfType<string>().Order(StringComparer.Ordinal), list.Parts.Select(p => p.Theme).OfType<string>());
        var counts = rich.Themes.SelectMany(t => t.Distribution?.Levels is { } l ? l.Concat([l[0] + l[1], l[^1] + l[^2]]) : []).Select(c => (decimal)c)
            .Concat(rich.Counted.SelectMany(c => c.Options).Select(o => o.States).OfType<Protected.Published>().Select(p => p.Value))
            .Concat(rich.Divergence.Select(d => d.Diverging).OfType<Protected.Published>().Select(p => p.Value))
            .Append(rich.Participation.Participants!.Value).ToHashSet();
        foreach (var said in list.Parts.SelectMany(p => p.Questions).Select(q => q.Said))
        {
            // Names of themes and options have numbers of their own: they stand in quotation marks.
            Assert.All(Digits().Matches(Quoted().Replace(said, "")).Select(m => decimal.Parse(m.Value, CultureInfo.InvariantCulture)), n => Assert.Contains(n, counts));
            Assert.DoesNotContain("{", said, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Themes_are_asked_about_by_where_most_states_are()
    {
        var english = GuidingQuestions.Of(rich, Fictitious.Att.Definition, "en");
        foreach (var theme in rich.Themes.Where(t => t.Distribution is not null))
        {
            var levels = theme.Distribution!.Levels;
            var (low, high, all) = (levels[0] + levels[1], levels[^1] + levels[^2], levels.Sum());
            var asked = english.Parts.Single(p => p.Theme == theme.Section).Questions[0].Asked;
            Assert.StartsWith(low * 2 >= all && low > high ? "Which first steps" : high * 2 >= all && high > low ? "What keeps" : "Which next steps", asked, StringComparison.Ordinal);
        }

        foreach (var divergence in rich.Divergence.Where(d => d is { Diverging: Protected.Published, Agreeing: Protected.Published }))
        {
            var (diverging, agreeing) = (((Protected.Published)divergence.Diverging).Value, ((Protected.Published)divergence.Agreeing).Value);
            var asks = english.Parts.SingleOrDefault(p => p.Theme == divergence.Section)?.Questions.Any(q => q.Asked.StartsWith("How do entities", StringComparison.Ordinal)) == true;
            Assert.Equal(diverging > 0 && diverging * 3 >= diverging + agreeing, asks);
        }
    }

    [Fact]
    public void Nothing_is_asked_about_what_is_not_published()
    {
        var small = GuidingQuestions.Of(Fictitious.Release("2030", 9, plan: PublicationPlan.Default, groups: [9]), Fictitious.Att.Definition, "en");
        Assert.Empty(small.Parts);
        Assert.Contains("This release publishes too little to draw questions from.", small.Notes);
        Assert.Contains(MethodNote.Voluntary("en"), small.Notes);
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public void Paper_is_a_valid_word_file_and_a_page(string language)
    {
        foreach (var release in (Release[])[rich, Fictitious.Release("2030", 9)])
        {
            var paper = GuidingQuestions.PaperOf(release, Fictitious.Att.Definition, language);
            var word = WordPaper.Draw(paper);
            Assert.Equal(word, WordPaper.Draw(GuidingQuestions.PaperOf(release, Fictitious.Att.Definition, language)));
            using var file = WordprocessingDocument.Open(new MemoryStream(word), false);
            Assert.Empty(new OpenXmlValidator(FileFormatVersions.Microsoft365).Validate(file, TestContext.Current.CancellationToken).Select(e => e.Description));
            Assert.Contains($"dir=\"{(language == "ar" ? "rtl" : "ltr")}\"", Encoding.UTF8.GetString(HtmlPaper.Draw(paper)), StringComparison.Ordinal);
        }
    }

    [GeneratedRegex(@"\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Digits();

    [GeneratedRegex("“[^”]*”|«[^»]*»", RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();
}
