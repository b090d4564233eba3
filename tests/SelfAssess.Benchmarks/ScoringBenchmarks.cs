using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using SelfAssess.Api.Demo;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Benchmarks;

/// <summary>Scoring one assessment of the shipped questionnaire: 40 indicators, answered as a fictitious State would.</summary>
[MemoryDiagnoser]
public class ScoringBenchmarks
{
    private Questionnaire questionnaire = null!;
    private Profile profile = null!;
    private Dictionary<string, Answer> indicators = null!;
    private Dictionary<string, Answer> everything = null!;
    private ScoreSheet sheet = null!;

    public static void Run() => BenchmarkRunner.Run<ScoringBenchmarks>(
        DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance)));

    [GlobalSetup]
    public void Prepare()
    {
        questionnaire = Instrument.Read();
        var world = new DemoWorld(questionnaire.Definition, states: 1, cycles: 1, seed: 14);
        var state = world.States[0];
        profile = state.Profile;
        indicators = Instrument.IndicatorAnswers(world, state, questionnaire.Definition);
        everything = world.AnswersOf(state, cycle: 0).ToDictionary(a => a.Key, a => a.Value!, StringComparer.Ordinal);
        sheet = ScoreSheet.Score(questionnaire, profile, everything);
    }

    /// <summary>The figure: at most 20 µs and less than 8 KB.</summary>
    [Benchmark(Description = "Score 40 indicators")]
    public ScoreSheet Score() => ScoreSheet.Score(questionnaire, profile, indicators);

    [Benchmark(Description = "Score all questions")]
    public ScoreSheet ScoreEverything() => ScoreSheet.Score(questionnaire, profile, everything);

    [Benchmark(Description = "Explain the scores")]
    public ScoreExplanation Explain() => sheet.Explain();

    [Benchmark(Description = "Compile the questionnaire")]
    public CompileResult Compile() => Questionnaire.Compile(questionnaire.Definition);
}
