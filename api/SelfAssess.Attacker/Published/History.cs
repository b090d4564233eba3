using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Attacker.Published;

/// <summary>What one State contributed to one release.</summary>
public sealed record Contributor(Contribution Contribution, ContributionDetails Details);

/// <summary>A release and all that it was computed from.</summary>
/// <param name="Release">As it is, or would be, published.</param>
/// <param name="Questionnaire">The version that every participant answered.</param>
/// <param name="Contributors">In any order.</param>
public sealed record AuditedRelease(Release Release, Questionnaire Questionnaire, IReadOnlyList<Contributor> Contributors);

/// <summary>Every release that somebody may have, in the order in which they came out.</summary>
internal sealed class History
{
    public History(IReadOnlyList<AuditedRelease> releases)
    {
        var states = new Dictionary<string, int>(StringComparer.Ordinal);
        var publications = new List<Publication>();
        foreach (var release in releases)
        {
            var first = release.Release.Number > 1 ? publications.Find(p => p.Release.CycleId == release.Release.CycleId && p.Release.Number == 1) : null;
            publications.Add(new Publication(publications.Count, release, first, states));
        }

        (Publications, States) = (publications, states.Count);
    }

    public IReadOnlyList<Publication> Publications { get; }

    /// <summary>How many States contributed to any of them.</summary>
    public int States { get; }

    public Publication Candidate => Publications[^1];
}

/// <summary>One release of a history.</summary>
internal sealed class Publication
{
    private readonly Dictionary<int, int> positions = [];

    public Publication(int number, AuditedRelease source, Publication? first, Dictionary<string, int> states)
    {
        (Number, Release, Questionnaire) = (number, source.Release, source.Questionnaire);
        var contributors = new List<Participant>();
        foreach (var (contribution, details) in source.Contributors)
        {
            if (!states.TryGetValue(contribution.Pseudonym, out var state))
            {
                states.Add(contribution.Pseudonym, state = states.Count);
            }

            // In a second release a State stays in the group in which it was first counted.
            var group = (first?.Find(state)?.Details ?? details).Group;
            positions.Add(state, contributors.Count);
            contributors.Add(new Participant(state, contribution, details, ClusterOf(group)));
        }

        Participants = contributors;
    }

    /// <summary>Its place in the history.</summary>
    public int Number { get; }

    public Release Release { get; }

    public Questionnaire Questionnaire { get; }

    public IReadOnlyList<Participant> Participants { get; }

    /// <summary>Whether it tells anything about answers.</summary>
    public bool Tells => Release.Participation.Participants is not null;

    public Participant? Find(int state) => positions.TryGetValue(state, out var position) ? Participants[position] : null;

    private int ClusterOf(string? group)
    {
        for (var i = 0; group is not null && i < Release.Partition.Groups.Count; i++)
        {
            if (Release.Partition.Groups[i].Groups.Contains(group, StringComparer.Ordinal))
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>A State in one release.</summary>
/// <param name="State">Its number in the history.</param>
/// <param name="Contribution">What it contributed.</param>
/// <param name="Details">The rest of it.</param>
/// <param name="Cluster">The published group in which it is counted; −1 where there is none.</param>
internal sealed record Participant(int State, Contribution Contribution, ContributionDetails Details, int Cluster);
