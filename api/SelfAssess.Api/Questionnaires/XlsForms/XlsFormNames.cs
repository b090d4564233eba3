using System.Globalization;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Questionnaires.XlsForms;

/// <summary>
/// What XLSForm calls sections, questions and profile fields: its names begin with a letter and hold letters, digits and underscores, each once in a form. Our own
/// ids stand beside them.
/// </summary>
internal sealed class XlsFormNames
{
    private readonly HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);

    public XlsFormNames(QuestionnaireDefinition definition)
    {
        foreach (var (key, _) in definition.Profile.Select(f => ($"p_{f.Id}", f)))
        {
            Take(key);
        }

        foreach (var section in definition.AllSections())
        {
            Take($"s_{section.Id}");
            foreach (var question in section.Questions)
            {
                Take($"q_{question.Id}");
            }
        }
    }

    public string OfProfile(string field) => names[$"p_{field}"];

    public string OfSection(string section) => names[$"s_{section}"];

    public string OfQuestion(string question) => names[$"q_{question}"];

    /// <summary>A name for what belongs to a question: a side of a matrix, a comment.</summary>
    public string Beside(string name, string suffix) => Take($"{name}_{suffix}");

    private string Take(string key)
    {
        var plain = string.Concat(key.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        var name = plain;
        for (var number = 2; !taken.Add(name); number++)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{plain}_{number}");
        }

        return names[key] = name;
    }
}
