namespace SelfAssess.Domain.Assessments;

/// <summary>Whether a text survives storage: the database takes neither null characters nor halves of surrogate pairs.</summary>
public static class StorableText
{
    public static bool Is(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || char.IsLowSurrogate(text[i]))
            {
                return false;
            }

            if (char.IsHighSurrogate(text[i]))
            {
                if (++i == text.Length || !char.IsLowSurrogate(text[i]))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
