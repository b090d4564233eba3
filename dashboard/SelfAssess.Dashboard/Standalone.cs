using Microsoft.AspNetCore.DataProtection;
using SelfAssess.Dashboard.Platform;

namespace SelfAssess.Dashboard;

/// <summary>The dashboard on its own, against the address of an api.</summary>
internal static class Standalone
{
    private static async Task<int> Main(string[] args)
    {
        if (Build(args) is not { } app)
        {
            await Console.Error.WriteLineAsync(
                "Set SelfAssess__Dashboard__Api to the address of the api, and SelfAssess__Dashboard__Key to a long random text, the same for the api.");
            return 1;
        }

        await app.RunAsync();
        return 0;
    }

    /// <summary>The program; null where it does not know its api.</summary>
    internal static WebApplication? Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        var section = builder.Configuration.GetSection(DashboardOptions.Section);
        if (section.Get<DashboardOptions>() is not { Api: not null, Key: not null })
        {
            return null;
        }

        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddDashboard(builder.Configuration);
        if (section["Keys"] is { } folder)
        {
            // Forms stay valid over restarts, and on every node that shares the folder.
            builder.Services.AddDataProtection().SetApplicationName("SelfAssess.Dashboard").PersistKeysToFileSystem(new DirectoryInfo(folder));
        }

        var app = builder.Build();
        app.UseStatusCodePages(context => DashboardSetup.TryWriteErrorPageAsync(context.HttpContext));
        app.UseRouting();
        app.UseDashboard();
        app.MapDashboard();
        return app;
    }
}
