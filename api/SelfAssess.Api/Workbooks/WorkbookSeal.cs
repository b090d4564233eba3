using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using SelfAssess.Api.Platform;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Workbooks;

/// <summary>What a workbook was when it was handed out. It goes along in the workbook, where nobody can read or change it.</summary>
/// <param name="Format">The version of this form.</param>
/// <param name="State">The State's code.</param>
/// <param name="Cycle">The cycle.</param>
/// <param name="Entity">The entity.</param>
/// <param name="Questionnaire">The questionnaire's version.</param>
/// <param name="Version">The response's version, from which changes are told.</param>
/// <param name="Language">The language of its words.</param>
/// <param name="Sheets">What stood on its sheets.</param>
internal sealed record SealedWorkbook(
    int Format, string State, string Cycle, string Entity, QuestionnaireReference Questionnaire, long Version, string Language, IReadOnlyList<SealedSheet> Sheets)
{
    public const int TheFormat = 1;
}

/// <summary>The fingerprints of a sheet's rows.</summary>
/// <param name="Name">The sheet's name.</param>
/// <param name="Rows">For each row two: of what is locked, and of what stands in the cell that is filled in.</param>
internal sealed record SealedSheet(string Name, byte[] Rows)
{
    private const int Length = 6;

    public int Count => Rows.Length / (2 * Length);

    /// <summary>Whether what is locked in a row (from 1) is as it was.</summary>
    public bool IsLockedAlike(int row, string locked) => At(row, 0).SequenceEqual(FingerprintOf(locked));

    /// <summary>Whether what is filled in is as it was.</summary>
    public bool IsEntryAlike(int row, string entry) => At(row, 1).SequenceEqual(FingerprintOf(entry));

    public static SealedSheet Of(string name, IEnumerable<(string Locked, string Entry)> rows) =>
        new(name, [.. rows.SelectMany(r => FingerprintOf(r.Locked).Concat(FingerprintOf(r.Entry)))]);

    private ReadOnlySpan<byte> At(int row, int which) => Rows.AsSpan((((row - 1) * 2) + which) * Length, Length);

    private static byte[] FingerprintOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text))[..Length];
}

/// <summary>Seals workbooks with a key that never leaves the program.</summary>
internal sealed class WorkbookSeals(IDataProtectionProvider protection)
{
    private readonly IDataProtector protector = protection.CreateProtector("workbook");

    public string Seal(SealedWorkbook workbook) => Convert.ToBase64String(protector.Protect(JsonSerializer.SerializeToUtf8Bytes(workbook, Json.Http)));

    /// <summary>What was sealed; null where this is no seal of ours.</summary>
    public SealedWorkbook? Open(string seal)
    {
        try
        {
            return JsonSerializer.Deserialize<SealedWorkbook>(protector.Unprotect(Convert.FromBase64String(seal)), Json.Http);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or JsonException)
        {
            return null;
        }
    }
}
