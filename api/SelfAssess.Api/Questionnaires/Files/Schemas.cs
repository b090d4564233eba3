using System.Globalization;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace SelfAssess.Api.Questionnaires.Files;

/// <summary>The JSON Schemas of the files, and what a file breaks of them in words an author understands.</summary>
internal static class Schemas
{
    private static readonly Lazy<JsonSchema> StructureSchema = new(() => Parse("questionnaire.schema.json"));
    private static readonly Lazy<JsonSchema> TextsSchema = new(() => Parse("texts.schema.json"));

    /// <summary>Where the schemas stand: beside the program, because they belong to it and not to the questionnaires.</summary>
    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "questionnaires");

    /// <summary>Of <c>questionnaire.yaml</c>.</summary>
    public static JsonSchema Structure => StructureSchema.Value;

    /// <summary>Of <c>texts/&lt;language&gt;.yaml</c>.</summary>
    public static JsonSchema Texts => TextsSchema.Value;

    /// <summary>Whether a problem is about the shape of a file, so that nothing further can be said of its content.</summary>
    public static bool IsShape(string code) => code is "type" or "unknownKey" or "missing" or "notInList";

    /// <summary>Whether a problem is about a value that is of the right kind, but too much or too little.</summary>
    public static bool IsBound(string code) => code is "outOfRange" or "empty" or "tooLarge" or "tooFew";

    public static IEnumerable<QuestionnaireProblem> Check(string file, JToken root, JsonSchema schema)
    {
        var errors = schema.Validate(root).SelectMany(Flatten).Where(e => e.Token is not null && !Broken(e.Token)).ToList();
        var wrongType = errors.Where(e => IsType(e.Kind)).Select(e => e.Token!).ToHashSet();
        foreach (var error in errors.Where(e => IsType(e.Kind) || !wrongType.Contains(e.Token!)).Take(QuestionnaireFiles.MaximumProblems + 1))
        {
            var (code, message) = Describe(error);
            var missing = error.Kind == ValidationErrorKind.PropertyRequired ? "/" + YamlDocument.Escape(error.Property!) : "";
            var mark = YamlDocument.MarkOf(error.Token!);
            yield return new QuestionnaireProblem(file, mark.Line, mark.Column, YamlDocument.PointerOf(error.Token!) + missing, code, message);
        }
    }

    private static JsonSchema Parse(string name) =>
        // Asynchronous only for references to other documents, of which there are none.
        JsonSchema.FromJsonAsync(File.ReadAllText(Path.Combine(Folder, name))).GetAwaiter().GetResult();

    private static IEnumerable<ValidationError> Flatten(ValidationError error) =>
        error is ChildSchemaValidationError parent ? parent.Errors.SelectMany(e => e.Value).SelectMany(Flatten) : [error];

    private static bool Broken(JToken token) => token.Annotation<YamlDocument.Mark>() is { Broken: true };

    private static bool IsType(ValidationErrorKind kind) => kind is ValidationErrorKind.StringExpected or ValidationErrorKind.NumberExpected
        or ValidationErrorKind.IntegerExpected or ValidationErrorKind.BooleanExpected or ValidationErrorKind.ObjectExpected or ValidationErrorKind.ArrayExpected;

    private static (string Code, string Message) Describe(ValidationError error)
    {
        var schema = error.Schema.ActualSchema;
        var token = error.Token!;
        var value = token is JValue ? YamlDocument.Shorten(token.Annotation<YamlDocument.Mark>()?.Raw ?? "") : "";
        var what = token.Parent is JProperty { Name: var key } ? $"'{YamlDocument.Shorten(key)}'" : "this value";
        return error.Kind switch
        {
            ValidationErrorKind.NoAdditionalPropertiesAllowed => ("unknownKey", UnknownKey(((JProperty)token).Name, schema)),
            ValidationErrorKind.PropertyRequired =>
                ("missing", $"The key '{error.Property}' is missing. {schema.ActualProperties[error.Property!].Description}"),
            ValidationErrorKind.NotInEnumeration or ValidationErrorKind.StringExpected when schema.Enumeration.Count > 0 =>
                ("notInList", NotInList(value, [.. schema.Enumeration.Select(e => $"{e}")])),
            ValidationErrorKind.PatternMismatch => ("pattern", $"'{value}' cannot be {what}. {schema.Description}"),
            ValidationErrorKind.NumberTooSmall when schema.ExclusiveMinimum is { } bound =>
                ("outOfRange", $"{value} is too small: {what} is greater than {Number(bound)}."),
            ValidationErrorKind.NumberTooSmall =>
                ("outOfRange", $"{value} is too small: {what} is at least {Number(schema.Minimum)}."),
            ValidationErrorKind.NumberTooBig => ("outOfRange", $"{value} is too large: {what} is at most {Number(schema.Maximum)}."),
            ValidationErrorKind.StringTooShort =>
                ("empty", $"A text is expected for {what}; leave the key out where there is nothing to say."),
            ValidationErrorKind.StringTooLong => ("tooLarge", $"The text of {what} has at most {schema.MaxLength} characters."),
            ValidationErrorKind.TooFewItems => ("tooFew", $"The list {what} has at least {schema.MinItems} entries."),
            ValidationErrorKind.ItemsNotUnique => ("duplicate", $"The list {what} has an entry twice; each is given once."),
            var kind when IsType(kind) => ("type", WrongType(kind, what, value, token)),
            var kind => ("schema", $"This does not fit the format: {kind}. {schema.Description}"),
        };
    }

    private static string WrongType(ValidationErrorKind expected, string what, string value, JToken token)
    {
        var found = token.Type switch
        {
            JTokenType.Null => "nothing",
            JTokenType.Object => "a map",
            JTokenType.Array => "a list",
            JTokenType.Boolean => $"the truth value {value}",
            JTokenType.String => $"the text '{value}'",
            _ => $"the number {value}",
        };
        var (noun, hint) = (expected, token.Type) switch
        {
            (_, JTokenType.Null) => (Noun(expected), "give a value or leave the key out"),
            (ValidationErrorKind.StringExpected, JTokenType.Object or JTokenType.Array) =>
                ("a text", "put it in quotes if it begins with a bracket"),
            (ValidationErrorKind.StringExpected, _) => ("a text", $"put it in quotes: \"{value}\""),
            (ValidationErrorKind.ArrayExpected, _) => ("a list", "begin each entry with '- ' on a line of its own, or write [a, b]"),
            (ValidationErrorKind.ObjectExpected, _) => (Noun(expected), "write 'key: value', one to a line"),
            (ValidationErrorKind.NumberExpected or ValidationErrorKind.IntegerExpected, JTokenType.String) =>
                (Noun(expected), "write it in digits and without quotes"),
            (ValidationErrorKind.BooleanExpected, _) => (Noun(expected), "write true or false without quotes"),
            _ => (Noun(expected), "replace it"),
        };
        return $"For {what}, {noun} is expected, but there is {found}; {hint}.";
    }

    private static string Noun(ValidationErrorKind expected) => expected switch
    {
        ValidationErrorKind.StringExpected => "a text",
        ValidationErrorKind.NumberExpected => "a number",
        ValidationErrorKind.IntegerExpected => "a whole number",
        ValidationErrorKind.BooleanExpected => "true or false",
        ValidationErrorKind.ArrayExpected => "a list",
        _ => "a map of keys and values",
    };

    private static string UnknownKey(string key, JsonSchema schema)
    {
        var keys = schema.ActualProperties.Keys.ToArray();
        return $"There is no key '{YamlDocument.Shorten(key)}' here. " + (Nearest(key, keys) is { } near
            ? $"Did you mean '{near}'?"
            : $"Take it out; the keys are {string.Join(", ", keys)}.");
    }

    private static string NotInList(string value, string[] allowed) => Nearest(value, allowed) is { } near
        ? $"'{value}' is not in the list of values ({string.Join(", ", allowed)}). Did you mean '{near}'?"
        : $"'{value}' is not in the list of values; use one of {string.Join(", ", allowed)}.";

    private static string Number(decimal? number) => number?.ToString("0.######", CultureInfo.InvariantCulture) ?? "";

    /// <summary>The candidate that differs least, if it differs little.</summary>
    private static string? Nearest(string word, string[] candidates)
    {
        if (word.Length > 40 || candidates.Length == 0)
        {
            return null;
        }

        var (best, distance) = candidates.Select(c => (c, Distance(word.ToLowerInvariant(), c.ToLowerInvariant()))).MinBy(c => c.Item2);
        return distance <= 1 + (Math.Min(word.Length, best.Length) / 4) ? best : null;
    }

    /// <summary>How many letters must be put in, left out, replaced or swapped with their neighbour to turn one word into the other.</summary>
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    d[i, j] = i + j;
                    continue;
                }

                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
