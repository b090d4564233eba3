namespace SelfAssess.Api.Platform.EmbeddedPostgres;

/// <summary>
/// Folders that are filled under a name of their own and renamed when whole: being killed half-way leaves nothing that looks whole.
/// </summary>
internal static class Unfinished
{
    private const string Mark = ".unfinished-";

    /// <summary>
    /// A name that nothing uses, beside <paramref name="whole"/>, whose earlier attempts are deleted as far as nobody is still busy
    /// with them (a program that outlived the process that started it).
    /// </summary>
    public static string For(string whole)
    {
        foreach (var left in Directory.EnumerateDirectories(Path.GetDirectoryName(whole)!, Path.GetFileName(whole) + Mark + "*"))
            Delete(left);
        return whole + Mark + Path.GetRandomFileName();
    }

    public static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // The next attempt deletes it.
        }
    }
}
