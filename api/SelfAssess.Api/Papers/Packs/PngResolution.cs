using System.Buffers.Binary;

namespace SelfAssess.Api.Papers.Packs;

/// <summary>Writes into a PNG how large it is meant to be, which Skia leaves out: word processors and printers then take it at its size.</summary>
internal static class PngResolution
{
    // 300 dots an inch.
    private const int DotsPerMetre = 11811;

    // After the signature (8 bytes) and the header (25): before any picture data, as the format wants it.
    private const int Place = 33;

    /// <summary>The same picture with its resolution.</summary>
    public static byte[] Mark(byte[] png)
    {
        Span<byte> chunk = stackalloc byte[21];
        BinaryPrimitives.WriteInt32BigEndian(chunk, 9);
        "pHYs"u8.CopyTo(chunk[4..]);
        BinaryPrimitives.WriteInt32BigEndian(chunk[8..], DotsPerMetre);
        BinaryPrimitives.WriteInt32BigEndian(chunk[12..], DotsPerMetre);
        chunk[16] = 1;
        BinaryPrimitives.WriteUInt32BigEndian(chunk[17..], Crc(chunk[4..17]));
        return [.. png.AsSpan(0, Place), .. chunk, .. png.AsSpan(Place)];
    }

    /// <summary>The check sum of a chunk's type and content (ISO 3309).</summary>
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }
}
