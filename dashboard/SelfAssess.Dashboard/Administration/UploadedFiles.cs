using System.IO.Compression;
using System.Text.Json;
using SelfAssess.Dashboard.Api;

namespace SelfAssess.Dashboard.Administration;

/// <summary>
/// A questionnaire's files between being looked at and being published: they travel in the form, packed, so that the dashboard keeps nothing of what is
/// not published, and what is published is what was looked at. The api checks them again.
/// </summary>
internal static class UploadedFiles
{
    /// <summary>Bytes of all files together, unpacked: twice what the api would take.</summary>
    private const int Largest = 8 * 1024 * 1024;

    /// <summary>The files of a form, under their names in a questionnaire's folder; a browser sends names without folders.</summary>
    public static async Task<IReadOnlyList<QuestionnaireFile>> ReadAsync(IFormFileCollection uploaded)
    {
        var files = new List<QuestionnaireFile>();
        foreach (var file in uploaded.Where(f => f.Length > 0))
        {
            using var reader = new StreamReader(file.OpenReadStream());
            files.Add(new QuestionnaireFile { Path = PathOf(file.FileName), Content = await reader.ReadToEndAsync() });
        }

        return files;
    }

    /// <summary>The XLSForm among the files; null where there is none.</summary>
    public static IFormFile? FormIn(IFormFileCollection uploaded) => uploaded.FirstOrDefault(f => f.Length > 0 && f.FileName.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase));

    public static async Task<byte[]> BytesAsync(IFormFile file)
    {
        using var content = new MemoryStream((int)file.Length);
        await file.CopyToAsync(content);
        return content.ToArray();
    }

    public static string Pack(IReadOnlyList<QuestionnaireFile> files)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest))
        {
            JsonSerializer.Serialize(brotli, files);
        }

        return Convert.ToBase64String(packed.ToArray());
    }

    /// <summary>The files again; none where the form's field is not what was packed.</summary>
    public static IReadOnlyList<QuestionnaireFile> Unpack(string? packed)
    {
        try
        {
            using var brotli = new BrotliStream(new MemoryStream(Convert.FromBase64String(packed ?? "")), CompressionMode.Decompress);
            using var unpacked = new MemoryStream();
            var buffer = new byte[64 * 1024];
            for (int read; (read = brotli.Read(buffer)) > 0 && unpacked.Length <= Largest;)
            {
                unpacked.Write(buffer, 0, read);
            }

            unpacked.Position = 0;
            return unpacked.Length is 0 or > Largest ? [] : JsonSerializer.Deserialize<List<QuestionnaireFile>>(unpacked) ?? [];
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidDataException or InvalidOperationException)
        {
            return [];
        }
    }

    private static string PathOf(string name)
    {
        var file = Path.GetFileName(name.Replace('\\', '/'));
        return file.StartsWith("questionnaire.", StringComparison.OrdinalIgnoreCase) ? file : $"texts/{file}";
    }
}
