using System.Net.Sockets;
using System.Text;

namespace SelfAssess.TestKit;

/// <summary>A mail server that takes what it is given.</summary>
public static class MailServer
{
    /// <summary>Takes mails until there are so many; answers the recipient's address and the text of each, as "address text".</summary>
    public static async Task<List<string>> ReceiveAsync(TcpListener listener, int count)
    {
        var mails = new List<string>();
        while (mails.Count < count)
        {
            using var connection = await listener.AcceptTcpClientAsync();
            await using var stream = connection.GetStream();
            using var reader = new StreamReader(stream, Encoding.Latin1);
            await using var writer = new StreamWriter(stream, Encoding.Latin1) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 test");
            while (await reader.ReadLineAsync() is { } line && !line.StartsWith("QUIT", StringComparison.Ordinal))
            {
                if (line != "DATA")
                {
                    await writer.WriteLineAsync("250 OK");
                    continue;
                }

                await writer.WriteLineAsync("354 go on");
                var body = new StringBuilder();
                while (await reader.ReadLineAsync() is { } part && part != ".")
                {
                    body.Append(part).Append("\r\n");
                }

                using var raw = new MemoryStream(Encoding.Latin1.GetBytes(body.ToString()));
                var mail = await MimeKit.MimeMessage.LoadAsync(raw);
                mails.Add($"{mail.To} {mail.TextBody}");
                await writer.WriteLineAsync("250 OK");
            }

            await writer.WriteLineAsync("221 bye");
        }

        return mails;
    }
}
