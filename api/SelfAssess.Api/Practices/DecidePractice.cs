using FastEndpoints;
using FluentValidation;
using SelfAssess.Api.Cycles;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Api.Practices;

public sealed record ApprovePracticeRequest : PracticeChangeRequest
{
    [FromBody]
    public ApprovePracticeBody Body { get; init; } = null!;
}

/// <summary>The consent under which a practice is shared. It is another one than that to the aggregate, and neither follows from the other.</summary>
public sealed record ApprovePracticeBody
{
    /// <summary>That the State agrees to share this text with the community, in its own words and for good once it is published. Must be true.</summary>
    public required bool Consent { get; init; }

    /// <summary>Whether the State is named beside it.</summary>
    public required bool Attributed { get; init; }
}

internal sealed class ApprovePracticeValidator : Validator<ApprovePracticeRequest>
{
    public ApprovePracticeValidator() =>
        RuleFor(r => r.Body.Consent).Equal(true).WithMessage("A practice is shared only with the State's consent to exactly this.").WithErrorCode("required").OverridePropertyName("consent");
}

[Permits(Role.Coordinator)]
[AnswersHeader("ETag")]
internal sealed class ApprovePracticeEndpoint(IStateStore states, ICommonStore common, TimeProvider clock) : Endpoint<ApprovePracticeRequest, PracticeView>
{
    public override void Configure()
    {
        Post("states/{state}/practices/{practice}/approve");
        Summary(s =>
        {
            s.Summary = "Approve a practice: agree to share it";
            s.Description = "It leaves the State when its cycle is locked, together with those of all States and in no order, without the State's name unless it is to be named. Who knows the State "
                + "may still know it by its language and its words. It can be withdrawn until a release of the cycle is frozen; after that it stays in that release's papers.";
            s.Responses[200] = "The practice is approved.";
            s.Responses[409] = "It was approved or has left the State before (`practice-approved`), or its cycle is closed (`cycle-closed`).";
        });
    }

    public override Task HandleAsync(ApprovePracticeRequest request, CancellationToken ct) =>
        PracticeWriting.RunAsync(HttpContext, states, clock, request, request.Body, async practice =>
        {
            if (practice.Status is not (PracticeStatus.Draft or PracticeStatus.Withdrawn))
            {
                return Refusal.Conflict("practice-approved", "The practice is approved already.");
            }

            await using var session = common.QuerySession();
            if (await session.LoadAsync<Cycle>(practice.CycleId, ct) is not { } cycle)
            {
                return Refusal.NotFound;
            }

            return PracticeWriting.RefuseUnlessOpen(cycle) is { } closed ? closed : Outcome<Practice>.Of(
                (practice with { Status = PracticeStatus.Approved, Attributed = request.Body.Attributed, DeliveredAs = Guid.NewGuid() }).After(PracticeAct.Approved, HttpContext, clock.GetUtcNow()));
        }, ct);
}

[Permits(Role.Coordinator)]
[AnswersHeader("ETag")]
internal sealed class WithdrawPracticeEndpoint(IStateStore states, PracticeCatalogue delivered, TimeProvider clock) : Endpoint<PracticeChangeRequest, PracticeView>
{
    public override void Configure()
    {
        Post("states/{state}/practices/{practice}/withdraw");
        Summary(s =>
        {
            s.Summary = "Withdraw a practice";
            s.Description = "It stays in the State, and is taken out of the community's list if it has left already. Written anew or approved again, it can be shared after all.";
            s.Responses[200] = "The practice is withdrawn.";
            s.Responses[409] = "It is in the papers of a frozen release (`practice-published`).";
        });
    }

    public override async Task HandleAsync(PracticeChangeRequest request, CancellationToken ct)
    {
        Guid? known = null;
        await PracticeWriting.RunAsync(HttpContext, states, clock, request, null, async practice =>
        {
            known = practice.DeliveredAs;
            return known is { } id && !await delivered.TakeBackAsync(id, ct)
                ? Refusal.Conflict("practice-published", "The practice is in the papers of a frozen release, which never change.")
                : Outcome<Practice>.Of((practice with { Status = PracticeStatus.Withdrawn }).After(PracticeAct.Withdrawn, HttpContext, clock.GetUtcNow()));
        }, ct);
        if (known is { } again && HttpContext.Response.StatusCode == StatusCodes.Status200OK)
        {
            // It may have been delivered between the two: whoever delivers looks again after that.
            await delivered.TakeBackAsync(again, ct);
        }
    }
}
