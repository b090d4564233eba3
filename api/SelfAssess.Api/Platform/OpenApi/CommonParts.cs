using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Api.Platform.OpenApi;

/// <summary>What operations share: headers, the answers to what goes wrong, and how they are referred to.</summary>
internal static class CommonParts
{
    public const string Token = "token";
    public const string Session = "session";

    /// <summary>Each error: the component's name, what it means, and an example of it.</summary>
    public static readonly IReadOnlyDictionary<int, (string Name, string Description, Refusal Example)> Errors = new Dictionary<int, (string, string, Refusal)>
    {
        [400] = ("BadRequest", "The request is not valid: a parameter or the body breaks a rule, is unknown or cannot be read. `errors` names every field. Nothing was changed.",
            Refusal.Invalid("limit", "'Limit' must be between 1 and 200. You entered 0.", "InclusiveBetweenValidator")),
        [401] = ("Unauthenticated", "Nobody is signed in, or the session or token has ended.", Gate.SignInFirst),
        [403] = ("Forbidden", "None of the caller's roles permits this, or the token may only read.", Gate.Forbidden),
        [404] = ("NotFound", "There is nothing at this address, or nothing that you may see.", Refusal.NotFound),
        [409] = ("Conflict", "The request is valid, but not in the current state of things; `type` says why.",
            Refusal.Conflict("conflict", "Somebody else changes this resource at the same time. Read it again and repeat.")),
        [410] = ("Gone", "The link was used or withdrawn, has expired, or never was.", Accounts.AccountLinks.NoSuchLink),
        [412] = ("StaleVersion", "If-Match names another version than the current one, which `currentVersion` tells. Nothing was changed.", Refusal.Stale("\"4\"")),
        [413] = ("TooLarge", "The body is larger than 4 MiB.",
            new Refusal(413, "too-large", "The request is too large", "The body is larger than this address takes. Send less at once.")),
        [415] = ("UnsupportedMediaType", "The body is not `application/json`.",
            new Refusal(415, "unsupported-media-type", "The content type is not supported", "Send the body as application/json.")),
        [422] = ("KeyReused", "The Idempotency-Key was used before for another request to this address. Nothing was changed.",
            new Refusal(422, "idempotency-key-reused", "The Idempotency-Key was used before", "The same key came with another request. Use a new key for every new write.")
            {
                Errors = [new FieldProblem(Writing.KeyHeader, "The key belongs to another request.", "reused")],
            }),
        [428] = ("PreconditionRequired", "If-Match is missing. Nothing was changed.", Refusal.PreconditionRequired),
        [429] = ("TooManyAttempts", "Too many attempts; Retry-After says how long to wait.", Accounts.SignInLimits.TooMany(TimeSpan.FromMinutes(5))),
        [503] = ("Unavailable", "The database cannot be reached at the moment. Nothing was lost or half done; repeat the request.", Refusal.Unavailable),
    };

    private static readonly Dictionary<string, OpenApiHeader> Headers = new(StringComparer.Ordinal)
    {
        ["ETag"] = Made("The version of what is addressed, strong. Send it back as If-None-Match to read, and as If-Match to change.", "\"3\""),
        ["Location"] = Made("Path of what was made or started.", "/api/v1/states/XA/assessments/2026", "uri-reference"),
        ["Idempotency-Replayed"] = Made("`true` where this is the stored answer to an earlier request with the same Idempotency-Key; otherwise absent.", "true"),
        ["Cache-Control"] = Made("How long the answer may be kept, and by whom.", "no-store"),
        ["WWW-Authenticate"] = Made("How to sign in.", "Bearer realm=\"SelfAssess\""),
        ["Retry-After"] = new()
        {
            Description = "Seconds to wait before the request is repeated.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "0" },
            Example = 2,
        },
    };

    public static void AddTo(OpenApiDocument document)
    {
        foreach (var (name, header) in Headers)
        {
            document.AddComponent(name, header);
        }

        foreach (var (status, error) in Errors)
        {
            document.AddComponent(error.Name, Error(status, error.Description, document));
        }

        document.AddComponent("IfNoneMatch", new OpenApiParameter
        {
            Name = "If-None-Match",
            In = ParameterLocation.Header,
            Description = "ETags that the client holds, separated by commas, or `*`. Where one of them is current, 304 is answered without a body.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            Example = "\"3\"",
        });
        document.AddComponent("IdempotencyKey", new OpenApiParameter
        {
            Name = Writing.KeyHeader,
            In = ParameterLocation.Header,
            Description = "Chosen by the client for one write, such as a UUID. The same request with the same key is carried out once, however often it is sent; "
                + "each repetition gets the first one's answer.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 200, Pattern = "^[!-~]+$" },
            Example = "6ad1d3e5-4a6e-4b39-b7f2-1f6ff1cfa001",
        });
        document.AddComponent(Token, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "A personal API token (`makeToken`).",
        });
        document.AddComponent(Session, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = ParameterLocation.Cookie,
            Name = SessionAuthentication.CookieName,
            Description = $"A browser's session (`signIn`). Whatever changes something carries {SessionAuthentication.AntiforgeryHeader} beside it.",
        });
    }

    public static OpenApiResponse Error(int status, string description, OpenApiDocument document) => new()
    {
        Description = description,
        Headers = References(document, ["Cache-Control", .. status == 401 ? (string[])["WWW-Authenticate"] : status is 429 or 503 ? ["Retry-After"] : []]),
        Content = new Dictionary<string, OpenApiMediaType>
        {
            [RefusalResponses.ContentType] = new()
            {
                Schema = new OpenApiSchemaReference(nameof(Problem), document),
                Example = Json(Errors[status].Example.ToProblem(new DefaultHttpContext()) with { TraceId = "4bf92f3577b34da6a3ce929d0e0e4736" }),
            },
        },
    };

    public static Dictionary<string, IOpenApiHeader> References(OpenApiDocument document, IEnumerable<string> names) =>
        names.ToDictionary(n => n, n => (IOpenApiHeader)new OpenApiHeaderReference(n, document), StringComparer.Ordinal);

    public static JsonNode Json<T>(T value) => JsonSerializer.SerializeToNode(value, Platform.Json.Http)!;

    public static string Status(int status) => status.ToString(CultureInfo.InvariantCulture);

    /// <summary>One of the headers with an example of its own.</summary>
    public static OpenApiHeader Header(string name, string example) => Made(Headers[name].Description!, example);

    private static OpenApiHeader Made(string description, string example, string? format = null) =>
        new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = format }, Example = example };
}
