using Microsoft.AspNetCore.Antiforgery;
using SelfAssess.Dashboard.Answering;
using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;

namespace SelfAssess.Dashboard.Respondent;

/// <summary>What the script gets when it has saved.</summary>
/// <param name="SavedAt">When the response last changed.</param>
/// <param name="Bases">By question on which form and api agree: its fingerprint.</param>
/// <param name="Errors">By question: what is wrong with its answer, which is not saved.</param>
/// <param name="Conflicts">Questions that somebody else answered differently in the meantime.</param>
/// <param name="Answered">Questions of the section that are answered.</param>
/// <param name="Applicable">Questions that it has.</param>
/// <param name="Progress">The same in words.</param>
/// <param name="Refused">Why nothing is taken any more; null where it is.</param>
/// <param name="Reload">True where the answers change which questions there are.</param>
internal sealed record AutosaveReply(
    DateTimeOffset SavedAt,
    IReadOnlyDictionary<string, string> Bases,
    IReadOnlyDictionary<string, string> Errors,
    IEnumerable<string> Conflicts,
    int Answered,
    int Applicable,
    string Progress,
    string? Refused,
    bool Reload);

/// <summary>Saves while somebody is answering: the same form, posted by the script.</summary>
internal static class Autosave
{
    private static readonly Words T = Words.Of("Respondent");

    public static void MapAutosave(this IEndpointRouteBuilder routes) => routes.MapPost("/respond/{state}/{cycle}/{entity}/{section}/autosave",
        async (HttpContext context, ResponseWork work, string state, string cycle, string entity, string section) =>
        {
            var at = new ResponseAddress(state, cycle, entity);
            try
            {
                return Results.Json(await SaveAsync(work, at, section, await context.Request.ReadFormAsync(context.RequestAborted)));
            }
            catch (ApiException e) when (e.StatusCode is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status404NotFound)
            {
                // To a script with a status, not with a page.
                return Results.StatusCode(e.StatusCode);
            }
        }).WithMetadata(new PageMetadata(), new RequireAntiforgeryTokenAttribute(), new ScriptMetadata()).AllowAnonymous().ExcludeFromDescription();

    private static async Task<AutosaveReply> SaveAsync(ResponseWork work, ResponseAddress at, string id, IFormCollection form)
    {
        var before = SectionOf(await work.FormAsync(at), id) ?? throw Missing.Page();
        var outcome = await work.SaveAsync(at, form, before);
        var (response, _) = await work.ReadAsync(at);
        var after = outcome.Saved == 0 ? before : SectionOf(await work.FormAsync(at), id);
        return new AutosaveReply(
            response.ChangedAt,
            Bases(form, before, outcome.Kept),
            outcome.Errors,
            outcome.Conflicts,
            after?.Answered ?? 0,
            after?.Applicable ?? 0,
            T.Count("progress", after?.Applicable ?? 0, after?.Answered ?? 0),
            outcome.Refused.Any ? outcome.Refused.All[0].Message : null,
            after is null || !after.Questions.Select(q => q.Id).SequenceEqual(before.Questions.Select(q => q.Id), StringComparer.Ordinal));
    }

    /// <summary>Where form and api agree. What somebody else changed keeps its old fingerprint, or else the form's older answer would pass for a change of it.</summary>
    private static Dictionary<string, string> Bases(IFormCollection form, FormSection section, KeptAnswers kept) => section.Questions
        .Select(q => (q.Id, Now: AnswerForm.FingerprintOf(kept.Answers.GetValueOrDefault(q.Id)), Mine: AnswerForm.FingerprintOf(AnswerForm.Read(form, q))))
        .Where(q => q.Now == q.Mine).ToDictionary(q => q.Id, q => q.Now, StringComparer.Ordinal);

    private static FormSection? SectionOf(QuestionnaireForm form, string id) => form.Sections.FirstOrDefault(s => s.Id == id);
}
