using System.Diagnostics;
using SelfAssess.Api.Demo;
using SelfAssess.Attacker.Audit;
using SelfAssess.Attacker.Published;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;
using static SelfAssess.Benchmarks.Measured;

namespace SelfAssess.Benchmarks;

/// <summary>What making a release costs over the cycles, and its audit beside it: the one does not grow with their number, the other does.</summary>
internal static class AuditBenchmark
{
    private const int States = 200;
    private const int Cycles = 5;
    private static readonly string[] groups = [.. PublicationPlan.GroupsOf(PlannedPartition.RegionalGroup)];

    public static void Run()
    {
        var questionnaire = Instrument.Read();
        var world = new DemoWorld(questionnaire.Definition, States, Cycles, seed: 14);
        var earlier = new List<AuditedRelease>();
        Print($"releases of {States} States by five groups, each beside all before it; the audit takes all of the machine's processors");
        for (var cycle = 0; cycle < Cycles; cycle++)
        {
            var contributors = world.States.Select((s, i) => Contributed(questionnaire, world, s, i, cycle)).ToArray();
            var computing = Stopwatch.GetTimestamp();
            var computation = Compute(questionnaire, contributors, earlier.LastOrDefault(), cycle);
            var release = computation.Publish();
            var computed = Stopwatch.GetElapsedTime(computing).TotalSeconds;
            var (coarsened, audited, solves) = (CoarseningStep.None, 0.0, 0);
            foreach (var (step, candidate) in computation.Ladder())
            {
                (coarsened, release) = (step, candidate);
                var auditing = Stopwatch.GetTimestamp();
                var report = AuditGate.Examine(new AuditInput(new AuditedRelease(release, questionnaire, contributors), earlier));
                (audited, solves) = (Stopwatch.GetElapsedTime(auditing).TotalSeconds, report.Solves);
                if (report.Passed)
                {
                    break;
                }

                Print($"  {earlier.Count} earlier   {step} did not pass after {audited:0.0} s: {string.Join(", ", report.Failed)} {string.Join("; ", report.Errors)}");
            }

            Print($"  {earlier.Count} earlier   computed {computed:0.000} s   audited {audited:0.0} s, {solves} questions to the solver, coarsened to {coarsened}   at most 1 s and 60 s are wanted");
            earlier.Add(new AuditedRelease(release, questionnaire, contributors));
        }
    }

    internal static ReleaseComputation Compute(Questionnaire questionnaire, Contributor[] contributors, AuditedRelease? before, int cycle)
    {
        var previous = before is null ? null : new PreviousCycle(before.Release);
        foreach (var (contribution, details) in before?.Contributors ?? [])
        {
            previous!.Add(contribution, details);
        }

        var frame = ReleaseFrame.Of(questionnaire, PublicationPlan.Default, $"{cycle}", $"{cycle}", new DateOnly(2021 + cycle, 1, 1), 1, new DateOnly(2021 + cycle, 6, 1), States);
        var computation = new ReleaseComputation(frame, previous);
        foreach (var (contribution, details) in contributors)
        {
            computation.Add(contribution, details);
        }

        return computation;
    }

    internal static Contributor Contributed(Questionnaire questionnaire, DemoWorld world, DemoWorld.DemoState state, int number, int cycle)
    {
        var assessment = new Assessment
        {
            CycleId = $"{cycle}",
            Questionnaire = questionnaire.Reference,
            Profile = state.Profile,
            Answers = world.AnswersOf(state, cycle).ToDictionary(a => a.Key, a => a.Value!, StringComparer.Ordinal),
        };
        return new Contributor(
            Contributions.Of(questionnaire, assessment, state.Code),
            ContributionDetails.Of(questionnaire, assessment, groups[number % groups.Length], [], new Dictionary<string, bool?>()));
    }
}
