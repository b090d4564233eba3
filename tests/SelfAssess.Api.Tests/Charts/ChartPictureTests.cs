using System.Globalization;
using System.Text;
using SelfAssess.Api.Charts.Drawing;
using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;
using SkiaSharp;

namespace SelfAssess.Api.Tests.Charts;

public sealed class ChartPictureTests
{
    private static readonly Dictionary<string, Func<string, ChartModel>> Charts = new(StringComparer.Ordinal)
    {
        ["distribution"] = language => DistributionChart.Of(Fictitious.Release("2026", 60), Fictitious.Att.Definition, language),
        ["distribution, few"] = language => DistributionChart.Of(Fictitious.Release("2026", 30), Fictitious.Att.Definition, language),
        ["trend"] = language => TrendChart.Of(Trend.Of(Fictitious.Att.Definition.Id, Fictitious.Releases()), Fictitious.Att.Definition, language),
        ["profile"] = language => ProfileChart.Of(Fictitious.Sheet(3), "2026", Fictitious.Sheet(5), "2025", language),
        ["groups"] = language => GroupsChart.Of(Fictitious.Release("2026", 60, plan: PublicationPlan.Default, groups: [5, 20, 12, 12, 11]), Fictitious.Att.Definition, language),
        ["groups, five"] = language => GroupsChart.Of(Fictitious.Release("2026", 75, plan: PublicationPlan.Default, groups: [15, 15, 15, 15, 15]), Fictitious.Att.Definition, language),
        ["groups, none"] = language => GroupsChart.Of(Fictitious.Release("2026", 60, plan: PublicationPlan.Default, groups: [3]), Fictitious.Att.Definition, language),
        ["challenges"] = language => CountsChart.Of(Fictitious.Release("2026", 60), Fictitious.Att.Definition, "nationalChallenges", language)!,
        ["challenges, withheld"] = language => CountsChart.Of(Fictitious.Release("2026", 30), Fictitious.Att.Definition, "nationalChallenges", language)!,
        ["counts"] = language => CountsChart.Of(Fictitious.Release("2026", 60), Fictitious.Att.Definition, "F5.2.permanence", language)!,
        ["basis"] = language => ArrangementsChart.Of(Fictitious.Release("2026", 60), Fictitious.Att.Definition, "basis", language)!,
        ["basis, withheld"] = language => ArrangementsChart.Of(Fictitious.Release("2026", 30), Fictitious.Att.Definition, "basis", language)!,
        ["permanence"] = language => ArrangementsChart.Of(Fictitious.Release("2026", 60), Fictitious.Att.Definition, "permanence", language)!,
        ["divergence"] = language => DivergenceChart.Of(Fictitious.Release("2026", 60), Fictitious.Att.Definition, language),
        ["indicators"] = language => IndicatorChart.Of(Fictitious.Release("2026", 60), Fictitious.Att.Definition, "P14.3", language)!,
        ["comparison"] = language => ComparisonChart.Of(Fictitious.Sheet(3), Fictitious.Release("2026", 60), language),
    };

    public static TheoryData<string, string, ChartWidth> All { get; } = new(
        from chart in Charts.Keys
        from language in ConferenceLanguages.All
        from width in Enum.GetValues<ChartWidth>()
        select (chart, language, width));

    [Theory]
    [MemberData(nameof(All))]
    public void Labels_neither_overlap_nor_leave_the_picture(string chart, string language, ChartWidth width)
    {
        var style = ChartStyle.Of(width, ChartScheme.Light);
        var model = Model(chart, language);
        var (height, labels) = ChartPictures.Measure(model, style);
        Assert.NotEmpty(labels);
        foreach (var label in labels)
        {
            Assert.True(label.Bounds.Left >= 0 && label.Bounds.Right <= style.Width && label.Bounds.Top >= 0 && label.Bounds.Bottom <= height, $"'{label.Text}' leaves the picture");
            Assert.DoesNotContain(label.Glyphs, g => g.Id == 0);
        }

        // Nothing is cut off: every line of text stands whole.
        var said = string.Concat(labels.Select(l => l.Text)).Replace(" ", "", StringComparison.Ordinal);
        foreach (var text in Texts(model))
        {
            Assert.Contains(text.Replace(" ", "", StringComparison.Ordinal), said, StringComparison.Ordinal);
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
    [InlineData("groups", "ar")]
    [InlineData("challenges", "fr")]
    [InlineData("basis", "zh")]
    [InlineData("comparison", "es")]
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

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Png_of_a_larger_scale_has_as_many_more_pixels(int scale)
    {
        var (one, more) = (Decode(1), Decode(scale));
        Assert.Equal((one.Width * scale, one.Height * scale), (more.Width, more.Height));

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
        var release = Fictitious.Release("2030", 9, plan: PublicationPlan.Default, groups: [9]);
        var definition = Fictitious.Att.Definition;
        ChartModel[] charts =
        [
            DistributionChart.Of(release, definition, "en"), GroupsChart.Of(release, definition, "en"), CountsChart.Of(release, definition, "nationalChallenges", "en")!,
            ArrangementsChart.Of(release, definition, "basis", "en")!, DivergenceChart.Of(release, definition, "en"), IndicatorChart.Of(release, definition, "P14.1", "en")!,
            ComparisonChart.Of(Fictitious.Sheet(3), release, "en"),
        ];
        foreach (var chart in charts)
        {
            Assert.All(chart is DistributionChart bars ? bars.Groups.SelectMany(g => g.Bars) : [], b => Assert.Empty(b.Parts));
            var cells = string.Join('|', chart.Table.Rows.SelectMany(r => r.Skip(1)));
            Assert.Contains("not published", cells, StringComparison.Ordinal);
            Assert.DoesNotContain("9", cells + string.Concat(chart.Foot), StringComparison.Ordinal);
            Assert.Contains("Fewer than ten States", chart.TextAlternative, StringComparison.Ordinal);
            // What cannot be published is hatched, and the hatching explained.
            Assert.Contains(ChartPictures.Measure(chart, ChartStyle.Of(ChartWidth.Full, ChartScheme.Light)).Labels, l => l.Text.StartsWith("Not published", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Trend_joins_only_what_may_be_compared()
    {
        var chart = (TrendChart)Model("trend", "en");
        Assert.Equal([false, true, false], chart.Themes[0].Points.Select(p => p.Joined));
        Assert.Contains(chart.Foot, f => f.StartsWith("Where the line is broken", StringComparison.Ordinal));
    }

    [Fact]
    public void Chain_of_the_panel_begins_at_a_mean_follows_published_changes_and_ends_where_one_is_withheld()
    {
        var chart = (TrendChart)Model("trend", "en");
        var (theme, changes) = (chart.Themes[0], chart.Table.Rows.Single(r => r[0].StartsWith(chart.Themes[0].Name + ":", StringComparison.Ordinal)));
        Assert.Equal(theme.Points[0].Mean.Value, theme.Panel[0].Value);
        Assert.Equal((false, "–", "–"), (theme.Panel[0].Linked, theme.Panel[0].Change, changes[1]));
        Assert.True(theme.Panel[1].Linked);
        Assert.Equal("+10", theme.Panel[1].Change);
        Assert.Equal(theme.Panel[0].Value + 10, theme.Panel[1].Value);
        Assert.True(theme.Panel[1].Within > theme.Panel[0].Within);
        // Ten States stayed: no change is told, and a new chain begins at the published mean.
        Assert.Equal((false, "not published", "not published"), (theme.Panel[2].Linked, theme.Panel[2].Change, changes[3]));
        Assert.Equal(theme.Points[2].Mean.Value, theme.Panel[2].Value);
        Assert.Equal(["–", "n = 40–99", "not published"], chart.Table.Rows[^1].Skip(1));
    }

    [Fact]
    public void Change_keeps_its_sign_before_the_number_in_right_to_left_text()
    {
        var words = new ChartWords(Fictitious.Att.Definition, "ar");
        foreach (var change in new[] { 2.5m, -2.5m })
        {
            var line = Api.Charts.Text.TextLine.Of(words.Change(new Protected.Published(change, 2.5m)), 20, Api.Charts.Text.Weight.Regular, rightToLeft: true);
            var text = line.Text.Select((c, i) => (Sign: c is '+' or '−', Digit: char.IsDigit(c), i)).ToArray();
            Assert.True(line.Glyphs.Single(g => g.Cluster == text.Single(t => t.Sign).i).X < line.Glyphs.Where(g => text.Any(t => t.Digit && t.i == g.Cluster)).Min(g => g.X));
        }
    }

    [Theory]
    [InlineData("en", "Africa and Asia-Pacific (n = 20–39)")]
    [InlineData("zh", "非洲与亚洲及太平洋 (n = 20–39)")]
    public void Groups_stand_in_the_order_of_the_plan_and_merged_ones_are_named_together(string language, string merged)
    {
        // Africa is too small alone.
        var chart = GroupsChart.Of(Fictitious.Release("2026", 60, plan: PublicationPlan.Default, groups: [5, 20, 12, 12, 11]), Fictitious.Att.Definition, language);
        Assert.Equal(4, chart.Groups.Count);
        Assert.Equal(merged, chart.Table.Headers[1]);
        Assert.Equal(chart.Groups.Select(g => $"{g.Name} ({g.Base})"), chart.Table.Headers.Skip(1));
        Assert.All(chart.Themes, t => Assert.True(t.Means.Count == 4 || t is { Means.Count: 0, Instead: not null }));
        // One theme is too uniform in one group, and so is published in none.
        Assert.Contains(chart.Themes, t => t.Instead is not null);
        Assert.Contains(chart.Themes, t => t.Instead is null);
    }

    [Fact]
    public void Groups_that_were_not_planned_or_cannot_be_published_are_said_and_not_drawn()
    {
        var none = GroupsChart.Of(Fictitious.Release("2026", 60), Fictitious.Att.Definition, "en");
        Assert.Equal("No groups were planned for this release.", none.Instead);
        var withheld = GroupsChart.Of(Fictitious.Release("2026", 60, plan: PublicationPlan.Default, groups: [3]), Fictitious.Att.Definition, "en");
        Assert.StartsWith("Not published", withheld.Instead, StringComparison.Ordinal);
        Assert.All(withheld.Themes, t => Assert.Empty(t.Means));
    }

    [Fact]
    public void Counts_stand_in_the_questionnaires_order_with_its_texts()
    {
        var (question, chart) = (Fictitious.Att.Definition.AllQuestions().Single(q => q.Id == "nationalChallenges"), (CountsChart)Model("challenges", "en"));
        var texts = Fictitious.Att.Definition.Texts["en"].Questions["nationalChallenges"].Options;
        Assert.Equal([.. question.Options.Select(o => texts[o.Id]), "No answer"], chart.Options.Select(o => o.Name));
        Assert.StartsWith("about ", chart.Table.Rows[0][1], StringComparison.Ordinal);
        // Met by nobody, or by nearly everybody: withheld.
        Assert.Equal("not published", chart.Table.Rows.Single(r => r[0] == texts["P8.5"])[1]);
        Assert.All(chart.Options.Where(o => o.States.Value is not null), o => Assert.True(o.States.High - o.States.Value == 2 && o.States.Value % 5 == 0));
    }

    [Fact]
    public void Matrix_is_addressed_by_its_dimension_and_what_is_not_counted_has_no_chart()
    {
        var (release, definition) = (Fictitious.Release("2026", 60), Fictitious.Att.Definition);
        Assert.Contains(CountsChart.Of(release, definition, "F14.1.basis", "en")!.Options, o => o.Name == "Informal practice");
        Assert.Contains("On what does it rest?", CountsChart.Of(release, definition, "F14.1.basis", "en")!.Subtitle, StringComparison.Ordinal);
        Assert.Null(CountsChart.Of(release, definition, "F14.1", "en"));
        Assert.Null(CountsChart.Of(release, definition, "F14.1.fit", "en"));
        Assert.Null(CountsChart.Of(release, definition, "1.1", "en"));
        Assert.Null(ArrangementsChart.Of(release, definition, "fit", "en"));
        Assert.Null(IndicatorChart.Of(release, definition, "P99", "en"));
    }

    [Fact]
    public void Arrangements_are_those_of_every_counted_matrix_the_themes_first()
    {
        var chart = (ArrangementsChart)Model("basis", "en");
        Assert.Equal(["None", "Informal practice", "Written arrangement", "Legal mandate"], chart.Options);
        Assert.Equal([null, "The form of cooperation, by use"], chart.Blocks.Select(b => b.Heading));
        Assert.Equal([7, 5], chart.Blocks.Select(b => b.Rows.Count));
        Assert.Equal("P14.1 Approaches", chart.Blocks[0].Rows[0].Name);
        Assert.Equal("National control system", chart.Blocks[1].Rows[0].Name);
        // Never beside a level.
        Assert.DoesNotContain(chart.Table.Headers, h => Fictitious.Att.Definition.Texts["en"].Scales["maturity"].Values.Any(l => l.Name == h));
    }

    [Fact]
    public void Own_level_is_marked_on_the_published_bar_also_where_nobody_else_stands()
    {
        var release = Fictitious.Release("2026", 60);
        var sheet = Fictitious.Sheet(3);
        var bars = ComparisonChart.Of(sheet, release, "en").Groups.Single().Bars;
        for (var i = 0; i < bars.Count; i++)
        {
            var (theme, own) = (release.Themes[i], bars[i].Own!);
            if (sheet.Find(theme.Section, "level")!.Value is not { } level || theme.Distribution is not { } d)
            {
                Assert.Null(own.From);
                continue;
            }

            var total = (decimal)(d.Levels.Sum() + d.NotApplicable + d.NoAnswer);
            Assert.Equal((100 * d.Levels.Take((int)level).Sum() / total, 100 * d.Levels[(int)level] / total), (own.From!.Value, own.Share));
        }

        Assert.Contains(bars, b => b.Own!.From is not null);
        Assert.Contains(bars, b => b.Own!.From is null);
    }

    [Fact]
    public void Indicators_of_several_scales_have_a_key_each_and_leave_the_others_columns_empty()
    {
        // The second indicator of the theme gets a scale of its own.
        var definition = Fictitious.Att.Definition;
        var texts = definition.Texts["en"];
        var two = definition with
        {
            Scales = [.. definition.Scales, new Scale { Id = "yesNo", Levels = [new ScaleLevel { Id = "no", Value = 0 }, new ScaleLevel { Id = "yes", Value = 1 }] }],
            Sections = [.. definition.Sections.Select(s => s.Id == "P14.1" ? s with { Questions = [.. s.Questions.Select(q => q.Id == "1.2" ? q with { Scale = "yesNo" } : q)] } : s)],
            Texts = new Dictionary<string, QuestionnaireTexts>(StringComparer.Ordinal)
            {
                ["en"] = texts with
                {
                    Scales = new Dictionary<string, IReadOnlyDictionary<string, LevelText>>(texts.Scales, StringComparer.Ordinal)
                    { ["yesNo"] = new Dictionary<string, LevelText>(StringComparer.Ordinal) { ["no"] = new LevelText { Name = "No" }, ["yes"] = new LevelText { Name = "Yes" } } }
                },
            },
        };
        var chart = IndicatorChart.Of(Fictitious.Release("2026", 60, indicatorLevels: (q, state) => q == "1.2" ? (state % 2 == 0 ? "no" : "yes") : null, levelsOf: q => q == "1.2" ? ["no", "yes"] : null), two, "P14.1", "en")!;
        Assert.Equal([1, 1, 3], chart.Groups.Select(g => g.Bars.Count));
        Assert.Equal(["No", "Yes"], chart.Groups[1].Key.Take(2).Select(c => c.Name));
        Assert.Equal(["", "", "", "", "", "about 30", "about 30"], chart.Table.Rows[1].Skip(2).Take(7));
        Assert.Equal(chart.Table.Headers.Count, chart.Table.Rows[1].Count);
    }

    [Fact]
    public void Shares_are_of_rounded_counts_and_fill_the_bar()
    {
        foreach (var name in new[] { "distribution", "indicators", "divergence", "comparison" })
        {
            var bars = ((DistributionChart)Model(name, "en")).Groups.SelectMany(g => g.Bars).Where(b => b.Parts.Count > 0).ToArray();
            Assert.NotEmpty(bars);
            Assert.All(bars, b => Assert.Equal(100, b.Parts.Sum(p => p.Share), 6));
        }
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
        var comparison = (DistributionChart)Model("comparison", "en");
        Assert.All(comparison.Groups.Single().Bars, b => Assert.Equal(!b.Own!.Label.EndsWith("yet", StringComparison.Ordinal), b.Note.StartsWith("lowest: ", StringComparison.Ordinal)));
        Assert.Equal("Lowest questions", comparison.Table.Headers[2]);
    }

    [Fact]
    public void Charts_speak_of_no_subject_of_their_own()
    {
        // Counts are named by the questionnaire.
        foreach (var chart in Charts.Keys.Where(c => !c.StartsWith("challenges", StringComparison.Ordinal) && c != "counts"))
        {
            Assert.DoesNotContain("cooperation", Model(chart, "en").Title, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void Every_language_says_everything_in_its_own_words()
    {
        var english = Keys("");
        foreach (var language in ConferenceLanguages.All.Where(l => l != "en"))
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

    private static ChartModel Model(string chart, string language) => Charts[chart](language);

    /// <summary>What a reader must find whole on the picture.</summary>
    private static IEnumerable<string> Texts(ChartModel chart)
    {
        IEnumerable<string?> drawn = chart switch
        {
            DistributionChart c => c.Groups.SelectMany(g => g.Key.Select(k => k.Name).Concat(g.Bars.SelectMany(b => new[] { b.Name, b.Note, b.Base, b.Instead, b.Own?.Label }))),
            TrendChart c => [c.Everybody, c.Stayed?.Name, c.Stayed?.Base, .. c.Themes.Select(t => t.Name)],
            ProfileChart c => c.Themes.Select(t => t.Name),
            GroupsChart c => c.Instead is { } instead ? [instead] : [.. c.Groups.SelectMany(g => new[] { g.Name, g.Base }), .. c.Themes.SelectMany(t => new[] { t.Name, t.Instead }.Concat(t.Means.Select(m => m.Label)))],
            CountsChart c => c.Options.SelectMany(o => new[] { o.Name, o.States.Value is null ? c.NotPublished : o.States.Label }),
            ArrangementsChart c when c.Blocks.All(b => b.Rows.All(r => r.Counts.All(x => x!.States.Value is null))) => [c.NotPublished],
            ArrangementsChart c =>
            [
                c.Whole.Name, c.Whole.Base, c.NotPublished, .. c.Options, .. c.Blocks.Select(b => b.Heading),
                .. c.Blocks.SelectMany(b => b.Rows).SelectMany(r => r.Counts.Where(x => x?.States.Value is not null).Select(x => x!.Label).Prepend(r.Name)),
            ],
            _ => throw new ArgumentOutOfRangeException(nameof(chart)),
        };
        return [chart.Title, chart.Subtitle, .. chart.Foot, .. drawn.OfType<string>()];
    }
}
