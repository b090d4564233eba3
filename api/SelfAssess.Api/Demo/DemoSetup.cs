namespace SelfAssess.Api.Demo;

/// <summary>Fictitious data on request: <c>--demo</c>, or the setting <c>SelfAssess:Demo</c>.</summary>
internal static class DemoSetup
{
    private const string Switch = "--demo";
    public const string Setting = "SelfAssess:Demo";

    /// <summary>The command line with the switch written as the setting that it stands for.</summary>
    public static string[] AsConfiguration(this string[] args) => [.. args.Select(a => a == Switch ? $"--{Setting}=true" : a)];

    public static bool IsDemo(this IConfiguration configuration) => configuration.GetValue<bool>(Setting);

    public static void AddDemo(this IServiceCollection services) => services.AddTransient<DemoData>();
}
