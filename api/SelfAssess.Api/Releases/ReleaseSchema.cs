using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using SelfAssess.Api.Platform;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Releases;

/// <summary>The JSON Schema of a release, made from the type that is written, with the descriptions of its source.</summary>
internal static class ReleaseSchema
{
    public const string Name = "release";

    private static readonly Lazy<byte[]> bytes = new(Make);

    public static byte[] Bytes => bytes.Value;

    private static byte[] Make()
    {
        // A converter of our own tells nothing of its shape; the plain one writes the same.
        var options = new JsonSerializerOptions(Json.Http) { WriteIndented = true };
        options.Converters.Remove(options.Converters.OfType<Platform.Http.StorableStrings>().Single());
        var comments = new SourceComments(typeof(Release).Assembly);
        var schema = options.GetJsonSchemaAsNode(typeof(Release), new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, node) =>
            {
                if (node is JsonObject described && Comment(context) is { } comment)
                {
                    described.Insert(0, "description", comment);
                }

                return node;
            },
        }).AsObject();
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "$id", "urn:selfassess:schema:release");
        schema.Insert(2, "title", "Release");
        return Encoding.UTF8.GetBytes(schema.ToJsonString(options));

        string? Comment(JsonSchemaExporterContext context)
        {
            var type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
            var own = type.IsEnum ? comments.OfEnum(type) : null;
            var property = context.PropertyInfo is { } p && p.DeclaringType.GetProperty(
                p.Name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase) is { } found ? comments.Of(found) : null;
            return (property, own) switch
            {
                ({ } said, { } values) => $"{said} {values}",
                _ => property ?? own ?? (type.Assembly == typeof(Release).Assembly ? comments.Of(type) : null),
            };
        }
    }
}
