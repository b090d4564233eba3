using SelfAssess.Dashboard.Api;

namespace SelfAssess.Dashboard.Administration;

/// <summary>A publication plan as it is entered: rows that are left empty count for nothing.</summary>
public sealed class PlanForm
{
    private const int SpareRows = 2;

    /// <summary>The groups of each partition, as the api names them.</summary>
    public static readonly IReadOnlyDictionary<PlannedPartition, string[]> Groups = new Dictionary<PlannedPartition, string[]>
    {
        [PlannedPartition.RegionalGroup] = ["africa", "asiaPacific", "easternEurope", "latinAmericaCaribbean", "westernEuropeOthers"],
        [PlannedPartition.AttStatus] = ["party", "other"],
        [PlannedPartition.TradeRole] = ["exporter", "otherRegular", "noRegular"],
    };

    public string? Population { get; set; }

    public string? Partition { get; set; }

    public bool Strict { get; set; }

    public List<MergeRow> Merges { get; set; } = [];

    public List<BlocRow> Blocs { get; set; } = [];

    public static PlanForm Of(PublicationPlan plan) => new()
    {
        Population = plan.Population.ToString(),
        Partition = plan.Partition.ToString(),
        Strict = plan.Strict,
        Merges = [.. plan.Merges.Select(m => new MergeRow { Group = m.Group, With = m.With })],
        Blocs = [.. plan.Blocs.Select(b => new BlocRow { Name = b.Name, Members = string.Join(" ", b.Members) })],
    };

    /// <summary>The rows of the form: what was entered, and some to fill in.</summary>
    public PlanForm WithSpareRows() => new()
    {
        Population = Population,
        Partition = Partition,
        Strict = Strict,
        Merges = [.. Merges.Where(m => !m.IsEmpty), .. Enumerable.Range(0, SpareRows).Select(_ => new MergeRow())],
        Blocs = [.. Blocs.Where(b => !b.IsEmpty), .. Enumerable.Range(0, SpareRows).Select(_ => new BlocRow())],
    };

    public PublicationPlan ToPlan() => new()
    {
        Population = Enum.TryParse<PlannedPopulation>(Population, out var population) ? population : default,
        Partition = Enum.TryParse<PlannedPartition>(Partition, out var partition) ? partition : default,
        Strict = Strict,
        Merges = [.. Merges.Where(m => !m.IsEmpty).Select(m => new PlannedMerge { Group = m.Group ?? "", With = m.With ?? "" })],
        Blocs = [.. Blocs.Where(b => !b.IsEmpty).Select(b => new DeclaredBloc
        {
            Name = b.Name?.Trim() ?? "",
            Members = [.. (b.Members ?? "").ToUpperInvariant().Split([' ', ',', ';', '\n', '\r', '\t', '\u060C', '\uFF0C', '\u3001'], StringSplitOptions.RemoveEmptyEntries)],
        })],
    };

    public sealed class MergeRow
    {
        public string? Group { get; set; }

        public string? With { get; set; }

        public bool IsEmpty => string.IsNullOrEmpty(Group) && string.IsNullOrEmpty(With);
    }

    public sealed class BlocRow
    {
        public string? Name { get; set; }

        public string? Members { get; set; }

        public bool IsEmpty => string.IsNullOrWhiteSpace(Name) && string.IsNullOrWhiteSpace(Members);
    }
}
