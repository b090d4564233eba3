using System.Globalization;
using SelfAssess.Attacker.Puzzles;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Attacker.Published;

/// <summary>All that was ever published of one theme, as a puzzle.</summary>
internal sealed class ThemePuzzle
{
    private readonly string section;
    private readonly Publication[] publications;
    private readonly Values values;
    private readonly Dictionary<ThemeScore, int> numbers;
    private readonly Weaving weaving;
    private readonly long[] scored;
    private readonly long[] notApplicable;
    private readonly long[] noAnswer;

    private ThemePuzzle(History history, string section, bool unchangedKnown)
    {
        this.section = section;
        publications = [.. Chain(history, section).Where(p => p.Tells && Tells(p))];
        var rules = publications.ToDictionary(p => p, p => ScoreRule.Of(p.Questionnaire, section));
        var tied = publications.Any(p => rules[p] is not null && TablesOf(p).Any());
        numbers = Scores().Distinct().OrderBy(s => s.Outcome).ThenBy(s => s.Index).ThenBy(s => s.Level).ThenBy(s => s.Answered).ThenBy(s => s.Sum)
            .Select((s, i) => (s, i)).ToDictionary(s => s.s, s => s.i);
        var candidates = new Dictionary<(ThemeOutcome, int?, long?), int>();
        values = new Values([.. numbers.OrderBy(n => n.Value).Select(n =>
        {
            var apparent = (n.Key.Outcome, n.Key.Level, n.Key.Index);
            candidates.TryAdd(apparent, candidates.Count);
            return new Value(candidates[apparent], n.Key.Level, n.Key.Index);
        })]);
        scored = Statements.Where(values, v => v.Index is not null);
        notApplicable = [.. numbers.OrderBy(n => n.Value).Select(n => n.Key.Outcome == ThemeOutcome.NotApplicable ? 1L : 0L)];
        noAnswer = [.. numbers.OrderBy(n => n.Value).Select(n => n.Key.Outcome == ThemeOutcome.NoAnswer ? 1L : 0L)];
        var panels = publications.Select(PanelOf).OfType<PublishedPanel>().ToArray();
        weaving = new Weaving(history.States, publications, (p, c) => numbers[ScoreOf(p, c)], PlaceOf, unchangedKnown);

        var answerings = new List<Answering>();
        var strands = Enumerable.Range(0, weaving.Count).Select(s => new Strand(values, Asked: true, [])).ToList();
        var tables = new List<(Publication Publication, IndicatorStatistics Table, int Strand)>();
        foreach (var publication in publications.Where(p => rules[p] is not null && TablesOf(p).Any()))
        {
            var rule = rules[publication]!;
            var own = TablesOf(publication).Select((table, i) => (publication, table, strands.Count + i)).ToArray();
            strands.AddRange(own.Select(_ => new Strand(Values.Plain(rule.Answers), Asked: false, [])));
            tables.AddRange(own);
            answerings.Add(new Answering(weaving.In(publication), [.. own.Select(t => t.Item3)], Tie(rule)));
            foreach (var strand in weaving.In(publication).Strands)
            {
                strands[strand] = strands[strand] with { Answerings = [.. strands[strand].Answerings, answerings.Count - 1] };
            }
        }

        List<Fact> facts =
        [
            .. publications.SelectMany(Facts),
            .. panels.Select(Fact),
            .. tables.SelectMany(t => CountPuzzles.Indicator(t.Publication, t.Table, new Group([t.Strand]), strands[t.Strand].Values)),
        ];
        Puzzle = new Puzzle($"{section}{(unchangedKnown ? ", unchanged known" : "")}", strands, facts, answerings,
            [.. Enumerable.Range(0, history.States).Select(s => new Person([.. weaving.HoldingsOf(s), .. tables.Where(t => t.Publication.Find(s) is not null)
                .Select(t => new Holding(t.Strand, ScoreRule.AnswerOf(t.Table.Levels, t.Publication.Find(s)!.Details.Indicators.GetValueOrDefault(t.Table.Question))))]))])
        {
            Populations = publications is [.., var latest] && latest == history.Candidate
                ? [weaving.In(latest), .. latest.Release.Partition.Groups.Select((_, i) => InCluster(latest, i).Group)] : [],
        };

        // Every score that a rule can give; where there is no rule, those that somebody has, which makes the attacker stronger than anybody.
        IEnumerable<ThemeScore> Scores() => publications.SelectMany(p => rules[p] is { } rule ? rule.Scores.Select(Apparent) : [])
            .Concat(publications.SelectMany(p => p.Participants.Select(c => ScoreOf(p, c))))
            .Concat(tied ? [] : [new ThemeScore(ThemeOutcome.NotApplicable, null, null), new ThemeScore(ThemeOutcome.NoAnswer, null, null)]);

        ThemeScore Apparent(ThemeScore score) => tied ? score : score with { Answered = -1, Sum = -1 };

        ThemeScore ScoreOf(Publication publication, Participant participant)
        {
            var theme = participant.Contribution.Themes.Single(t => t.Section == section);
            var score = new ThemeScore(theme.Outcome, theme.Level, theme.Index);
            if (!tied || rules[publication] is not { } rule)
            {
                return score;
            }

            var times = new int[rule.Answers];
            foreach (var question in rule.Questions)
            {
                times[ScoreRule.AnswerOf(publication.Questionnaire.LevelsOf(question), participant.Details.Indicators.GetValueOrDefault(question))]++;
            }

            var following = rule.ScoreOf(times);
            return following with { Answered = -1, Sum = -1 } == score ? following : throw new ModelException($"{section}: a State's score does not follow from its answers.");
        }

        // Who took part in both cycles is known. States of which a panel counts the other cycle's index, and States of which it does not, are kept apart: they
        // could not exchange their values. Nobody is told who is which.
        string PlaceOf(Publication publication, Participant participant) =>
            string.Join(';', [participant.Cluster.ToString(CultureInfo.InvariantCulture), .. panels.Select(p => p.PlaceOf(publication, participant.State, IndexIn)).OfType<string>()]);

        AnswerRule Tie(ScoreRule rule)
        {
            List<long[]> features = [Each(a => a < rule.Levels ? 1 : 0), Each(a => a < rule.Levels ? a : 0), Each(a => a == rule.Levels ? 1 : 0)];
            features.AddRange(Enumerable.Range(1, rule.Levels - 1).Select(level => Each(a => a >= level && a < rule.Levels ? 1 : 0)));
            return new AnswerRule(rule.Questions.Count, rule.Answers, features, times => numbers[Apparent(rule.ScoreOf(times))], values.Count);

            long[] Each(Func<int, long> weight) => [.. Enumerable.Range(0, rule.Answers).Select(weight)];
        }
    }

    private Puzzle Puzzle { get; }

    /// <summary>The puzzle of a theme of the latest release; null where nothing was published of it.</summary>
    /// <param name="history">Every release.</param>
    /// <param name="section">The theme.</param>
    /// <param name="unchangedKnown">Whether the attacker knows in which States the theme did not change from a cycle to the next; then only where there are any.</param>
    public static Puzzle? Of(History history, string section, bool unchangedKnown)
    {
        var theme = new ThemePuzzle(history, section, unchangedKnown);
        return theme.publications.Length == 0 || (unchangedKnown && !theme.weaving.Links) ? null : theme.Puzzle;
    }

    /// <summary>The releases of which the theme may be compared with the latest one's.</summary>
    internal static IEnumerable<Publication> Chain(History history, string section)
    {
        var chain = new List<Publication> { history.Candidate };
        foreach (var publication in history.Publications.Reverse().Skip(1))
        {
            if (chain.Exists(later => Comparable(later.Release, publication.Release)))
            {
                chain.Add(publication);
            }
        }

        chain.Reverse();
        return chain;

        bool Comparable(Release later, Release earlier) => later.Questionnaire.Id == earlier.Questionnaire.Id && earlier.Themes.Any(t => t.Section == section)
            && (later.Questionnaire.Version == earlier.Questionnaire.Version
                || later.Themes.Any(t => t.Section == section && t.ComparableWith.Contains(earlier.Questionnaire.Version, StringComparer.Ordinal)));
    }

    /// <summary>Whether a release says anything of the theme that an earlier one did not.</summary>
    private bool Tells(Publication publication) =>
        !ThemeIn(publication.Release.Themes).NotRevised || publication.Release.Partition.Groups.Any(g => !ThemeIn(g.Themes).NotRevised) || TablesOf(publication).Any(t => !t.NotRevised);

    private ThemeStatistics ThemeIn(IReadOnlyList<ThemeStatistics> themes) => themes.Single(t => t.Section == section);

    /// <summary>The indicators of a release, where any are shown.</summary>
    private IEnumerable<IndicatorStatistics> TablesOf(Publication publication)
    {
        var own = publication.Release.Indicators.Where(i => i.Section == section).ToArray();
        return Array.Exists(own, i => i.Status != ThemeStatus.NotPublished && !i.NotRevised) ? own : [];
    }

    private PublishedPanel? PanelOf(Publication publication)
    {
        if (publication.Release.Number > 1 || publication.Release.Panel is not { } panel || panel.Themes.Single(t => t.Section == section) is not { Change: Protected.Published change, Base: { } counted }
            || Array.Find(publications, p => p.Release.Id == panel.Since) is not { } then)
        {
            return null;
        }

        return new PublishedPanel(publication, then, change, counted);
    }

    private long? IndexIn(Participant participant) => participant.Contribution.Themes.Single(t => t.Section == section).Index;

    private PanelFact Fact(PublishedPanel panel)
    {
        PanelPair[] pairs = [.. panel.States.Select(s => new PanelPair(s, weaving.StrandOf(s, panel.Then), weaving.StrandOf(s, panel.Now)))];
        return new PanelFact($"{section}, change in {panel.Now.Release.Id}", pairs, new Group(pairs.Select(p => p.Then)), new Group(pairs.Select(p => p.Now)), values,
            Statements.Millionths(panel.Change.Value), Statements.Millionths(panel.Change.Base), Math.Max(panel.Counted.From, Disclosure.SmallestPanel), panel.Counted.To ?? int.MaxValue);
    }

    private IEnumerable<Fact> Facts(Publication publication)
    {
        var release = publication.Release;
        var total = ThemeIn(release.Themes);
        if (!total.NotRevised)
        {
            var everybody = new Counted(release, weaving.In(publication), publication.Participants, $"{section}, all, {release.Id}");
            foreach (var fact in Facts(everybody, total))
            {
                yield return fact;
            }

            if (total.Status == ThemeStatus.NotPublished)
            {
                yield return new AnyFact(everybody.What, [.. NotPublished(everybody)]);
            }
        }

        // Of groups, either all are published or none: why not, the attacker has to guess.
        var groups = release.Partition.Groups.Select((g, i) => (Theme: ThemeIn(g.Themes), Counted: InCluster(publication, i))).ToArray();
        foreach (var fact in groups.Where(g => !g.Theme.NotRevised).SelectMany(g => Facts(g.Counted, g.Theme)))
        {
            yield return fact;
        }

        if (groups.Length > 0 && Array.TrueForAll(groups, g => g.Theme is { Status: ThemeStatus.NotPublished, NotRevised: false }))
        {
            yield return new AnyFact($"{section}, groups, {release.Id}", [.. groups.SelectMany(g => NotPublished(g.Counted)), .. groups.SelectMany(g => Concentrated(g.Counted))]);
        }
    }

    private Counted InCluster(Publication publication, int cluster)
    {
        var mark = cluster.ToString(CultureInfo.InvariantCulture);
        return new Counted(publication.Release, weaving.In(publication, mark, place => place.Split(';')[0] == mark),
            [.. publication.Participants.Where(p => p.Cluster == cluster)], $"{section}, group {mark}, {publication.Release.Id}");
    }

    private IEnumerable<Fact> Facts(Counted counted, ThemeStatistics theme)
    {
        if (theme.Status == ThemeStatus.NotPublished)
        {
            yield break;
        }

        var (what, group, outside) = (counted.What, counted.Group, counted.Release.Method.OutsideLargest);
        var (fewest, most) = counted.Scored(theme.Base!);
        yield return Statements.Between(what, group, scored, fewest, most);
        if (theme.Status == ThemeStatus.Concentrated)
        {
            yield return Statements.Between(what, group, OutsideOf(Position(counted.Release, theme.Concentrated!)), 0, outside - 1);
            yield break;
        }

        for (var level = 0; level < counted.Release.Levels.Count; level++)
        {
            yield return Statements.Between(what, group, OutsideOf(level), outside, most);
        }

        if (theme.Distribution is { } distribution)
        {
            for (var level = 0; level < distribution.Levels.Count; level++)
            {
                yield return Statements.Count(what, group, AtLevel(level), distribution.Levels[level], distribution.CountBase);
            }

            yield return Statements.Count(what, group, notApplicable, distribution.NotApplicable, distribution.CountBase);
            yield return Statements.Count(what, group, noAnswer, distribution.NoAnswer, distribution.CountBase);
            var without = new[] { distribution.NotApplicable, distribution.NoAnswer }.Select(c => Statements.Preimage(c, distribution.CountBase)).ToArray();
            (fewest, most) = (Math.Max(fewest, counted.Participants.Count - without.Sum(w => w.Highest)), Math.Min(most, counted.Participants.Count - without.Sum(w => w.Lowest)));
        }

        foreach (var fact in Statements.Mean(what, group, values, theme.Mean))
        {
            yield return fact;
        }

        Protected[] quantiles = [theme.FirstQuartile, theme.Median, theme.ThirdQuartile];
        for (var quarter = 1; quarter <= quantiles.Length; quarter++)
        {
            foreach (var fact in Statements.Quantile(what, group, values, quarter, quantiles[quarter - 1], fewest, most))
            {
                yield return fact;
            }
        }
    }

    /// <summary>Every reason for which nothing is published; one of them is so.</summary>
    private IEnumerable<IReadOnlyList<LinearFact>> NotPublished(Counted counted)
    {
        var (what, group, all) = (counted.What, counted.Group, counted.Participants.Count);
        yield return [Statements.Between(what, group, scored, 0, SizeTier.SmallestPopulation - 1)];
        if (counted.CoarserBase)
        {
            yield return [Statements.Between(what, group, scored, SizeTier.SmallestPopulation, SizeTier.All[1].From - 1)];
        }

        // A bloc knows too much: at most two with a score are outside of it, so that there are at most its members and two.
        foreach (var members in counted.Participants.SelectMany(p => p.Details.Blocs).GroupBy(b => b, StringComparer.Ordinal).Select(b => b.Count()))
        {
            yield return [Statements.Between(what, group, scored, 0, members + Disclosure.OutsideBloc - 1)];
        }

        // Nearly all share one level, and there are too few of them to say so.
        var fewerThan = counted.Distributions ? SizeTier.All.First(t => t.Distribution).From : all + 1;
        for (var level = 0; level < counted.Release.Levels.Count; level++)
        {
            yield return [Statements.Between(what, group, OutsideOf(level), 0, counted.Release.Method.OutsideLargest - 1), Statements.Between(what, group, scored, 0, fewerThan - 1)];
        }
    }

    private IEnumerable<IReadOnlyList<LinearFact>> Concentrated(Counted counted) => Enumerable.Range(0, counted.Release.Levels.Count)
        .Select(level => (IReadOnlyList<LinearFact>)[Statements.Between(counted.What, counted.Group, OutsideOf(level), 0, counted.Release.Method.OutsideLargest - 1)]);

    private long[] AtLevel(int level) => Statements.Where(values, v => v.Index is not null && v.Level == level);

    private long[] OutsideOf(int level) => Statements.Where(values, v => v.Index is not null && v.Level != level);

    private static int Position(Release release, string level) => release.Levels.Select((l, i) => (l, i)).Single(l => l.l == level).i;

    /// <summary>States that were counted together.</summary>
    private sealed record Counted(Release Release, Group Group, IReadOnlyCollection<Participant> Participants, string What)
    {
        private readonly SizeTier natural = SizeTier.Of(Release.Participation.Participants!.Value)!;

        /// <summary>Whether a release shows distributions where there are enough States.</summary>
        public bool Distributions => !natural.Distribution || Release.Method.Distributions;

        /// <summary>Whether its means are coarser than the number of States asks for.</summary>
        public bool CoarserBase => Release.Method.MeanBase != natural.MeanBase;

        /// <summary>How many of them have a score, at least and at most.</summary>
        public (int Fewest, int Most) Scored(Population population) => (population.From, Math.Min(population.To ?? Participants.Count, Participants.Count));
    }

    /// <summary>A published change.</summary>
    /// <param name="Now">Where it is published.</param>
    /// <param name="Then">The release of the cycle before.</param>
    /// <param name="Change">As it is published.</param>
    /// <param name="Counted">How many States it counts, as that is published.</param>
    private sealed record PublishedPanel(Publication Now, Publication Then, Protected.Published Change, Population Counted)
    {
        /// <summary>Everybody who took part in both cycles.</summary>
        public IEnumerable<int> States => Now.Participants.Select(p => p.State).Where(s => Then.Find(s) is not null);

        /// <summary>What tells a State's place in a release from others'; null where the panel does not concern it there.</summary>
        public string? PlaceOf(Publication publication, int state, Func<Participant, long?> index)
        {
            var other = publication == Now ? Then : publication == Then ? Now : null;
            return other?.Find(state) is { } participant && Now.Find(state) is not null && Then.Find(state) is not null
                ? string.Create(CultureInfo.InvariantCulture, $"{(other == Then ? "now" : "then")}{Now.Number}{(index(participant) is null ? "-" : "")}") : null;
        }
    }
}
