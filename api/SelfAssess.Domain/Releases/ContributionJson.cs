using System.Text.Json;
using System.Text.Json.Serialization;

namespace SelfAssess.Domain.Releases;

/// <summary>Reads and writes contributions in their short form, in one pass.</summary>
internal sealed class ContributionConverter : JsonConverter<Contribution>
{
    private const string NotApplicable = "notApplicable";
    private const string NoAnswer = "noAnswer";

    public override Contribution Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string? pseudonym = null, cycle = null;
        List<ThemeContribution>? themes = null;
        Expect(reader.TokenType == JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("pseudonym"u8))
            {
                reader.Read();
                pseudonym = reader.GetString();
            }
            else if (reader.ValueTextEquals("cycleId"u8))
            {
                reader.Read();
                cycle = reader.GetString();
            }
            else
            {
                Expect(reader.ValueTextEquals("themes"u8));
                reader.Read();
                themes = ReadThemes(ref reader);
            }
        }

        Expect(pseudonym is not null && cycle is not null && themes is not null);
        return new Contribution(pseudonym!, cycle!, themes!);
    }

    public override void Write(Utf8JsonWriter writer, Contribution value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("pseudonym", value.Pseudonym);
        writer.WriteString("cycleId", value.CycleId);
        writer.WriteStartObject("themes");
        foreach (var theme in value.Themes)
        {
            if (theme.Outcome != ThemeOutcome.Scored)
            {
                writer.WriteString(theme.Section, theme.Outcome == ThemeOutcome.NotApplicable ? NotApplicable : NoAnswer);
                continue;
            }

            writer.WriteStartArray(theme.Section);
            writer.WriteNumberValue(theme.Level!.Value);
            writer.WriteNumberValue(theme.Index!.Value);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static List<ThemeContribution> ReadThemes(ref Utf8JsonReader reader)
    {
        var themes = new List<ThemeContribution>(8);
        Expect(reader.TokenType == JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var section = reader.GetString()!;
            reader.Read();
            if (reader.TokenType == JsonTokenType.String)
            {
                var notApplicable = reader.ValueTextEquals(NotApplicable);
                Expect(notApplicable || reader.ValueTextEquals(NoAnswer));
                themes.Add(new ThemeContribution(section, notApplicable ? ThemeOutcome.NotApplicable : ThemeOutcome.NoAnswer, null, null));
                continue;
            }

            Expect(reader.TokenType == JsonTokenType.StartArray && reader.Read());
            var level = reader.GetInt32();
            reader.Read();
            var index = reader.GetInt64();
            Expect(reader.Read() && reader.TokenType == JsonTokenType.EndArray);
            themes.Add(new ThemeContribution(section, ThemeOutcome.Scored, level, index));
        }

        return themes;
    }

    private static void Expect(bool condition)
    {
        if (!condition)
        {
            throw new JsonException("This is no contribution.");
        }
    }
}
