using System.Globalization;
using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;

namespace SelfAssess.Dashboard.Administration;

/// <summary>Roles in words.</summary>
internal static class RoleWords
{
    private static readonly Words T = Words.Of("Administration");

    /// <summary>Whether a role counts on a day.</summary>
    public static bool CountsOn(GrantView grant, DateOnly day) => grant.From <= day && (grant.Until is not { } until || until >= day);

    /// <summary>A role and whose it is: "Coordinator (XAA)".</summary>
    public static string Short(GrantView grant) => grant switch
    {
        { State: null } => T[$"role.{grant.Role}"],
        { Entity: null } => T["role.of", T[$"role.{grant.Role}"], grant.State],
        _ => T["role.ofEntity", T[$"role.{grant.Role}"], grant.State, grant.Entity],
    };

    /// <summary>From a day to a day, or without an end.</summary>
    public static string Term(GrantView grant) => grant.Until is { } until
        ? T["term", grant.From.ToString("d", CultureInfo.CurrentCulture), until.ToString("d", CultureInfo.CurrentCulture)]
        : T["term.open", grant.From.ToString("d", CultureInfo.CurrentCulture)];
}
