using Marten;
using Microsoft.AspNetCore.Identity;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Api.Accounts;

/// <summary>The account with which a new instance begins.</summary>
internal sealed class FirstAdministrator(IAccountStore store, UserManager<Account> users, IConfiguration configuration, TimeProvider clock)
{
    public const string DefaultEmail = "admin@localhost";
    public const string EmailSetting = "SelfAssess:Administrator:Email";
    public const string PasswordSetting = "SelfAssess:Administrator:InitialPassword";

    public string Email => configuration[EmailSetting] ?? DefaultEmail;

    /// <summary>Makes it where there is no account at all. Answers the password, which is stored nowhere; null where there was one already.</summary>
    /// <param name="chosen">A password set by the deployment; random where it is null.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="InvalidOperationException">The deployment's password does not keep the rules.</exception>
    public async Task<string?> EnsureAsync(string? chosen, CancellationToken cancellationToken)
    {
        await using var session = store.QuerySession();
        if (await session.Query<Account>().AnyAsync(cancellationToken))
        {
            return null;
        }

        var (password, now) = (chosen ?? Secrets.New()[..20], clock.GetUtcNow());
        var made = await users.CreateAsync(new Account
        {
            Email = Email,
            Name = "Administrator",
            CreatedAt = now,
            Grants = [new Grant(Guid.NewGuid(), Role.Administrator, null, null, DateOnly.FromDateTime(now.UtcDateTime), null)],
        }, password);
        return made.Succeeded ? password
            // Another node was faster.
            : made.Errors.Any(e => e.Code.StartsWith("Duplicate", StringComparison.Ordinal)) ? null
            : throw new InvalidOperationException($"{PasswordSetting} is not taken: {string.Join(" ", made.Errors.Select(e => e.Description))}");
    }
}
