using System.Buffers.Binary;
using System.Security.Cryptography;

namespace SelfAssess.Api.Platform.Maintenance;

/// <summary>Something that an operator has to put right. The message is meant for the console.</summary>
internal sealed class MaintenanceException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// An encrypted file: a head with what is in it and a salt, then pieces of 1 MiB under AES-256-GCM. A piece's nonce is its number and whether it is the last, and
/// the head is bound to each, so that none can be changed, moved, left out or cut off unnoticed. The key of each file is derived from the key file and its own salt.
/// </summary>
internal static class SealedFile
{
    private const int SaltLength = 32;
    private const int PieceLength = 1024 * 1024;
    private static readonly byte[] Magic = "SelfAssess backup 1\n"u8.ToArray();

    /// <summary>The key that a file holds: 32 characters or more; what stands around them does not count.</summary>
    /// <exception cref="MaintenanceException">There is none.</exception>
    public static async Task<byte[]> KeyAsync(string path)
    {
        if (!File.Exists(path))
        {
            throw new MaintenanceException($"There is no key file '{path}'. Make one, as with: openssl rand -hex 32 > {path}");
        }

        var key = System.Text.Encoding.UTF8.GetBytes((await File.ReadAllTextAsync(path)).Trim());
        return key.Length >= 32 ? key : throw new MaintenanceException($"The key in '{path}' is too short. Take 32 random characters or more.");
    }

    /// <summary>A stream whose bytes go into a file, encrypted. The file is whole once it is completed.</summary>
    /// <param name="file">Written from its beginning.</param>
    /// <param name="key">Of <see cref="KeyAsync"/>.</param>
    /// <param name="content">A letter that says what is in it.</param>
    public static SealingStream Seal(Stream file, byte[] key, char content)
    {
        byte[] head = [.. Magic, (byte)content, .. RandomNumberGenerator.GetBytes(SaltLength)];
        file.Write(head);
        return new SealingStream(file, head, Cipher(key, head));
    }

    /// <summary>What is in a file, and its bytes; reading fails where it is not what was written.</summary>
    /// <exception cref="MaintenanceException">It is none of ours, or not of this key.</exception>
    public static (char Content, Stream Bytes) Open(Stream file, byte[] key)
    {
        var head = new byte[Magic.Length + 1 + SaltLength];
        if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length || !head.AsSpan(0, Magic.Length).SequenceEqual(Magic))
        {
            throw new MaintenanceException("The file is no backup of this program.");
        }

        return ((char)head[Magic.Length], new OpeningStream(file, head, Cipher(key, head)));
    }

    private static AesGcm Cipher(byte[] key, byte[] head) =>
        new(HKDF.DeriveKey(HashAlgorithmName.SHA256, key, 32, head[(Magic.Length + 1)..], "selfassess backup"u8.ToArray()), AesGcm.TagByteSizes.MaxSize);

    private static byte[] Nonce(long piece, bool last)
    {
        var nonce = new byte[AesGcm.NonceByteSizes.MaxSize];
        BinaryPrimitives.WriteInt64BigEndian(nonce, piece);
        nonce[^1] = last ? (byte)1 : (byte)0;
        return nonce;
    }

    internal sealed class SealingStream(Stream file, byte[] head, AesGcm cipher) : OneWayStream
    {
        private readonly byte[] piece = new byte[PieceLength];
        private int filled;
        private long number;

        public override bool CanWrite => true;

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (buffer.Length > 0)
            {
                if (filled == PieceLength)
                {
                    Put(last: false);
                }

                var taken = Math.Min(buffer.Length, PieceLength - filled);
                buffer[..taken].CopyTo(piece.AsSpan(filled));
                filled += taken;
                buffer = buffer[taken..];
            }
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            // Into a local file: there is nothing to wait for.
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        /// <summary>Without this the file counts as cut off.</summary>
        public void Complete() => Put(last: true);

        protected override void Dispose(bool disposing)
        {
            cipher.Dispose();
            base.Dispose(disposing);
        }

        private void Put(bool last)
        {
            var tag = new byte[AesGcm.TagByteSizes.MaxSize];
            cipher.Encrypt(Nonce(number++, last), piece.AsSpan(0, filled), piece.AsSpan(0, filled), tag, head);
            file.Write(piece, 0, filled);
            file.Write(tag);
            filled = 0;
        }
    }

    private sealed class OpeningStream(Stream file, byte[] head, AesGcm cipher) : OneWayStream
    {
        private readonly byte[] piece = new byte[PieceLength + AesGcm.TagByteSizes.MaxSize];
        private int length;
        private int taken;
        private long number;
        private bool ended;

        public override bool CanRead => true;

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            while (taken == length && !ended)
            {
                Next();
            }

            var given = Math.Min(buffer.Length, length - taken);
            piece.AsSpan(taken, given).CopyTo(buffer);
            taken += given;
            return given;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer, offset, count));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

        protected override void Dispose(bool disposing)
        {
            cipher.Dispose();
            base.Dispose(disposing);
        }

        private void Next()
        {
            var tag = AesGcm.TagByteSizes.MaxSize;
            var read = file.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false);
            ended = read < piece.Length || file.Position == file.Length;
            try
            {
                length = Math.Max(0, read - tag);
                cipher.Decrypt(Nonce(number++, ended), piece.AsSpan(0, length), piece.AsSpan(length, Math.Min(tag, read)), piece.AsSpan(0, length), head);
                taken = 0;
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException)
            {
                throw new MaintenanceException("The file is damaged or cut off, or was written with another key.", e);
            }
        }
    }

    /// <summary>What a stream has to say that goes one way only.</summary>
    internal abstract class OneWayStream : Stream
    {
        public override bool CanRead => false;

        public override bool CanWrite => false;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
