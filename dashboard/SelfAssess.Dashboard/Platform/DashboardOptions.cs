namespace SelfAssess.Dashboard.Platform;

/// <summary>The dashboard's settings, under <c>SelfAssess:Dashboard</c>.</summary>
public sealed class DashboardOptions
{
    public const string Section = "SelfAssess:Dashboard";

    /// <summary>The api's address; left out where the api hosts the dashboard, which then calls the address on which it listens itself.</summary>
    public Uri? Api { get; set; }

    /// <summary>
    /// Shows the api that a call comes from the dashboard, so that it believes it whose browser it speaks for. Both sides need the same; left out where
    /// the api hosts the dashboard.
    /// </summary>
    public string? Key { get; set; }
}
