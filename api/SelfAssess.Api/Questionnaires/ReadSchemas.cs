using FastEndpoints;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires.Files;

namespace SelfAssess.Api.Questionnaires;

public sealed record SchemaRequest
{
    /// <summary>Which file: <c>questionnaire</c> (the structure) or <c>texts</c> (one language).</summary>
    [RouteParam]
    public string File { get; init; } = "";
}

[PermitsAnyone]
internal sealed class GetSchemaEndpoint : Endpoint<SchemaRequest>
{
    private static readonly string[] names = ["questionnaire", "texts"];

    public override void Configure()
    {
        Get("schemas/{file}");
        Description(d => d.Produces<object>(StatusCodes.Status200OK, "application/schema+json"));
        Summary(s =>
        {
            s.Summary = "Read the JSON Schema of a questionnaire's files";
            s.Description = "The same schema by which files are checked when a questionnaire is published; editors complete and check with it while one types.";
        });
    }

    public override async Task HandleAsync(SchemaRequest request, CancellationToken ct)
    {
        if (!names.Contains(request.File, StringComparer.Ordinal))
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        var bytes = await File.ReadAllBytesAsync(Path.Combine(Schemas.Folder, $"{request.File}.schema.json"), ct);
        await Conditional.SendBytesAsync(HttpContext, bytes, "application/schema+json", ct);
    }
}
