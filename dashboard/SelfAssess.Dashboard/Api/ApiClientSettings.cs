using System.Text.Json;
using System.Text.Json.Serialization;

namespace SelfAssess.Dashboard.Api;

/// <summary>What the generated client leaves out: it converts single enumeration values, and not those in a list.</summary>
public partial class ApiClient
{
    static partial void UpdateJsonSerializerSettings(JsonSerializerOptions settings) => settings.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
}
