using System.Security.Cryptography;
using System.Text;
using Marten;
using SelfAssess.Api.Accounts;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Servers;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.States;
using SelfAssess.Domain.Assessments;

namespace SelfAssess.Api.Rounds;

/// <summary>State store: somebody was reminded of a day, so that nobody is reminded of it twice.</summary>
/// <param name="Id">A hash over person, cycle, day and reminder: whoever is second cannot insert it.</param>
/// <param name="At">When.</param>
public sealed record Reminded(Guid Id, DateTimeOffset At)
{
    internal static Guid IdOf(string account, string cycle, DateOnly answerBy, int daysBefore) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"reminded/{account}/{cycle}/{answerBy:yyyy-MM-dd}/{daysBefore}")).AsSpan(0, 16));
}

/// <summary>
/// Reminds people by mail, seven days and one day before the day by which a round's answers are asked for, whose entity has not confirmed its response. Each
/// person gets one mail for all their entities. The recurring job has no arguments. A mail is noted before it is sent, so that two nodes never send it twice;
/// the note is taken back where the mail server does not take the mail, and the next hour tries again.
/// </summary>
internal sealed class RemindRespondents(IStateStore states, ICommonStore common, IAccountStore accounts, Mailing mailing, Placement placement, TimeProvider clock)
{
    public const string JobId = "remind-respondents";

    private static readonly int[] daysBefore = [7, 1];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!mailing.IsConfigured)
        {
            return;
        }

        IReadOnlyList<string> registered;
        await using (var session = common.QuerySession())
        {
            registered = await session.Query<RegisteredState>().Select(s => s.Id).ToListAsync(cancellationToken);
        }

        // Where a server does not answer, the others' people are reminded all the same; the next hour comes back to its own.
        var away = new AwayServers(placement);
        foreach (var state in registered)
        {
            await away.TryAsync(state, () => RemindAsync(state, cancellationToken), cancellationToken);
        }
    }

    /// <summary>Which reminder is due; null where none is. One whose day has passed before the round was opened is left out.</summary>
    /// <param name="round">An open round with a day.</param>
    /// <param name="today">In UTC.</param>
    internal static int? Due(Round round, DateOnly today)
    {
        if (round is not { Status: RoundStatus.Open, AnswerBy: { } day, OpenedAt: { } opened } || today > day)
        {
            return null;
        }

        var due = daysBefore.Where(d => today >= day.AddDays(-d)).Cast<int?>().Min();
        return due is { } before && DateOnly.FromDateTime(opened.UtcDateTime) <= day.AddDays(-before) ? before : null;
    }

    private async Task RemindAsync(string state, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        await using var session = states.QuerySession(state);
        foreach (var assessment in await session.Query<Assessment>().Where(a => a.Status == AssessmentStatus.Open).ToListAsync(cancellationToken))
        {
            if (assessment.Round is not { AnswerBy: { } day } round || Due(round, today) is not { } before)
            {
                continue;
            }

            var waiting = (await ResponseReading.AllAsync(session, assessment, cancellationToken)).Where(r => r.Status == ResponseStatus.Open).Select(r => r.Entity.Id).ToHashSet(StringComparer.Ordinal);
            foreach (var person in await PeopleAsync(state, waiting, today, cancellationToken))
            {
                await RemindAsync(state, person, Reminded.IdOf(person.Id, assessment.CycleId, day, before), day, cancellationToken);
            }
        }
    }

    private async Task<IReadOnlyList<Account>> PeopleAsync(string state, HashSet<string> entities, DateOnly today, CancellationToken cancellationToken)
    {
        if (entities.Count == 0)
        {
            return [];
        }

        await using var session = accounts.QuerySession();
        var people = await session.Query<Account>().Where(a => !a.Disabled && a.Grants.Any(g => g.State == state)).ToListAsync(cancellationToken);
        return [.. people.Where(p => p.Grants.Any(g => g.State == state && g is { Role: Role.Respondent, Entity: { } entity } && g.CountsOn(today) && entities.Contains(entity)))];
    }

    private async Task RemindAsync(string state, Account person, Guid id, DateOnly day, CancellationToken cancellationToken)
    {
        await using var session = states.LightweightSession(state);
        if (await session.LoadAsync<Reminded>(id, cancellationToken) is not null)
        {
            return;
        }

        session.Insert(new Reminded(id, clock.GetUtcNow()));
        try
        {
            await session.SaveChangesAsync(cancellationToken);
        }
        catch (Exception e) when (Writing.IsConflict(e))
        {
            // Another node sends it at this moment.
            return;
        }

        if (!await mailing.RemindAsync(person.Email, person.Language, day, cancellationToken))
        {
            session.Delete<Reminded>(id);
            await session.SaveChangesAsync(cancellationToken);
        }
    }
}
