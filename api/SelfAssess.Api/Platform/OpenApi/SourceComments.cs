using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace SelfAssess.Api.Platform.OpenApi;

/// <summary>
/// What the source says about its types, read from the XML files that the compiler writes beside the assemblies. The framework's own
/// support renders references as C# declarations; here they become the names that travel.
/// </summary>
internal sealed partial class SourceComments
{
    private readonly Dictionary<string, XElement> members;

    public SourceComments(params IEnumerable<Assembly> assemblies) => members = assemblies
        .Select(a => Path.ChangeExtension(a.Location, ".xml")).Where(File.Exists)
        .SelectMany(f => XDocument.Load(f).Descendants("member"))
        .DistinctBy(m => m.Attribute("name")!.Value, StringComparer.Ordinal)
        .ToDictionary(m => m.Attribute("name")!.Value, StringComparer.Ordinal);

    public string? Of(Type type) => Summary("T:" + Id(type));

    /// <summary>The property's own comment, or that of the record's parameter.</summary>
    public string? Of(PropertyInfo property)
    {
        var type = Id(property.DeclaringType!);
        return Summary($"P:{type}.{property.Name}")
            ?? (members.GetValueOrDefault("T:" + type)?.Elements("param").FirstOrDefault(p => p.Attribute("name")?.Value == property.Name) is { } parameter
                ? Text(parameter) : null);
    }

    /// <summary>The type's comment, followed by each value's where any value has one.</summary>
    public string? OfEnum(Type type)
    {
        var values = Enum.GetNames(type).Select(n => (Name: JsonNamingPolicy.CamelCase.ConvertName(n), Text: Summary($"F:{Id(type)}.{n}"))).ToArray();
        var lines = values.Where(v => v.Text is not null).Select(v => $"- `{v.Name}`: {v.Text}").ToArray();
        return lines.Length == 0 ? Of(type) : $"{Of(type)}\n\n{string.Join('\n', lines)}";
    }

    private static string Id(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private string? Summary(string id) => members.GetValueOrDefault(id)?.Element("summary") is { } summary && Text(summary) is { Length: > 0 } text ? text : null;

    private static string Text(XElement element)
    {
        var text = new StringBuilder();
        foreach (var node in element.Nodes())
        {
            text.Append(node switch
            {
                XText t => t.Value,
                XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
                XElement { Name.LocalName: "see" } see when see.Attribute("cref")?.Value is { } cref => Reference(cref),
                XElement { Name.LocalName: "see" or "paramref" } named => $"`{Camel((named.Attribute("langword") ?? named.Attribute("name"))!.Value)}`",
                XElement other => Text(other),
                _ => "",
            });
        }

        return Blanks().Replace(text.ToString(), " ").Trim();
    }

    private static string Reference(string cref)
    {
        var name = cref[(cref.LastIndexOf('.') + 1)..];
        return cref[0] == 'T' ? name : $"`{Camel(name)}`";
    }

    private static string Camel(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
