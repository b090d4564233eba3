using SelfAssess.Dashboard.Answering;
using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;

namespace SelfAssess.Dashboard.Coordinator;

/// <summary>What is recorded of one question, told apart from what another coordinator records of it.</summary>
internal static class Reconciliation
{
    private const int Attempts = 5;

    /// <summary>Whether the State's answer is still to be recorded, or recorded again.</summary>
    public static bool IsOpen(QuestionReconciliation question) => question.Recorded is null || question.ChangedSince;

    /// <summary>The questions in the order of the form, with where each stands; what the State's answers hide is left out.</summary>
    public static IReadOnlyList<(FormSection Section, FormQuestion Question, QuestionReconciliation State)> InOrder(QuestionnaireForm form, ReconciliationView view)
    {
        var states = view.Questions.ToDictionary(q => q.Question, StringComparer.Ordinal);
        return [.. form.Sections.SelectMany(s => s.Questions.Where(q => states.ContainsKey(q.Id)).Select(q => (s, q, states[q.Id])))];
    }

    /// <summary>The form of the State's own answers, in the reader's language.</summary>
    public static async Task<QuestionnaireForm> FormAsync(ApiClient api, AssessmentAddress at) => (await api.GetFormAsync(at.State, at.Cycle, Languages.Current)).Result;

    public static string FingerprintOf(QuestionReconciliation question) =>
        question.RecordedAt is null ? "none" : $"{AnswerForm.FingerprintOf(question.Recorded)}-{question.RecordedAt.Value.UtcTicks}";

    /// <summary>
    /// Records an answer unless somebody else recorded one in the meantime. What was recorded of other questions at the same moment is no conflict.
    /// </summary>
    /// <returns>What somebody else recorded; null where this answer is recorded now.</returns>
    public static async Task<QuestionReconciliation?> RecordAsync(ApiClient api, AssessmentAddress at, string question, string seen, ReconciledBody body)
    {
        for (var attempt = 1; ; attempt++)
        {
            var reply = await api.GetReconciliationAsync(at.State, at.Cycle);
            var now = reply.Result.Questions.First(q => q.Question == question);
            if (FingerprintOf(now) != seen)
            {
                return now;
            }

            try
            {
                await api.ReconcileAsync(at.State, at.Cycle, reply.Headers["ETag"].First(), new ReconcileBody { Answers = new Dictionary<string, ReconciledBody>(StringComparer.Ordinal) { [question] = body } });
                return null;
            }
            catch (ApiException e) when (e.StatusCode == StatusCodes.Status412PreconditionFailed && attempt < Attempts)
            {
                // Somebody recorded something at the same moment: looked at again.
            }
        }
    }
}
