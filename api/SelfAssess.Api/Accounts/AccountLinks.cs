using Microsoft.AspNetCore.Identity;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;

namespace SelfAssess.Api.Accounts;

/// <summary>One-time links: invitations and password resets.</summary>
internal sealed class AccountLinks(IAccountStore store, UserManager<Account> users, TimeProvider clock)
{
    public static readonly TimeSpan InvitationLasts = TimeSpan.FromDays(7);
    public static readonly TimeSpan ResetLasts = TimeSpan.FromHours(1);

    /// <summary>The refusal of a link that was used, withdrawn, has expired, or never was: all alike.</summary>
    public static Refusal NoSuchLink { get; } = new(410, "link-gone", "The link is not valid", "It was used or withdrawn, has expired, or is not complete. Ask for a new one.");

    /// <summary>Makes a link; answers its secret, which is kept nowhere. Earlier ones of the same purpose for that address end.</summary>
    public async Task<(OneTimeLink Link, string Secret)> MakeAsync(
        LinkPurpose purpose, string email, string language, IReadOnlyList<Grant> grants, string? state, string by, CancellationToken cancellationToken)
    {
        var (secret, now) = (Secrets.New(), clock.GetUtcNow());
        var address = users.NormalizeEmail(email)!;
        var link = new OneTimeLink
        {
            Id = Secrets.Hash(secret),
            Number = Guid.NewGuid(),
            Purpose = purpose,
            Email = address,
            Language = language,
            Grants = grants,
            State = state,
            CreatedBy = by,
            CreatedAt = now,
            ExpiresAt = now + (purpose == LinkPurpose.Invitation ? InvitationLasts : ResetLasts),
        };
        await using var session = store.LightweightSession();
        session.DeleteWhere<OneTimeLink>(l => l.Email == address && l.Purpose == purpose && l.State == state);
        session.Insert(link);
        await session.SaveChangesAsync(cancellationToken);
        return (link, secret);
    }

    /// <summary>Uses a link up: whoever comes second, be it at the same moment, finds nothing.</summary>
    public async Task<OneTimeLink?> TakeAsync(LinkPurpose purpose, string secret, CancellationToken cancellationToken)
    {
        var (id, now) = (Secrets.Hash(secret), clock.GetUtcNow());
        await using var session = store.LightweightSession();
        var link = await session.LoadAsync<OneTimeLink>(id, cancellationToken);
        if (link is null || link.Purpose != purpose || link.ExpiresAt <= now)
        {
            return null;
        }

        // Only one delete finds the row.
        await using var connection = store.Storage.Database.CreateConnection();
        await connection.OpenAsync(cancellationToken);
        await using var delete = new Npgsql.NpgsqlCommand($"delete from {DatabaseRoles.AccountsSchema}.mt_doc_onetimelink where id = $1", connection) { Parameters = { new() { Value = id } } };
        return await delete.ExecuteNonQueryAsync(cancellationToken) == 1 ? link : null;
    }

    /// <summary>Reads a link without using it up.</summary>
    public async Task<OneTimeLink?> FindAsync(LinkPurpose purpose, string secret, CancellationToken cancellationToken)
    {
        await using var session = store.QuerySession();
        return await session.LoadAsync<OneTimeLink>(Secrets.Hash(secret), cancellationToken) is { } link && link.Purpose == purpose && link.ExpiresAt > clock.GetUtcNow() ? link : null;
    }
}
