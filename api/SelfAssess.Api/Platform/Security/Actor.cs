using System.Security.Claims;

namespace SelfAssess.Api.Platform.Security;

/// <summary>Who carries out a request, as a State's history names them.</summary>
/// <param name="Account">The account's id.</param>
/// <param name="Name">The name under which they act.</param>
public sealed record Actor(string Account, string Name)
{
    internal static Actor Of(HttpContext context) =>
        new(context.User.FindFirstValue(ClaimTypes.NameIdentifier) ?? "", context.User.FindFirstValue(ClaimTypes.Name) ?? "");
}
