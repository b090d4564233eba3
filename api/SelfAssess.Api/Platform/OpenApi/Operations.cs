using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using FastEndpoints;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace SelfAssess.Api.Platform.OpenApi;

/// <summary>Describes each operation from its endpoint's definition: the framework sees neither its parameters nor its body nor its errors.</summary>
internal sealed class Operations(SourceComments comments, Examples examples) : IOpenApiOperationTransformer
{
    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<EndpointDefinition>().FirstOrDefault() is not { } definition)
        {
            return;
        }

        var document = context.Document!;
        var facts = new ApiFacts(definition, context.Description.HttpMethod!);
        operation.Summary = facts.Summary?.Summary;
        operation.Description = facts.Summary?.Description;
        operation.Tags = new HashSet<OpenApiTagReference> { new(definition.EndpointType.Namespace!.Split('.')[^1], document) };
        operation.Security = facts.Anonymous ? [] : null;
        operation.Parameters = await ParametersAsync(facts, context, cancellationToken);
        operation.RequestBody = Body(facts, operation.OperationId!, document);
        operation.Responses = Responses(facts, operation, context);
    }

    private async Task<IList<IOpenApiParameter>?> ParametersAsync(ApiFacts facts, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var rules = ApiFacts.Rules(facts.Definition, context.ApplicationServices)
            .Where(r => r.Member.DeclaringType!.IsAssignableFrom(facts.Definition.ReqDtoType)).ToLookup(r => r.Member.Name, r => r.Rule, StringComparer.Ordinal);
        var usual = facts.Query.Count == 0 ? null : Activator.CreateInstance(facts.Definition.ReqDtoType);
        var parameters = new List<IOpenApiParameter>();
        foreach (var (properties, place) in (((IReadOnlyList<System.Reflection.PropertyInfo>, ParameterLocation)[])[(facts.Path, ParameterLocation.Path), (facts.Query, ParameterLocation.Query)]))
        {
            foreach (var property in properties)
            {
                var schema = await context.GetOrCreateSchemaAsync(property.PropertyType, null, cancellationToken);
                schema.Default = place == ParameterLocation.Query && property.GetValue(usual) is { } value ? CommonParts.Json(value) : null;
                foreach (var rule in rules[property.Name])
                {
                    ApiFacts.Constrain(schema, rule);
                }

                var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
                parameters.Add(new OpenApiParameter
                {
                    Name = name,
                    In = place,
                    Required = place == ParameterLocation.Path,
                    Description = facts.Summary?.Params.GetValueOrDefault(property.Name) ?? comments.Of(property),
                    Schema = schema,
                    Example = examples.Parameter(name),
                });
            }
        }

        if (facts.IfMatch is { } ifMatch)
        {
            parameters.Add(new OpenApiParameter
            {
                Name = "If-Match",
                In = ParameterLocation.Header,
                Required = !facts.Makes,
                Description = comments.Of(ifMatch),
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                Example = "\"3\"",
            });
        }

        if (facts.Reads || facts.Writes)
        {
            parameters.Add(new OpenApiParameterReference(facts.Reads ? "IfNoneMatch" : "IdempotencyKey", context.Document));
        }

        return parameters.Count == 0 ? null : parameters;
    }

    private OpenApiRequestBody? Body(ApiFacts facts, string operation, OpenApiDocument document) => facts.TakesCsv ? new OpenApiRequestBody
    {
        Required = true,
        Description = "A table, as the export writes it.",
        Content = new Dictionary<string, OpenApiMediaType> { ["text/csv"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } } },
    }
    : facts.Body is not { } body ? null : new OpenApiRequestBody
    {
        Required = true,
        Description = comments.Of(body.PropertyType),
        Content = new Dictionary<string, OpenApiMediaType>
        {
            ["application/json"] = new()
            {
                Schema = new OpenApiSchemaReference(OpenApiOptions.CreateDefaultSchemaReferenceId(JsonTypeInfo.CreateJsonTypeInfo(body.PropertyType, Json.Http))!, document),
                Example = examples.Request(operation),
            },
        },
    };

    private OpenApiResponses Responses(ApiFacts facts, OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var document = context.Document!;
        var told = facts.Summary?.Responses ?? [];
        var successes = told.Keys.Where(s => s is >= 200 and < 300).Select(CommonParts.Status).ToHashSet(StringComparer.Ordinal);
        var responses = new OpenApiResponses();
        foreach (var (status, response) in operation.Responses!.Where(r => successes.Count > 0 ? successes.Contains(r.Key) : r.Key[0] == '2').OrderBy(r => r.Key, StringComparer.Ordinal))
        {
            var number = int.Parse(status, System.Globalization.CultureInfo.InvariantCulture);
            responses[status] = new OpenApiResponse
            {
                Description = told.GetValueOrDefault(number) ?? (facts.Reads ? "What was asked for." : "Done."),
                Headers = Headers(facts, number, document),
                Content = response.Content,
            };
            foreach (var (type, content) in response.Content ?? new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal))
            {
                content.Example = type == "application/json" ? examples.Response(operation.OperationId!, number) : null;
                content.Schema = type.EndsWith("json", StringComparison.Ordinal) ? content.Schema
                    : type.StartsWith("text/", StringComparison.Ordinal) || type.EndsWith("+xml", StringComparison.Ordinal) ? new OpenApiSchema { Type = JsonSchemaType.String }
                    // In 3.1 bytes have no schema; but where there is nothing else, what some generators make of that does not compile.
                    : response.Content!.Keys.Any(t => t.EndsWith("json", StringComparison.Ordinal)) ? null : new OpenApiSchema { Type = JsonSchemaType.String };
            }
        }

        if (facts.Reads)
        {
            responses["304"] = new OpenApiResponse { Description = "The client holds the current version already.", Headers = Headers(facts, 304, document) };
        }

        foreach (var status in facts.Errors(context.Description.RelativePath!))
        {
            responses[CommonParts.Status(status)] = told.TryGetValue(status, out var description) && status is >= 400 and not (410 or 429)
                ? CommonParts.Error(status, description, document)
                : new OpenApiResponseReference(CommonParts.Errors[status].Name, document);
        }

        return responses;
    }

    private static Dictionary<string, IOpenApiHeader>? Headers(ApiFacts facts, int status, OpenApiDocument document)
    {
        var headers = CommonParts.References(document,
        [
            .. facts.Reads || facts.IfMatch is not null ? (string[])["ETag"] : [],
            .. status is 201 or 202 ? (string[])["Location"] : [],
            .. facts.Writes ? (string[])["Idempotency-Replayed"] : [],
        ]);
        foreach (var header in facts.Headers)
        {
            headers[header.Name] = header.Example is null ? new OpenApiHeaderReference(header.Name, document) : CommonParts.Header(header.Name, header.Example);
        }

        return headers.Count == 0 ? null : headers;
    }
}
