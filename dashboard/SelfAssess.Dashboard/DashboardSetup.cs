using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection.Extensions;
using SelfAssess.Dashboard.Administration;
using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Coordinator;
using SelfAssess.Dashboard.Platform;
using SelfAssess.Dashboard.Presidency;
using SelfAssess.Dashboard.Questionnaires;
using SelfAssess.Dashboard.Respondent;
using SelfAssess.Dashboard.Shell;
using SelfAssess.Dashboard.SignIn;

namespace SelfAssess.Dashboard;

/// <summary>What a program needs to serve the dashboard.</summary>
public static class DashboardSetup
{
    public static void AddDashboard(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<DashboardOptions>().Bind(configuration.GetSection(DashboardOptions.Section));
        services.TryAddSingleton(TimeProvider.System);
        services.AddHttpContextAccessor();
        services.AddSingleton<DashboardKey>();
        services.AddSingleton<ApiAddress>();
        services.AddTransient<ApiCalls>();
        services.AddHttpClient<ApiClient>(client => client.BaseAddress = new Uri("http://api"))
            // They write every address, and a State's code is in most of them.
            .RemoveAllLoggers()
            .AddHttpMessageHandler<ApiCalls>()
            // Cookies are each browser's own, and a redirect is the browser's to follow.
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false });
        services.AddScoped<Visitor>();
        services.AddScoped<StateNames>();
        services.AddScoped<CycleNames>();
        services.AddScoped<ResponseWork>();
        services.AddSingleton<PublishedQuestionnaires>();
        services.AddScoped<QuestionnaireLibrary>();
        services.AddScoped<AssessmentWork>();
        services.AddSingleton<SealedStep>();
        services.AddScoped<ChartReader>();
        services.AddScoped<RegisterTable>();
        services.AddDataProtection();
        services.AddRazorComponents();
        // Arabic, Chinese and Russian as they are, not as numbers eight times as long.
        services.AddWebEncoders(o => o.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        services.AddResponseCompression(options =>
        {
            // Pages repeat nothing of a request beside their antiforgery token, which is masked anew each time.
            options.EnableForHttps = true;
            options.MimeTypes = ["text/html"];
        });
        services.Configure<BrotliCompressionProviderOptions>(o => o.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(o => o.Level = CompressionLevel.Fastest);
        foreach (var area in typeof(DashboardSetup).Assembly.GetTypes().Where(t => t.IsAssignableTo(typeof(IArea)) && !t.IsInterface))
        {
            services.AddScoped(typeof(IArea), area);
        }
    }

    /// <summary>Between routing and the endpoints, after authentication where there is one.</summary>
    public static void UseDashboard(this IApplicationBuilder app)
    {
        app.UseWhen(IsPage, pages => pages.UseResponseCompression());
        app.UseAntiforgery();
        app.UseWhen(IsPage, pages => pages.UseMiddleware<PageRequests>());
    }

    public static void MapDashboard(this IEndpointRouteBuilder routes)
    {
        routes.MapPageFiles();
        routes.MapRazorComponents<App>().WithMetadata(new PageMetadata()).AllowAnonymous();
        routes.MapApiFiles();
        routes.MapReleaseFiles();
        routes.MapChoices();
        routes.MapProviderSignIn();
        routes.MapAutosave();
        routes.MapExportFile();
    }

    /// <summary>Answers a bare status as a page where a browser asks for one; false where a program asks.</summary>
    public static async Task<bool> TryWriteErrorPageAsync(HttpContext context)
    {
        if (!context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        // Where there is no page, nobody has to sign in to learn that.
        await PageRequests.WriteAsync(context, context.GetEndpoint() is null ? StatusCodes.Status404NotFound : context.Response.StatusCode);
        return true;
    }

    private static bool IsPage(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<PageMetadata>() is not null;
}
