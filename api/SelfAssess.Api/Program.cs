using FastEndpoints;
using SelfAssess.Api.AtHome;
using SelfAssess.Api.Charts;
using SelfAssess.Api.Demo;
using SelfAssess.Api.Papers.Packs;
using SelfAssess.Api.Platform;
using SelfAssess.Api.Platform.Configuration;
using SelfAssess.Api.Platform.EmbeddedPostgres;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Jobs;
using SelfAssess.Api.Platform.Maintenance;
using SelfAssess.Api.Platform.OpenApi;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Platform.Servers;
using SelfAssess.Api.Platform.Telemetry;
using SelfAssess.Api.Practices;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Releases;
using SelfAssess.Api.Rounds;
using SelfAssess.Api.Webhooks;
using SelfAssess.Api.Workbooks;
using SelfAssess.Dashboard;
using SelfAssess.Dashboard.Api;

if (HealthProbe.Of(args) is { } address)
{
    return await HealthProbe.RunAsync(address);
}

if (await Commands.RunAsync(args) is { } ended)
{
    return ended;
}

var builder = WebApplication.CreateBuilder(args.AsConfiguration());
builder.Configuration.AddSecretFiles();
if (Settings.Check(builder.Configuration) is { Count: > 0 } faults)
{
    // To the console, where whoever starts the program looks; all of them, so that they are put right at once.
    await Console.Error.WriteLineAsync(string.Join(Environment.NewLine, faults.Select(f => f.ToString())));
    return 1;
}

string connectionString;
try
{
    connectionString = await builder.ConnectPostgresAsync();
}
catch (EmbeddedPostgresException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}

var roles = DatabaseRoles.Derive(connectionString);
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Limits.MaxRequestBodySize = 4 * 1024 * 1024;
});
builder.Services.AddSingleton(TimeProvider.System);
builder.AddTelemetry();
builder.Services.ConfigureHttpJsonOptions(o => Json.ForHttp(o.SerializerOptions));
builder.Services.AddStores(roles, StateServers.Of(builder.Configuration, connectionString));
builder.Services.AddHttpContextAccessor();
builder.Services.AddAccounts(builder.Configuration);
builder.Services.AddQuestionnaires();
builder.Services.AddReleases();
builder.Services.AddPractices();
builder.Services.AddAtHome();
builder.Services.AddCharts();
builder.Services.AddPapers();
builder.Services.AddWorkbooks();
builder.Services.AddJobs(roles);
builder.Services.AddWebhooks();
builder.Services.AddScoped<RemindRespondents>();
builder.Services.AddDemo();
builder.Services.AddDashboard(builder.Configuration);
builder.Services.AddApiDescription();
builder.Services.AddExceptionHandler<ExceptionResponses>();
builder.Services.AddFastEndpoints();
builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database", tags: [DatabaseHealth.Ready]);

var app = builder.Build();
if (MoveStateCommand.Of(args) is { } move)
{
    return await move.RunAsync(app.Services, connectionString);
}

try
{
    await app.Services.PrepareAsync(connectionString, app.Configuration, app.Lifetime.ApplicationStopping);
}
catch (StateServersException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}

app.UseForwardedRequests();
app.UseSecurityHeaders();
app.UseExceptionHandler(_ => { });
app.UseProblemsForBareStatus();
app.UseDashboardCalls();
app.UseRouting();
app.HideInternals();
app.AnswerRouting();
app.UseMiddleware<ChangesWait>();
app.UseMiddleware<UnknownQueryParameters>();
app.UseAuthentication();
app.UseAuthorization();
app.UseMiddleware<Gate>();
app.UseMiddleware<StateRouting>();
app.UseDashboard();
app.UseApi();
app.MapJobs();
app.MapHealth();
app.MapApiDescription();
app.MapDashboard();

await app.StartAsync();
if (app.Configuration.IsDemo())
{
    await app.Services.GetRequiredService<DemoData>().RunAsync(app.Lifetime.ApplicationStopping);
}

await app.WaitForShutdownAsync();
return 0;

/// <summary>Named for the test hosts.</summary>
public partial class Program;
