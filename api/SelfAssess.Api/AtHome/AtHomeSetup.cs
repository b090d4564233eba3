using Marten;

namespace SelfAssess.Api.AtHome;

internal static class AtHomeSetup
{
    public static void RegisterDeliveries(this StoreOptions options)
    {
        options.Schema.For<DeliveryToken>();
        options.Schema.For<KeptToken>();
        options.Schema.For<HomeDelivery>().UseNumericRevisions(true);
    }

    public static void AddAtHome(this IServiceCollection services)
    {
        services.AddHttpClient(nameof(HomeInstance));
        services.AddSingleton<HomeInstance>();
        services.AddSingleton<DeliveryTokens>();
        services.AddSingleton<SignContribution>();
    }
}
