namespace SelfAssess.Api.Platform.Http;

/// <summary>What a use case comes to: a value at a version, or a refusal. Business refusals are no exceptions.</summary>
public readonly struct Outcome<T>
{
    private Outcome(T? value, long version, Refusal? refusal) => (Value, Version, Refusal) = (value, version, refusal);

    /// <summary>The value; default where there is a <see cref="Refusal"/>.</summary>
    public T? Value { get; }

    /// <summary>Version of the resource after the use case, 0 where it has none.</summary>
    public long Version { get; }

    public Refusal? Refusal { get; }

    public static Outcome<T> Of(T value, long version = 0) => new(value, version, null);

    /// <summary>The same outcome, its value seen as something else.</summary>
    public Outcome<TOther> Select<TOther>(Func<T, long, TOther> view) =>
        Refusal is { } refusal ? refusal : Outcome<TOther>.Of(view(Value!, Version), Version);

    public static implicit operator Outcome<T>(Refusal refusal) => new(default, 0, refusal);
}
