using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;
using SelfAssess.Dashboard.Shell;

namespace SelfAssess.Dashboard.Practices;

/// <summary>What States volunteered, for everybody.</summary>
internal sealed class PracticesArea : IArea
{
    private static readonly Words T = Words.Of("Practices");

    public int Order => 55;

    public IEnumerable<Destination> DestinationsFor(SessionView session) => [new(T["nav"], "/practices")];

    public Task<IReadOnlyList<HomeTask>> TasksForAsync(SessionView session, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<HomeTask>>([]);
}

/// <summary>Addresses of a State's own practices.</summary>
/// <param name="State">The State's code.</param>
public sealed record PracticeDesk(string State)
{
    public string Path => $"/coordinate/{Uri.EscapeDataString(State)}/practices";

    public string Of(Guid practice) => $"{Path}/{practice}";

    public string NewFor(string cycle) => $"{Path}/new/{Uri.EscapeDataString(cycle)}";
}
