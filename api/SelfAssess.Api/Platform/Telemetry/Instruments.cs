using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace SelfAssess.Api.Platform.Telemetry;

/// <summary>What the program counts and times itself. No State, cycle or person is in it: only what was done, and how it ended.</summary>
internal static class Instruments
{
    public const string Name = "SelfAssess";

    private static readonly Meter Meter = new(Name);

    /// <summary>Spans of jobs; requests and the database have their own.</summary>
    public static ActivitySource Spans { get; } = new(Name);

    private static readonly Counter<long> Writes = Meter.CreateCounter<long>("selfassess.writes", "{write}", "Changes that were acknowledged, by operation: saves, rounds opened and closed, sign-offs.");
    private static readonly Counter<long> Releases = Meter.CreateCounter<long>("selfassess.releases", "{run}", "Runs that make a release, by how they ended.");
    private static readonly Histogram<double> ReleaseDuration = Meter.CreateHistogram<double>("selfassess.release.duration", "s", "How long a run worked on its release.");

    /// <summary>A change was acknowledged.</summary>
    public static void Written(string operation) => Writes.Add(1, KeyValuePair.Create<string, object?>("operation", operation));

    /// <summary>A run ended: <c>succeeded</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public static void Released(string outcome, TimeSpan took)
    {
        var tag = KeyValuePair.Create<string, object?>("outcome", outcome);
        Releases.Add(1, tag);
        ReleaseDuration.Record(took.TotalSeconds, tag);
    }
}
