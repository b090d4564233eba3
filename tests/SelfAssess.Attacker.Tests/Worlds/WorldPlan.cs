using SelfAssess.Domain.Releases;

namespace SelfAssess.Attacker.Tests.Worlds;

/// <summary>How a synthetic world is made.</summary>
internal sealed record WorldPlan
{
    public required int Seed { get; init; }

    /// <summary>How many of a hundred States Parties take part.</summary>
    public int Turnout { get; init; } = 60;

    public int Cycles { get; init; } = 1;

    /// <summary>How many of a hundred States that could take part again do not, and as many others come.</summary>
    public int Moving { get; init; } = 12;

    /// <summary>How many of a hundred answers are judged anew from one cycle to the next; the others stay what they were.</summary>
    public int Changing { get; init; } = 25;

    /// <summary>How far States differ, in thousandths of a level.</summary>
    public int Spread { get; init; } = 700;

    /// <summary>States Parties that the register knows; the sizes of the groups follow.</summary>
    public int Parties { get; init; } = 116;

    public PlannedPartition Partition { get; init; } = PlannedPartition.RegionalGroup;

    public bool Strict { get; init; }

    /// <summary>Three declared blocs, or none.</summary>
    public bool Blocs { get; init; } = true;

    /// <summary>A first line of a message about this world.</summary>
    public override string ToString() =>
        $"seed {Seed}, turnout {Turnout} %, {Cycles} cycles, {Moving} % moving, {Changing} % changing{(Strict ? ", strict" : "")}";
}
