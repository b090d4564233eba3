using System.Text.Json;
using FluentValidation.Results;

namespace SelfAssess.Api.Platform.Http;

/// <summary>What is wrong with a request, in words and codes of the API and not of the libraries that found it.</summary>
internal static class RequestProblems
{
    /// <summary>The code of what cannot be read as what is expected.</summary>
    private const string Format = "format";

    private static readonly Dictionary<string, string> codes = new(StringComparer.Ordinal)
    {
        ["NotEmptyValidator"] = "required",
        ["NotNullValidator"] = "required",
        ["InclusiveBetweenValidator"] = "outOfRange",
        ["MaximumLengthValidator"] = "tooLong",
        ["RegularExpressionValidator"] = "pattern",
        ["EqualValidator"] = "notEqual",
        ["PredicateValidator"] = "invalid",
    };

    public static Refusal Invalid(List<ValidationFailure> failures, int status) => new(status, "invalid-request", "The request is not valid",
        string.Join(" ", failures.Select(f => $"{f.PropertyName}: {f.ErrorMessage}")))
    {
        Errors = [.. failures.Select(f => new FieldProblem(f.PropertyName, f.ErrorMessage, f.ErrorCode is null ? Format : codes.GetValueOrDefault(f.ErrorCode, f.ErrorCode)))],
    };

    /// <summary>What is expected of a part of the address, a query parameter or a header.</summary>
    public static string Expected(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        { IsEnum: true } t => $"Known are: {string.Join(", ", Enum.GetNames(t).Select(JsonNamingPolicy.CamelCase.ConvertName))}.",
        var t when t == typeof(int) || t == typeof(long) => "A whole number is expected.",
        var t when t == typeof(bool) => "Either true or false is expected.",
        var t when t == typeof(Guid) => "A UUID is expected.",
        var t when t == typeof(DateTimeOffset) => "A time is expected, such as 2026-01-31T12:00:00Z.",
        var t when t == typeof(DateOnly) => "A day is expected, such as 2026-01-31.",
        _ => "Another kind of value is expected.",
    };
}
