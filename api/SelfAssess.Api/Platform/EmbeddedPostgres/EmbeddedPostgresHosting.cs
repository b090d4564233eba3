using Npgsql;

namespace SelfAssess.Api.Platform.EmbeddedPostgres;

/// <summary>Lets the host have its database: the configured one, or else one of its own.</summary>
internal static class EmbeddedPostgresHosting
{
    /// <summary>The name of the connection string that, where it is set, is used instead of an embedded server.</summary>
    public const string ConnectionName = "SelfAssess";

    /// <summary>The setting of the password alone, so that a deployment can keep it apart from the rest of the connection string, which is no secret then.</summary>
    public const string Password = "SelfAssess:Database:Password";

    /// <summary>
    /// The connection string to use. Where none is configured, an embedded server is started at once; it stops after every hosted
    /// service has stopped, or when this process dies. Also sets the configuration's connection string of that name.
    /// </summary>
    /// <exception cref="EmbeddedPostgresException">There is no database to be had; the message is meant for the console.</exception>
    public static async Task<string> ConnectPostgresAsync(this IHostApplicationBuilder builder, CancellationToken cancellation = default)
    {
        if (builder.Configuration.GetConnectionString(ConnectionName) is { Length: > 0 } configured)
            return WithPassword(configured, builder.Configuration[Password]);

        // The host's own loggers exist only once it is built.
        var loggers = LoggerFactory.Create(logging =>
            logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddConsole());
        var options = builder.Configuration.GetSection(EmbeddedPostgresOptions.Section).Get<EmbeddedPostgresOptions>() ?? new();
        var server = await EmbeddedPostgres.StartAsync(options, TimeProvider.System, loggers.CreateLogger<EmbeddedPostgres>(), cancellation);
        builder.Configuration["ConnectionStrings:" + ConnectionName] = server.ConnectionString;
        builder.Services.AddHostedService(_ => new StopWithHost(server, loggers));
        return server.ConnectionString;
    }

    private static string WithPassword(string connectionString, string? password) => string.IsNullOrEmpty(password) ? connectionString
        : new NpgsqlConnectionStringBuilder(connectionString) { Password = password }.ConnectionString;

    // StoppedAsync comes after every other service's StopAsync: requests and jobs that are finishing still have their database.
    private sealed class StopWithHost(EmbeddedPostgres server, ILoggerFactory loggers) : IHostedLifecycleService
    {
        public async Task StoppedAsync(CancellationToken cancellationToken)
        {
            await server.DisposeAsync();
            loggers.Dispose();
        }

        public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
