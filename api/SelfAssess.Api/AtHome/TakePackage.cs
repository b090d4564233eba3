using FastEndpoints;
using FluentValidation;
using Marten;
using SelfAssess.Api.Cycles;
using SelfAssess.Api.Platform;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.States;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.AtHome;

public sealed record TakePackageRequest
{
    [FromBody]
    public CyclePackage Body { get; init; } = null!;
}

internal sealed class TakePackageValidator : Validator<TakePackageRequest>
{
    public TakePackageValidator()
    {
        RuleFor(r => r.Body.Format).Equal(CyclePackage.Kind).WithMessage($"This is no file of the kind {CyclePackage.Kind}.").OverridePropertyName("format");
        RuleFor(r => r.Body.State.Code).NotEmpty().Matches(StatesSetup.CodePattern).OverridePropertyName("state.code");
        RuleFor(r => r.Body.State.Name).NotEmpty().MaximumLength(StatesSetup.LongestName).OverridePropertyName("state.name");
        RuleFor(r => r.Body.Cycle.Id).NotEmpty().Matches(CyclesSetup.IdPattern).OverridePropertyName("cycle.id");
        RuleFor(r => r.Body.Cycle.Name).NotEmpty().MaximumLength(100).OverridePropertyName("cycle.name");
        RuleFor(r => r.Body.Cycle.Number).InclusiveBetween(1, 2).OverridePropertyName("cycle.number");
    }
}

[Permits(Role.Administrator)]
[TakesNoKey]
internal sealed class TakePackageEndpoint(HomeInstance home, ICommonStore common, TimeProvider clock) : Endpoint<TakePackageRequest, CycleView>
{
    public override void Configure()
    {
        Post("packages");
        Summary(s =>
        {
            s.Summary = "Take a cycle's package, at home";
            s.Description = "Registers the State, publishes the questionnaire and opens the cycle, as the community has them. Taken again, it changes nothing but the release for which the cycle is open.";
            s.Responses[200] = "The State can assess itself here.";
            s.Responses[400] = "The file is not valid, its questionnaire was changed on the way (`errors` names it), or does not compile with this version of the program.";
            s.Responses[409] = "This deployment is no State's own (`not-at-home`), or there is another questionnaire or another cycle under the same id (`version-published`, `cycle-exists`).";
        });
    }

    public override async Task HandleAsync(TakePackageRequest request, CancellationToken ct)
    {
        if (home.Community is null)
        {
            await HomeInstance.NotAtHome.WriteAsync(HttpContext);
            return;
        }

        await Writing.RunAsync(HttpContext, common, tenant: null, null, clock, session => TakeAsync(session, request.Body, clock.GetUtcNow(), ct));
    }

    private static async Task<Outcome<CycleView>> TakeAsync(IDocumentSession session, CyclePackage package, DateTimeOffset now, CancellationToken ct)
    {
        if (CanonicalJson.Hash(package.Questionnaire) != package.QuestionnaireHash)
        {
            return Refusal.Invalid("questionnaire", "The questionnaire is not the one that the package names: it was changed on the way.", "damaged");
        }

        if (Questionnaire.Compile(package.Questionnaire) is { Questionnaire: null } broken)
        {
            return Refusal.Invalid("The questionnaire does not compile with this version of the program. Update it.",
                [.. broken.Violations.Take(20).Select(v => new FieldProblem($"questionnaire.{v.Path}", v.Message, v.Code))]);
        }

        if ((await Publishing.PublishAsync(session, package.Questionnaire, now, ct)).Refusal is { } refused)
        {
            return refused;
        }

        var state = package.State;
        var registered = await session.LoadAsync<RegisteredState>(state.Code, ct);
        session.Put((registered ?? new RegisteredState { Id = state.Code, Name = state.Name }) with
        {
            Name = state.Name,
            Names = state.Names,
            RegionalGroup = state.RegionalGroup,
            Att = state.Att is { } att ? (registered?.Att ?? new AttStanding { Status = att }) with { Status = att } : null,
        }, registered?.Version);

        var reference = new QuestionnaireReference(package.Questionnaire.Id, package.Questionnaire.Version);
        var existing = await session.LoadAsync<Cycle>(package.Cycle.Id, ct);
        if (existing is not null && (existing.Questionnaire != reference || existing.StartsOn != package.Cycle.StartsOn))
        {
            return Refusal.Conflict("cycle-exists", $"There is another cycle {package.Cycle.Id} here.");
        }

        var cycle = (existing ?? new Cycle { Id = package.Cycle.Id, Name = package.Cycle.Name, Questionnaire = reference, StartsOn = package.Cycle.StartsOn, OpenedAt = now }) with
        {
            Name = package.Cycle.Name,
            ClosesOn = package.Cycle.ClosesOn,
            Number = package.Cycle.Number,
            Status = existing is null || existing.Number < package.Cycle.Number ? CycleStatus.Open : existing.Status,
            Plan = new PublicationPlan { Population = package.Cycle.Population, Partition = package.Cycle.Partition },
        };
        return Outcome<CycleView>.Of(CycleView.Of(cycle), session.Put(cycle, existing?.Version));
    }
}
