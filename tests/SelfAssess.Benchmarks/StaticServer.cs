using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace SelfAssess.Benchmarks;

/// <summary>The yardstick for reading: Kestrel that serves files of a folder. It asks nobody who they are.</summary>
internal static class StaticServer
{
    public const string Command = "serve-files";

    public static async Task RunAsync(string folder, string address)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(address).ConfigureKestrel(k => k.AddServerHeader = false);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        var app = builder.Build();
        app.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(folder), ContentTypeProvider = new FileExtensionContentTypeProvider() });
        app.MapGet("/ready", () => "ready");
        await app.RunAsync();
    }
}
