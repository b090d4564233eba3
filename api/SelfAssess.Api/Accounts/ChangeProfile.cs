using FastEndpoints;
using FluentValidation;
using Microsoft.AspNetCore.Identity;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Api.Accounts;

public sealed record ChangeProfileRequest
{
    [FromBody]
    public ChangeProfileBody Body { get; init; } = null!;
}

/// <summary>How one is called and written to.</summary>
public sealed record ChangeProfileBody
{
    /// <summary>The name under which one acts from now on; what happened before keeps the name of then. Up to 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>In which one reads (ar, en, es, fr, ru or zh).</summary>
    public required string Language { get; init; }
}

internal sealed class ChangeProfileValidator : Validator<ChangeProfileRequest>
{
    public ChangeProfileValidator()
    {
        RuleFor(r => r.Body.Name).NotEmpty().MaximumLength(100).OverridePropertyName("name");
        RuleFor(r => r.Body.Language).Must(l => Granting.Languages.Contains(l, StringComparer.Ordinal)).WithMessage($"One of {string.Join(", ", Granting.Languages)}.").OverridePropertyName("language");
    }
}

[PermitsSignedIn]
[TakesNoKey]
internal sealed class ChangeProfileEndpoint(UserManager<Account> users) : Endpoint<ChangeProfileRequest>
{
    public override void Configure()
    {
        Put("account/profile");
        Summary(s =>
        {
            s.Summary = "Change one's own name and language";
            s.Description = "A State's history shows the name under which somebody acted at the time.";
            s.Responses[204] = "It is changed.";
        });
    }

    public override async Task HandleAsync(ChangeProfileRequest request, CancellationToken ct)
    {
        var account = Caller.Of(HttpContext)!.Account;
        (account.Name, account.Language) = (request.Body.Name, request.Body.Language);
        if (await users.UpdateAsync(account) is { Succeeded: false } failed)
        {
            await Identities.Refuse(failed, "name").WriteAsync(HttpContext);
            return;
        }

        // The session carries the name.
        await SessionStamp.RenewAsync(HttpContext, account);
        await Send.NoContentAsync(ct);
    }
}
