using Hangfire;
using Hangfire.Dashboard;
using Hangfire.PostgreSql;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Platform.Telemetry;
using SelfAssess.Api.Releases;
using SelfAssess.Api.Rounds;
using SelfAssess.Api.Webhooks;

namespace SelfAssess.Api.Platform.Jobs;

/// <summary>Hangfire: its queue in PostgreSQL under a role of its own, its dashboard at /jobs.</summary>
internal static class JobsSetup
{
    public static void AddJobs(this IServiceCollection services, DatabaseRoles roles)
    {
        services.AddSingleton<OneAtATime>();
        services.AddHangfire(configuration => configuration
            .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
            .UseSimpleAssemblyNameTypeSerializer()
            .UseRecommendedSerializerSettings()
            .UseFilter(new JobSpans())
            .UsePostgreSqlStorage(
                o => o.UseNpgsqlConnection(roles.Jobs),
                new PostgreSqlStorageOptions
                {
                    SchemaName = DatabaseRoles.JobsSchema,
                    QueuePollInterval = TimeSpan.FromSeconds(1),
                    // A job of a server that died is taken up by another one after this long.
                    InvisibilityTimeout = TimeSpan.FromMinutes(2),
                    UseSlidingInvisibilityTimeout = true,
                }));
        services.AddHangfireServer(options =>
        {
            options.WorkerCount = 2;
            options.SchedulePollingInterval = TimeSpan.FromSeconds(1);
        });
    }

    public static void MapJobs(this WebApplication app)
    {
        app.MapHangfireDashboard("/jobs", new DashboardOptions { Authorization = [], AsyncAuthorization = [new OnlyAdministrators()], DashboardTitle = "SelfAssess jobs", DisplayStorageConnectionString = false })
            .RequireAuthorization();
        app.Services.GetRequiredService<IRecurringJobManager>()
            .AddOrUpdate<ReleaseJob>(ReleaseJob.SweepId, job => job.ResumeAsync(CancellationToken.None), Cron.Minutely);
        app.Services.GetRequiredService<IRecurringJobManager>()
            .AddOrUpdate<WebhookJob>(WebhookJob.SweepId, job => job.ResumeAsync(CancellationToken.None), "*/5 * * * *");
        app.Services.GetRequiredService<IRecurringJobManager>()
            .AddOrUpdate<RemindRespondents>(RemindRespondents.JobId, job => job.RunAsync(CancellationToken.None), Cron.Hourly);
    }
}

/// <summary>The queue's dashboard is for administrators.</summary>
internal sealed class OnlyAdministrators : IDashboardAsyncAuthorizationFilter
{
    public async Task<bool> AuthorizeAsync(DashboardContext context)
    {
        var http = context.GetHttpContext();
        var caller = await Caller.FindAsync(http, http.RequestServices.GetRequiredService<IAccountStore>(), http.RequestServices.GetRequiredService<TimeProvider>());
        return caller?.Is(Role.Administrator) == true;
    }
}
