using System.Runtime.InteropServices;

namespace SelfAssess.Attacker.Puzzles;

/// <summary>A value that a score can have.</summary>
/// <param name="Candidate">What the attacker would tell apart: values of one candidate are the same to everybody.</param>
/// <param name="Level">Position of the level; null where there is none.</param>
/// <param name="Index">The index in millionths of a point; null where there is none.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Value(int Candidate, int? Level, long? Index);

/// <summary>All values that a score can have, whoever's it is.</summary>
public sealed class Values
{
    private readonly Value[] all;

    /// <param name="all">At least one; candidates are numbered from 0 without a gap.</param>
    public Values(IReadOnlyList<Value> all)
    {
        ArgumentNullException.ThrowIfNull(all);
        this.all = [.. all];
        Candidates = this.all.Max(v => v.Candidate) + 1;
        var ranks = this.all.Select(v => v.Index).OfType<long>().Distinct().Order().ToArray();
        Indices = ranks;
        Ranks = [.. this.all.Select(v => v.Index is { } index ? Array.BinarySearch(ranks, index) : -1)];
    }

    public int Count => all.Length;

    /// <summary>How many of them an attacker can tell apart.</summary>
    public int Candidates { get; }

    /// <summary>Every index that occurs, ascending.</summary>
    public IReadOnlyList<long> Indices { get; }

    /// <summary>By value, the position of its index among <see cref="Indices"/>; −1 where it has none.</summary>
    public IReadOnlyList<int> Ranks { get; }

    public Value this[int value] => all[value];

    /// <summary>Values that differ in nothing but a number: a choice, an answer.</summary>
    public static Values Plain(int count) => new([.. Enumerable.Range(0, count).Select(c => new Value(c, c, null))]);
}
