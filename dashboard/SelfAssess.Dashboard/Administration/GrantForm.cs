using SelfAssess.Dashboard.Api;

namespace SelfAssess.Dashboard.Administration;

/// <summary>A role as it is entered.</summary>
public sealed class GrantForm
{
    public string? Role { get; set; }

    public string? State { get; set; }

    public string? Entity { get; set; }

    public string? From { get; set; }

    public string? Until { get; set; }

    /// <summary>The input of a field that the api names.</summary>
    public static string? FieldOf(string name) => name.StartsWith("grants", StringComparison.Ordinal) ? name.Split('.')[^1] is var part && part.StartsWith("grants", StringComparison.Ordinal) ? "role" : part : name;

    public GrantBody ToBody() => new()
    {
        Role = Enum.TryParse<Role>(Role, out var role) ? role : default,
        State = Texts.OrNull(State)?.ToUpperInvariant(),
        Entity = Texts.OrNull(Entity),
        From = Days.Read(From),
        Until = Days.Read(Until),
    };
}
