using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using FluentValidation.Validators;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace SelfAssess.Api.Platform.OpenApi;

/// <summary>Completes the schemas that the framework derives from our types.</summary>
internal sealed class Schemas(SourceComments comments)
{
    private readonly Dictionary<string, Type> types = new(StringComparer.Ordinal);

    /// <summary>The component of a type; remembers which type it stands for.</summary>
    public string? IdOf(JsonTypeInfo type)
    {
        var plain = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        if (plain == typeof(JsonElement) || OpenApiOptions.CreateDefaultSchemaReferenceId(type) is not { } id)
        {
            return null;
        }

        types[id] = plain;
        foreach (var derived in type.PolymorphismOptions?.DerivedTypes ?? [])
        {
            types[id + derived.DerivedType.Name] = derived.DerivedType;
        }

        return id;
    }

    /// <summary>Drops what no operation uses, then says of the rest what the source says.</summary>
    public void Complete(OpenApiDocument document, IEnumerable<(MemberInfo Member, IPropertyValidator Rule)> rules)
    {
        var operations = document.Paths.Values.SelectMany(p => p.Operations!.Values).ToArray();
        var components = document.Components!.Schemas!;
        var sent = Reach(components, operations.Select(o => o.RequestBody).OfType<OpenApiRequestBody>().SelectMany(b => b.Content!.Values));
        var received = Reach(components, operations.SelectMany(o => o.Responses!.Values).Concat(document.Components.Responses!.Values).SelectMany(r => r.Content?.Values ?? []));
        foreach (var unused in components.Keys.Where(k => !sent.Contains(k) && !received.Contains(k)).ToArray())
        {
            components.Remove(unused);
        }

        var byMember = rules.ToLookup(r => (r.Member.DeclaringType!, r.Member.Name), r => r.Rule);
        foreach (var (id, component) in components)
        {
            var schema = (OpenApiSchema)component;
            var type = types[id];
            schema.Description = type.IsEnum ? comments.OfEnum(type) : comments.Of(type) ?? schema.Description;
            if (type.IsEnum && schema.Enum is not null)
            {
                // Whether a value may be missing is said where it is used.
                schema.Enum = [.. schema.Enum.OfType<JsonNode>().Where(v => v.GetValueKind() != System.Text.Json.JsonValueKind.Null)];
            }

            schema.Type ??= schema.Enum is { Count: > 0 } ? JsonSchemaType.String : JsonSchemaType.Object;
            if (type == typeof(Profile))
            {
                schema.AdditionalProperties = ProfileValue();
            }

            if (schema.AnyOf is { Count: > 0 } && schema.Discriminator is not null)
            {
                (schema.OneOf, schema.AnyOf) = (schema.AnyOf, null);
            }

            if (schema.Properties is not { Count: > 0 } properties)
            {
                continue;
            }

            foreach (var name in properties.Keys.ToArray())
            {
                var property = type.GetProperty(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
                var described = property is null ? Discriminator(type, properties[name]) : Describe(properties[name], comments.Of(property), property);
                foreach (var rule in property is null ? [] : byMember[(property.DeclaringType!, property.Name)])
                {
                    ApiFacts.Constrain((OpenApiSchema)described, rule);
                }

                properties[name] = described;
            }

            // What we answer has every property, null or not, and may get more of them; what we take is exactly this.
            if (!sent.Contains(id))
            {
                schema.Required = new SortedSet<string>(properties.Keys, StringComparer.Ordinal);
                schema.AdditionalPropertiesAllowed = true;
            }
        }
    }

    private OpenApiSchema Discriminator(Type type, IOpenApiSchema property)
    {
        var schema = (OpenApiSchema)property;
        schema.Description = $"Says which kind of {type.BaseType!.Name} this is.";
        return schema;
    }

    private static IOpenApiSchema Describe(IOpenApiSchema schema, string? description, PropertyInfo property)
    {
        if (property.PropertyType == typeof(JsonElement?))
        {
            return new OpenApiSchema { Description = description };
        }

        // Where null is one of two possibilities, the framework describes the other one.
        foreach (var possibility in schema.OneOf ?? [])
        {
            possibility.Description = null;
        }

        // A value type that may be null says so itself.
        if (schema is OpenApiSchema { AdditionalProperties: { } values } dictionary && values.Type?.HasFlag(JsonSchemaType.Null) != true
            && new NullabilityInfoContext().Create(property).GenericTypeArguments is [_, { ReadState: NullabilityState.Nullable }])
        {
            dictionary.AdditionalProperties = new OpenApiSchema { OneOf = [new OpenApiSchema { Type = JsonSchemaType.Null }, values] };
        }

        schema.Description = description;
        return schema;
    }

    private static OpenApiSchema ProfileValue() => new()
    {
        OneOf =
        [
            new OpenApiSchema { Type = JsonSchemaType.String, Description = "One option." },
            new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String }, Description = "Several options." },
            new OpenApiSchema { Type = JsonSchemaType.Number, Description = "A number." },
            new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = "Yes or no." },
        ],
    };

    private static HashSet<string> Reach(IDictionary<string, IOpenApiSchema> components, IEnumerable<OpenApiMediaType> contents)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<IOpenApiSchema>(contents.Select(c => c.Schema).OfType<IOpenApiSchema>());
        while (open.TryPop(out var schema))
        {
            if (schema is OpenApiSchemaReference { Reference.Id: { } id })
            {
                if (reached.Add(id))
                {
                    open.Push(components[id]);
                }

                continue;
            }

            foreach (var below in (schema.Properties?.Values ?? []).Concat(schema.OneOf ?? []).Concat(schema.AnyOf ?? []).Concat(schema.AllOf ?? []))
            {
                open.Push(below);
            }

            foreach (var below in (IOpenApiSchema?[])[schema.Items, schema.AdditionalProperties])
            {
                if (below is not null)
                {
                    open.Push(below);
                }
            }
        }

        return reached;
    }
}
