using JasperFx;
using Marten;

namespace SelfAssess.Api.States;

/// <summary>A State in the register: what everybody may know.</summary>
public sealed record RegisteredState : IRevisioned
{
    /// <summary>Its code, by which it is addressed: two to eight capital letters and digits.</summary>
    public required string Id { get; init; }

    /// <summary>Its name in English.</summary>
    public required string Name { get; init; }

    public int Version { get; set; }
}

/// <summary>A State's context profile, kept with what belongs to the State.</summary>
public sealed record StateProfile : IRevisioned
{
    public const string TheOnly = "profile";

    public string Id { get; init; } = TheOnly;
    public required Profile Profile { get; init; }

    public int Version { get; set; }
}

internal static class StatesSetup
{
    public const string CodePattern = "^[A-Z0-9]{2,8}$";

    public static void RegisterRegister(this StoreOptions options) => options.Schema.For<RegisteredState>().UseNumericRevisions(true);

    public static void RegisterStates(this StoreOptions options) => options.Schema.For<StateProfile>().UseNumericRevisions(true);
}
