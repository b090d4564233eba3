namespace SelfAssess.Attacker.Tests.Worlds;

/// <summary>Chance from a seed, in whole numbers only, so that a world is the same on every machine.</summary>
internal sealed class Chance(int seed)
{
    private readonly Random random = new(seed);

    /// <summary>Chance of its own for one purpose: what is drawn for another does not change it.</summary>
    public static Chance For(params ReadOnlySpan<int> purpose)
    {
        var hash = 2_166_136_261u;
        foreach (var part in purpose)
        {
            for (var shift = 0; shift < 32; shift += 8)
            {
                hash = (hash ^ (byte)(part >> shift)) * 16_777_619u;
            }
        }

        return new Chance((int)(hash & int.MaxValue));
    }

    public int Below(int limit) => random.Next(limit);

    public bool Percent(int percent) => random.Next(100) < percent;

    /// <summary>About normal with mean 0: a sum of twelve.</summary>
    /// <param name="deviation">The standard deviation.</param>
    public int Normal(int deviation)
    {
        var sum = -6000;
        for (var i = 0; i < 12; i++)
        {
            sum += random.Next(1001);
        }

        return sum * deviation / 1000;
    }

    public void Shuffle<T>(T[] items) => random.Shuffle(items);
}
