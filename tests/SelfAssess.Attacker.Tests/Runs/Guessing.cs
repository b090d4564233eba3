using System.Globalization;
using SelfAssess.Attacker.Published;
using SelfAssess.Attacker.Tests.Worlds;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Attacker.Tests.Runs;

/// <summary>
/// How often a State's level is guessed right: from what is known of States like it before any release, and with the releases, each read as a Bayesian
/// would. What a release tells of everybody helps to guess anybody; how much is measured here.
/// </summary>
internal sealed class Guessing
{
    private const int Twins = 6;

    /// <summary>How far an attacker believes in a State's level of the cycle before, the rest being what is known of States like it.</summary>
    private const double Lasting = 0.7;

    /// <summary>From States that could as well have been there instead.</summary>
    public Tallied Before { get; } = new();

    /// <summary>The best guess of an outsider.</summary>
    public Tallied ByOutsider { get; } = new();

    /// <summary>The best guess of the largest bloc, which knows its own, of States outside of it.</summary>
    public Tallied ByBloc { get; } = new();

    /// <summary>Before any release, of States outside the largest bloc.</summary>
    public Tallied BeforeBloc { get; } = new();

    /// <summary>The best guess of States that were not in the cycle before.</summary>
    public Tallied Newcomers { get; } = new();

    /// <summary>Newcomers' before any release.</summary>
    public Tallied NewcomersBefore { get; } = new();

    public void Add(World world, IReadOnlyList<AuditedRelease> releases)
    {
        var (outsider, bloc) = (new Reader(), new Reader());
        for (var cycle = 0; cycle < releases.Count; cycle++)
        {
            var (release, contributors, cohort) = (releases[cycle].Release, releases[cycle].Contributors, world.Cohort(cycle));
            var largest = contributors.SelectMany(c => c.Details.Blocs).GroupBy(b => b, StringComparer.Ordinal).OrderByDescending(b => b.Count()).FirstOrDefault()?.Key;
            bool[] own = [.. contributors.Select(c => largest is not null && c.Details.Blocs.Contains(largest, StringComparer.Ordinal))];
            var twins = cohort.Select(state => Enumerable.Range(1, Twins).Select(t => world.Another(state, t, cycle).Contribution.Themes).ToArray()).ToArray();
            for (var theme = 0; theme < release.Themes.Count; theme++)
            {
                int?[] levels = [.. contributors.Select(c => c.Contribution.Themes[theme].Level)];
                var before = Alike(contributors, [.. twins.Select(t => t.Select(twin => twin[theme].Level).ToArray())], release.Levels.Count);
                var newcomers = cohort.Select(state => cycle > 0 && !outsider.Knows(theme, state)).ToArray();
                outsider.Read(release, theme, cohort, contributors, before, known: []);
                bloc.Read(release, theme, cohort, contributors, before, known: [.. levels.Select((level, row) => own[row] ? level ?? release.Levels.Count : (int?)null)]);
                if (release.Themes[theme].Distribution is null)
                {
                    continue;
                }

                for (var row = 0; row < levels.Length; row++)
                {
                    if (levels[row] is not { } level)
                    {
                        continue;
                    }

                    var (guessedBefore, guessed) = (Beliefs.MostLikely(before[row]) == level, outsider.Guess(theme, cohort[row]) == level);
                    Before.Add(guessedBefore);
                    ByOutsider.Add(guessed);
                    if (!own[row])
                    {
                        BeforeBloc.Add(guessedBefore);
                        ByBloc.Add(bloc.Guess(theme, cohort[row]) == level);
                    }

                    if (newcomers[row])
                    {
                        NewcomersBefore.Add(guessedBefore);
                        Newcomers.Add(guessed);
                    }
                }
            }
        }
    }

    /// <summary>As a table, in Markdown.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        | guessed right | before any release | best guess with the releases |
        |---|---|---|
        | any State, by an outsider | {Before.Percent:0.0} % | {ByOutsider.Percent:0.0} % |
        | a State outside the largest bloc, by the bloc | {BeforeBloc.Percent:0.0} % | {ByBloc.Percent:0.0} % |
        | a newcomer, by an outsider | {NewcomersBefore.Percent:0.0} % | {Newcomers.Percent:0.0} % |
        """);

    /// <summary>What is held likely of each State: the shares among the twins of all States of its group and blocs, and a little of everybody's.</summary>
    private static double[][] Alike(IReadOnlyList<Contributor> contributors, int?[][] twins, int levels)
    {
        var everybody = Shares(twins.SelectMany(t => t), Enumerable.Repeat(1.0 / (levels + 1), levels + 1));
        var alike = contributors.Zip(twins).GroupBy(c => Kind(c.First), StringComparer.Ordinal)
            .ToDictionary(k => k.Key, k => Shares(k.SelectMany(c => c.Second), everybody), StringComparer.Ordinal);
        return [.. contributors.Select(c => alike[Kind(c)])];

        static string Kind(Contributor contributor) => string.Join('+', [contributor.Details.Group, .. contributor.Details.Blocs]);

        // A prior worth five States, so that few twins do not pass for certainty.
        double[] Shares(IEnumerable<int?> values, IEnumerable<double> prior)
        {
            double[] counts = [.. prior.Select(p => 5 * p)];
            foreach (var value in values)
            {
                counts[value ?? levels]++;
            }

            return [.. counts.Select(c => c / counts.Sum())];
        }
    }

    /// <summary>Somebody who reads one release after the other, and remembers.</summary>
    private sealed class Reader
    {
        private readonly Dictionary<(int Theme, int State), IReadOnlyList<double>> beliefs = [];

        public bool Knows(int theme, int state) => beliefs.ContainsKey((theme, state));

        public int Guess(int theme, int state) => Beliefs.MostLikely(beliefs[(theme, state)]);

        public void Read(Release release, int theme, IReadOnlyList<int> cohort, IReadOnlyList<Contributor> contributors, double[][] alike, int?[] known)
        {
            IReadOnlyList<double>[] before =
            [
                .. cohort.Select((state, row) =>
                    known.Length > 0 && known[row] is { } level ? [.. alike[row].Select((_, column) => column == level ? 1.0 : 0.0)]
                    : beliefs.TryGetValue((theme, state), out var last) ? [.. last.Zip(alike[row], (then, now) => (Lasting * then) + ((1 - Lasting) * now))]
                    : alike[row]),
            ];
            foreach (var state in beliefs.Keys.Where(k => k.Theme == theme).ToArray())
            {
                beliefs.Remove(state);
            }

            var published = release.Themes[theme];
            var groups = release.Partition.Groups
                .Select(g => (Rows: contributors.Index().Where(c => g.Groups.Contains(c.Item.Details.Group, StringComparer.Ordinal)).Select(c => c.Index).ToArray(), g.Themes[theme].Mean))
                .Where(g => g.Mean is Protected.Published && g.Rows.Length > 0)
                .Select(g => (g.Rows, (double)((Protected.Published)g.Mean).Value)).ToArray();
            IReadOnlyList<IReadOnlyList<double>> after = before;
            if (published.Distribution is { } distribution)
            {
                var read = Beliefs.After(before, [.. distribution.Levels, distribution.NotApplicable + distribution.NoAnswer], groups);
                after = [.. cohort.Select((_, row) => read.Of(row))];
            }

            for (var row = 0; row < cohort.Count; row++)
            {
                beliefs[(theme, cohort[row])] = after[row];
            }
        }
    }
}
