using SelfAssess.Dashboard.Answering;
using SelfAssess.Dashboard.Api;

namespace SelfAssess.Dashboard.Respondent;

/// <summary>A workbook on its way through two forms: chosen in the first, and sent along by the second, so that nothing is kept in between.</summary>
internal static class WorkbookFile
{
    /// <summary>Largest file in bytes, as the api has it.</summary>
    public const int Largest = 2 * 1024 * 1024;

    public static async Task<byte[]> ReadAsync(IFormFile file, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream((int)file.Length);
        await file.CopyToAsync(content, cancellationToken);
        return content.ToArray();
    }

    public static string Pack(byte[] workbook) => Convert.ToBase64String(workbook);

    /// <summary>The workbook that a form brings; null where it brings none.</summary>
    public static byte[]? Unpack(string? packed)
    {
        var bytes = new byte[packed?.Length ?? 0];
        return packed is { Length: > 0 } && Convert.TryFromBase64String(packed, bytes, out var length) ? bytes[..length] : null;
    }

    /// <summary>Which answer stays, by question.</summary>
    public static Dictionary<string, WorkbookChoice> Choices(IFormCollection form)
    {
        var choices = new Dictionary<string, WorkbookChoice>(StringComparer.Ordinal);
        foreach (var (name, value) in form)
        {
            if (name.StartsWith(AnswerForm.ChoicePrefix, StringComparison.Ordinal) && ChoiceOf(value.ToString()) is { } choice)
            {
                choices[name[AnswerForm.ChoicePrefix.Length..]] = choice;
            }
        }

        return choices;
    }

    /// <summary>Where a problem with a choice is shown; what concerns cells belongs to the whole.</summary>
    public static string? FieldOf(string name) => name.StartsWith("choices.", StringComparison.Ordinal) ? AnswerForm.Id(name["choices.".Length..]) : null;

    private static WorkbookChoice? ChoiceOf(string value) => value switch
    {
        "workbook" => WorkbookChoice.Workbook,
        "online" => WorkbookChoice.Online,
        "both" => WorkbookChoice.Both,
        _ => null,
    };
}
