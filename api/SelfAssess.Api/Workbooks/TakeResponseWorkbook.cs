using FastEndpoints;
using Marten;
using SelfAssess.Api.Assessments;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Rounds;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using ResponseDecision = SelfAssess.Api.Platform.Persistence.Decision<SelfAssess.Domain.Assessments.ResponseEvent>;

namespace SelfAssess.Api.Workbooks;

/// <summary>What taking a workbook in would change.</summary>
/// <param name="Version">The response's version now; as an ETag it is what taking the workbook in takes as If-Match.</param>
/// <param name="HandedOutAt">The version from which the workbook's changes are told.</param>
/// <param name="Language">The language of the workbook.</param>
/// <param name="Changes">Each question that would change, in the order of the questionnaire; none where the workbook says nothing new.</param>
public sealed record WorkbookCheck(long Version, long HandedOutAt, string Language, IReadOnlyList<WorkbookChange> Changes);

/// <summary>A question that is answered otherwise in the workbook.</summary>
/// <param name="Question">The question as it is asked.</param>
/// <param name="Section">The title of its section.</param>
/// <param name="Cell">Sheet and cell of the first change.</param>
/// <param name="Conflict">Whether it was changed online too since the workbook was handed out: then a choice is needed.</param>
/// <param name="Before">The answer when the workbook was handed out; absent where there was none.</param>
/// <param name="Online">The answer online now; absent where there is none.</param>
/// <param name="Workbook">The answer in the workbook; absent where it was cleared.</param>
/// <param name="Both">Both joined: options and evidence of both, comments one below the other; absent where that is not possible.</param>
public sealed record WorkbookChange(
    FormQuestion Question, string Section, string Cell, bool Conflict, AnswerBody? Before, AnswerBody? Online, AnswerBody? Workbook, AnswerBody? Both);

public sealed record CheckResponseWorkbookRequest : ResponseRequest
{
    /// <summary>The language of the questions in the answer: ar, en, es, fr, ru or zh.</summary>
    [QueryParam]
    public string Lang { get; init; } = "en";

    [FromBody]
    public CheckWorkbookBody Body { get; init; } = null!;
}

/// <summary>A workbook to be looked at.</summary>
public sealed record CheckWorkbookBody
{
    /// <summary>The file, up to 2 MiB.</summary>
    public required byte[] Workbook { get; init; }
}

internal sealed class CheckResponseWorkbookValidator : Validator<CheckResponseWorkbookRequest>
{
    public CheckResponseWorkbookValidator() => RuleFor(r => r.Lang).IsALanguage();
}

[Permits(Role.Respondent)]
[AnswersHeader("Cache-Control", "no-store")]
internal sealed class CheckResponseWorkbookEndpoint(IStateStore store, QuestionnaireCatalogue questionnaires, WorkbookSeals seals) : Endpoint<CheckResponseWorkbookRequest, WorkbookCheck>
{
    public override void Configure()
    {
        Post("states/{state}/assessments/{cycle}/responses/{entity}/workbook/check");
        Summary(s =>
        {
            s.Summary = "See what taking a workbook in would change";
            s.Description = "Nothing is changed. What was answered in the workbook is set beside what was answered online since it was handed out; what both changed, and otherwise, is a conflict.";
            s.Responses[200] = "What would change, and where a choice is needed.";
            s.Responses[400] = "The workbook is damaged, not from here, or of another State, round, entity or version; or cells cannot be taken: `errors` names the sheet and cell of each.";
            s.Responses[409] = "The response is confirmed (`response-confirmed`), or the round is closed (`round-closed`).";
        });
    }

    public override async Task HandleAsync(CheckResponseWorkbookRequest request, CancellationToken ct)
    {
        await using var session = store.LightweightSession(Tenants.Of(request.State));
        var stream = await session.Events.FetchForWriting<EntityResponse>(RoundsSetup.StreamOf(request.Cycle, request.Entity), ct);
        if (stream.Aggregate is not { } response)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        var questionnaire = await questionnaires.GetAsync(response.Questionnaire, ct);
        var version = stream.CurrentVersion ?? 0;
        var (returned, refusal) = ResponseWriting.RefuseUnlessOpen(response) is { } closed ? (null, closed)
            : await WorkbookTaking.ReadAsync(session, questionnaire, response, version, request, request.Body.Workbook, seals, ct);
        if (refusal is not null)
        {
            await refusal.WriteAsync(HttpContext);
            return;
        }

        var asked = ResponseWorkbook.FormOf(response, questionnaire, request.Lang).Sections.SelectMany(s => s.Questions.Select(q => (Question: q, s.Title))).ToDictionary(q => q.Question.Id, StringComparer.Ordinal);
        HttpContext.Response.Headers.CacheControl = "no-store";
        await Conditional.SendPlainAsync(HttpContext, new WorkbookCheck(version, returned!.Version, returned.Language,
        [
            .. WorkbookMerge.Of(questionnaire, returned, response).Select(m => new WorkbookChange(asked[m.Edit.Question].Question, asked[m.Edit.Question].Title, m.Edit.Where, m.IsConflict,
                Body(m.Edit.Before), Body(m.Online), Body(m.Edit.Answer), Body(m.Both))),
        ]), ct);

        static AnswerBody? Body(Answer? answer) => answer is null ? null : AnswerBody.Of(answer);
    }
}

public sealed record TakeResponseWorkbookRequest : ResponseChangeRequest
{
    [FromBody]
    public TakeWorkbookBody Body { get; init; } = null!;
}

/// <summary>A workbook to be taken in.</summary>
public sealed record TakeWorkbookBody
{
    /// <summary>The file, up to 2 MiB.</summary>
    public required byte[] Workbook { get; init; }

    /// <summary>By question where both sides changed it: which answer stays. Each conflict needs one.</summary>
    public IReadOnlyDictionary<string, WorkbookChoice>? Choices { get; init; }
}

[Permits(Role.Respondent)]
internal sealed class TakeResponseWorkbookEndpoint(IStateStore store, QuestionnaireCatalogue questionnaires, WorkbookSeals seals, TimeProvider clock)
    : Endpoint<TakeResponseWorkbookRequest, ResponseReceipt>
{
    public override void Configure()
    {
        Post("states/{state}/assessments/{cycle}/responses/{entity}/workbook");
        Summary(s =>
        {
            s.Summary = "Take a workbook's answers in";
            s.Description = "All of them or none, as if they had been saved in a batch. Only what was changed in the workbook since it was handed out is taken; what was answered online in the meantime stays unless a choice says otherwise.";
            s.Responses[200] = "The answers are saved; where the workbook said nothing new, nothing was.";
            s.Responses[400] = "The workbook cannot be taken, as `checkResponseWorkbook` says too, or a choice is not possible (`notPossible`). Nothing was changed.";
            s.Responses[409] = "Conflicts are left without a choice (`workbook-conflicts`), the response is confirmed (`response-confirmed`), or the round is closed (`round-closed`).";
        });
    }

    public override Task HandleAsync(TakeResponseWorkbookRequest request, CancellationToken ct) =>
        ResponseWriting.RunAsync(HttpContext, store, clock, request, request.Body, async response =>
        {
            if (ResponseWriting.RefuseUnlessOpen(response) is { } closed)
            {
                return closed;
            }

            // The version that is changed: whoever sent it as If-Match was let through.
            var (version, _) = Conditional.ExpectedVersion(request.IfMatch);
            var questionnaire = await questionnaires.GetAsync(response.Questionnaire, ct);
            await using var session = store.QuerySession(Tenants.Of(request.State));
            var (returned, refusal) = await WorkbookTaking.ReadAsync(session, questionnaire, response, version, request, request.Body.Workbook, seals, ct);
            return refusal ?? WorkbookTaking.Decide(questionnaire, response, returned!, request.Body.Choices, clock.GetUtcNow());
        });
}

/// <summary>What looking at a workbook and taking it in have in common.</summary>
internal static class WorkbookTaking
{
    /// <summary>The workbook as it came back; or why it is not taken.</summary>
    public static async Task<(ReturnedWorkbook? Returned, Refusal? Refusal)> ReadAsync(
        IQuerySession session, Questionnaire questionnaire, EntityResponse response, long version, ResponseRequest address, byte[] file, WorkbookSeals seals, CancellationToken cancellationToken)
    {
        var (workbook, read, refusal) = WorkbookReading.Open(file, new WorkbookAddress(address.State, address.Cycle, address.Entity), seals);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        var before = await session.Events.FetchStreamAsync(response.Id, workbook!.Version, token: cancellationToken);
        return WorkbookReading.Read(workbook, read!, questionnaire, response, version,
            before.Select(e => e.Data).OfType<ResponseEvent>().Aggregate((EntityResponse?)null, (state, happened) => EntityResponse.Fold(state, happened, response.Id)));
    }

    public static ResponseDecision Decide(
        Questionnaire questionnaire, EntityResponse response, ReturnedWorkbook returned, IReadOnlyDictionary<string, WorkbookChoice>? choices, DateTimeOffset now)
    {
        var merged = WorkbookMerge.Of(questionnaire, returned, response);
        WorkbookChoice? ChoiceOf(MergedAnswer answer) => choices is not null && choices.TryGetValue(answer.Edit.Question, out var choice) ? choice : null;
        if (merged.Where(m => m.IsConflict && ChoiceOf(m) is null).Select(m => new FieldProblem(m.Edit.Where, "The question was answered online too. Choose which answer stays.", "conflict")).ToArray() is { Length: > 0 } open)
        {
            return Refusal.Conflict("workbook-conflicts", "Some questions were answered online too since the workbook was handed out; nothing was changed. Choose for each which answer stays.") with { Errors = open };
        }

        if (merged.Where(m => m is { IsConflict: true, Both: null } && ChoiceOf(m) == WorkbookChoice.Both).Select(m => new FieldProblem($"choices.{m.Edit.Question}", "The two answers exclude each other; choose one.", "notPossible"))
            .ToArray() is { Length: > 0 } impossible)
        {
            return Refusal.Invalid("Some choices are not possible; nothing was changed.", impossible);
        }

        var answers = merged.Where(m => !m.IsConflict || ChoiceOf(m) != WorkbookChoice.Online).ToDictionary(
            m => m.Edit.Question, m => m.IsConflict && ChoiceOf(m) == WorkbookChoice.Both ? m.Both : m.Edit.Answer, StringComparer.Ordinal);
        return answers.Count == 0 ? new ResponseDecision([], null)
            : ResponseAnswers.Decide(questionnaire, response, answers.ToDictionary(a => a.Key, a => a.Value is null ? null : AnswerBody.Of(a.Value), StringComparer.Ordinal), now);
    }
}
