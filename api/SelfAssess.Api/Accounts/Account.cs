using JasperFx;
using Marten;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Api.Accounts;

/// <summary>Somebody who can sign in. ASP.NET Core Identity works on it, so that it can be changed in place.</summary>
public sealed class Account : IRevisioned
{
    public string Id { get; set; } = Guid.NewGuid().ToString("N");

    /// <summary>Also the name under which they sign in.</summary>
    public string Email { get; set; } = "";

    /// <summary>By this it is unique.</summary>
    public string NormalizedEmail { get; set; } = "";
    public string Name { get; set; } = "";

    /// <summary>In which mails are written (BCP 47).</summary>
    public string Language { get; set; } = "en";
    public string? PasswordHash { get; set; }

    /// <summary>Changes with every credential; a session that names another one has ended.</summary>
    public string SecurityStamp { get; set; } = "";
    public int AccessFailedCount { get; set; }
    public DateTimeOffset? LockoutEnd { get; set; }
    public bool TwoFactorEnabled { get; set; }

    /// <summary>Protected by the data-protection keys.</summary>
    public string? AuthenticatorKey { get; set; }
    public List<string> RecoveryCodes { get; set; } = [];

    /// <summary>Hashes of codes that were used lately, with their time: none is taken twice.</summary>
    public List<UsedCode> UsedCodes { get; set; } = [];
    public bool Disabled { get; set; }
    public List<Grant> Grants { get; set; } = [];
    public List<ApiToken> Tokens { get; set; } = [];
    public List<ExternalLogin> Logins { get; set; } = [];
    public DateTimeOffset CreatedAt { get; set; }
    public int Version { get; set; }
}

/// <summary>A second-factor code that was used.</summary>
public sealed record UsedCode(string Hash, DateTimeOffset At);

/// <summary>A role from a day to a day, both inclusive (UTC).</summary>
/// <param name="Id">The grant.</param>
/// <param name="Role">The role.</param>
/// <param name="State">The State; null for roles of the community.</param>
/// <param name="Entity">The entity, for a respondent; else null.</param>
/// <param name="From">The first day.</param>
/// <param name="Until">The last day; null where no end is set.</param>
public sealed record Grant(Guid Id, Role Role, string? State, string? Entity, DateOnly From, DateOnly? Until)
{
    /// <summary>Whether it counts on a day.</summary>
    public bool CountsOn(DateOnly day) => From <= day && (Until is not { } until || day <= until);

    /// <summary>Whether it has not ended by a day.</summary>
    public bool LastsBeyond(DateOnly day) => Until is not { } until || day <= until;
}

/// <summary>A personal API token; of its secret only the hash is kept.</summary>
/// <param name="Id">The token.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Hash">SHA-256 of the secret, lower-case hexadecimal.</param>
/// <param name="ReadOnly">Whether it may only read.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">From then on it is not taken.</param>
public sealed record ApiToken(Guid Id, string Name, string Hash, bool ReadOnly, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>A person at another identity provider. It is told by issuer and subject alone: an address can be given to somebody else.</summary>
/// <param name="Issuer">The provider's issuer.</param>
/// <param name="Subject">The person there.</param>
public sealed record ExternalLogin(string Issuer, string Subject);

/// <summary>A browser's session; the cookie holds a key of which only the hash is kept.</summary>
public sealed record SessionTicket
{
    /// <summary>SHA-256 of the key, lower-case hexadecimal.</summary>
    public required string Id { get; init; }
    public required string AccountId { get; init; }
    public required byte[] Ticket { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset SeenAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public string? Address { get; init; }
    public string? UserAgent { get; init; }
}

/// <summary>What a one-time link is for.</summary>
public enum LinkPurpose
{
    Invitation,
    PasswordReset,
}

/// <summary>A one-time link; of its secret only the hash is kept. It is deleted when it is used.</summary>
public sealed record OneTimeLink
{
    /// <summary>SHA-256 of the secret, lower-case hexadecimal.</summary>
    public required string Id { get; init; }
    public required Guid Number { get; init; }
    public required LinkPurpose Purpose { get; init; }
    public required string Email { get; init; }
    public required string Language { get; init; }

    /// <summary>What the account gets when an invitation is accepted.</summary>
    public IReadOnlyList<Grant> Grants { get; init; } = [];

    /// <summary>The State whose coordinator invites; null for an administrator's invitation, and for resets.</summary>
    public string? State { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>A key with which cookies and second factors are protected; every node reads the same.</summary>
public sealed record ProtectionKey
{
    public required string Id { get; init; }
    public required string Xml { get; init; }
}

internal static class AccountsSetup
{
    public static void RegisterAccounts(this StoreOptions options)
    {
        options.Schema.For<Account>().UseNumericRevisions(true).UniqueIndex(Marten.Schema.UniqueIndexType.Computed, a => a.NormalizedEmail);
        options.Schema.For<SessionTicket>().Duplicate(s => s.AccountId);
        options.Schema.For<OneTimeLink>().Duplicate(l => l.Email);
        options.Schema.For<ProtectionKey>();
    }
}
