namespace SelfAssess.Api.Platform.Security;

/// <summary>
/// What whoever watches over a deployment has to see: who signed in, what was refused. People are told by their accounts' ids and operations by theirs: an address would name a
/// State, and what was typed may be a password in the wrong field.
/// </summary>
internal static partial class SecurityEvents
{
    [LoggerMessage(EventId = 4601, Level = LogLevel.Information, Message = "Account {Account} signed in.")]
    public static partial void SignedIn(ILogger logger, string account);

    [LoggerMessage(EventId = 4602, Level = LogLevel.Information, Message = "Signing in was refused: {Reason}.")]
    public static partial void SignInRefused(ILogger logger, string reason);

    [LoggerMessage(EventId = 4603, Level = LogLevel.Information, Message = "{Operation} was refused to account {Account}: {Reason}.")]
    public static partial void Refused(ILogger logger, string operation, string account, string reason);
}
