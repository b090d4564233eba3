using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;

namespace SelfAssess.Dashboard.Answering;

/// <summary>Answers as the api has them.</summary>
/// <param name="Answers">By question.</param>
/// <param name="Earlier">Answers of an earlier cycle, by question; they count only once they are saved again.</param>
/// <param name="ETag">What a change names as If-Match.</param>
public sealed record KeptAnswers(IReadOnlyDictionary<string, AnswerBody> Answers, IReadOnlyDictionary<string, AnswerBody> Earlier, string ETag);

/// <summary>What saving a form came to.</summary>
/// <param name="Kept">The answers as they are now.</param>
/// <param name="Saved">How many answers were saved.</param>
/// <param name="Errors">What is wrong with the answer to a question, and is not saved.</param>
/// <param name="Conflicts">Questions that somebody else answered in the meantime, differently; not saved.</param>
/// <param name="Refused">Why nothing is taken any more; none where it is.</param>
public sealed record SavedForm(KeptAnswers Kept, int Saved, IReadOnlyDictionary<string, string> Errors, IReadOnlySet<string> Conflicts, FormErrors Refused)
{
    public bool Complete => Errors.Count == 0 && Conflicts.Count == 0 && !Refused.Any;
}

/// <summary>
/// Saves a form of answers question by question: what is valid and was changed by nobody else is saved, the rest is told. So an autosave loses nothing, and
/// two people who answer for the same entity overwrite each other only where they choose to.
/// </summary>
/// <param name="read">Reads the answers as they are.</param>
/// <param name="save">Saves a batch under the ETag that was read.</param>
internal sealed class AnswerSaving(Func<Task<KeptAnswers>> read, Func<Dictionary<string, AnswerBody>, string, Task> save)
{
    private const int Attempts = 5;
    private static readonly Words words = Words.Of("Answering");

    public async Task<SavedForm> SaveAsync(IFormCollection form, IReadOnlyList<FormQuestion> questions)
    {
        for (var attempt = 1; ; attempt++)
        {
            var kept = await read();
            var (changes, conflicts) = Compare(form, questions, kept);
            var errors = new Dictionary<string, string>(StringComparer.Ordinal);
            try
            {
                var saved = await SaveValidAsync(changes, kept.ETag, errors);
                return new SavedForm(saved == 0 ? kept : await read(), saved, errors, conflicts, FormErrors.None);
            }
            catch (ApiException e) when (e.StatusCode == StatusCodes.Status412PreconditionFailed && attempt < Attempts)
            {
                // Somebody saved something at the same moment: looked at again, question by question.
            }
            catch (ApiException e) when (e.StatusCode is StatusCodes.Status409Conflict or StatusCodes.Status412PreconditionFailed)
            {
                return new SavedForm(kept, 0, errors, conflicts, FormErrors.Of(e, words: words));
            }
        }
    }

    private static (Dictionary<string, AnswerBody> Changes, HashSet<string> Conflicts) Compare(IFormCollection form, IReadOnlyList<FormQuestion> questions, KeptAnswers kept)
    {
        var (changes, conflicts) = (new Dictionary<string, AnswerBody>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var question in questions.Where(q => form.ContainsKey(AnswerForm.Base(q.Id))))
        {
            var now = kept.Answers.GetValueOrDefault(question.Id);
            var mine = MineOf(form, question, now, kept);
            var (before, current, own) = (form[AnswerForm.Base(question.Id)].ToString(), AnswerForm.FingerprintOf(now), AnswerForm.FingerprintOf(mine));
            if (own == before || own == current || form[AnswerForm.Choice(question.Id)] == "theirs")
            {
                continue;
            }

            if (before != current)
            {
                conflicts.Add(question.Id);
            }
            else
            {
                // Null clears an answer.
                changes[question.Id] = mine!;
            }
        }

        return (changes, conflicts);
    }

    private static AnswerBody? MineOf(IFormCollection form, FormQuestion question, AnswerBody? now, KeptAnswers kept)
    {
        if (form["clear"].Contains(question.Id))
        {
            return null;
        }

        var keeps = form["keep"].Contains(question.Id) || (form["keep"].Contains("*") && now is null);
        return keeps && kept.Earlier.TryGetValue(question.Id, out var earlier) ? earlier : AnswerForm.Read(form, question);
    }

    /// <summary>Saves what is valid of a batch; what is not goes to the errors.</summary>
    private async Task<int> SaveValidAsync(Dictionary<string, AnswerBody> changes, string etag, Dictionary<string, string> errors)
    {
        while (changes.Count > 0)
        {
            try
            {
                await save(changes, etag);
                return changes.Count;
            }
            catch (ApiException e) when (e.StatusCode == StatusCodes.Status400BadRequest)
            {
                // The api saves all of a batch or none of it, and names every answer that is wrong: without those it is sent again.
                foreach (var error in FormErrors.Of(e, name => QuestionOf(name, changes.Keys), words).All)
                {
                    if (error.Field is null)
                    {
                        throw;
                    }

                    errors.TryAdd(error.Field, error.Message);
                    changes.Remove(error.Field);
                }
            }
        }

        return 0;
    }

    /// <summary>The question of a path as the api names it: <c>answers.1.1.reason</c>.</summary>
    private static string? QuestionOf(string name, IEnumerable<string> questions) =>
        questions.Where(q => name == $"answers.{q}" || name.StartsWith($"answers.{q}.", StringComparison.Ordinal)).MaxBy(q => q.Length);
}
