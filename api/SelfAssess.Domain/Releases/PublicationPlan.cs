using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Domain.Releases;

/// <summary>Whom a release counts as everybody.</summary>
public enum PlannedPopulation
{
    AllParticipants,

    /// <summary>Instead of, and never beside, all participants: only States for which the Treaty is in force, or that have consented to be bound.</summary>
    StatesParties,
}

/// <summary>Into which groups a release may divide them. There is one partition at the most, since two could be subtracted from each other.</summary>
public enum PlannedPartition
{
    None,
    RegionalGroup,

    /// <summary>States Parties, and all others.</summary>
    AttStatus,

    /// <summary>Exporters, States with another regular role in transfers, and States without one.</summary>
    TradeRole,
}

/// <summary>Two groups that are put together while one of them is too small, before it is known which will be.</summary>
/// <param name="Group">A group of the partition.</param>
/// <param name="With">Another one.</param>
public sealed record PlannedMerge(string Group, string With);

/// <summary>States that may pool what they know of their own answers: no group is published in which fewer than three are outside of one.</summary>
/// <param name="Name">As people write it.</param>
/// <param name="Members">Codes of States in the register; at least two.</param>
public sealed record DeclaredBloc(string Name, IReadOnlyList<string> Members)
{
    public bool Equals(DeclaredBloc? other) => other is not null && Name == other.Name && Members.SequenceEqual(other.Members, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(Name, Members.Count);
}

/// <summary>
/// What a cycle's release may show, fixed before the cycle opens, so that nothing about its participants can decide it. The parameters are public.
/// </summary>
public sealed record PublicationPlan
{
    public const int MostBlocs = 30;
    public const int LongestName = 100;

    private static readonly Dictionary<PlannedPartition, string[]> Groups = new()
    {
        [PlannedPartition.None] = [],
        [PlannedPartition.RegionalGroup] = ["africa", "asiaPacific", "easternEurope", "latinAmericaCaribbean", "westernEuropeOthers"],
        [PlannedPartition.AttStatus] = ["party", "other"],
        [PlannedPartition.TradeRole] = ["exporter", "otherRegular", "noRegular"],
    };

    /// <summary>The plan of a cycle for which nobody wrote one: everybody, by UN regional group, merged pairwise and then all together.</summary>
    public static PublicationPlan Default { get; } = new()
    {
        Partition = PlannedPartition.RegionalGroup,
        Merges =
        [
            new PlannedMerge("easternEurope", "westernEuropeOthers"), new PlannedMerge("africa", "asiaPacific"), new PlannedMerge("latinAmericaCaribbean", "africa"),
            new PlannedMerge("easternEurope", "africa"),
        ],
    };

    public PlannedPopulation Population { get; init; }
    public PlannedPartition Partition { get; init; }

    /// <summary>In the order in which they are tried; each connects groups that those before it leave apart.</summary>
    public IReadOnlyList<PlannedMerge> Merges { get; init; } = [];

    public IReadOnlyList<DeclaredBloc> Blocs { get; init; } = [];

    /// <summary>Whether distributions and counts are left out however many take part: less is told, and less can be inferred.</summary>
    public bool Strict { get; init; }

    /// <summary>The groups of a partition, by id.</summary>
    public static IReadOnlyList<string> GroupsOf(PlannedPartition partition) => Groups[partition];

    /// <summary>Everything that is wrong with the plan.</summary>
    /// <param name="states">The codes that the register knows.</param>
    public IReadOnlyList<AnswerProblem> Check(IReadOnlySet<string> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        var problems = new List<AnswerProblem>();
        var cluster = Groups[Partition].ToDictionary(g => g, g => g, StringComparer.Ordinal);
        for (var i = 0; i < Merges.Count; i++)
        {
            var merge = Merges[i];
            if (!cluster.TryGetValue(merge.Group, out var one) || !cluster.TryGetValue(merge.With, out var other))
            {
                problems.Add(new AnswerProblem($"merges[{i}]", $"The partition's groups are: {(Groups[Partition].Length > 0 ? string.Join(", ", Groups[Partition]) : "none")}.", "unknownGroup"));
            }
            else if (one == other)
            {
                problems.Add(new AnswerProblem($"merges[{i}]", "The two groups are together already; leave this merge out.", "together"));
            }
            else
            {
                foreach (var group in cluster.Where(c => c.Value == other).Select(c => c.Key).ToArray())
                {
                    cluster[group] = one;
                }
            }
        }

        if (Blocs.Count > MostBlocs)
        {
            problems.Add(new AnswerProblem("blocs", $"There are at most {MostBlocs} blocs.", "tooMany"));
        }

        for (var i = 0; i < Blocs.Count; i++)
        {
            CheckBloc(Blocs[i], i, states, problems);
        }

        return problems;
    }

    private void CheckBloc(DeclaredBloc bloc, int position, IReadOnlySet<string> states, List<AnswerProblem> problems)
    {
        var at = $"blocs[{position}]";
        if (string.IsNullOrWhiteSpace(bloc.Name) || bloc.Name.Length > LongestName)
        {
            problems.Add(new AnswerProblem($"{at}.name", $"Give a name of 1 to {LongestName} characters.", "invalid"));
        }
        else if (Blocs.Take(position).Any(b => b.Name == bloc.Name))
        {
            problems.Add(new AnswerProblem($"{at}.name", "Another bloc has this name.", "duplicate"));
        }

        if (bloc.Members.Distinct(StringComparer.Ordinal).Count() < 2)
        {
            problems.Add(new AnswerProblem($"{at}.members", "A bloc has at least two States.", "tooFew"));
        }

        foreach (var unknown in bloc.Members.Where(m => !states.Contains(m)).Distinct(StringComparer.Ordinal))
        {
            problems.Add(new AnswerProblem($"{at}.members", $"There is no State {unknown} in the register.", "unknownState"));
        }

        foreach (var twice in bloc.Members.GroupBy(m => m, StringComparer.Ordinal).Where(m => m.Count() > 1))
        {
            problems.Add(new AnswerProblem($"{at}.members", $"{twice.Key} is named twice.", "duplicate"));
        }
    }

    /// <summary>Where a State belongs.</summary>
    /// <param name="facts">What is known of it.</param>
    /// <returns>Its group of the partition; null where there is no partition, or where what decides it is not known.</returns>
    public string? GroupOf(StateFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return Partition switch
        {
            PlannedPartition.RegionalGroup => Groups[Partition].FirstOrDefault(g => g == facts.RegionalGroup),
            PlannedPartition.AttStatus => facts.AttStatus is null ? null : facts.IsParty ? "party" : "other",
            PlannedPartition.TradeRole when facts.TradeRoles is { Count: > 0 } roles =>
                roles.Contains("exporter", StringComparer.Ordinal) ? "exporter" : roles.Any(r => r != "noRegularInvolvement") ? "otherRegular" : "noRegular",
            _ => null,
        };
    }

    /// <summary>Whether a State belongs to the population.</summary>
    public bool Counts(StateFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return Population == PlannedPopulation.AllParticipants || facts.IsParty;
    }
}

/// <summary>What decides a State's place in a plan.</summary>
/// <param name="RegionalGroup">The UN regional group; null where it is not known.</param>
/// <param name="AttStatus">The status under the Treaty; null where it is not known.</param>
/// <param name="TradeRoles">The roles in transfers; null where they are not known.</param>
public sealed record StateFacts(string? RegionalGroup, string? AttStatus, IReadOnlyList<string>? TradeRoles)
{
    /// <summary>Whether the State is a Party to the Treaty.</summary>
    public bool IsParty => AttStatus == "stateParty";

    /// <summary>
    /// The facts of the register first, since everybody can check them; where it is silent, those of the State's own profile (fields <c>region</c>,
    /// <c>attStatus</c> and <c>tradeRoles</c>).
    /// </summary>
    /// <param name="regionalGroup">Of the register; null where it does not say.</param>
    /// <param name="attStatus">Of the register; null where it does not say.</param>
    /// <param name="profile">The profile that the State's assessment holds.</param>
    public static StateFacts Of(string? regionalGroup, string? attStatus, Profile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return new StateFacts(
            regionalGroup ?? (profile.Fields.GetValueOrDefault("region") as ProfileValue.One)?.Option,
            attStatus ?? (profile.Fields.GetValueOrDefault("attStatus") as ProfileValue.One)?.Option,
            (profile.Fields.GetValueOrDefault("tradeRoles") as ProfileValue.Many)?.Options);
    }
}
