namespace SelfAssess.Attacker.Tests.Runs;

/// <summary>Right ones among all.</summary>
internal sealed class Tallied
{
    public long All { get; private set; }

    public long Hits { get; private set; }

    public double Percent => All == 0 ? 0 : 100.0 * Hits / All;

    public void Add(bool hit)
    {
        All++;
        Hits += hit ? 1 : 0;
    }
}

/// <summary>Distances of what is published from what is true, in points.</summary>
internal sealed class Distances
{
    private double sum;
    private int number;

    public double Mean => number == 0 ? 0 : sum / number;

    public double Most { get; private set; }

    public void Add(double distance)
    {
        sum += distance;
        number++;
        Most = Math.Max(Most, distance);
    }
}
