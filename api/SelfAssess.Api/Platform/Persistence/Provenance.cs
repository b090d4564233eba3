using JasperFx.Events;
using Marten;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Api.Platform.Persistence;

/// <summary>Who caused an event, and from where; kept beside it, in the State's own tenant.</summary>
/// <param name="Account">The account's id; null for what a job did.</param>
/// <param name="Name">The name under which they acted.</param>
/// <param name="Address">The network address that the request came from.</param>
public sealed record Provenance(string? Account, string? Name, string? Address)
{
    private const string AccountHeader = "account";
    private const string NameHeader = "name";
    private const string AddressHeader = "address";

    /// <summary>Every event that the session appends carries who sent the request.</summary>
    internal static void Write(IDocumentSession session, HttpContext context)
    {
        var by = Of(context);
        session.SetHeader(AccountHeader, by.Account ?? "");
        session.SetHeader(NameHeader, by.Name ?? "");
        session.SetHeader(AddressHeader, by.Address ?? "");
    }

    internal static Provenance Of(HttpContext context)
    {
        var actor = Actor.Of(context);
        return new Provenance(actor.Account, actor.Name, context.Connection.RemoteIpAddress?.ToString());
    }

    internal static Provenance Of(IEvent happened) => new(Read(happened, AccountHeader), Read(happened, NameHeader), Read(happened, AddressHeader));

    /// <summary>Gives an imported event its original provenance.</summary>
    internal void WriteTo(IEvent happened)
    {
        happened.SetHeader(AccountHeader, Account ?? "");
        happened.SetHeader(NameHeader, Name ?? "");
        happened.SetHeader(AddressHeader, Address ?? "");
    }

    private static string? Read(IEvent happened, string header) => happened.GetHeader(header)?.ToString() is { Length: > 0 } value ? value : null;
}
