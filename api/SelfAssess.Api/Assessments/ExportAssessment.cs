using System.Text.Json;
using FastEndpoints;
using Marten;
using SelfAssess.Api.Platform;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Assessments;

/// <summary>A whole assessment with its history, to be kept, verified, or imported into another instance.</summary>
public sealed record AssessmentExport
{
    public const string TheFormat = "selfassess-assessment/1";

    /// <summary>Always <c>selfassess-assessment/1</c>.</summary>
    public required string Format { get; init; }

    /// <summary>What is sealed, or would be, in canonical JSON (RFC 8785): the seal is SHA-256 over exactly these bytes.</summary>
    public required JsonElement Content { get; init; }

    /// <summary>The seal; absent where what is exported is not signed off.</summary>
    public ExportedSeal? Seal { get; init; }

    /// <summary>Everything that happened, in order.</summary>
    public required IReadOnlyList<ExportedFact> History { get; init; }
}

/// <summary>The seal of a signed-off revision.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Hash">SHA-256 over the canonical content, lower-case hexadecimal.</param>
/// <param name="SignedOffAt">When it was signed off.</param>
public sealed record ExportedSeal(int Revision, string Hash, DateTimeOffset SignedOffAt);

/// <summary>One event as it is exported.</summary>
/// <param name="Entity">To whose response it happened; absent where it happened to the State's assessment.</param>
/// <param name="Happened">The event's name in camel case.</param>
/// <param name="Data">The event. Answers to confidential questions are left out of responses.</param>
/// <param name="By">Who caused it and from where.</param>
public sealed record ExportedFact(string? Entity, string Happened, JsonElement Data, Provenance By);

public record ExportAssessmentRequest : AssessmentRequest
{
    /// <summary>A revision that was signed off; left out for what is there now.</summary>
    [QueryParam]
    public int? Revision { get; init; }
}

[Permits(Role.Coordinator)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class ExportAssessmentEndpoint(IStateStore store, QuestionnaireCatalogue questionnaires) : Endpoint<ExportAssessmentRequest, AssessmentExport>
{
    public override void Configure()
    {
        Get("states/{state}/assessments/{cycle}/export");
        Summary(s =>
        {
            s.Summary = "Export an assessment with its whole history";
            s.Description = "Anyone who holds the export can verify its seal: it is SHA-256 over the content in canonical JSON. Single entities' answers to confidential questions are in no export.";
            s.Responses[409] = "Entities are answering blind; export when the round is closed (`round-open`).";
        });
    }

    public override async Task HandleAsync(ExportAssessmentRequest request, CancellationToken ct)
    {
        await using var session = store.QuerySession(Tenants.Of(request.State));
        var outcome = await ToBeExported.FindAsync(session, questionnaires, request, ct);
        if (outcome.Refusal is { } refusal)
        {
            await refusal.WriteAsync(HttpContext);
            return;
        }

        var found = outcome.Value!;
        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendHashedAsync(HttpContext, new AssessmentExport
        {
            Format = AssessmentExport.TheFormat,
            Content = CanonicalJson.Canonical(found.Content),
            Seal = found.Seal,
            History = found.History,
        }, ct);
    }
}

/// <summary>What an export holds, in whatever form it is sent.</summary>
/// <param name="Content">What is sealed, or would be.</param>
/// <param name="Seal">The seal; null where it is not signed off.</param>
/// <param name="History">Everything that happened, in order.</param>
internal sealed record ToBeExported(SealedContent Content, ExportedSeal? Seal, IReadOnlyList<ExportedFact> History)
{
    public static async Task<Outcome<ToBeExported>> FindAsync(IQuerySession session, QuestionnaireCatalogue questionnaires, ExportAssessmentRequest request, CancellationToken cancellationToken)
    {
        if (await AssessmentRecord.FindAsync(session, request.Cycle, cancellationToken) is not { } record)
        {
            return Refusal.NotFound;
        }

        if (record.Facts.Any(f => f.Blind))
        {
            return Refusal.Conflict("round-open", "Entities are answering, and nobody sees what until the round closes. Export then.");
        }

        var published = await questionnaires.PublishedAsync(record.Assessment.Questionnaire, cancellationToken);
        return record.ContentAt(published, request.State, request.Revision) is not var (content, signedOff) ? Refusal.NotFound
            : Outcome<ToBeExported>.Of(new ToBeExported(content, signedOff is null ? null : new ExportedSeal(signedOff.Revision, signedOff.Seal, signedOff.At),
                [.. record.Facts.Select(f => Facts.Export(published.Questionnaire, f.Fact))]));
    }
}

/// <summary>Facts as they leave an instance and come into another.</summary>
internal static class Facts
{
    private static readonly Dictionary<string, Type> OfAssessment = Names(typeof(AssessmentEvent));
    private static readonly Dictionary<string, Type> OfResponse = Names(typeof(ResponseEvent));

    public static ExportedFact Export(Questionnaire questionnaire, Fact fact)
    {
        object told = fact.Happened switch
        {
            ResponseEvent.AnswersSaved e => e with { Answers = Open(e.Answers) },
            ResponseEvent.Prefilled e => e with { Answers = Open(e.Answers) },
            var e => e,
        };
        return new ExportedFact(fact.Entity, HistoryEntries.NameOf(told), JsonSerializer.SerializeToElement(told, told.GetType(), Json.Http), fact.By);

        Dictionary<string, T> Open<T>(IReadOnlyDictionary<string, T> answers) =>
            answers.Where(a => !questionnaire.IsConfidential(a.Key)).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Reads an exported event; null where it is none of ours.</summary>
    public static Fact? Import(ExportedFact exported)
    {
        try
        {
            return (exported.Entity is null ? OfAssessment : OfResponse).TryGetValue(exported.Happened, out var type)
                && exported.Data.Deserialize(type, Json.Http) is { } happened ? new Fact(exported.Entity, happened, exported.By) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Dictionary<string, Type> Names(Type events) =>
        events.GetNestedTypes().ToDictionary(t => JsonNamingPolicy.CamelCase.ConvertName(t.Name), StringComparer.Ordinal);
}
