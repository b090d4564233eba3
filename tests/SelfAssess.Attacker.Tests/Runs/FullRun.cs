using System.Globalization;
using SelfAssess.Attacker.Tests.Worlds;

namespace SelfAssess.Attacker.Tests.Runs;

/// <summary>The whole attack on many worlds: it takes long, so only when asked for by name. What it prints is what the documents show.</summary>
public sealed class FullRun(ITestOutputHelper output)
{
    private static readonly int[] turnouts = [40, 60, 80];
    private static readonly int[] changing = [25, 10, 4];

    /// <summary>How many worlds; as many of each turnout.</summary>
    private static int Worlds => Number("WORLDS", 500);

    /// <summary>How many cycles each has.</summary>
    private static int Cycles => Number("CYCLES", 3);

    private static int Number(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    [Fact(Explicit = true)]
    public void Worlds_at_three_turnouts()
    {
        foreach (var turnout in turnouts)
        {
            var all = new Attacked();
            for (var seed = 0; seed < (Worlds + turnouts.Length - 1) / turnouts.Length; seed++)
            {
                all.Add(new World(new WorldPlan { Seed = 1000 + seed, Turnout = turnout, Cycles = Cycles, Changing = changing[seed % changing.Length] }), TestContext.Current.CancellationToken);
            }

            output.WriteLine($"### {turnout} % take part\n\n{all}");
        }
    }
}
