using Microsoft.Extensions.Configuration.KeyPerFile;
using Microsoft.Extensions.FileProviders;

namespace SelfAssess.Api.Platform.Configuration;

/// <summary>
/// Settings as files, as container engines hand secrets over: each file of the folder <c>SelfAssess:Secrets:Folder</c> is named as an environment
/// variable would be, and holds the value; an end of line after it is not part of it. A file has the last word.
/// </summary>
internal static class SecretFiles
{
    public const string Folder = "SelfAssess:Secrets:Folder";

    /// <summary>Adds the folder's files where it is set and there; that it is missing is found by <see cref="Settings"/>, beside everything else.</summary>
    public static void AddSecretFiles(this ConfigurationManager configuration)
    {
        if (configuration[Folder] is not { Length: > 0 } folder || !Directory.Exists(folder))
        {
            return;
        }

        // A source of this kind watches nothing unless it is told to: a new secret counts from the next start.
        ((IConfigurationBuilder)configuration).Add(new KeyPerFileConfigurationSource
        {
            FileProvider = new PhysicalFileProvider(Path.GetFullPath(folder)),
            ReloadOnChange = false,
        });
    }
}
