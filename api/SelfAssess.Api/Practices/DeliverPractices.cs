using System.Security.Cryptography;
using Marten;
using SelfAssess.Api.Cycles;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Servers;
using SelfAssess.Api.States;

namespace SelfAssess.Api.Practices;

/// <summary>
/// When a cycle is locked, what States approved for it leaves them: all at once, shuffled, apart from the contributions and under ids made by chance, so that
/// neither order nor time tells whose is whose. Done again after a crash, it does nothing twice.
/// </summary>
internal sealed class DeliverPractices(IStateStore states, ICommonStore common, Placement placement)
{
    /// <exception cref="ServersAwayException">Servers do not answer: what is on the others is marked, and nothing is delivered until they do.</exception>
    public async Task RunAsync(Cycle cycle, CancellationToken cancellationToken)
    {
        IReadOnlyList<RegisteredState> registered;
        await using (var session = common.QuerySession())
        {
            registered = await session.Query<RegisteredState>().ToListAsync(cancellationToken);
        }

        var leaving = new List<(RegisteredState State, Practice Practice)>();
        var away = new AwayServers(placement);
        foreach (var state in registered)
        {
            await away.TryAsync(state.Id, async () => leaving.AddRange((await LeaveAsync(state.Id, cycle.Id, cancellationToken)).Select(p => (state, p))), cancellationToken);
        }

        away.Demand();
        await DeliverAsync(leaving, cancellationToken);
        foreach (var (state, practice) in leaving)
        {
            await TakeBackIfWithdrawnAsync(state.Id, practice, cancellationToken);
        }
    }

    /// <summary>Marks what leaves one State; answers it together with what left before.</summary>
    private async Task<IReadOnlyList<Practice>> LeaveAsync(string state, string cycle, CancellationToken cancellationToken)
    {
        const int attempts = 5;
        for (var attempt = 1; ; attempt++)
        {
            await using var session = states.LightweightSession(state);
            var leaving = await session.Query<Practice>()
                .Where(p => p.CycleId == cycle && (p.Status == PracticeStatus.Approved || p.Status == PracticeStatus.Delivered)).ToListAsync(cancellationToken);
            foreach (var practice in leaving.Where(p => p.Status == PracticeStatus.Approved))
            {
                session.Put(practice with { Status = PracticeStatus.Delivered }, practice.Version);
            }

            try
            {
                await session.SaveChangesAsync(cancellationToken);
                return leaving;
            }
            catch (Exception e) when (attempt < attempts && Writing.IsConflict(e))
            {
                // The State changed one at the same moment: look again.
            }
        }
    }

    private async Task DeliverAsync(IReadOnlyList<(RegisteredState State, Practice Practice)> leaving, CancellationToken cancellationToken)
    {
        await using var session = common.LightweightSession();
        var ids = leaving.Select(l => l.Practice.DeliveredAs!.Value).ToArray();
        var there = (await session.Query<DeliveredPractice>().Where(p => p.Id.IsOneOf(ids)).Select(p => p.Id).ToListAsync(cancellationToken)).ToHashSet();
        var batch = leaving.Where(l => !there.Contains(l.Practice.DeliveredAs!.Value)).Select(l => Delivered(l.State, l.Practice)).ToArray();
        RandomNumberGenerator.Shuffle(batch.AsSpan());
        session.Insert(batch);
        await session.SaveChangesAsync(cancellationToken);
    }

    private static DeliveredPractice Delivered(RegisteredState state, Practice practice) => new()
    {
        Id = practice.DeliveredAs!.Value,
        CycleId = practice.CycleId,
        Theme = practice.Theme,
        Language = practice.Language,
        Title = practice.Title,
        Text = practice.Text,
        // The names of this day: the register may change, a paper does not.
        State = practice.Attributed ? new NamedState(state.Id, new Dictionary<string, string>(state.Names, StringComparer.Ordinal) { ["en"] = state.Name }) : null,
    };

    /// <summary>A State that withdrew between marking and delivery found nothing to take back.</summary>
    private async Task TakeBackIfWithdrawnAsync(string state, Practice practice, CancellationToken cancellationToken)
    {
        await using var session = states.QuerySession(state);
        if (await session.LoadAsync<Practice>(practice.Id, cancellationToken) is { Status: PracticeStatus.Delivered } now && now.DeliveredAs == practice.DeliveredAs)
        {
            return;
        }

        await new PracticeCatalogue(common).TakeBackAsync(practice.DeliveredAs!.Value, cancellationToken);
    }
}
