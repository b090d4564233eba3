using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;

namespace SelfAssess.Dashboard.Coordinator;

/// <summary>A whole assessment as a file. Its name tells the cycle and not the State.</summary>
internal static class ExportFile
{
    public static void MapExportFile(this IEndpointRouteBuilder routes) => routes.MapGet("/coordinate/{state}/cycles/{cycle}/export.json",
        async Task<FileContentHttpResult> (HttpContext context, ApiClient api, string state, string cycle) =>
        {
            var export = (await api.ExportAssessmentAsync(state, cycle, cancellationToken: context.RequestAborted)).Result;
            return TypedResults.File(JsonSerializer.SerializeToUtf8Bytes(export), "application/json", $"assessment-{cycle}.json");
        }).WithMetadata(new PageMetadata()).AllowAnonymous().ExcludeFromDescription();

    /// <summary>The export in a posted form; null where no file was chosen.</summary>
    /// <exception cref="JsonException">The file is none.</exception>
    public static async Task<AssessmentExport?> ReadAsync(IFormCollection form, CancellationToken cancellationToken)
    {
        if (form.Files.GetFile("file") is not { Length: > 0 } file)
        {
            return null;
        }

        await using var stream = file.OpenReadStream();
        return await JsonSerializer.DeserializeAsync<AssessmentExport>(stream, cancellationToken: cancellationToken);
    }
}
