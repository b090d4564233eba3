using FastEndpoints;
using FluentValidation;
using SelfAssess.Api.Assessments;
using SelfAssess.Api.Cycles;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Releases;
using SelfAssess.Api.States;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.AtHome;

/// <summary>How a State at home delivers.</summary>
/// <param name="AtHome">Whether this deployment is the State's own.</param>
/// <param name="Community">The community's address; absent where it is not.</param>
/// <param name="HasToken">Whether a delivery token is kept.</param>
public sealed record HomeView(bool AtHome, string? Community, bool HasToken);

[Permits(Role.Coordinator)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class GetHomeEndpoint(HomeInstance home, DeliveryTokens tokens) : Endpoint<StateRequest, HomeView>
{
    public override void Configure()
    {
        Get("states/{state}/delivery-token");
        Summary(s =>
        {
            s.Summary = "Read how a State at home delivers";
            s.Description = "Whether this deployment is a State's own, and whether it keeps a delivery token. The token itself is not shown again.";
        });
    }

    public override async Task HandleAsync(StateRequest request, CancellationToken ct)
    {
        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendHashedAsync(HttpContext, new HomeView(home.Community is not null, home.Community, await tokens.KeptAsync(Tenants.Of(request.State), ct) is not null), ct);
    }
}

public sealed record KeepTokenRequest : StateRequest
{
    [FromBody]
    public KeepTokenBody Body { get; init; } = null!;
}

/// <summary>The token that the community's administrator issued.</summary>
public sealed record KeepTokenBody
{
    /// <summary>As it was shown: <c>sdt_…</c>.</summary>
    public required string Secret { get; init; }
}

internal sealed class KeepTokenValidator : Validator<KeepTokenRequest>
{
    public KeepTokenValidator() => RuleFor(r => r.Body.Secret).NotEmpty().MaximumLength(400).OverridePropertyName("secret");
}

[Permits(Role.Coordinator)]
[TakesNoKey]
internal sealed class KeepDeliveryTokenEndpoint(HomeInstance home, ICommonStore common, DeliveryTokens tokens) : Endpoint<KeepTokenRequest>
{
    public override void Configure()
    {
        Post("states/{state}/delivery-token");
        Summary(s =>
        {
            s.Summary = "Keep the delivery token of a State at home";
            s.Description = "It takes the place of an earlier one, and is protected where it is kept.";
            s.Responses[204] = "It is kept.";
            s.Responses[409] = "This deployment is no State's own (`not-at-home`).";
        });
    }

    public override async Task HandleAsync(KeepTokenRequest request, CancellationToken ct)
    {
        if (home.Community is null)
        {
            await HomeInstance.NotAtHome.WriteAsync(HttpContext);
            return;
        }

        if (!await Tenants.ExistsAsync(common, request.State, ct))
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        if (DeliveryKeys.Read(request.Body.Secret.Trim()) is not { Key: var key })
        {
            await Refusal.Invalid("secret", "This is no delivery token. Copy it whole, from sdt_ to its end.", "malformedToken").WriteAsync(HttpContext);
            return;
        }

        key.Dispose();
        await tokens.KeepAsync(request.State, request.Body.Secret.Trim(), ct);
        await Send.NoContentAsync(ct);
    }
}

[Permits(Role.Coordinator)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class GetContributionFileEndpoint(SignContribution sign) : Endpoint<AssessmentRequest, ContributionFile>
{
    public override void Configure()
    {
        Get("states/{state}/assessments/{cycle}/contribution.json");
        Summary(s =>
        {
            s.Summary = "Read the signed contribution of a State at home, to carry it to the community";
            s.Description = "Exactly what leaves the State: levels and counts, no entity, no text, no time. It is confidential on its way.";
            s.Responses[409] = "This deployment is no State's own (`not-at-home`), no token is kept (`no-token`), the assessment is not signed off (`not-signed-off`), "
                + "has no consent (`no-consent`), or the cycle does not count the State (`not-counted`).";
        });
    }

    public override async Task HandleAsync(AssessmentRequest request, CancellationToken ct)
    {
        var made = await sign.ContributionAsync(request.State, request.Cycle, ct);
        if (made.Refusal is { } refusal)
        {
            await refusal.WriteAsync(HttpContext);
            return;
        }

        HttpContext.Response.Headers.CacheControl = "no-store";
        HttpContext.Response.Headers.ContentDisposition = $"attachment; filename=\"contribution-{request.Cycle}.json\"";
        // A signature is another one each time; what is signed is the same.
        if (!Conditional.NotModified(HttpContext, $"\"{Platform.CanonicalJson.Hash(made.Value!.Unsigned)[..32]}\""))
        {
            await Conditional.SendPlainAsync(HttpContext, made.Value!, ct);
        }
    }
}

/// <summary>What the community answered.</summary>
/// <param name="Delivered">True where a contribution was sent; false where one was taken back, since the State keeps its result.</param>
/// <param name="Accepted">Whether the community took it.</param>
/// <param name="Reason">Where it did not, the code of the reason, as <c>cycle-not-open</c>; absent where it did.</param>
/// <param name="Detail">The reason in words.</param>
public sealed record DeliveryAnswer(bool Delivered, bool Accepted, string? Reason, string? Detail);

[Permits(Role.Coordinator)]
[TakesNoKey]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class DeliverContributionEndpoint(SignContribution sign, HomeInstance home, IStateStore states) : Endpoint<AssessmentRequest, DeliveryAnswer>
{
    public override void Configure()
    {
        Post("states/{state}/assessments/{cycle}/contribution/deliver");
        Summary(s =>
        {
            s.Summary = "Send the contribution of a State at home to the community";
            s.Description = "Or take it back, where the State has decided to keep its result. To send the same again changes nothing.";
            s.Responses[200] = "What the community answered.";
            s.Responses[409] = "As for the file; or the community could not be reached (`community-unreachable`).";
        });
    }

    public override async Task HandleAsync(AssessmentRequest request, CancellationToken ct)
    {
        await using var session = states.QuerySession(Tenants.Of(request.State));
        var keeps = await session.LoadAsync<Assessment>(AssessmentsSetup.StreamOf(request.Cycle), ct) is { Consent: Consent.KeepNational };
        var answer = keeps
            ? await SendAsync(await sign.WithdrawalAsync(request.State, request.Cycle, ct), "contributions/withdrawals", delivered: false, ct)
            : await SendAsync(await sign.ContributionAsync(request.State, request.Cycle, ct), "contributions", delivered: true, ct);
        if (answer.Refusal is { } refusal)
        {
            await refusal.WriteAsync(HttpContext);
            return;
        }

        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendPlainAsync(HttpContext, answer.Value!, ct);
    }

    private async Task<Outcome<DeliveryAnswer>> SendAsync<T>(Outcome<T> file, string path, bool delivered, CancellationToken ct)
    {
        if (file.Refusal is { } refusal)
        {
            return refusal;
        }

        try
        {
            var (status, problem) = await home.SendAsync(path, file.Value!, ct);
            return Outcome<DeliveryAnswer>.Of(new DeliveryAnswer(delivered, status == StatusCodes.Status200OK, status == StatusCodes.Status200OK ? null : problem?.Type.Split(':')[^1] ?? $"http-{status}", problem?.Detail));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            return Refusal.Conflict("community-unreachable", "The community's deployment could not be reached. Nothing was delivered; try again, or carry the file.");
        }
    }
}

/// <summary>Makes and signs what a State at home delivers.</summary>
internal sealed class SignContribution(IStateStore states, ICommonStore common, QuestionnaireCatalogue questionnaires, DeliveryTokens tokens, HomeInstance home)
{
    public async Task<Outcome<ContributionFile>> ContributionAsync(string state, string cycleId, CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(state, cycleId, cancellationToken);
        if (prepared.Refusal is { } refusal)
        {
            return refusal;
        }

        var (cycle, secret) = prepared.Value;
        await using var session = states.QuerySession(state);
        await using var register = common.QuerySession();
        if (await session.LoadAsync<Assessment>(AssessmentsSetup.StreamOf(cycle.Id), cancellationToken) is not { } assessment || await register.LoadAsync<RegisteredState>(state, cancellationToken) is not { } registered)
        {
            return Refusal.NotFound;
        }

        if (assessment.Status != AssessmentStatus.SignedOff)
        {
            return Refusal.Conflict("not-signed-off", "Sign the assessment off first; what is open is not delivered.");
        }

        if (assessment.Consent != Consent.JoinAggregate)
        {
            return Refusal.Conflict("no-consent", "The State has not decided to join the anonymous aggregate; nothing is delivered.");
        }

        if (!cycle.Plan.Counts(RegisterFacts.Of(registered, assessment.Profile)))
        {
            return Refusal.Conflict("not-counted", "The cycle counts States Parties only.");
        }

        var published = await questionnaires.PublishedAsync(assessment.Questionnaire, cancellationToken);
        var details = await CollectContributions.DetailsAsync(session, published.Questionnaire, cycle.Plan, registered, assessment, cancellationToken);
        var (id, key) = DeliveryKeys.Read(secret)!.Value;
        using (key)
        {
            var unsigned = new ContributionFile
            {
                Format = ContributionFile.Kind,
                Token = id,
                Cycle = cycle.Id,
                Number = cycle.Number,
                Questionnaire = assessment.Questionnaire,
                QuestionnaireHash = published.Hash,
                Group = details.Group,
                Themes = Contributions.Of(published.Questionnaire, assessment, "").Themes,
                Indicators = details.Indicators,
                Counted = details.Counted,
                Diverges = details.Diverges,
            };
            return Outcome<ContributionFile>.Of(unsigned with { Signature = DeliveryKeys.Sign(key, unsigned) });
        }
    }

    public async Task<Outcome<WithdrawalFile>> WithdrawalAsync(string state, string cycleId, CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(state, cycleId, cancellationToken);
        if (prepared.Refusal is { } refusal)
        {
            return refusal;
        }

        var (cycle, secret) = prepared.Value;
        var (id, key) = DeliveryKeys.Read(secret)!.Value;
        using (key)
        {
            var unsigned = new WithdrawalFile { Format = WithdrawalFile.Kind, Token = id, Cycle = cycle.Id, Number = cycle.Number };
            return Outcome<WithdrawalFile>.Of(unsigned with { Signature = DeliveryKeys.Sign(key, unsigned) });
        }
    }

    private async Task<Outcome<(Cycle Cycle, string Secret)>> PrepareAsync(string state, string cycleId, CancellationToken cancellationToken)
    {
        if (home.Community is null)
        {
            return HomeInstance.NotAtHome;
        }

        await using var session = common.QuerySession();
        if (await session.LoadAsync<Cycle>(cycleId, cancellationToken) is not { } cycle)
        {
            return Refusal.NotFound;
        }

        return await tokens.KeptAsync(Tenants.Of(state), cancellationToken) is { } secret ? Outcome<(Cycle, string)>.Of((cycle, secret))
            : Refusal.Conflict("no-token", "Enter the delivery token first, which the community's administrator issued.");
    }
}
