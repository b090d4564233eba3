namespace SelfAssess.Domain.Releases;

/// <summary>How alike two cycles' participants are.</summary>
public static class Cohorts
{
    /// <summary>
    /// <see cref="Composition.Changed"/> where those who joined or left are more than a quarter of all who took part in either cycle:
    /// 4·(joined + left) &gt; joined + left + stayed.
    /// </summary>
    public static Composition Compare(int before, int after, int stayed)
    {
        var moved = before + after - (2 * stayed);
        return 4 * moved > moved + stayed ? Composition.Changed : Composition.Similar;
    }
}
