using SelfAssess.Api.Charts.Models;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Papers.Content;

/// <summary>The section of a conference paper on what is published, theme by theme.</summary>
internal static class ThemeResults
{
    public static IEnumerable<Block> Of(PaperSource source)
    {
        var (words, release) = (source.Words, source.Release);
        return
        [
            new Heading(1, words.Say("section.results")),
            source.Numbered(words.Sentence("results.overview")),
            Levels(source),
            new Figure("levels", words.Say("figure.levels"), DistributionChart.Of(release, source.Questionnaire, words.Language)),
            .. release.Themes.SelectMany(t => Theme(source, t)),
            .. Arrangements(source),
            .. Divergence(source),
            .. Groups(source),
            .. Changes(source),
        ];
    }

    /// <summary>What participating States answered to one counted question.</summary>
    /// <param name="source">What the paper is made of.</param>
    /// <param name="counted">The answers.</param>
    /// <param name="question">The question as it is called.</param>
    public static IReadOnlyList<Inline> Answered(PaperSource source, CountedStatistics counted, string question) =>
        source.Answers(counted) is { Count: > 0 } answers && source.Release.Participation.Participants is { } participants
            ? source.Words.CountSentence("answers", participants, question, source.Clauses(answers))
            : source.Words.Sentence("answers.withheld", question);

    private static Table Levels(PaperSource source)
    {
        var (words, release, scale) = (source.Words, source.Release, source.Scale);
        return new Table("levels", words.Say("table.levels"),
            [
                words.Say("column.theme"), .. release.Levels.Select(l => source.LevelNumber(scale, l)), words.Say("sign.notApplicable"), words.Say("sign.noAnswer"), words.Say("column.median"),
            ],
            [.. release.Themes.Select(t => new Row([source.Names.NumberedTheme(t.Section), .. source.LevelCells(t.Distribution, t.Concentrated, release.Levels), source.Cell(t.Median)]))],
            Note: source.LevelKey(scale));
    }

    private static IEnumerable<Block> Theme(PaperSource source, ThemeStatistics theme)
    {
        var (words, release) = (source.Words, source.Release);
        yield return new Heading(2, source.Theme(theme.Section));
        yield return source.Numbered(Distribution(source, theme), Mean(source, theme.Mean), theme switch
        {
            { FirstQuartile: Protected.Published first, Median: Protected.Published median, ThirdQuartile: Protected.Published third } =>
                words.Sentence("theme.quartiles", words.Number(first.Value), words.Number(median.Value), words.Number(third.Value)),
            { Median: Protected.Published median } => words.Sentence("theme.median", words.Number(median.Value)),
            _ => [],
        });
        IReadOnlyList<Inline> change = release.Panel?.Themes.FirstOrDefault(t => t.Section == theme.Section)?.Change is { } changed and not Protected.NotPublished
            ? words.Sentence("theme.change", source.Names.Change(changed)) : [];
        IReadOnlyList<Inline> divergence = release.Divergence.FirstOrDefault(d => d.Section == theme.Section)?.Diverging is Protected.Published diverging
            && release.Participation.Participants is { } participants ? words.CountSentence("theme.divergence", participants, words.Number(diverging.Value)) : [];
        if (change.Count + divergence.Count > 0)
        {
            yield return source.Numbered(divergence, change);
        }

        var asked = source.Questionnaire.AllSections().Single(s => s.Id == theme.Section).AllQuestions().Select(q => q.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var (_, label, counted) in source.Arrangements())
        {
            foreach (var question in counted.Where(c => asked.Contains(CountedQuestions.Parse(source.Questionnaire, c.Question).Question)))
            {
                yield return source.Numbered(Answered(source, question, label));
            }
        }
    }

    private static IReadOnlyList<Inline> Distribution(PaperSource source, ThemeStatistics theme)
    {
        var (words, scale) = (source.Words, source.Scale.Id);
        if (theme.Distribution is { } d && source.Release.Participation.Participants is { } participants)
        {
            string[] clauses =
            [
                .. source.Release.Levels.Zip(d.Levels).Where(l => l.Second > 0).Select(l => words.Say("theme.level", words.Number(l.Second), source.Names.Level(scale, l.First))),
                .. d.NotApplicable > 0 ? [words.Say("theme.notApplicable", words.Number(d.NotApplicable))] : Array.Empty<string>(),
                .. d.NoAnswer > 0 ? [words.Say("theme.noAnswer", words.Number(d.NoAnswer))] : Array.Empty<string>(),
            ];
            if (clauses.Length > 0)
            {
                return words.CountSentence("theme.levels", participants, source.Clauses(clauses));
            }
        }

        return theme switch
        {
            { Concentrated: { } level } => words.Sentence("theme.concentrated", source.Names.Level(scale, level)),
            { Status: ThemeStatus.Published } => words.Sentence("theme.noDistribution"),
            _ => words.Sentence("theme.withheld"),
        };
    }

    private static IReadOnlyList<Inline> Mean(PaperSource source, Protected mean) => mean switch
    {
        Protected.Published p => source.Words.Sentence("theme.mean", source.Names.Protected(p), source.Words.Number(p.Base)),
        Protected.EndCoded e => source.Words.Sentence("theme.mean", source.Names.Protected(e), source.Words.Number(e.Base)),
        _ => [],
    };

    private static IEnumerable<Block> Arrangements(PaperSource source)
    {
        var (words, names) = (source.Words, source.Names);
        var arrangements = source.Arrangements().ToArray();
        if (arrangements.Length > 0)
        {
            yield return new Heading(2, words.Say("results.arrangements"));
        }

        foreach (var (dimension, label, counted) in arrangements)
        {
            var chart = ArrangementsChart.Of(source.Release, source.Questionnaire, dimension, words.Language)!;
            yield return source.Numbered(words.Sentence(Array.TrueForAll(counted, c => c.Exclusive) ? "arrangements.saidOne" : "arrangements.said", dimension, label));
            yield return new Figure($"arrangements.{dimension}", words.Say("arrangements.caption", label), chart);
            yield return new Table($"arrangements.{dimension}", words.Say("arrangements.caption", label), [names.Say("subject"), .. chart.Options],
                [.. chart.Blocks.SelectMany(b => b.Rows).Select(r => new Row([r.Name, .. r.Counts.Select(c => c is null ? PaperSource.Nil : c.States.Value is null ? PaperSource.Withheld : c.Label)]))]);
        }
    }

    private static IEnumerable<Block> Divergence(PaperSource source)
    {
        var (words, names, release) = (source.Words, source.Names, source.Release);
        if (release.Divergence.Count == 0)
        {
            return [];
        }

        var spread = (source.Questionnaire.Divergence ?? new()).Spread;
        return
        [
            new Heading(2, words.Say("results.divergence")),
            source.Numbered(words.Sentence("divergence.said", words.Number(spread))),
            new Figure("divergence", words.Say("divergence.caption"), DivergenceChart.Of(release, source.Questionnaire, words.Language)),
            new Table("divergence", words.Say("divergence.caption"), [words.Say("column.theme"), names.Say("diverging"), names.Say("agreeing"), names.Say("notCompared")],
                [.. release.Divergence.Select(d => new Row([names.NumberedTheme(d.Section), source.Cell(d.Diverging), source.Cell(d.Agreeing), source.Cell(d.NotCompared)]))],
                Note: names.Say("notComparedMeaning")),
        ];
    }

    private static IEnumerable<Block> Groups(PaperSource source)
    {
        var (words, names, partition) = (source.Words, source.Names, source.Release.Partition);
        if (partition.Status != PartitionStatus.Published)
        {
            return [];
        }

        return
        [
            new Heading(2, words.Say("results.groups")),
            source.Numbered(words.Sentence("groups.said", names.Partition(partition.Kind))),
            new Table("groups", words.Say("groups.caption"), [words.Say("column.theme"), .. partition.Groups.Select(g => names.Group(g.Groups))],
                [.. source.Release.Themes.Select((t, i) => new Row([names.NumberedTheme(t.Section), .. partition.Groups.Select(g => source.Cell(g.Themes[i].Mean))]))],
                [3, .. partition.Groups.Select(_ => 2)]),
        ];
    }

    private static IEnumerable<Block> Changes(PaperSource source)
    {
        var (words, release) = (source.Words, source.Release);
        if (release.Panel is not { } panel)
        {
            return [];
        }

        return
        [
            new Heading(2, words.Say("results.changes")),
            source.Numbered(words.Sentence("changes.said", panel.Since)),
            new Table("changes", words.Say("changes.caption"), [words.Say("column.theme"), words.Say("column.mean"), words.Say("column.change")],
                [.. panel.Themes.Select(t => new Row([source.Names.NumberedTheme(t.Section), source.Cell(release.Themes.Single(m => m.Section == t.Section).Mean), source.ChangeCell(t.Change)]))],
                [3, 1, 1]),
        ];
    }
}
