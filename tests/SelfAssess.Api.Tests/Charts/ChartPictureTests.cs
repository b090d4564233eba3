using System.Globalization;
using System.Text;
using SelfAssess.Api.Charts.Drawing;
using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Questionnaires.Files;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;
using SelfAssess.Domain.Scoring;
using SkiaSharp;

namespace SelfAssess.Api.Tests.Charts;

public sealed class ChartPictureTests
{
    private static readonly Questionnaire att = QuestionnaireFolder.ReadAll(Path.Combine(AppContext.BaseDirectory, "questionnaires")).Single(q => q.Folder.StartsWith("att-", StringComparison.Ordinal)).Questionnaire!;

    public static TheoryData<string, string, ChartWidth> All { get; } = new(
        from chart in new[] { "distribution", "trend", "profile" }
        from language in ChartWords.Languages
        from width in Enum.GetValues<ChartWidth>()
        select (chart, language, width));

    [Theory]
    [MemberData(nameof(All))]
    public void Labels_neither_overlap_nor_leave_the_picture(string chart, string language, ChartWidth width)
    {
        var style = ChartStyle.Of(width, ChartScheme.Light);
        var (height, labels) = ChartPictures.Measure(Model(chart, language), style);
        Assert.NotEmpty(labels);
        foreach (var label in labels)
        {
            Assert.True(label.Bounds.Left >= 0 && label.Bounds.Right <= style.Width && label.Bounds.Top >= 0 && label.Bounds.Bottom <= height, $"'{label.Text}' leaves the picture");
            Assert.DoesNotContain(label.Glyphs, g => g.Id == 0);
        }

        for (var i = 0; i < labels.Count; i++)
        {
            for (var j = i + 1; j < labels.Count; j++)
            {
                // Line boxes hold more than ink: they may touch by a pixel or two.
                var common = SKRect.Intersect(labels[i].Bounds, labels[j].Bounds);
                Assert.False(common.Width > 2 && common.Height > 3, $"'{labels[i].Text}' overlaps '{labels[j].Text}'");
            }
        }

        if (width == ChartWidth.Slide)
        {
            Assert.Equal(style.Width * 9 / 16, height);
        }
    }

    [Theory]
    [InlineData("distribution", "ar")]
    [InlineData("trend", "zh")]
    [InlineData("profile", "ru")]
    public void Same_chart_has_the_same_bytes_and_svg_has_outlines_only(string chart, string language)
    {
        var style = ChartStyle.Of(ChartWidth.Full, ChartScheme.Light);
        Assert.Equal(ChartPictures.Png(Model(chart, language), style, 1), ChartPictures.Png(Model(chart, language), style, 1));
        var svg = Encoding.UTF8.GetString(ChartPictures.Svg(Model(chart, language), style));
        Assert.Equal(svg, Encoding.UTF8.GetString(ChartPictures.Svg(Model(chart, language), style)));
        Assert.DoesNotContain("<text", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("font-family", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("<image", svg, StringComparison.Ordinal);
        System.Xml.Linq.XDocument.Parse(svg);
    }

    [Fact]
    public void Png_of_twice_the_scale_has_twice_the_pixels()
    {
        var (one, two) = (Decode(1), Decode(2));
        Assert.Equal((one.Width * 2, one.Height * 2), (two.Width, two.Height));

        static SKBitmap Decode(int scale) => SKBitmap.Decode(ChartPictures.Png(Model("distribution", "en"), ChartStyle.Of(ChartWidth.Half, ChartScheme.Dark), scale));
    }

    [Theory]
    [InlineData(ChartScheme.Light)]
    [InlineData(ChartScheme.Dark)]
    public void Text_on_every_level_has_contrast(ChartScheme scheme)
    {
        var style = ChartStyle.Of(ChartWidth.Full, scheme);
        foreach (var step in style.Levels)
        {
            Assert.True(Contrast(ChartStyle.On(step), step) >= 4.5, $"{step}: {Contrast(ChartStyle.On(step), step)}");
        }

        Assert.True(Contrast(style.Ink, style.Ground) >= 7);
        Assert.True(Contrast(style.Quiet, style.Ground) >= 4.5);
    }

    [Fact]
    public void What_is_withheld_is_said_and_never_drawn_as_a_number()
    {
        // Nine States: nothing may be told, and the nine not either.
        var release = Release("2030", 9);
        var chart = DistributionChart.Of(release, att.Definition, "en");
        Assert.All(chart.Themes, t => Assert.Empty(t.Parts));
        var csv = Encoding.UTF8.GetString(chart.Table.ToCsv());
        Assert.Contains("not published", csv, StringComparison.Ordinal);
        Assert.DoesNotContain("9", csv + chart.TextAlternative, StringComparison.Ordinal);
        Assert.Contains("Fewer than ten States", chart.TextAlternative, StringComparison.Ordinal);
    }

    [Fact]
    public void Trend_joins_only_what_may_be_compared()
    {
        var chart = (TrendChart)Model("trend", "en");
        Assert.Equal([false, true, false], chart.Themes[0].Points.Select(p => p.Joined));
        Assert.Contains(chart.Foot, f => f.StartsWith("Where the line is broken", StringComparison.Ordinal));
    }

    [Fact]
    public void Shares_are_of_rounded_counts_and_fill_the_bar()
    {
        var chart = (DistributionChart)Model("distribution", "en");
        Assert.All(chart.Themes.Where(t => t.Parts.Count > 0), t => Assert.Equal(100, t.Parts.Sum(p => p.Share), 6));
    }

    [Theory]
    [InlineData("en", "50%")]
    [InlineData("fr", "50 %")]
    [InlineData("ar", "50%")]
    public void Axis_is_written_as_the_shares_are(string language, string half)
    {
        var (_, labels) = ChartPictures.Measure(Model("distribution", language), ChartStyle.Of(ChartWidth.Full, ChartScheme.Light));
        Assert.Contains(labels, l => l.Text.Replace('\u00A0', ' ').Replace('\u202F', ' ') == half);
        Assert.DoesNotContain(labels, l => l.Text.EndsWith('%') && l.Text.Replace('\u00A0', ' ').Replace('\u202F', ' ').Contains(" %", StringComparison.Ordinal) != half.Contains(' ', StringComparison.Ordinal));
    }

    [Fact]
    public void No_level_is_shown_without_the_lowest_question_beside_it()
    {
        var chart = (ProfileChart)Model("profile", "en");
        Assert.All(chart.Themes, t => Assert.Equal(t.Index is not null, t.Lowest.StartsWith("lowest: ", StringComparison.Ordinal)));
        Assert.Equal("Lowest questions", chart.Table.Headers[2]);
        Assert.All(chart.Table.Rows, r => Assert.NotEmpty(r[2]));
    }

    [Fact]
    public void Charts_speak_of_no_subject_of_their_own()
    {
        foreach (var chart in new[] { "distribution", "trend", "profile" })
        {
            Assert.DoesNotContain("cooperation", Model(chart, "en").Title, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void Every_language_says_everything_in_its_own_words()
    {
        var english = Keys("");
        foreach (var language in ChartWords.Languages.Where(l => l != "en"))
        {
            var own = Keys(language);
            Assert.Equal(english.Keys.Order(StringComparer.Ordinal), own.Keys.Order(StringComparer.Ordinal));
            foreach (var (key, text) in english)
            {
                Assert.Equal(Holes(text), Holes(own[key]));
                Assert.True(own[key] != text || !text.Any(char.IsLetter) || text.StartsWith("n ", StringComparison.Ordinal), $"{language}: '{key}' is not translated");
            }
        }

        static Dictionary<string, string> Keys(string language)
        {
            var set = new System.Resources.ResourceManager("SelfAssess.Api.Charts.Texts.ChartTexts", typeof(ChartWords).Assembly)
                .GetResourceSet(language.Length == 0 ? CultureInfo.InvariantCulture : CultureInfo.GetCultureInfo(language), createIfNotExists: true, tryParents: false)!;
            return set.Cast<System.Collections.DictionaryEntry>().ToDictionary(e => (string)e.Key, e => (string)e.Value!, StringComparer.Ordinal);
        }

        static IEnumerable<string> Holes(string text) =>
            System.Text.RegularExpressions.Regex.Matches(text, @"\{[0-9]\}", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)).Select(m => m.Value).Order(StringComparer.Ordinal);
    }

    private static double Contrast(SKColor a, SKColor b)
    {
        var (light, dark) = (Math.Max(ChartStyle.Luminance(a), ChartStyle.Luminance(b)), Math.Min(ChartStyle.Luminance(a), ChartStyle.Luminance(b)));
        return (light + 0.05) / (dark + 0.05);
    }

    private static ChartModel Model(string chart, string language) => chart switch
    {
        "distribution" => DistributionChart.Of(Release("2026", 60), att.Definition, language),
        "trend" => TrendChart.Of(Trend.Of(att.Definition.Id, Releases()), att.Definition, language),
        _ => ProfileChart.Of(Sheet(3), "2026", Sheet(5), "2025", language),
    };

    /// <summary>Three cycles; most left after the second.</summary>
    private static Release[] Releases()
    {
        var first = Release("2024", 60);
        var second = Release("2025", 50, first, 60);
        return [first, second, Release("2026", 60, second, 50, newcomersFrom: 40)];
    }

    private static ScoreSheet Sheet(int step) => ScoreSheet.Score(att, new Profile([]), att.Definition.Sections.SelectMany(s => s.Questions).Where(q => q.Kind == QuestionKind.Level && q.Id[0] != '4')
        .Select((q, i) => (q.Id, Answer: new Answer { Value = new AnswerValue.Choice(att.Definition.Scales[0].Levels[(i * step) % 5].Id) })).ToDictionary(a => a.Id, a => a.Answer));

    /// <summary>A release whose themes differ: a wide one, a concentrated one, one with States that do not answer.</summary>
    private static Release Release(string cycle, int states, Release? before = null, int statesBefore = 0, int newcomersFrom = 0)
    {
        var previous = before is null ? null : new PreviousCycle(before);
        for (var state = 0; state < statesBefore; state++)
        {
            previous!.Add(Contributed(before!.CycleId, state), Nothing);
        }

        var computation = new ReleaseComputation(ReleaseFrame.Of(att, new PublicationPlan(), cycle, cycle, new DateOnly(int.Parse(cycle, CultureInfo.InvariantCulture), 1, 1), 1, new DateOnly(2026, 6, 1), 100), previous);
        for (var state = 0; state < states; state++)
        {
            computation.Add(Contributed(cycle, newcomersFrom + state), Nothing);
        }

        return computation.Publish();
    }

    private static ContributionDetails Nothing { get; } = new(null, [], new Dictionary<string, string>(), new Dictionary<string, IReadOnlyList<string>>(), new Dictionary<string, bool?>());

    private static Contribution Contributed(string cycle, int state) => new($"s{state}", cycle, [.. Contributions.ReportedSections(att.Definition).Select((s, theme) => theme switch
    {
        1 => new ThemeContribution(s.Id, ThemeOutcome.Scored, 3, 75_000_000),
        2 when state % 3 == 0 => new ThemeContribution(s.Id, ThemeOutcome.NoAnswer, null, null),
        3 when state % 4 == 0 => new ThemeContribution(s.Id, ThemeOutcome.NotApplicable, null, null),
        _ => new ThemeContribution(s.Id, ThemeOutcome.Scored, (state + theme) % 5, (state + theme) % 5 * 25_000_000L),
    })]);
}
