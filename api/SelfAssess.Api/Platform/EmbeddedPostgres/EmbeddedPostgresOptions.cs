namespace SelfAssess.Api.Platform.EmbeddedPostgres;

/// <summary>What can be said about the PostgreSQL that SelfAssess starts itself: configuration section <c>SelfAssess:Postgres</c>.</summary>
internal sealed record EmbeddedPostgresOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string Section = "SelfAssess:Postgres";

    /// <summary>
    /// Holds the cluster, its password, its locks and its log. Where we run as root and the server's account cannot get there,
    /// a folder below <c>/var/lib/selfassess</c> with a name made from this one takes its place.
    /// </summary>
    public string DataFolder { get; init; } = Path.Combine(Home(), "postgres");

    /// <summary>Where npm installs server binaries, if it must.</summary>
    public string CacheFolder { get; init; } = Path.Combine(Home(), "postgres-npm");

    /// <summary>The folder of <c>postgres</c>, <c>initdb</c> and <c>pg_ctl</c>; if given, no other is looked for.</summary>
    public string? BinFolder { get; init; }

    /// <summary>Whether an installed PostgreSQL may be used.</summary>
    public bool AllowInstalled { get; init; } = true;

    /// <summary>Whether npm may bring PostgreSQL where none is installed.</summary>
    public bool AllowNpm { get; init; } = true;

    /// <summary>False: commits do not wait for the disk and a power cut may destroy the cluster. For tests only.</summary>
    public bool Durable { get; init; } = true;

    /// <summary>Deletes the data folder once the last process that uses the server has gone. For tests only.</summary>
    public bool DeleteWhenStopped { get; init; }

    /// <summary>Connections that the server accepts.</summary>
    public int MaxConnections { get; init; } = 100;

    /// <summary>The server's own cache, in MiB.</summary>
    public int SharedBuffers { get; init; } = 128;

    /// <summary>How long starting may take, waiting for other processes and crash recovery included.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The ignored <c>.data</c> of the checkout that we run from; outside a checkout, of the current folder.</summary>
    internal static string Home()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SelfAssess.sln")))
                return Path.Combine(folder.FullName, ".data");
        }

        return Path.GetFullPath(".data");
    }
}

/// <summary>The embedded PostgreSQL cannot be had or started. The message is meant for whoever started the program.</summary>
internal sealed class EmbeddedPostgresException(string message, Exception? inner = null) : Exception(message, inner);
