using SelfAssess.Api.Questionnaires;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Assessments;

/// <summary>What a sign-off seals: everything on which the State's result rests.</summary>
/// <param name="State">The State's code.</param>
/// <param name="Cycle">The cycle.</param>
/// <param name="Revision">Which revision this is; the first is 1.</param>
/// <param name="Questionnaire">The version that it is pinned to.</param>
/// <param name="QuestionnaireHash">SHA-256 over the canonical form of the published questionnaire, lower-case hexadecimal.</param>
/// <param name="Profile">The context profile.</param>
/// <param name="Answers">The State's answers by question.</param>
/// <param name="Reconciliations">By question: why the answer is the State's, and what dissent is kept.</param>
/// <param name="Responses">What each entity answered; empty where the State answered directly.</param>
public sealed record SealedContent(
    string State,
    string Cycle,
    int Revision,
    QuestionnaireReference Questionnaire,
    string QuestionnaireHash,
    Profile Profile,
    IReadOnlyDictionary<string, AnswerBody> Answers,
    IReadOnlyDictionary<string, Reconciliation> Reconciliations,
    IReadOnlyList<SealedResponse> Responses)
{
    internal static SealedContent Of(
        QuestionnaireCatalogue.PublishedAndCompiled published, string state, Assessment assessment, IReadOnlyList<EntityResponse> responses) => new(
        state,
        assessment.CycleId,
        assessment.Revision,
        assessment.Questionnaire,
        published.Hash,
        assessment.Profile,
        assessment.Answers.ToDictionary(a => a.Key, a => AnswerBody.Of(a.Value), StringComparer.Ordinal),
        assessment.Reconciliations,
        [.. responses.OrderBy(r => r.Entity.Id, StringComparer.Ordinal).Select(r => SealedResponse.Of(published.Questionnaire, r))]);
}

/// <summary>One entity's response as it is sealed and exported.</summary>
/// <param name="Entity">The entity's id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind">Its kind; absent for a kind of the State's own.</param>
/// <param name="Questions">What it was asked.</param>
/// <param name="ConfirmedBy">Who confirmed it; absent where nobody did.</param>
/// <param name="ConfirmedAt">When.</param>
/// <param name="Answers">By question, without the confidential ones.</param>
/// <param name="Withheld">The confidential questions among those that it was asked.</param>
public sealed record SealedResponse(
    string Entity,
    string Name,
    string? Kind,
    IReadOnlyList<string> Questions,
    string? ConfirmedBy,
    DateTimeOffset? ConfirmedAt,
    IReadOnlyDictionary<string, AnswerBody> Answers,
    IReadOnlyList<string> Withheld)
{
    internal static SealedResponse Of(Questionnaire questionnaire, EntityResponse response) => new(
        response.Entity.Id,
        response.Entity.Name,
        response.Entity.Kind,
        response.Entity.Questions,
        response.ConfirmedBy,
        response.ConfirmedAt,
        response.CountedAnswers.Where(a => !questionnaire.IsConfidential(a.Key)).ToDictionary(a => a.Key, a => AnswerBody.Of(a.Value), StringComparer.Ordinal),
        [.. response.Entity.Questions.Where(questionnaire.IsConfidential)]);
}
