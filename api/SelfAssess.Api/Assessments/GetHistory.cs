using System.Globalization;
using System.Text.Json;
using FastEndpoints;
using FluentValidation;
using SelfAssess.Api.Platform;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Assessments;

public sealed record GetHistoryRequest : AssessmentRequest
{
    /// <summary>Only what happened to this question.</summary>
    [QueryParam]
    public string? Question { get; init; }

    /// <summary>Only what happened to this entity's response.</summary>
    [QueryParam]
    public string? Entity { get; init; }

    /// <summary>Only what this account did.</summary>
    [QueryParam]
    public string? Account { get; init; }

    /// <summary>Only what happened at this time or later (ISO 8601).</summary>
    [QueryParam]
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only what happened before this time (ISO 8601).</summary>
    [QueryParam]
    public DateTimeOffset? Before { get; init; }

    /// <summary>How many entries at the most, 1 to 200.</summary>
    [QueryParam]
    public int Limit { get; init; } = 50;

    /// <summary>The <c>next</c> of the page before.</summary>
    [QueryParam]
    public string? After { get; init; }
}

internal sealed class GetHistoryValidator : Validator<GetHistoryRequest>
{
    public GetHistoryValidator()
    {
        RuleFor(r => r.Limit).InclusiveBetween(1, PagedRequest.Largest);
        RuleFor(r => r.After).Must(a => a is null || int.TryParse(a, NumberStyles.None, CultureInfo.InvariantCulture, out _)).WithMessage("Pass the next of the page before.");
        RuleFor(r => r.Question).MaximumLength(100);
        RuleFor(r => r.Entity).MaximumLength(100);
        RuleFor(r => r.Account).MaximumLength(100);
    }
}

/// <summary>One thing that happened, and what it changed.</summary>
/// <param name="Position">Its place in the assessment's history; the first is 1.</param>
/// <param name="At">When.</param>
/// <param name="Happened">What: the event's name in camel case.</param>
/// <param name="Entity">To whose response; absent where it happened to the State's assessment.</param>
/// <param name="By">Who caused it and from where; what a job did names nobody.</param>
/// <param name="Reason">The reason or comment that was given; absent where none is asked for.</param>
/// <param name="Changes">What is different since.</param>
/// <param name="Withheld">How many changes are not shown: those of a response whose round is open.</param>
public sealed record HistoryEntry(
    int Position, DateTimeOffset At, string Happened, string? Entity, Provenance By, string? Reason, IReadOnlyList<HistoryChange> Changes, int Withheld);

/// <summary>One thing that changed.</summary>
/// <param name="Field">What, as a path: <c>answers.1.1</c>, <c>status</c>, <c>consent</c>.</param>
/// <param name="Before">What it was; absent where there was nothing.</param>
/// <param name="After">What it became; absent where it was cleared.</param>
/// <param name="Confidential">Whether both are shown to nobody.</param>
public sealed record HistoryChange(string Field, JsonElement? Before, JsonElement? After, bool Confidential);

[Permits(Role.Coordinator, Role.Auditor)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class GetHistoryEndpoint(IStateStore store, QuestionnaireCatalogue questionnaires) : Endpoint<GetHistoryRequest, Page<HistoryEntry>>
{
    public override void Configure()
    {
        Get("states/{state}/assessments/{cycle}/history");
        Summary(s =>
        {
            s.Summary = "Read back who did what, when and from where";
            s.Description = "In the order in which it happened, with what was before and what came after. Nothing is ever overwritten. While a round is open, its answers are withheld; those to confidential questions always are.";
        });
    }

    public override async Task HandleAsync(GetHistoryRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession(Tenants.Of(request.State));
        if (await AssessmentRecord.FindAsync(session, request.Cycle, ct) is not { } record)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        var questionnaire = await questionnaires.GetAsync(record.Assessment.Questionnaire, ct);
        var after = request.After is null ? 0 : int.Parse(request.After, CultureInfo.InvariantCulture);
        var matching = record.Facts.Select((fact, i) => (Position: i + 1, Recorded: fact))
            .Where(f => f.Position > after
                && (request.Entity is null || f.Recorded.Fact.Entity == request.Entity)
                && (request.Account is null || f.Recorded.Fact.By.Account == request.Account)
                && (request.Since is null || f.Recorded.Fact.At >= request.Since)
                && (request.Before is null || f.Recorded.Fact.At < request.Before))
            .Select(f => HistoryEntries.Of(questionnaire, f.Position, f.Recorded))
            .Where(e => request.Question is null || e.Changes.Any(c => c.Field == $"answers.{request.Question}" || c.Field == $"reconciliations.{request.Question}"))
            .Take(request.Limit + 1).ToArray();
        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendHashedAsync(HttpContext, matching.Length > request.Limit
            ? new Page<HistoryEntry>(matching[..request.Limit], matching[request.Limit - 1].Position.ToString(CultureInfo.InvariantCulture))
            : new Page<HistoryEntry>(matching, null), ct);
    }
}

/// <summary>Turns facts into what is told of them.</summary>
internal static class HistoryEntries
{
    public static HistoryEntry Of(Questionnaire questionnaire, int position, RecordedFact recorded)
    {
        var (before, after) = (Fields(recorded.Before), Fields(recorded.After));
        HistoryChange[] changes =
        [
            .. before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .Where(f => !Same(before.GetValueOrDefault(f), after.GetValueOrDefault(f)))
                .Select(f => IsConfidential(questionnaire, f, recorded)
                    ? new HistoryChange(f, null, null, Confidential: true)
                    : new HistoryChange(f, Json_(before.GetValueOrDefault(f)), Json_(after.GetValueOrDefault(f)), Confidential: false)),
        ];
        var hidden = recorded.Blind ? changes.Where(c => c.Field.StartsWith("answers.", StringComparison.Ordinal) || c.Field.StartsWith("prefilled.", StringComparison.Ordinal)).ToArray() : [];
        var fact = recorded.Fact;
        return new HistoryEntry(position, fact.At, NameOf(fact.Happened), fact.Entity, fact.By, ReasonOf(fact.Happened), [.. changes.Except(hidden)], hidden.Length);
    }

    public static string NameOf(object happened) => JsonNamingPolicy.CamelCase.ConvertName(happened.GetType().Name);

    private static string? ReasonOf(object happened) => happened switch
    {
        AssessmentEvent.RoundReopened e => e.Reason,
        AssessmentEvent.RevisionBegun e => e.Reason,
        ResponseEvent.Returned e => e.Comment,
        _ => null,
    };

    /// <summary>Single entities' answers to a confidential question, wherever they stand.</summary>
    private static bool IsConfidential(Questionnaire questionnaire, string field, RecordedFact recorded) =>
        recorded.Fact.Entity is not null && field.Split('.', 2) is ["answers" or "prefilled", var question] && questionnaire.IsConfidential(question);

    private static Dictionary<string, object?> Fields(object? aggregate)
    {
        var fields = new Dictionary<string, object?>(StringComparer.Ordinal);
        switch (aggregate)
        {
            case Assessment a:
                (fields["status"], fields["profile"], fields["consent"], fields["revision"], fields["seal"]) = (a.Status, a.Profile, a.Consent, a.Revision, a.Seal);
                fields["round.status"] = a.Round?.Status;
                Add("round.entities", a.Round?.Entities.ToDictionary(e => e.Id, e => e, StringComparer.Ordinal) ?? []);
                Add("answers", a.Answers);
                Add("reconciliations", a.Reconciliations);
                break;
            case EntityResponse r:
                (fields["status"], fields["profile"], fields["entity"], fields["confirmedBy"]) = (r.Status, r.Profile, r.Entity, r.ConfirmedBy);
                Add("answers", r.Answers);
                Add("prefilled", r.Prefilled);
                break;
        }

        return fields;

        void Add<T>(string prefix, IReadOnlyDictionary<string, T> values)
        {
            foreach (var (key, value) in values)
            {
                fields[$"{prefix}.{key}"] = value;
            }
        }
    }

    private static bool Same(object? before, object? after) => (before, after) switch
    {
        (Answer a, Answer b) => ReferenceEquals(a, b) || a.IsSameAs(b),
        _ => Equals(before, after),
    };

    private static JsonElement? Json_(object? value) =>
        value is null ? null : JsonSerializer.SerializeToElement(value is Answer answer ? AnswerBody.Of(answer) : value, Json.Http);
}
