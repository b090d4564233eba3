using System.Text.Json;
using System.Text.Json.Serialization;

namespace SelfAssess.Api.Platform;

/// <summary>The one way in which JSON is read and written: over HTTP strictly, in the database forgivingly.</summary>
internal static class Json
{
    /// <summary>For requests and responses: unknown and repeated members are errors, numbers are numbers.</summary>
    public static JsonSerializerOptions Http { get; } = ForHttp(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    public static JsonSerializerOptions ForHttp(JsonSerializerOptions options)
    {
        Shared(options);
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.MaxDepth = 64;
        if (!options.Converters.OfType<Http.StorableStrings>().Any())
        {
            options.Converters.Add(new Http.StorableStrings());
        }

        return options;
    }

    public static void Shared(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        if (!options.Converters.OfType<JsonStringEnumConverter>().Any())
        {
            options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        }
    }
}
