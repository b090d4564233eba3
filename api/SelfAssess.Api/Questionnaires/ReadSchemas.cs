using FastEndpoints;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires.Files;
using SelfAssess.Api.Releases;

namespace SelfAssess.Api.Questionnaires;

public sealed record SchemaRequest
{
    /// <summary>Of what: <c>questionnaire</c> (a questionnaire's structure), <c>texts</c> (its texts in one language), or <c>release</c>.</summary>
    [RouteParam]
    public string File { get; init; } = "";
}

[PermitsAnyone]
internal sealed class GetSchemaEndpoint : Endpoint<SchemaRequest>
{
    private static readonly string[] files = ["questionnaire", "texts"];

    public override void Configure()
    {
        Get("schemas/{file}");
        Description(d => d.Produces<object>(StatusCodes.Status200OK, "application/schema+json"));
        Summary(s =>
        {
            s.Summary = "Read the JSON Schema of a questionnaire's files, or of a release";
            s.Description = "Of a questionnaire, the same schema by which files are checked when it is published; editors complete and check with it while one types.";
        });
    }

    public override async Task HandleAsync(SchemaRequest request, CancellationToken ct)
    {
        var bytes = files.Contains(request.File, StringComparer.Ordinal) ? await File.ReadAllBytesAsync(Path.Combine(Schemas.Folder, $"{request.File}.schema.json"), ct)
            : request.File == ReleaseSchema.Name ? ReleaseSchema.Bytes
            : null;
        if (bytes is null)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        await Conditional.SendBytesAsync(HttpContext, bytes, "application/schema+json", ct);
    }
}
