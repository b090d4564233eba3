namespace SelfAssess.Api.Platform.Security;

/// <summary>What somebody may be, in the community or in one State. A role is granted from a day to a day.</summary>
public enum Role
{
    /// <summary>Keeps States, accounts, cycles and questionnaires; sees no answers.</summary>
    Administrator,

    /// <summary>Previews, freezes and uses releases; sees no answers. Granted for a term.</summary>
    Presidency,

    /// <summary>Leads one State's assessment.</summary>
    Coordinator,

    /// <summary>Answers for one entity of one State.</summary>
    Respondent,

    /// <summary>Reads one State's result, and nothing else of it.</summary>
    Reader,

    /// <summary>Reads one State's history.</summary>
    Auditor,
}

/// <summary>
/// Who may call an endpoint. Every endpoint carries exactly one declaration; without one it refuses everybody. Roles of a State count only
/// for the State that the address names (<c>{state}</c>), and a respondent's only for the entity that it names, where it names one (<c>{entity}</c>).
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal abstract class AccessAttribute : Attribute;

/// <summary>Those who hold one of these roles now.</summary>
internal sealed class PermitsAttribute(params Role[] roles) : AccessAttribute
{
    public IReadOnlyList<Role> Roles { get; } = roles;
}

/// <summary>Everybody who is signed in, with any role or none.</summary>
internal sealed class PermitsSignedInAttribute : AccessAttribute;

/// <summary>Everybody who is signed in, and anyone at all where the deployment opens its releases.</summary>
internal sealed class PermitsReleaseReadersAttribute : AccessAttribute;

/// <summary>Anyone, signed in or not.</summary>
internal sealed class PermitsAnyoneAttribute : AccessAttribute;
