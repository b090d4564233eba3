using System.Text.Json;
using FastEndpoints;
using FluentValidation;
using Marten;
using SelfAssess.Api.Assessments;
using SelfAssess.Api.Cycles;
using SelfAssess.Api.Platform;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.States;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.AtHome;

public sealed record AcceptContributionRequest
{
    [FromBody]
    public ContributionFile Body { get; init; } = null!;
}

internal sealed class AcceptContributionValidator : Validator<AcceptContributionRequest>
{
    private const int Most = 2000;

    public AcceptContributionValidator()
    {
        RuleFor(r => r.Body.Format).Equal(ContributionFile.Kind).WithMessage($"This is no file of the kind {ContributionFile.Kind}.").OverridePropertyName("format");
        RuleFor(r => r.Body.Cycle).NotEmpty().MaximumLength(40).OverridePropertyName("cycle");
        RuleFor(r => r.Body.Group).MaximumLength(40).OverridePropertyName("group");
        RuleFor(r => r.Body.Signature).MaximumLength(100).OverridePropertyName("signature");
        RuleFor(r => r.Body.Themes.Count).LessThanOrEqualTo(Most).OverridePropertyName("themes");
        RuleFor(r => r.Body.Themes).Must(t => t.All(x => x?.Section is not null)).WithMessage("A theme is missing.").OverridePropertyName("themes");
        RuleFor(r => r.Body.Indicators).Must(i => i.Values.All(v => v is not null)).WithMessage("A level is missing.").OverridePropertyName("indicators");
        RuleFor(r => r.Body.Counted).Must(c => c.Values.All(v => v is not null && v.All(o => o is not null))).WithMessage("An option is missing.").OverridePropertyName("counted");
        RuleFor(r => r.Body.Indicators.Count).LessThanOrEqualTo(Most).OverridePropertyName("indicators");
        RuleFor(r => r.Body.Counted.Count).LessThanOrEqualTo(Most).OverridePropertyName("counted");
        RuleFor(r => r.Body.Diverges.Count).LessThanOrEqualTo(Most).OverridePropertyName("diverges");
    }
}

public sealed record AcceptWithdrawalRequest
{
    [FromBody]
    public WithdrawalFile Body { get; init; } = null!;
}

internal sealed class AcceptWithdrawalValidator : Validator<AcceptWithdrawalRequest>
{
    public AcceptWithdrawalValidator()
    {
        RuleFor(r => r.Body.Format).Equal(WithdrawalFile.Kind).WithMessage($"This is no file of the kind {WithdrawalFile.Kind}.").OverridePropertyName("format");
        RuleFor(r => r.Body.Cycle).NotEmpty().MaximumLength(40).OverridePropertyName("cycle");
        RuleFor(r => r.Body.Signature).MaximumLength(100).OverridePropertyName("signature");
    }
}

/// <summary>That a delivery was accepted.</summary>
/// <param name="Cycle">The cycle.</param>
/// <param name="Release">The release for which it waits.</param>
/// <param name="Status">Delivered, or withdrawn.</param>
/// <param name="Hash">SHA-256 over what was delivered, to be compared with that of the file; absent for a withdrawal.</param>
public sealed record DeliveryReceipt(string Cycle, string Release, HomeDeliveryStatus Status, string? Hash);

[PermitsAnyone]
[TakesNoKey]
internal sealed class AcceptContributionEndpoint(
    DeliveryTokens tokens, IStateStore states, ICommonStore common, QuestionnaireCatalogue questionnaires, TimeProvider clock) : Endpoint<AcceptContributionRequest, DeliveryReceipt>
{
    public override void Configure()
    {
        Post("contributions");
        Summary(s =>
        {
            s.Summary = "Deliver the contribution of a State that runs the program at home";
            s.Description = "Nobody need be signed in: the file's signature says whose it is. It is checked against the cycle, its questionnaire and its plan, and accepted once before the lock; "
                + "then it waits inside that State's tenant, and joins the others as those of States do that assess themselves here. The same file sent again changes nothing.";
            s.Responses[200] = "It is accepted.";
            s.Responses[400] = "The file is not valid, or not signed with a delivery token that counts (`not-signed`). `errors` names each part that does not fit.";
            s.Responses[409] = "The cycle takes no contributions (`cycle-not-open`), another contribution is accepted already (`already-delivered`), or the State assesses itself here (`assessed-here`).";
        });
    }

    public override async Task HandleAsync(AcceptContributionRequest request, CancellationToken ct)
    {
        var file = request.Body;
        if (await tokens.FindAsync(file.Token, ct) is not { } token || !DeliveryKeys.Verify(token, file.Unsigned, file.Signature))
        {
            await Accepting.NotSigned.WriteAsync(HttpContext);
            return;
        }

        await Writing.RunAsync(HttpContext, states, token.State, file, clock, session => AcceptAsync(session, token.State, file, ct));
    }

    private async Task<Outcome<DeliveryReceipt>> AcceptAsync(IDocumentSession session, string state, ContributionFile file, CancellationToken ct)
    {
        await using var reading = common.QuerySession();
        var found = await Accepting.CycleAsync(reading, file.Cycle, file.Number, ct);
        if (found.Refusal is { } refusal)
        {
            return refusal;
        }

        var cycle = found.Value!;

        var published = await questionnaires.PublishedAsync(cycle.Questionnaire, ct);
        if (file.Questionnaire != cycle.Questionnaire || file.QuestionnaireHash != published.Hash)
        {
            return Refusal.Invalid("questionnaire", $"The cycle asks {cycle.Questionnaire.Id} {cycle.Questionnaire.Version}, and not what was answered. Take the cycle's package again.", "otherQuestionnaire");
        }

        var registered = (await reading.LoadAsync<RegisteredState>(state, ct))!;
        var problems = ContributionCheck.Of(published.Questionnaire, file.Themes, file.Indicators, file.Counted, file.Diverges).Concat(PlanProblems(cycle.Plan, registered, file)).ToArray();
        if (problems.Length > 0)
        {
            return Refusal.Invalid("The contribution does not fit the cycle; nothing was accepted.", [.. problems.Select(p => new FieldProblem(p.Field, p.Message, p.Code))]);
        }

        var release = ReleaseFrame.ReleaseIdOf(cycle.Id, cycle.Number);
        var hash = CanonicalJson.Hash(file.Unsigned);
        var earlier = await session.LoadAsync<HomeDelivery>(release, ct);
        switch (earlier)
        {
            case { Status: HomeDeliveryStatus.Delivered } when earlier.Hash == hash:
                return Outcome<DeliveryReceipt>.Of(new DeliveryReceipt(cycle.Id, release, HomeDeliveryStatus.Delivered, hash));
            case { Status: HomeDeliveryStatus.Delivered }:
                return Refusal.Conflict("already-delivered", "Another contribution of this State is accepted already. Withdraw it first, to deliver this one.");
            case { Status: HomeDeliveryStatus.Nothing }:
                return Accepting.NotOpen(cycle.Id);
        }

        if (await session.LoadAsync<Assessment>(AssessmentsSetup.StreamOf(cycle.Id), ct) is { Status: AssessmentStatus.Open or AssessmentStatus.SignedOff })
        {
            return Refusal.Conflict("assessed-here", "The State assesses itself in this cycle here, not at home: it takes part once.");
        }

        var blocs = cycle.Plan.Blocs.Where(b => b.Members.Contains(state, StringComparer.Ordinal)).Select(b => b.Name).ToArray();
        session.Put(new HomeDelivery
        {
            Id = release,
            Status = HomeDeliveryStatus.Delivered,
            Hash = hash,
            Contribution = new Contribution("", cycle.Id, file.Themes),
            Details = new ContributionDetails(file.Group, blocs, file.Indicators, file.Counted, file.Diverges),
        }, earlier?.Version);
        return Outcome<DeliveryReceipt>.Of(new DeliveryReceipt(cycle.Id, release, HomeDeliveryStatus.Delivered, hash));
    }

    /// <summary>What does not fit the plan: the register's facts come first, here as everywhere.</summary>
    private static IEnumerable<AnswerProblem> PlanProblems(PublicationPlan plan, RegisteredState registered, ContributionFile file)
    {
        var facts = RegisterFacts.Of(registered, Profile.Empty);
        if (file.Group is not null && !PublicationPlan.GroupsOf(plan.Partition).Contains(file.Group, StringComparer.Ordinal))
        {
            yield return new AnswerProblem("group", "The cycle's plan has no such group.", "unknownGroup");
        }
        else if (plan.GroupOf(facts) is { } group && group != file.Group)
        {
            yield return new AnswerProblem("group", "The register puts the State into another group.", "otherGroup");
        }

        if (facts.AttStatus is not null && !plan.Counts(facts))
        {
            yield return new AnswerProblem("cycle", "The cycle counts States Parties only, and the register says that the State is none.", "notCounted");
        }
    }
}

[PermitsAnyone]
[TakesNoKey]
internal sealed class AcceptWithdrawalEndpoint(DeliveryTokens tokens, IStateStore states, ICommonStore common, TimeProvider clock) : Endpoint<AcceptWithdrawalRequest, DeliveryReceipt>
{
    public override void Configure()
    {
        Post("contributions/withdrawals");
        Summary(s =>
        {
            s.Summary = "Take back the contribution of a State that runs the program at home";
            s.Description = "Until the lock, as for every State. After it another contribution can be delivered.";
            s.Responses[200] = "Nothing of the State waits for this release any more.";
            s.Responses[400] = "The file is not valid, or not signed with a delivery token that counts (`not-signed`).";
            s.Responses[409] = "The cycle is locked (`cycle-not-open`).";
        });
    }

    public override async Task HandleAsync(AcceptWithdrawalRequest request, CancellationToken ct)
    {
        var file = request.Body;
        if (await tokens.FindAsync(file.Token, ct) is not { } token || !DeliveryKeys.Verify(token, file.Unsigned, file.Signature))
        {
            await Accepting.NotSigned.WriteAsync(HttpContext);
            return;
        }

        await Writing.RunAsync(HttpContext, states, token.State, file, clock, async session =>
        {
            await using var reading = common.QuerySession();
            var found = await Accepting.CycleAsync(reading, file.Cycle, file.Number, ct);
            if (found.Refusal is { } refusal)
            {
                return (Outcome<DeliveryReceipt>)refusal;
            }

            var release = ReleaseFrame.ReleaseIdOf(found.Value!.Id, found.Value.Number);
            var earlier = await session.LoadAsync<HomeDelivery>(release, ct);
            if (earlier is { Status: HomeDeliveryStatus.Nothing })
            {
                return Accepting.NotOpen(file.Cycle);
            }

            session.Put(new HomeDelivery { Id = release, Status = HomeDeliveryStatus.Withdrawn }, earlier?.Version);
            return Outcome<DeliveryReceipt>.Of(new DeliveryReceipt(file.Cycle, release, HomeDeliveryStatus.Withdrawn, null));
        });
    }
}

internal static class Accepting
{
    /// <summary>The same for a token that never was, has ended, or did not sign this.</summary>
    public static Refusal NotSigned { get; } = new(400, "not-signed", "The file is not signed with a delivery token that counts",
        "It was changed after it was signed, or its token was replaced by a newer one. Make the file again with the token that the community's administrator issued last.");

    public static Refusal NotOpen(string cycle) => Refusal.Conflict("cycle-not-open", $"Cycle {cycle} takes no contributions now.");

    /// <summary>The cycle for which a file is.</summary>
    public static async Task<Outcome<Cycle>> CycleAsync(IQuerySession session, string id, int number, CancellationToken cancellationToken) =>
        await session.LoadAsync<Cycle>(id, cancellationToken) is not { } cycle ? Refusal.Invalid("cycle", "There is no such cycle here.", "unknownCycle")
            : cycle.Status != CycleStatus.Open ? NotOpen(id)
            : cycle.Number != number ? Refusal.Invalid("number", $"The cycle is open for its release {cycle.Number}. Take the cycle's package again.", "otherRelease")
            : Outcome<Cycle>.Of(cycle);
}

/// <summary>What the register knows of a State's place in a plan.</summary>
internal static class RegisterFacts
{
    public static StateFacts Of(RegisteredState state, Profile profile) => StateFacts.Of(
        state.RegionalGroup is null or RegionalGroup.None ? null : JsonNamingPolicy.CamelCase.ConvertName(state.RegionalGroup.Value.ToString()),
        state.Att is { } att ? JsonNamingPolicy.CamelCase.ConvertName(att.Status.ToString()) : null,
        profile);
}
