using System.Globalization;
using System.Text.Json;
using SelfAssess.Dashboard.Api;

namespace SelfAssess.Dashboard.Platform;

/// <summary>One thing that is wrong with a form.</summary>
/// <param name="Field">The id of the input that it concerns; null where it concerns the whole.</param>
/// <param name="Message">What is wrong and what to do, in the reader's language.</param>
/// <param name="Detail">What the api says, in English, where there are no words of our own for it; else null.</param>
public sealed record FormError(string? Field, string Message, string? Detail = null);

/// <summary>Everything that is wrong with a form, as the api sees it; what is shown above the form and at its fields.</summary>
public sealed class FormErrors
{
    private static readonly Words general = Words.Of("Problems");

    private FormErrors(IReadOnlyList<FormError> all, string? kind = null) => (All, Kind) = (all, kind);

    public static FormErrors None { get; } = new([]);

    public IReadOnlyList<FormError> All { get; }

    /// <summary>The api's name for the problem, as <c>stale-version</c>; null where there is none.</summary>
    public string? Kind { get; }

    public bool Any => All.Count > 0;

    /// <summary>What is wrong with one field; null where nothing is.</summary>
    public FormError? Of(string field) => All.FirstOrDefault(e => e.Field == field);

    /// <summary>A single error that the page found itself.</summary>
    public static FormErrors Single(string? field, string message) => new([new FormError(field, message)]);

    /// <summary>
    /// Carries out a change; what the api finds wrong with it becomes errors of the form. What concerns who one is, or what there is, is left to the page
    /// around (401, 403, 404).
    /// </summary>
    /// <param name="change">The call.</param>
    /// <param name="fieldOf">The input's id for a field as the api names it; the same name unless given. Null where no input is concerned.</param>
    /// <param name="words">Words of the area, asked first: <c>problem.FIELD.CODE</c>, then <c>problem.CODE</c>.</param>
    /// <param name="also">A further status that is the form's to show.</param>
    public static async Task<FormErrors> OfAsync(Func<Task> change, Func<string, string?>? fieldOf = null, Words? words = null, int? also = null)
    {
        try
        {
            await change();
            return None;
        }
        catch (ApiException e) when (e.StatusCode is 400 or 409 or 410 or 412 or 413 or 422 or 428 or 429 || e.StatusCode == also)
        {
            return Of(e, fieldOf, words);
        }
    }

    /// <summary>Errors that a page collected itself.</summary>
    public static FormErrors Of(IEnumerable<FormError> errors) => new([.. errors]);

    /// <summary>What the api found wrong, as errors of the form.</summary>
    public static FormErrors Of(ApiException exception, Func<string, string?>? fieldOf = null, Words? words = null)
    {
        fieldOf ??= name => name;
        var problem = ProblemOf(exception);
        var kind = problem?.Type.Split(':')[^1];
        var fields = problem?.Errors is { Count: > 0 } errors && kind is "invalid-request" or "malformed-json" ? problem!.Errors! : [];
        return new(
            fields.Count > 0
                ? [.. fields.Select(f => Say(fieldOf(f.Name), f.Name, f.Code ?? "other", f.Reason, words, exception)).DistinctBy(f => (f.Field, f.Message))]
                : [Say(null, null, kind ?? "other", problem?.Detail, words, exception)],
            kind);
    }

    private static FormError Say(string? field, string? name, string code, string? detail, Words? words, ApiException exception)
    {
        // Of a path into the body its last part says what it is: "answers.1.1.reason".
        var part = name?.Split('.')[^1];
        var known = (words is null ? null : words.Find($"problem.{part}.{code}") ?? words.Find($"problem.{code}")) ?? general.Find($"{part}.{code}") ?? general.Find(code);
        return known is null ? new(field, general["other"], detail) : new(field, string.Format(CultureInfo.CurrentCulture, known, WaitOf(exception)));
    }

    /// <summary>How many minutes the api asks to wait.</summary>
    private static int WaitOf(ApiException exception) =>
        exception.Headers.TryGetValue("Retry-After", out var after) && int.TryParse(after.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? Math.Max(1, (seconds + 59) / 60) : 1;

    /// <summary>The api's problem, whether the description foresees it for that call or not.</summary>
    private static Problem? ProblemOf(ApiException exception) => exception switch
    {
        ApiException<Problem> { Result: { } problem } => problem,
        { Response: { Length: > 0 } text } => Parse(text),
        _ => null,
    };

    private static Problem? Parse(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<Problem>(text, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
