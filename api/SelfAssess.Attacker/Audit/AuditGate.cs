using System.Collections.Concurrent;
using SelfAssess.Attacker.Published;
using SelfAssess.Attacker.Puzzles;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Attacker.Audit;

/// <summary>What is audited.</summary>
/// <param name="Candidate">The release that would be published.</param>
/// <param name="Earlier">Every other release that somebody has seen, in the order in which they came out: frozen ones, and those that were previewed and left.</param>
public sealed record AuditInput(AuditedRelease Candidate, IReadOnlyList<AuditedRelease> Earlier);

/// <summary>How thoroughly a release is audited.</summary>
public sealed record AuditSettings
{
    /// <summary>Scores that are attacked at the same time.</summary>
    public int Parallel { get; init; } = Environment.ProcessorCount;

    /// <summary>Upper limit for one question to the solver, in its deterministic time, about a second each.</summary>
    public int Effort { get; init; } = 10;

    /// <summary>Whether the first attack that succeeds ends the audit.</summary>
    public bool FirstOnly { get; init; } = true;

    /// <summary>
    /// Whether States and outsiders attack a second time, knowing in which States an answer did not change from a cycle to the next: more than anybody could know.
    /// </summary>
    public bool UnchangedKnown { get; init; } = true;
}

/// <summary>
/// Attacks a release together with all earlier ones before it is frozen: with the releases alone, with the answers of any one State, of every declared
/// bloc, of five States.
/// </summary>
public static class AuditGate
{
    /// <summary>At most this many of a thousand targets may be narrow for a coalition.</summary>
    private const int NarrowPerThousand = 50;

    /// <param name="input">The release, all earlier ones, and what they were computed from.</param>
    /// <param name="settings">How thoroughly; by default as the pipeline does it.</param>
    /// <param name="progress">Told after each score.</param>
    /// <param name="cancellationToken">Stops between two questions.</param>
    public static AuditReport Examine(AuditInput input, AuditSettings? settings = null, IProgress<AuditProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(input);
        settings ??= new AuditSettings();
        var history = new History([.. input.Earlier, input.Candidate]);
        var errors = new ConcurrentBag<string>();
        var examinations = new ConcurrentBag<Examination>();
        var simple = new Dictionary<AttackKind, Examination.Tally>();
        if (history.Candidate.Tells)
        {
            var form = ReleaseForm.Check(input.Candidate.Release);
            simple.Add(AttackKind.Form, new Examination.Tally { Attacked = form.Seen, Below = form.Wrong });
            var differences = Differencing.Check(history);
            simple.Add(AttackKind.Differencing, new Examination.Tally { Attacked = differences.Seen, Below = differences.Small });
            var puzzles = Puzzles(history, settings);
            var blocs = Blocs(history);
            var (done, stopped) = (0, false);
            Parallel.ForEach(puzzles, new ParallelOptions { MaxDegreeOfParallelism = settings.Parallel, CancellationToken = cancellationToken }, attacked =>
            {
                if (Volatile.Read(ref stopped))
                {
                    return;
                }

                try
                {
                    if (attacked.Make() is { } puzzle)
                    {
                        var examination = new Examination(puzzle, settings.Effort, settings.FirstOnly, cancellationToken);
                        examinations.Add(examination);
                        examination.Run(attacked.Pooling ? blocs : null);
                        if (settings.FirstOnly && examination.Results.Values.Any(r => r.Below > 0))
                        {
                            Volatile.Write(ref stopped, true);
                        }
                    }
                }
                catch (Exception e) when (e is ModelException or UndecidedException)
                {
                    errors.Add(e.Message);
                    Volatile.Write(ref stopped, settings.FirstOnly);
                }

                progress?.Report(new AuditProgress(Interlocked.Increment(ref done), puzzles.Count));
            });
        }

        var attacks = Enum.GetValues<AttackKind>().Select(k => Result(k, [.. examinations.Select(e => e.Results.GetValueOrDefault(k)).Append(simple.GetValueOrDefault(k)).OfType<Examination.Tally>()])).OfType<AttackResult>().ToArray();
        AttackKind[] failed = [.. attacks.Where(a => a.Below > 0 || (a.Kind is AttackKind.Bloc or AttackKind.FiveStates && a.Narrow * 1000L > a.Attacked * (long)NarrowPerThousand)).Select(a => a.Kind)];
        return new AuditReport(failed.Length == 0 && errors.IsEmpty, failed, attacks, examinations.Sum(e => e.Solves), [.. errors.Order(StringComparer.Ordinal)]);
    }

    /// <summary>Every score that the release tells of, and who attacks it; the largest first, so that none is left to the end alone.</summary>
    private static List<(Func<Puzzle?> Make, bool Pooling)> Puzzles(History history, AuditSettings settings)
    {
        return settings.UnchangedKnown ? [.. All(unchangedKnown: false), .. All(unchangedKnown: true)] : [.. All(unchangedKnown: false)];

        IEnumerable<(Func<Puzzle?>, bool)> All(bool unchangedKnown) =>
        [
            .. history.Candidate.Release.Themes.Select(t => ((Func<Puzzle?>)(() => ThemePuzzle.Of(history, t.Section, unchangedKnown)), !unchangedKnown)),
            .. CountPuzzles.Of(history, unchangedKnown).Select(p => ((Func<Puzzle?>)(() => p), !unchangedKnown)),
        ];
    }

    /// <summary>Members of each bloc that was ever declared, by their number.</summary>
    private static IReadOnlyList<IReadOnlyList<int>> Blocs(History history) =>
    [
        .. history.Publications.SelectMany(p => p.Participants).SelectMany(c => c.Details.Blocs.Select(b => (Bloc: b, c.State)))
            .GroupBy(b => b.Bloc, StringComparer.Ordinal).OrderBy(b => b.Key, StringComparer.Ordinal).Select(b => b.Select(m => m.State).Distinct().Order().ToArray()),
    ];

    private static AttackResult? Result(AttackKind kind, Examination.Tally[] tallies) => tallies.Length == 0 ? null : new AttackResult(
        kind, tallies.Sum(t => t.Attacked), tallies.Sum(t => t.Narrow), tallies.Sum(t => t.Unique), tallies.Sum(t => t.Below),
        tallies.Min(t => t.WorstWidth) is { } width ? (int)(width / Disclosure.Unit) : null);
}
