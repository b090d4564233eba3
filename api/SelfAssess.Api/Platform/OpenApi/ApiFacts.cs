using System.Reflection;
using FastEndpoints;
using FluentValidation;
using FluentValidation.Validators;
using Microsoft.OpenApi;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Api.Platform.OpenApi;

/// <summary>Marks a POST that changes nothing: it takes no Idempotency-Key and cannot conflict.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class StoresNothingAttribute : Attribute;

/// <summary>Marks a change that takes no Idempotency-Key: its answer may hold a secret, which is kept nowhere, or to repeat it does no harm.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class TakesNoKeyAttribute : Attribute;

/// <summary>Names a header that an endpoint answers with beside those that follow from its kind.</summary>
/// <param name="name">One of the headers that <see cref="CommonParts"/> describes.</param>
/// <param name="example">Where the value is always this; otherwise the header's usual example.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
internal sealed class AnswersHeaderAttribute(string name, string? example = null) : Attribute
{
    public string Name => name;

    public string? Example => example;
}

/// <summary>What an endpoint's definition tells about the requests that it takes and the answers that it gives.</summary>
internal sealed class ApiFacts(EndpointDefinition definition, string method)
{
    public EndpointDefinition Definition { get; } = definition;

    public EndpointSummary? Summary => Definition.EndpointSummary;

    public bool Reads { get; } = method == HttpMethods.Get;

    public bool Writes => !Reads && !Definition.EndpointType.IsDefined(typeof(StoresNothingAttribute)) && !Definition.EndpointType.IsDefined(typeof(TakesNoKeyAttribute));

    public IEnumerable<AnswersHeaderAttribute> Headers => Definition.EndpointType.GetCustomAttributes<AnswersHeaderAttribute>();

    public AccessAttribute? Access => Definition.EndpointType.GetCustomAttribute<AccessAttribute>();

    public bool Anonymous => Access is PermitsAnyoneAttribute;

    public PropertyInfo? Body { get; } = With<FromBodyAttribute>(definition).SingleOrDefault();

    /// <summary>Whether the body is a table as text.</summary>
    public bool TakesCsv { get; } = typeof(IPlainTextRequest).IsAssignableFrom(definition.ReqDtoType);

    public IReadOnlyList<PropertyInfo> Path { get; } = With<RouteParamAttribute>(definition);

    public IReadOnlyList<PropertyInfo> Query { get; } = With<QueryParamAttribute>(definition);

    public PropertyInfo? IfMatch { get; } = With<FromHeaderAttribute>(definition).SingleOrDefault(p => p.Name == "IfMatch");

    /// <summary>A PUT makes what is not there yet, so that it takes If-Match only for what is.</summary>
    public bool Makes { get; } = method == HttpMethods.Put;

    private ICollection<int> Told => Summary?.Responses.Keys.ToArray() ?? [];

    /// <summary>The statuses of errors, in order.</summary>
    public IReadOnlyList<int> Errors(string route)
    {
        var upsert = Makes && route.EndsWith('}');
        var list = Definition.ResDtoType is { IsGenericType: true } response && response.GetGenericTypeDefinition() == typeof(Page<>);
        return
        [
            400,
            .. Anonymous && !Told.Contains(401) ? (int[])[] : [401],
            .. Access is PermitsAttribute || (!Anonymous && !Reads) ? (int[])[403] : [],
            // To somebody of another State the gate answers that there is nothing, whatever the endpoint does.
            .. Path.Count > 0 && (!(upsert || list) || (Access is PermitsAttribute && Path.Any(p => p.Name == "State"))) ? (int[])[404] : [],
            .. Writes || Told.Contains(409) ? (int[])[409] : [],
            .. Told.Contains(410) ? (int[])[410] : [],
            .. IfMatch is null ? (int[])[] : [412],
            .. Body is null && !TakesCsv ? (int[])[] : [413, 415],
            .. Writes ? (int[])[422] : [],
            .. IfMatch is null ? (int[])[] : [428],
            .. Told.Contains(429) ? (int[])[429] : [],
            503,
        ];
    }

    /// <summary>The rules of the endpoint's validator that a schema can say, by the property that they are about.</summary>
    public static IEnumerable<(MemberInfo Member, IPropertyValidator Rule)> Rules(EndpointDefinition definition, IServiceProvider services) =>
        definition.ValidatorType is null ? []
            : ((IValidator)ActivatorUtilities.CreateInstance(services, definition.ValidatorType)).CreateDescriptor().Rules
                .Where(r => r.Member is not null && !r.GetType().Name.StartsWith("Collection", StringComparison.Ordinal))
                .SelectMany(r => r.Components.Select(c => (r.Member, c.Validator)));

    /// <summary>Adds a rule to a schema.</summary>
    public static void Constrain(OpenApiSchema schema, IPropertyValidator rule)
    {
        switch (rule)
        {
            case ILengthValidator length:
                schema.MinLength = length.Min > 0 ? length.Min : schema.MinLength;
                schema.MaxLength = length.Max > 0 ? length.Max : schema.MaxLength;
                break;
            case IRegularExpressionValidator pattern:
                schema.Pattern = pattern.Expression;
                break;
            case IBetweenValidator between:
                schema.Minimum = FormattableString.Invariant($"{between.From}");
                schema.Maximum = FormattableString.Invariant($"{between.To}");
                break;
            case INotEmptyValidator when schema.Type?.HasFlag(JsonSchemaType.String) == true:
                schema.MinLength = 1;
                break;
        }
    }

    private static PropertyInfo[] With<T>(EndpointDefinition definition)
        where T : Attribute => [.. definition.ReqDtoType.GetProperties().Where(p => p.IsDefined(typeof(T)))];
}
