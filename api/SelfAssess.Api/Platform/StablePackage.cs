using System.IO.Compression;

namespace SelfAssess.Api.Platform;

/// <summary>ZIP archives whose bytes depend on what is in them and on nothing else: not on the moment, and not on the order in which parts were written.</summary>
internal static class StablePackage
{
    private const string First = "[Content_Types].xml";

    // The earliest moment that a ZIP archive can tell.
    private static readonly DateTimeOffset always = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The same archive with its entries in one order and without times.</summary>
    public static byte[] Of(Stream archive)
    {
        using var source = new ZipArchive(archive, ZipArchiveMode.Read);
        return Write([.. source.Entries.OrderBy(e => e.FullName != First).ThenBy(e => e.FullName, StringComparer.Ordinal).Select(e => (e.FullName, Bytes(e)))]);
    }

    /// <summary>An archive of some files in the order given.</summary>
    public static byte[] Write(IReadOnlyList<(string Name, byte[] Content)> files)
    {
        using var target = new MemoryStream();
        using (var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                Add(zip, name, content);
            }
        }

        return target.ToArray();
    }

    /// <summary>Adds one file.</summary>
    public static void Add(ZipArchive zip, string name, ReadOnlySpan<byte> content)
    {
        // Pictures are compressed already.
        var entry = zip.CreateEntry(name, name.EndsWith(".png", StringComparison.Ordinal) ? CompressionLevel.NoCompression : CompressionLevel.Optimal);
        entry.LastWriteTime = always;
        using var stream = entry.Open();
        stream.Write(content);
    }

    private static byte[] Bytes(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
