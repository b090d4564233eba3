using System.Globalization;
using System.Resources;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace SelfAssess.Api.Accounts;

/// <summary>Where mail is sent, under <c>SelfAssess:Smtp</c>; without a host none is.</summary>
public sealed record SmtpOptions
{
    public string? Host { get; init; }
    public int Port { get; init; } = 587;

    /// <summary>Demands an encrypted connection, be it from the start (465) or by STARTTLS.</summary>
    public bool Encrypted { get; init; } = true;
    public string? User { get; init; }
    public string? Password { get; init; }
    public string From { get; init; } = "selfassess@localhost";
}

/// <summary>Mails one-time links and reminders. A mail that cannot be sent is logged, and a link can still be handed over by whoever made it.</summary>
internal sealed partial class Mailing(IConfiguration configuration, ILogger<Mailing> logger)
{
    public const string Section = "SelfAssess:Smtp";
    public const string PublicUrl = "SelfAssess:PublicUrl";
    private static readonly ResourceManager Texts = new("SelfAssess.Api.Accounts.Texts.MailTexts", typeof(Mailing).Assembly);
    private readonly SmtpOptions options = configuration.GetSection(Section).Get<SmtpOptions>() ?? new SmtpOptions();

    public bool IsConfigured => options.Host is not null;

    /// <summary>Whether a text is one address and nothing else: no name, no second recipient, no line break.</summary>
    public static bool IsAddress(string? text) =>
        text?.IndexOf('@', StringComparison.Ordinal) is > 0 && !text.EndsWith('@') && MailboxAddress.TryParse(text, out var address) && address.Address == text && string.IsNullOrEmpty(address.Name);

    /// <summary>Mails a one-time link.</summary>
    /// <param name="purpose">What the link is for.</param>
    /// <param name="email">To whom it goes.</param>
    /// <param name="language">In which it is written.</param>
    /// <param name="path">The link's path; the deployment's address stands before it.</param>
    /// <param name="cancellationToken">Stops sending.</param>
    public Task SendAsync(LinkPurpose purpose, string email, string language, string path, CancellationToken cancellationToken) =>
        SendAsync(purpose == LinkPurpose.Invitation ? "invitation" : "passwordReset", email, language, [Address + path], cancellationToken);

    /// <summary>Reminds somebody of the day by which answers are asked for; answers whether the mail server took the mail. It names neither State nor entity.</summary>
    public Task<bool> RemindAsync(string email, string language, DateOnly answerBy, CancellationToken cancellationToken) =>
        SendAsync("reminder", email, language, [$"{Address}/", answerBy.ToString("D", CultureInfo.GetCultureInfo(language))], cancellationToken);

    private string Address => (configuration[PublicUrl] ?? "http://localhost:5080").TrimEnd('/');

    private async Task<bool> SendAsync(string name, string email, string language, object[] values, CancellationToken cancellationToken)
    {
        if (options.Host is null)
        {
            return false;
        }

        var culture = CultureInfo.GetCultureInfo(language);
        using var message = new MimeMessage();
        message.From.Add(MailboxAddress.Parse(options.From));
        message.To.Add(MailboxAddress.Parse(email));
        message.Subject = Texts.GetString($"{name}Subject", culture)!;
        message.Body = new TextPart("plain") { Text = string.Format(culture, Texts.GetString($"{name}Body", culture)!, values) };
        try
        {
            using var client = new SmtpClient();
            await client.ConnectAsync(options.Host, options.Port, options.Encrypted ? SecureSocketOptions.Auto : SecureSocketOptions.None, cancellationToken);
            if (options.User is { } user)
            {
                await client.AuthenticateAsync(user, options.Password ?? "", cancellationToken);
            }

            await client.SendAsync(message, cancellationToken);
            await client.DisconnectAsync(true, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            NotSent(logger, e.GetType().Name);
            return false;
        }
    }

    [LoggerMessage(LogLevel.Error, "A mail could not be sent ({Kind}); a link can be handed over in another way, and a reminder is tried again.")]
    private static partial void NotSent(ILogger logger, string kind);
}
