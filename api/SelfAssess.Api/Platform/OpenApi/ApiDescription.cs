using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Scalar.AspNetCore;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Platform.OpenApi;

/// <summary>The API's description for programs (OpenAPI 3.1, and 3.0 for generators that need it) and for people.</summary>
internal static class ApiDescription
{
    private const string Name = "v1";

    public static void AddApiDescription(this IServiceCollection services)
    {
        var comments = new SourceComments(typeof(ApiDescription).Assembly, typeof(Questionnaire).Assembly);
        var schemas = new Schemas(comments);
        // A converter hides what it converts: to the description, a text is a text.
        services.PostConfigure<JsonOptions>(options =>
        {
            foreach (var converter in options.SerializerOptions.Converters.OfType<StorableStrings>().ToArray())
            {
                options.SerializerOptions.Converters.Remove(converter);
            }
        });
        services.AddOpenApi(Name, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.CreateSchemaReferenceId = schemas.IdOf;
            options.AddOperationTransformer(new Operations(comments, new Examples()));
            options.AddDocumentTransformer(new DocumentParts(schemas));
        });
        services.AddSingleton<ServedDocuments>();
    }

    public static void MapApiDescription(this WebApplication app)
    {
        foreach (var (path, older) in ((string, bool)[])[($"/openapi/{Name}.json", false), ($"/openapi/{Name}-3.0.json", true)])
        {
            app.MapGet(path, async (HttpContext context, ServedDocuments documents) =>
            {
                var (current, inOlderForm) = await documents.Made;
                context.Response.Headers.CacheControl = "no-cache";
                await Conditional.SendBytesAsync(context, older ? inOlderForm : current, "application/json; charset=utf-8", context.RequestAborted);
            }).AllowAnonymous().ExcludeFromDescription();
        }

        app.MapScalarApiReference("/docs", options => options
            .WithTitle("SelfAssess API")
            .WithOpenApiRoutePattern("/openapi/{documentName}.json")
            .DisableDefaultFonts()
            .DisableAgent()
            .DisableMcp()
            .DisableTelemetry()
            .HideDeveloperTools()
            .WithProxy("")).AllowAnonymous();
    }

    /// <summary>The documents as they are served; made once, when somebody first asks.</summary>
    internal sealed class ServedDocuments([FromKeyedServices(Name)] IOpenApiDocumentProvider provider)
    {
        private readonly Lazy<Task<(byte[], byte[])>> made = new(async () =>
        {
            var document = await provider.GetOpenApiDocumentAsync();
            return (await BytesAsync(document, OpenApiSpecVersion.OpenApi3_1), await BytesAsync(document, OpenApiSpecVersion.OpenApi3_0));
        });

        public Task<(byte[] Current, byte[] Older)> Made => made.Value;

        private static async Task<byte[]> BytesAsync(OpenApiDocument document, OpenApiSpecVersion version)
        {
            var json = await document.SerializeAsJsonAsync(version);
            return System.Text.Encoding.UTF8.GetBytes(version == OpenApiSpecVersion.OpenApi3_0 ? OlderForm.Of(json) : json);
        }
    }
}
