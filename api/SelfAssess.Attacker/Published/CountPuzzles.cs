using SelfAssess.Attacker.Puzzles;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Attacker.Published;

/// <summary>All that was ever published of single questions: levels of an indicator, options that were chosen, divergence.</summary>
internal static class CountPuzzles
{
    /// <summary>A puzzle for each indicator, option and divergence of the latest release of which anything was published.</summary>
    /// <param name="history">Every release.</param>
    /// <param name="unchangedKnown">Whether the attacker knows in which States an answer did not change from a cycle to the next; then only puzzles in which there are any.</param>
    public static IEnumerable<Puzzle> Of(History history, bool unchangedKnown)
    {
        var latest = history.Candidate.Release;
        IEnumerable<Puzzle?> all =
        [
            .. latest.Indicators.Select(i => Indicator(history, i, unchangedKnown)),
            .. latest.Counted.SelectMany(c => Options(history, c, unchangedKnown)),
            .. latest.Divergence.Select(d => Divergence(history, d.Section, unchangedKnown)),
        ];
        return all.OfType<Puzzle>();
    }

    /// <summary>What a release says of an indicator.</summary>
    public static IEnumerable<Fact> Indicator(Publication publication, IndicatorStatistics indicator, Group group, Values values)
    {
        if (indicator.NotRevised || !publication.Release.Method.Distributions)
        {
            yield break;
        }

        var (all, levels, outside) = (publication.Participants.Count, indicator.Levels.Count, publication.Release.Method.OutsideLargest);
        var what = $"{indicator.Question}, {publication.Release.Id}";
        if (indicator.Status == ThemeStatus.NotPublished)
        {
            yield return Statements.Between(what, group, Scored(), 0, SizeTier.All.First(t => t.Distribution).From - 1);
            yield break;
        }

        yield return Statements.Between(what, group, Scored(), indicator.Base!.From, Math.Min(indicator.Base.To ?? all, all));
        if (indicator.Status == ThemeStatus.Concentrated)
        {
            var at = indicator.Levels.Select((l, i) => (l, i)).Single(l => l.l == indicator.Concentrated).i;
            yield return Statements.Between(what, group, Scored(but: at), 0, outside - 1);
            yield break;
        }

        for (var level = 0; level < levels; level++)
        {
            yield return Statements.Between(what, group, Scored(but: level), outside, all);
            yield return Statements.Count(what, group, Only(values, level), indicator.Distribution!.Levels[level], indicator.Distribution.CountBase);
        }

        yield return Statements.Count(what, group, Only(values, levels), indicator.Distribution!.NotApplicable, indicator.Distribution.CountBase);
        yield return Statements.Count(what, group, Only(values, levels + 1), indicator.Distribution.NoAnswer, indicator.Distribution.CountBase);

        long[] Scored(int but = -1) => Statements.Where(values, v => v.Level < levels && v.Level != but);
    }

    private static Puzzle? Indicator(History history, IndicatorStatistics latest, bool unchangedKnown)
    {
        return Make(history, latest.Question, Values.Plain(latest.Levels.Count + 2), unchangedKnown,
            [.. ThemePuzzle.Chain(history, latest.Section).Where(p => Find(p) is { NotRevised: false } i && i.Levels.SequenceEqual(latest.Levels, StringComparer.Ordinal))],
            c => ScoreRule.AnswerOf(latest.Levels, c.Details.Indicators.GetValueOrDefault(latest.Question)), (p, group, values) => Indicator(p, Find(p)!, group, values));

        IndicatorStatistics? Find(Publication publication) => publication.Release.Indicators.FirstOrDefault(i => i.Question == latest.Question);
    }

    private static IEnumerable<Puzzle?> Options(History history, CountedStatistics latest, bool unchangedKnown)
    {
        Publication[] chain =
        [
            .. SameQuestionnaire(history).Where(p => Find(p) is { NotRevised: false } c && c.Exclusive == latest.Exclusive
                && c.Options.Select(o => o.Option).SequenceEqual(latest.Options.Select(o => o.Option), StringComparer.Ordinal)),
        ];
        if (latest.Exclusive)
        {
            // Each State chose one option, or none, which is one category more.
            yield return Make(history, latest.Question, Values.Plain(latest.Options.Count + 1), unchangedKnown, chain,
                c => Chosen(c) is [var only, ..] ? Position(only) : latest.Options.Count,
                (p, group, values) => All(p, [.. Find(p)!.Options.Select(o => o.States), Find(p)!.NoAnswer], group, values, $"{latest.Question}, {p.Release.Id}"));
            yield break;
        }

        for (var i = 0; i <= latest.Options.Count; i++)
        {
            var at = i;
            yield return Make(history, $"{latest.Question}, option {at}", Values.Plain(2), unchangedKnown, chain,
                c => (at == latest.Options.Count ? Chosen(c).Count == 0 : Chosen(c).Contains(latest.Options[at].Option, StringComparer.Ordinal)) ? 1 : 0,
                (p, group, values) => One(p, at == latest.Options.Count ? Find(p)!.NoAnswer : Find(p)!.Options[at].States, group, values, $"{latest.Question}, {p.Release.Id}"));
        }

        CountedStatistics? Find(Publication publication) => publication.Release.Counted.FirstOrDefault(c => c.Question == latest.Question);

        IReadOnlyList<string> Chosen(Participant participant) => participant.Details.Counted.GetValueOrDefault(latest.Question) ?? [];

        int Position(string option) => latest.Options.Select((o, i) => (o, i)).Single(o => o.o.Option == option).i;
    }

    private static Puzzle? Divergence(History history, string section, bool unchangedKnown)
    {
        return Make(history, $"divergence {section}", Values.Plain(3), unchangedKnown,
            [.. ThemePuzzle.Chain(history, section).Where(p => Find(p) is { NotRevised: false })],
            c => c.Details.Diverges.GetValueOrDefault(section) switch { true => 0, false => 1, null => 2 },
            (p, group, values) => All(p, [Find(p)!.Diverging, Find(p)!.Agreeing, Find(p)!.NotCompared], group, values, $"divergence {section}, {p.Release.Id}"));

        DivergenceStatistics? Find(Publication publication) => publication.Release.Divergence.FirstOrDefault(d => d.Section == section);
    }

    private static IEnumerable<Publication> SameQuestionnaire(History history) =>
        history.Publications.Where(p => p.Release.Questionnaire.Id == history.Candidate.Release.Questionnaire.Id);

    /// <summary>Categories that are published together, or not at all where nearly all States share one.</summary>
    private static IEnumerable<Fact> All(Publication publication, Protected[] counts, Group group, Values values, string what)
    {
        var outside = publication.Release.Method.OutsideLargest;
        if (!publication.Release.Method.Distributions)
        {
            yield break;
        }

        if (Array.TrueForAll(counts, c => c is Protected.NotPublished))
        {
            yield return new AnyFact(what, [.. counts.Select((_, i) => (IReadOnlyList<LinearFact>)[Statements.Between(what, group, But(i), 0, outside - 1)])]);
            yield break;
        }

        for (var i = 0; i < counts.Length; i++)
        {
            yield return Rounded(what, group, Only(values, i), counts[i]);
            yield return Statements.Between(what, group, But(i), outside, publication.Participants.Count);
        }

        long[] But(int category) => Statements.Where(values, v => v.Level != category);
    }

    /// <summary>One option of several that a State may choose: published where neither those with it nor those without are too few.</summary>
    private static IEnumerable<Fact> One(Publication publication, Protected count, Group group, Values values, string what)
    {
        var (all, outside) = (publication.Participants.Count, publication.Release.Method.OutsideLargest);
        if (!publication.Release.Method.Distributions)
        {
            yield break;
        }

        if (count is Protected.NotPublished)
        {
            yield return new AnyFact(what, [[Statements.Between(what, group, Only(values, 1), 0, outside - 1)], [Statements.Between(what, group, Only(values, 0), 0, outside - 1)]]);
            yield break;
        }

        yield return Rounded(what, group, Only(values, 1), count);
        yield return Statements.Between(what, group, Only(values, 1), outside, all - outside);
    }

    private static LinearFact Rounded(string what, Group group, long[] weights, Protected count) =>
        count is Protected.Published p ? Statements.Count(what, group, weights, (int)p.Value, (int)p.Base) : throw new ModelException($"{what}: some categories are published, and others are not.");

    private static long[] Only(Values values, int category) => Statements.Where(values, v => v.Level == category);

    private static Puzzle? Make(History history, string name, Values values, bool unchangedKnown, IReadOnlyList<Publication> chain, Func<Participant, int> value,
        Func<Publication, Group, Values, IEnumerable<Fact>> facts)
    {
        Publication[] telling = [.. chain.Where(p => p.Tells && p.Release.Method.Distributions)];
        if (telling.Length == 0)
        {
            return null;
        }

        var weaving = new Weaving(history.States, telling, (_, c) => value(c), (_, _) => "", unchangedKnown);
        if (unchangedKnown && !weaving.Links)
        {
            return null;
        }

        return new Puzzle($"{name}{(unchangedKnown ? ", unchanged known" : "")}", [.. Enumerable.Range(0, weaving.Count).Select(_ => new Strand(values, Asked: true, []))],
            [.. telling.SelectMany(p => facts(p, weaving.In(p), values))], [], [.. Enumerable.Range(0, history.States).Select(s => new Person(weaving.HoldingsOf(s)))])
        {
            Populations = telling[^1] == history.Candidate ? [weaving.In(telling[^1])] : [],
        };
    }
}
