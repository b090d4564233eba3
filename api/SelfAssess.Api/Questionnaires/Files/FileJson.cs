using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace SelfAssess.Api.Questionnaires.Files;

/// <summary>How the records of a questionnaire become JSON and back: names and enums in camel case, nothing unknown.</summary>
internal static class FileJson
{
    public static JsonSerializerOptions Strict { get; } = Options(new DefaultJsonTypeInfoResolver());

    /// <summary>The same without what equals a default, as an author writes it.</summary>
    public static JsonSerializerOptions Sparse { get; } = Options(new DefaultJsonTypeInfoResolver { Modifiers = { LeaveDefaultsOut } });

    private static JsonSerializerOptions Options(IJsonTypeInfoResolver resolver)
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
            RespectNullableAnnotations = true,
            MaxDepth = YamlDocument.MaximumDepth * 2,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
            TypeInfoResolver = resolver,
        };
        options.MakeReadOnly();
        return options;
    }

    private static void LeaveDefaultsOut(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
        {
            return;
        }

        var ordinary = Activator.CreateInstance(type.Type)!;
        foreach (var property in type.Properties.Where(p => p is { IsRequired: false, Get: not null }))
        {
            var standard = property.Get!(ordinary);
            property.ShouldSerialize = (_, value) => value is IEnumerable many and not string
                ? many.GetEnumerator().MoveNext()
                : !Equals(value, standard);
        }
    }
}
