using Microsoft.AspNetCore.DataProtection;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Questionnaires.Files;
using SelfAssess.Api.Workbooks;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Tests.Workbooks;

/// <summary>Workbooks as they are handed out and taken back, without a server.</summary>
internal static class Handed
{
    public static readonly WorkbookAddress Address = new("XAA", "2026", "customs");
    public static readonly WorkbookSeals Seals = new(new EphemeralDataProtectionProvider());

    public static IReadOnlyList<string> Languages => ConferenceLanguages.All;

    public static Questionnaire Small { get; } = QuestionnaireFolder.ReadAll(Path.Combine(AppContext.BaseDirectory, "questionnaires")).Single(q => q.Folder.StartsWith("small-", StringComparison.Ordinal)).Questionnaire!;

    /// <summary>A response of an entity that is asked everything.</summary>
    public static EntityResponse Response(Questionnaire questionnaire, IReadOnlyDictionary<string, Answer?>? answers = null)
    {
        var entity = new RoundEntity(Address.Entity, "Customs & border = @office", null, [.. questionnaire.Definition.AllQuestions().Select(q => q.Id)]);
        var opened = EntityResponse.Fold(null, new ResponseEvent.Opened(Address.Cycle, questionnaire.Reference, new Profile([]), entity, default), Guid.NewGuid());
        return answers is null ? opened : EntityResponse.Fold(opened, new ResponseEvent.AnswersSaved(answers, default));
    }

    public static byte[] Out(Questionnaire questionnaire, EntityResponse response, string language = "en", long version = 2)
    {
        var (open, told, _) = ResponseWorkbook.Plan(new WorkbookSource(Address.State, "Demo State", response, version), questionnaire, language);
        return ResponseWorkbook.Write(open, Seals.Seal(told));
    }

    /// <summary>What comes of a workbook whose response was not changed in the meantime.</summary>
    public static (ReturnedWorkbook? Returned, Refusal? Refusal) Back(byte[] file, Questionnaire questionnaire, EntityResponse response, WorkbookAddress? address = null, long version = 2)
    {
        var (workbook, read, refusal) = WorkbookReading.Open(file, address ?? Address, Seals);
        return refusal is not null ? (null, refusal) : WorkbookReading.Read(workbook!, read!, questionnaire, response, version, response);
    }

    /// <summary>What a workbook changes, all of whose cells have to be readable.</summary>
    public static IReadOnlyDictionary<string, Answer?> Changed(byte[] file, Questionnaire questionnaire, EntityResponse response)
    {
        var (returned, refusal) = Back(file, questionnaire, response);
        Assert.Null(refusal?.Errors is { } errors ? string.Join('\n', errors) : refusal?.Detail);
        return returned!.Edits.ToDictionary(e => e.Question, e => e.Answer, StringComparer.Ordinal);
    }

    /// <summary>Why cells of a workbook are not taken: where and what.</summary>
    public static IReadOnlyList<(string Where, string Code)> Problems(byte[] file, Questionnaire questionnaire, EntityResponse response, WorkbookAddress? address = null)
    {
        var (returned, refusal) = Back(file, questionnaire, response, address);
        Assert.Null(returned);
        return [.. refusal!.Errors!.Select(e => (e.Name, e.Code!))];
    }

    /// <summary>An answer of every kind that the questionnaire asks, with texts that programs like to change.</summary>
    public static IReadOnlyDictionary<string, Answer?> Everything(Questionnaire questionnaire)
    {
        string[] odd = ["=1+1", "+44 20", "-5", "@SUM(A1)", "'quoted", "two\nlines", "_x0041_ and _x000D_", "a\tb", "عربي, 中文, русский", "<b>&amp;", "\U0001F600", "1/2", "007", "TRUE", "control \u0001 sign", "1 – x"];
        var at = 0;
        return questionnaire.Definition.AllQuestions().ToDictionary(q => q.Id, Answer? (q) =>
        {
            var number = at++;
            var state = q.States.Count > 0 && number % 3 == 0 ? q.States[0] : number % 7 == 6 ? AnswerState.DontKnow : (AnswerState?)null;
            return new Answer
            {
                State = state,
                Value = state is not null ? null : ValueOf(questionnaire, q, odd[number % odd.Length], number),
                Reason = state == AnswerState.NotApplicable ? odd[(number + 3) % odd.Length] : null,
                Comment = number % 2 == 0 ? odd[number / 2 % odd.Length] : null,
                Evidence = q.Evidence && number % 2 == 1 ? [odd[number % odd.Length].ReplaceLineEndings(" "), "Law 12/2020, article 3", "https://example.org/a?b=c"] : [],
            };
        }, StringComparer.Ordinal);
    }

    private static AnswerValue ValueOf(Questionnaire questionnaire, QuestionDefinition question, string text, int number)
    {
        var ids = questionnaire.OptionsOf(question.Id);
        return question.Kind switch
        {
            QuestionKind.Level or QuestionKind.Single => new AnswerValue.Choice(ids[number % ids.Count]),
            QuestionKind.Multiple => new AnswerValue.Choices([ids[0], ids[1]]),
            QuestionKind.Number => new AnswerValue.Number(12.125m),
            QuestionKind.Date => new AnswerValue.Date(new DateOnly(2025, 2, 28)),
            QuestionKind.Text => new AnswerValue.Text(text),
            _ => new AnswerValue.Matrix(question.Dimensions.ToDictionary(d => d.Id, AnswerValue (d) => d switch
            {
                { Multiple: true } => new AnswerValue.Choices([d.Options[^1].Id, d.Options[^2].Id]),
                { Options.Count: > 0 } => new AnswerValue.Choice(d.Options[number % d.Options.Count].Id),
                _ => new AnswerValue.Text(text),
            }, StringComparer.Ordinal)),
        };
    }
}
