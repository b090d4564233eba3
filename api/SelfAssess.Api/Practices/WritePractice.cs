using FastEndpoints;
using FluentValidation;
using SelfAssess.Api.Cycles;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.States;
using SelfAssess.Domain.Practices;

namespace SelfAssess.Api.Practices;

/// <summary>What a State writes.</summary>
public sealed record PracticeBody
{
    public const int LongestTitle = 150;
    public const int LongestText = 3000;

    /// <summary>The cycle with which it is to be shared; one that is not closed.</summary>
    public required string Cycle { get; init; }

    /// <summary>The theme: the id of a reported section of the cycle's questionnaire.</summary>
    public required string Theme { get; init; }

    /// <summary>The language in which it is written: ar, en, es, fr, ru or zh.</summary>
    public required string Language { get; init; }

    /// <summary>What it is about, on one line; up to 150 characters.</summary>
    public required string Title { get; init; }

    /// <summary>The practice in the State's own words; up to 3,000 characters, in as many paragraphs as it needs.</summary>
    public required string Text { get; init; }
}

/// <summary>A request that brings a practice.</summary>
internal interface IBringsPractice
{
    PracticeBody Body { get; }
}

internal abstract class PracticeTextValidator<T> : Validator<T>
    where T : IBringsPractice
{
    protected PracticeTextValidator()
    {
        RuleFor(r => r.Body.Cycle).NotEmpty().MaximumLength(40).OverridePropertyName("cycle");
        RuleFor(r => r.Body.Theme).NotEmpty().MaximumLength(40).OverridePropertyName("theme");
        RuleFor(r => r.Body.Language).IsALanguage().OverridePropertyName("language");
        RuleFor(r => r.Body.Title).NotEmpty().MaximumLength(PracticeBody.LongestTitle).OverridePropertyName("title");
        RuleFor(r => r.Body.Text).NotEmpty().MaximumLength(PracticeBody.LongestText).OverridePropertyName("text");
        RuleFor(r => r.Body.Title).Must(t => Refused(t, lines: false) is null).WithErrorCode("invisibleSign").WithMessage((_, t) => Reason(Refused(t, lines: false))).OverridePropertyName("title");
        RuleFor(r => r.Body.Text).Must(t => Refused(t, lines: true) is null).WithErrorCode("invisibleSign").WithMessage((_, t) => Reason(Refused(t, lines: true))).OverridePropertyName("text");
    }

    private static string? Refused(string? text, bool lines) => text is null ? null : OwnWords.Refused(text, lines);

    private static string Reason(string? sign) => $"The text has a sign that cannot be seen and may change how it is read ({sign}). Remove it.";
}

public sealed record WritePracticeRequest : StateRequest, IBringsPractice
{
    [FromBody]
    public PracticeBody Body { get; init; } = null!;
}

internal sealed class WritePracticeValidator : PracticeTextValidator<WritePracticeRequest>;

[Permits(Role.Coordinator)]
[AnswersHeader("ETag")]
internal sealed class WritePracticeEndpoint(IStateStore states, ICommonStore common, QuestionnaireCatalogue questionnaires, TimeProvider clock) : Endpoint<WritePracticeRequest, PracticeView>
{
    public override void Configure()
    {
        Post("states/{state}/practices");
        Summary(s =>
        {
            s.Summary = "Write down a practice that the State may volunteer";
            s.Description = "A draft that stays in the State until it is approved. It is not part of the assessment, and nothing links the two.";
            s.Response<PracticeView>(201, "The draft.");
            s.Responses[409] = "The cycle is closed (`cycle-closed`).";
        });
    }

    public override async Task HandleAsync(WritePracticeRequest request, CancellationToken ct)
    {
        if (!await Tenants.ExistsAsync(common, request.State, ct))
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        await Writing.RunAsync(HttpContext, states, request.State, request.Body, clock, async session =>
            {
                if (await PracticeWriting.RefuseAsync(common, questionnaires, request.Body, ct) is { } refusal)
                {
                    return (Outcome<PracticeView>)refusal;
                }

                // An id by chance: the usual ones tell when they were made.
                var practice = PracticeWriting.Written(new Practice { Id = Guid.NewGuid(), CycleId = "", Theme = "", Language = "", Title = "", Text = "" }, request.Body)
                    .After(PracticeAct.Written, HttpContext, clock.GetUtcNow());
                return Outcome<PracticeView>.Of(PracticeView.Of(practice, published: false), session.Put(practice, null));
            },
            StatusCodes.Status201Created, practice => $"/api/v1/states/{request.State}/practices/{practice.Id}");
    }
}

/// <summary>Addresses one practice of a State.</summary>
public record PracticeRequest : StateRequest
{
    /// <summary>The practice.</summary>
    [RouteParam]
    public Guid Practice { get; init; }
}

/// <summary>A change of a practice.</summary>
public record PracticeChangeRequest : PracticeRequest
{
    /// <summary>The practice's ETag.</summary>
    [FromHeader("If-Match", isRequired: false)]
    public string? IfMatch { get; init; }
}

public sealed record RewritePracticeRequest : PracticeChangeRequest, IBringsPractice
{
    [FromBody]
    public PracticeBody Body { get; init; } = null!;
}

internal sealed class RewritePracticeValidator : PracticeTextValidator<RewritePracticeRequest>;

[Permits(Role.Coordinator)]
[AnswersHeader("ETag")]
internal sealed class RewritePracticeEndpoint(IStateStore states, ICommonStore common, QuestionnaireCatalogue questionnaires, TimeProvider clock) : Endpoint<RewritePracticeRequest, PracticeView>
{
    public override void Configure()
    {
        Put("states/{state}/practices/{practice}/text");
        Summary(s =>
        {
            s.Summary = "Write a practice anew";
            s.Description = "What was approved has to be approved again. What has left the State is withdrawn first.";
            s.Responses[200] = "The draft as it is now.";
            s.Responses[409] = "The cycle is closed (`cycle-closed`), or the practice has left the State (`practice-delivered`).";
        });
    }

    public override Task HandleAsync(RewritePracticeRequest request, CancellationToken ct) =>
        PracticeWriting.RunAsync(HttpContext, states, clock, request, request.Body, async practice =>
        {
            if (practice.Status == PracticeStatus.Delivered)
            {
                return Refusal.Conflict("practice-delivered", "The practice has left the State. Withdraw it first, or write another one.");
            }

            return await PracticeWriting.RefuseAsync(common, questionnaires, request.Body, ct) is { } refusal ? refusal
                : Outcome<Practice>.Of(PracticeWriting.Written(practice, request.Body).After(PracticeAct.Written, HttpContext, clock.GetUtcNow()));
        }, ct);
}

/// <summary>Changes of practices.</summary>
internal static class PracticeWriting
{
    /// <summary>A draft with this text.</summary>
    public static Practice Written(Practice practice, PracticeBody body) => practice with
    {
        CycleId = body.Cycle,
        Theme = body.Theme,
        Language = body.Language,
        Title = OwnWords.Kept(body.Title),
        Text = OwnWords.Kept(body.Text),
        Status = PracticeStatus.Draft,
        Attributed = false,
        DeliveredAs = null,
    };

    /// <summary>The refusal of a text whose cycle or theme is not to be had; null where both are.</summary>
    public static async Task<Refusal?> RefuseAsync(ICommonStore common, QuestionnaireCatalogue questionnaires, PracticeBody body, CancellationToken cancellationToken)
    {
        await using var session = common.QuerySession();
        if (await session.LoadAsync<Cycle>(body.Cycle, cancellationToken) is not { } cycle)
        {
            return Refusal.Invalid("cycle", "There is no such cycle.", "unknownCycle");
        }

        if (RefuseUnlessOpen(cycle) is { } closed)
        {
            return closed;
        }

        var questionnaire = await questionnaires.GetAsync(cycle.Questionnaire, cancellationToken);
        return questionnaire.Definition.AllSections().Any(s => s.Reported && s.Id == body.Theme) ? null
            : Refusal.Invalid("theme", "The cycle's questionnaire has no such theme.", "unknownTheme");
    }

    /// <summary>The refusal once a cycle is being locked: what comes then would come alone.</summary>
    public static Refusal? RefuseUnlessOpen(Cycle cycle) => cycle.Status is CycleStatus.Planned or CycleStatus.Open ? null
        : Refusal.Conflict("cycle-closed", $"Cycle {cycle.Id} is closed. Share the practice with the next one.");

    /// <summary>Runs a change as the answer to a request.</summary>
    public static Task RunAsync(
        HttpContext context, IStateStore states, TimeProvider clock, PracticeChangeRequest request, object? body, Func<Practice, Task<Outcome<Practice>>> change, CancellationToken cancellationToken) =>
        Writing.RunAsync(context, states, Tenants.Of(request.State), new { body, request.IfMatch }, clock, async session =>
        {
            if (await session.LoadAsync<Practice>(request.Practice, cancellationToken) is not { } practice)
            {
                return (Outcome<PracticeView>)Refusal.NotFound;
            }

            if (Preconditions.Refuse(practice.Version, request.IfMatch) is { } stale)
            {
                return stale;
            }

            var outcome = await change(practice);
            return outcome.Refusal ?? Outcome<PracticeView>.Of(PracticeView.Of(outcome.Value!, published: false), session.Put(outcome.Value!, practice.Version));
        });
}
