using FastEndpoints;
using System.Text.Json;
using FluentValidation.Results;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using SelfAssess.Api.Accounts;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Dashboard;

namespace SelfAssess.Api.Platform;

/// <summary>What happens between building the application and serving it.</summary>
internal static class Startup
{
    public const string Questionnaires = "SelfAssess:Questionnaires:Folder";

    /// <summary>Applies the schema, makes the first administrator, publishes the shipped questionnaires.</summary>
    public static async Task PrepareAsync(this IServiceProvider services, string connectionString, IConfiguration configuration, CancellationToken cancellationToken)
    {
        await services.ApplySchemaAsync(connectionString, cancellationToken);
        await using var scope = services.CreateAsyncScope();
        var first = scope.ServiceProvider.GetRequiredService<FirstAdministrator>();
        var password = await first.EnsureAsync(configuration[FirstAdministrator.PasswordSetting], cancellationToken);
        if (password is not null && configuration[FirstAdministrator.PasswordSetting] is null)
        {
            // To the console and nowhere else: a log would keep it.
            Console.WriteLine($"""

                  Administrator   {first.Email}
                  Password        {password}
                  It is shown this once; keep it.

                """);
        }

        await PublishShippedQuestionnaires.RunAsync(services, QuestionnairesFolder(configuration), cancellationToken);
    }

    /// <summary>FastEndpoints under /api/v1, strict JSON, every error as a problem.</summary>
    public static void UseApi(this WebApplication app) => app.UseFastEndpoints(config =>
    {
        config.Endpoints.RoutePrefix = "api/v1";
        // The gate alone decides who is admitted, by each endpoint's own declaration.
        config.Endpoints.Configurator = endpoint => endpoint.AllowAnonymous();
        config.Endpoints.NameGenerator = context => NameOf(context.EndpointType);
        config.Serializer.Options.PropertyNameCaseInsensitive = true;
        Json.ForHttp(config.Serializer.Options);
        // A body of "null" would reach validators that expect one.
        config.Serializer.RequestDeserializer = async (request, type, _, cancellationToken) =>
            request.ContentLength == 0 && request.HttpContext.GetEndpoint()?.Metadata.GetMetadata<EndpointDefinition>()?.ReqDtoType == type
                // Many clients send a content type with nothing after it to an address that takes no body.
                ? Activator.CreateInstance(type)
                : await request.ReadFromJsonAsync(type, Json.Http, cancellationToken) ?? throw new JsonException("An object is expected.");
        config.Errors.ContentType = RefusalResponses.ContentType;
        config.Errors.ProducesMetadataType = typeof(Problem);
        config.Errors.ResponseBuilder = (failures, context, status) => RequestProblems.Invalid(failures, status).ToProblem(context);
        config.Binding.FailureMessage = (type, _, _) => RequestProblems.Expected(type);
        config.Binding.JsonExceptionTransformer = e =>
        {
            var error = ExceptionResponses.Malformed(e).Errors![0];
            return new ValidationFailure(error.Name, error.Reason) { ErrorCode = error.Code };
        };
    });

    /// <summary>The operation's id: the endpoint's class without its suffix, in camel case.</summary>
    public static string NameOf(Type endpoint)
    {
        var name = endpoint.Name.EndsWith("Endpoint", StringComparison.Ordinal) ? endpoint.Name[..^"Endpoint".Length] : endpoint.Name;
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <summary>An address of the web framework that would list every route to everybody.</summary>
    public static void HideInternals(this WebApplication app) => app.Use((context, next) =>
        context.Request.Path.StartsWithSegments("/_test_url_cache_", StringComparison.OrdinalIgnoreCase) ? Refusal.NotFound.WriteAsync(context) : next(context));

    /// <summary>What routing answers by itself (to another method, another content type) needs nobody signed in: behind a 401 nobody would find out what is wrong.</summary>
    public static void AnswerRouting(this WebApplication app) => app.Use((context, next) =>
        context.GetEndpoint() is { RequestDelegate: { } answer } and not RouteEndpoint ? answer(context) : next(context));

    /// <summary>Answers what the framework leaves with a bare status (unknown addresses, methods and content types): browsers with a page, programs with a problem.</summary>
    public static void UseProblemsForBareStatus(this WebApplication app) => app.UseStatusCodePages(async context =>
    {
        var http = context.HttpContext;
        if (!http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) && await DashboardSetup.TryWriteErrorPageAsync(http))
        {
            return;
        }

        await (http.Response.StatusCode switch
        {
            401 => Gate.SignInFirst,
            403 => Gate.Forbidden,
            404 => Refusal.NotFound,
            405 => new Refusal(405, "method-not-allowed", "The method is not allowed", "This address does not take the method; the Allow header names those that it takes."),
            415 => new Refusal(415, "unsupported-media-type", "The content type is not supported", "Send the body as application/json."),
            var status => new Refusal(status, "refused", "The request was refused", "The request could not be carried out."),
        }).WriteWithHeadersAsync(http);
    });

    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = c => c.Tags.Contains(DatabaseHealth.Ready) }).AllowAnonymous();
    }

    private static string QuestionnairesFolder(IConfiguration configuration) =>
        configuration[Questionnaires] ?? Path.Combine(AppContext.BaseDirectory, "questionnaires");
}

/// <summary>Ready means that the database answers under each role.</summary>
internal sealed class DatabaseHealth(DatabaseRoles roles, ReplicaWatch watch) : IHealthCheck
{
    public const string Ready = "ready";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        foreach (var connectionString in (string[])[roles.State, roles.Common, roles.Jobs, roles.Accounts])
        {
            try
            {
                await using var connection = new Npgsql.NpgsqlConnection(connectionString);
                await connection.OpenAsync(deadline.Token);
                await using var command = new Npgsql.NpgsqlCommand("select 1", connection) { CommandTimeout = 2 };
                await command.ExecuteScalarAsync(deadline.Token);
            }
            catch (Exception e) when (e is Npgsql.NpgsqlException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                return HealthCheckResult.Unhealthy("The database does not answer.");
            }
        }

        // Reading works: a node that said it were not ready would take that away too.
        return watch.IsMissed ? HealthCheckResult.Degraded("The replica does not confirm changes: they are refused until it does.") : HealthCheckResult.Healthy();
    }
}
