using System.Globalization;
using Npgsql;
using SelfAssess.Api.Accounts;
using SelfAssess.Api.Platform.Http;

namespace SelfAssess.Api.Platform.Configuration;

/// <summary>What values of settings have to be. Each answers null for one that can be used.</summary>
internal static class Values
{
    public static Complaint? Anything(string value) => null;

    public static Complaint? YesOrNo(string value) => bool.TryParse(value, out _) ? null : new($"'{value}' is neither true nor false.", "Write true or false.");

    public static Func<string, Complaint?> Number(int least, int most) => value =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? null
            : new($"'{value}' is not a number that can be used.", string.Create(CultureInfo.InvariantCulture, $"Write a whole number from {least} to {most}."));

    public static Complaint? Duration(string value) =>
        TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var duration) && duration > TimeSpan.Zero ? null
            : new($"'{value}' is not a length of time.", "Write hours:minutes:seconds, as in 00:10:00.");

    public static Complaint? Folder(string value) => Directory.Exists(value) ? null : new($"There is no folder '{value}'.", "Make it, or name one that is there and that the program may read.");

    public static Complaint? Mailbox(string value) => Mailing.IsAddress(value) ? null : new($"'{value}' is not a mail address.", "Write one address and nothing else, as in name@example.org.");

    public static Complaint? WebAddress(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Query.Length == 0 ? null
            : new($"'{value}' is not the address of a web site.", "Write it with its scheme, as in https://selfassess.example.org.");

    /// <summary>A provider that is not on this machine is asked through an encrypted connection only.</summary>
    public static Complaint? Encrypted(string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var uri) && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback)) ? null
            : new($"'{value}' is not an address that begins with https.", "Write the provider's issuer, as in https://id.example.org.");

    public static Complaint? Listening(string value)
    {
        foreach (var address in value.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            try
            {
                _ = BindingAddress.Parse(address);
            }
            catch (FormatException)
            {
                return new($"'{address}' is not an address to listen on.", "Write scheme, host and port, as in http://+:8080; several with ; between them.");
            }
        }

        return null;
    }

    public static Complaint? Networks(string value)
    {
        var wrong = value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(n => ForwardedRequests.Network(n) is null);
        return wrong is null ? null : new($"'{wrong}' is neither an IP address nor a network.", "Write addresses or networks with commas between them, as in 10.0.0.7, 10.1.0.0/16.");
    }

    /// <summary>The value is a secret: neither it nor what the driver says of it, which may quote it, is shown.</summary>
    public static Complaint? ConnectionString(string value)
    {
        try
        {
            return string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(value).Host) ? new("It names no host.", "Write Host=…;Database=…;Username=…") : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            return new("It cannot be read.", "Write Host=…;Database=…;Username=… with the keywords of Npgsql; a value with ; or = in it stands in quotes.");
        }
    }

    public static Complaint? Password(string value) =>
        value.Length < 12 || value.Distinct().Count() < 5 ? new("It is too easy to guess.", "Take 12 characters or more, 5 of them different.") : null;

    public static Complaint? Key(string value) => value.Length < 32 ? new("It is too short.", "Take a random text of 32 characters or more, the same on both sides.") : null;
}
