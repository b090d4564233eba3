using System.Text.Json;
using System.Text.Json.Serialization;

namespace SelfAssess.Domain.Assessments;

/// <summary>
/// A State's context profile: facts by which questions are chosen and worded. It enters no score.
/// In JSON an object by field: a string, a list of strings, a number, or true or false.
/// </summary>
[JsonConverter(typeof(ProfileConverter))]
public sealed class Profile : IEquatable<Profile>
{
    private readonly SortedDictionary<string, ProfileValue> fields = new(StringComparer.Ordinal);

    public Profile(IEnumerable<KeyValuePair<string, ProfileValue>> fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        foreach (var (id, value) in fields)
        {
            this.fields[id] = value;
        }
    }

    /// <summary>A profile of which nothing is known.</summary>
    public static Profile Empty { get; } = new([]);

    /// <summary>By field, in the order of their ids.</summary>
    public IReadOnlyDictionary<string, ProfileValue> Fields => fields;

    /// <summary>Whether the field is known.</summary>
    public bool Has(string field) => fields.ContainsKey(field);

    public bool Equals(Profile? other) => other is not null && fields.SequenceEqual(other.fields);

    public override bool Equals(object? obj) => Equals(obj as Profile);

    public override int GetHashCode() => fields.Aggregate(0, (hash, f) => HashCode.Combine(hash, f.Key));
}

/// <summary>The value of one profile field.</summary>
public abstract record ProfileValue
{
    private ProfileValue()
    {
    }

    public sealed record One(string Option) : ProfileValue;

    public sealed record Many(IReadOnlyList<string> Options) : ProfileValue
    {
        public bool Equals(Many? other) => other is not null && Options.SequenceEqual(other.Options, StringComparer.Ordinal);

        public override int GetHashCode() => Options.Count;
    }

    public sealed record Number(decimal Value) : ProfileValue;

    public sealed record Flag(bool Value) : ProfileValue;
}

internal sealed class ProfileConverter : JsonConverter<Profile>
{
    public override Profile Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("A profile is an object by field.");
        }

        var fields = new Dictionary<string, ProfileValue>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var field = reader.GetString()!;
            reader.Read();
            if (!fields.TryAdd(field, ReadValue(ref reader)))
            {
                throw new JsonException($"The profile names '{field}' twice.");
            }
        }

        return new Profile(fields);
    }

    public override void Write(Utf8JsonWriter writer, Profile value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (id, field) in value.Fields)
        {
            writer.WritePropertyName(id);
            switch (field)
            {
                case ProfileValue.One one:
                    writer.WriteStringValue(one.Option);
                    break;
                case ProfileValue.Many many:
                    JsonSerializer.Serialize(writer, many.Options, options);
                    break;
                case ProfileValue.Number number:
                    writer.WriteNumberValue(number.Value);
                    break;
                case ProfileValue.Flag flag:
                    writer.WriteBooleanValue(flag.Value);
                    break;
            }
        }

        writer.WriteEndObject();
    }

    private static ProfileValue ReadValue(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return new ProfileValue.One(reader.GetString()!);
            case JsonTokenType.Number when reader.TryGetDecimal(out var number):
                return new ProfileValue.Number(number);
            case JsonTokenType.True or JsonTokenType.False:
                return new ProfileValue.Flag(reader.GetBoolean());
            case JsonTokenType.StartArray:
                var options = new List<string>();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    options.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw NotAValue());
                }

                return new ProfileValue.Many(options);
            default:
                throw NotAValue();
        }
    }

    private static JsonException NotAValue() => new("A profile field is a string, a list of strings, a number, or true or false.");
}
