using System.Globalization;
using System.Text;
using SelfAssess.Attacker.Audit;
using SelfAssess.Attacker.Tests.Worlds;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Attacker.Tests.Runs;

/// <summary>Many worlds together, as a table.</summary>
internal sealed class Attacked
{
    private readonly Dictionary<AttackKind, (long Attacked, long Narrow, long Unique, long Below, int? Worst)> attacks = [];
    private readonly Dictionary<CoarseningStep, int> steps = [];
    private readonly List<double> seconds = [];
    private readonly Dictionary<string, int> reasons = new(StringComparer.Ordinal);
    private int worlds;

    public IReadOnlyDictionary<AttackKind, (long Attacked, long Narrow, long Unique, long Below, int? Worst)> Attacks => attacks;

    public Guessing Guessing { get; } = new();

    public Usefulness Usefulness { get; } = new();

    public Replay Replay { get; } = new();

    public void Add(World world, CancellationToken cancellationToken)
    {
        var cycles = WorldRun.Publish(world, cancellationToken);
        worlds++;
        foreach (var cycle in cycles)
        {
            steps[cycle.Step] = steps.GetValueOrDefault(cycle.Step) + 1;
            seconds.Add(cycle.Seconds);
            foreach (var reason in cycle.Refused.SelectMany(r => r.Failed.Select(f => f.ToString()).Concat(r.Errors.Count > 0 ? ["undecided"] : Array.Empty<string>())))
            {
                reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
            }

            foreach (var attack in cycle.Report.Attacks)
            {
                var sum = attacks.GetValueOrDefault(attack.Kind);
                attacks[attack.Kind] = (sum.Attacked + attack.Attacked, sum.Narrow + attack.Narrow, sum.Unique + attack.Unique, sum.Below + attack.Below,
                    sum.Worst is { } worst ? Math.Min(worst, attack.WorstWidth ?? worst) : attack.WorstWidth);
            }
        }

        Guessing.Add(world, [.. cycles.Select(c => c.Release)]);
        Usefulness.Add(cycles);
        Replay.Add(cycles);
    }

    /// <summary>In Markdown.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Line($"{worlds} worlds, {seconds.Count} releases; coarsened to: {string.Join(", ", steps.OrderBy(s => s.Key).Select(s => $"{s.Key} {s.Value}"))}. Audit of one release: {seconds.Average():0.0} s on average, {seconds.Max():0.0} s at most.");
        Line($"Audits that did not pass: {string.Join(", ", reasons.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => $"{r.Key} {r.Value}").DefaultIfEmpty("none"))}.");
        Line($"");
        Line($"| attack | targets | narrow | unique | below | narrowest, points |");
        Line($"|---|---|---|---|---|---|");
        foreach (var (kind, a) in attacks.OrderBy(a => a.Key))
        {
            Line($"| {kind} | {a.Attacked} | {a.Narrow} | {a.Unique} | {a.Below} | {(a.Worst is { } worst ? worst : "–")} |");
        }

        Line($"");
        Line($"{Guessing}");
        Line($"");
        Line($"Everybody but the target pools its answers: one score is left for {Replay.One.Percent:0.0} %, two at most for {Replay.Two.Percent:0.0} % of {Replay.One.All} targets.");
        Line($"");
        Line($"| use | |");
        Line($"|---|---|");
        Line($"| means, distance from the truth (mean, most) | {Usefulness.Means.Mean:0.00}, {Usefulness.Means.Most:0.0} points |");
        Line($"| medians | {Usefulness.Medians.Mean:0.00}, {Usefulness.Medians.Most:0.0} points |");
        Line($"| changes in the panel | {Usefulness.Changes.Mean:0.00}, {Usefulness.Changes.Most:0.0} points |");
        Line($"| shares of levels | {Usefulness.Shares.Mean:0.00}, {Usefulness.Shares.Most:0.0} per cent points |");
        Line($"| themes with a distribution | {Usefulness.Distributions.Percent:0} % |");
        Line($"| themes with a change in the panel | {Usefulness.Panels.Percent:0} % |");
        Line($"| releases by group | {Usefulness.Groups.Percent:0} % |");
        Line($"| releases that were coarsened | {Usefulness.Coarsened.Percent:0} % |");
        return text.ToString();

        void Line(FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
    }
}
