using FastEndpoints;
using Marten;
using SelfAssess.Api.Cycles;
using SelfAssess.Api.Platform;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Rounds;
using SelfAssess.Api.States;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Assessments;

public sealed record ImportAssessmentRequest : StateRequest
{
    [FromBody]
    public AssessmentExport Body { get; init; } = null!;
}

[Permits(Role.Coordinator)]
[AnswersHeader("ETag")]
internal sealed class ImportAssessmentEndpoint(IStateStore states, ICommonStore common, QuestionnaireCatalogue questionnaires, TimeProvider clock)
    : Endpoint<ImportAssessmentRequest, AssessmentReceipt>
{
    public override void Configure()
    {
        Post("states/{state}/assessments/import");
        Summary(s =>
        {
            s.Summary = "Import an exported assessment with its history";
            s.Description = "Everything or nothing. Every seal in the history is computed again and has to be the same. Single entities' answers to confidential questions are in no export, so their range is not known here. What the State consented to elsewhere does not count here.";
            s.Response<AssessmentReceipt>(201, "The assessment is there with its history.");
            s.Responses[400] = "The export is damaged, of another State, or of a cycle or questionnaire that is not here: `errors` says what. Nothing was changed.";
            s.Responses[409] = "The State has an assessment in that cycle already (`assessment-exists`).";
        });
    }

    public override async Task HandleAsync(ImportAssessmentRequest request, CancellationToken ct)
    {
        if (!await Tenants.ExistsAsync(common, request.State, ct))
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        await Writing.RunAsync(HttpContext, states, request.State, request.Body, clock, session => ImportAsync(session, request.State, request.Body, ct),
            StatusCodes.Status201Created, receipt => $"/api/v1/states/{receipt.State}/assessments/{receipt.Cycle}");
    }

    private async Task<Outcome<AssessmentReceipt>> ImportAsync(IDocumentSession session, string state, AssessmentExport export, CancellationToken ct)
    {
        if (export.Format != AssessmentExport.TheFormat)
        {
            return Refusal.Invalid("format", $"Only {AssessmentExport.TheFormat} can be imported.", "unknownFormat");
        }

        var (record, damaged) = Read(export);
        if (damaged is not null)
        {
            return damaged;
        }

        if (await RefuseAsync(session, state, record!, ct) is { } refusal)
        {
            return refusal;
        }

        // Each event keeps who caused it; the session would write the importer over it.
        var imported = session.Events.BuildEvent(new AssessmentEvent.Imported(clock.GetUtcNow()));
        Provenance.Of(HttpContext).WriteTo(imported);
        ((Marten.Internal.Sessions.QuerySession)session).Headers?.Clear();
        var id = AssessmentsSetup.StreamOf(record!.Assessment.CycleId);
        foreach (var stream in record.Facts.GroupBy(f => f.Fact.Entity, StringComparer.Ordinal))
        {
            var events = stream.Select(f =>
            {
                var happened = session.Events.BuildEvent(f.Fact.Happened);
                f.Fact.By.WriteTo(happened);
                return (object)happened;
            });
            if (stream.Key is { } entity)
            {
                session.Events.StartStream<EntityResponse>(RoundsSetup.StreamOf(record.Assessment.CycleId, entity), events);
            }
            else
            {
                session.Events.StartStream<Assessment>(id, events.Append(imported));
            }
        }

        var version = record.Facts.Count(f => f.Fact.Entity is null) + 1;
        return Outcome<AssessmentReceipt>.Of(AssessmentReceipt.Of(state, Assessment.Fold(record.Assessment, (AssessmentEvent)imported.Data, id), version), version);
    }

    /// <summary>The history as it was exported; or why it cannot be read.</summary>
    private static (AssessmentRecord? Record, Refusal? Damaged) Read(AssessmentExport export)
    {
        var facts = new List<Fact>();
        for (var i = 0; i < export.History.Count; i++)
        {
            if (Facts.Import(export.History[i]) is not { } fact)
            {
                return (null, Refusal.Invalid($"history[{i}]", $"An event \"{export.History[i].Happened}\" of this form is not known here; the export is damaged, or of a later version.", "unknownEvent"));
            }

            facts.Add(fact);
        }

        try
        {
            return (AssessmentRecord.Of(facts), null);
        }
        catch (InvalidOperationException e)
        {
            return (null, Refusal.Invalid("history", $"The events do not follow each other: {e.Message}", "broken"));
        }
    }

    private async Task<Refusal?> RefuseAsync(IDocumentSession session, string state, AssessmentRecord record, CancellationToken ct)
    {
        var assessment = record.Assessment;
        await using var query = common.QuerySession();
        if (await questionnaires.FindAsync(assessment.Questionnaire, ct) is not { } published)
        {
            return Refusal.Invalid("history", $"Questionnaire {assessment.Questionnaire} is not published here; publish it first.", "unknownQuestionnaire");
        }

        if (await query.LoadAsync<Cycle>(assessment.CycleId, ct) is not { } cycle || cycle.Questionnaire != assessment.Questionnaire)
        {
            return Refusal.Invalid("history", $"There is no cycle {assessment.CycleId} with questionnaire {assessment.Questionnaire} here; have it planned first.", "unknownCycle");
        }

        if (await session.CheckExistsAsync<Assessment>(AssessmentsSetup.StreamOf(assessment.CycleId), ct))
        {
            return Refusal.Conflict("assessment-exists", $"The State has an assessment in cycle {assessment.CycleId} already.");
        }

        foreach (var seal in record.Facts.Select(f => f.Fact.Happened).OfType<AssessmentEvent.SignedOff>())
        {
            if (record.ContentAt(published, state, seal.Revision) is not var (content, _) || CanonicalJson.Hash(content) != seal.Seal)
            {
                return Refusal.Invalid("history", $"What was signed off as revision {seal.Revision} does not have its seal: the export was changed, is of another State, or its questionnaire differs from the one published here.", "sealBroken");
            }
        }

        return Problems(published.Questionnaire, record) is { Count: > 0 } problems ? Refusal.Invalid("The export holds answers that its questionnaire does not take.", problems) : null;
    }

    /// <summary>What no instance would have taken.</summary>
    private static List<FieldProblem> Problems(Questionnaire questionnaire, AssessmentRecord record)
    {
        var given = record.Facts.SelectMany((f, i) => (f.Fact.Happened switch
        {
            AssessmentEvent.AnswersSaved e => e.Answers,
            AssessmentEvent.Reconciled e => e.Answers.ToDictionary(a => a.Key, a => (Answer?)a.Value.Answer, StringComparer.Ordinal),
            ResponseEvent.AnswersSaved e => e.Answers,
            ResponseEvent.Prefilled e => e.Answers.ToDictionary(a => a.Key, a => (Answer?)a.Value, StringComparer.Ordinal),
            _ => new Dictionary<string, Answer?>(StringComparer.Ordinal),
        }).Select(a => (Position: i, Question: a.Key, Answer: a.Value)));
        return
        [
            .. given.Where(g => g.Answer is not null)
                .SelectMany(g => questionnaire.Check(g.Question, g.Answer!).Select(p => new FieldProblem($"history[{g.Position}].answers.{g.Question}", p.Message, p.Code))),
        ];
    }
}
