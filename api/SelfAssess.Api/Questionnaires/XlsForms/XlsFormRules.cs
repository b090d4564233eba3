using System.Globalization;
using System.Text.RegularExpressions;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Questionnaires.XlsForms;

/// <summary>
/// Rules as XLSForm's <c>relevant</c>. Where a rule looks at something that is not answered yet, the question is shown, as it is here. What XLSForm cannot say
/// (a question's state) is left out, and the question is always shown: the rule itself goes along in a column of its own.
/// </summary>
internal sealed partial class XlsFormRules(QuestionnaireDefinition definition, XlsFormNames names)
{
    private readonly QuestionnaireDefinition definition = definition;
    private readonly XlsFormNames names = names;
    private readonly Dictionary<string, QuestionDefinition> questions = definition.AllQuestions().ToDictionary(q => q.Id, StringComparer.Ordinal);

    /// <summary>Several rules that all have to hold; empty where none of them can be said.</summary>
    public string Relevant(params IEnumerable<string?> rules) =>
        string.Join(" and ", rules.OfType<string>().Select(Translate).Where(r => r.Length > 0).Select(r => $"({r})"));

    private string Translate(string rule)
    {
        var reading = new Reading(this, [.. Token().Matches(rule).Select(m => m.Value)]);
        return reading.Or() is { } said && reading.Ended ? string.Join(" or ", [.. reading.LooksAt.Select(r => $"{r} = ''"), $"({said})"]) : "";
    }

    /// <summary>What a level or option is worth, as a number.</summary>
    private string? ValueOf(string id)
    {
        var question = questions[id];
        var name = $"${{{names.OfQuestion(id)}}}";
        (string Id, decimal? Value)[] values = question.Kind == QuestionKind.Level
            ? [.. definition.Scales.First(s => s.Id == (question.Scale ?? ScaleAround(definition.Sections, id, null))).Levels.Select(l => (l.Id, (decimal?)l.Value))]
            : [.. question.Options.Select(o => (o.Id, o.Value))];
        return question.Kind == QuestionKind.Number ? name
            : values.Length == 0 || values.Any(v => v.Value is null) || question.Kind == QuestionKind.Multiple ? null
            : values.Reverse().Aggregate("''", (rest, v) => string.Create(CultureInfo.InvariantCulture, $"if({name} = '{v.Id}', {v.Value}, {rest})"));
    }

    private static string? ScaleAround(IReadOnlyList<SectionDefinition> sections, string question, string? inherited) => sections
        .Select(s => s.Questions.Any(q => q.Id == question) ? s.Scale ?? inherited : ScaleAround(s.Sections, question, s.Scale ?? inherited)).FirstOrDefault(s => s is not null);

    [GeneratedRegex(@"'[^']*'|[A-Za-z]+|-?[0-9]+(\.[0-9]+)?|==|!=|<=|>=|<|>|\(|\)|,", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Token();

    /// <summary>One rule, which was checked when the questionnaire was published: null where XLSForm cannot say it.</summary>
    private sealed class Reading(XlsFormRules around, string[] tokens)
    {
        private int at;

        public bool Ended => at == tokens.Length;

        /// <summary>What has to be answered before the rule says anything.</summary>
        public SortedSet<string> LooksAt { get; } = new(StringComparer.Ordinal);

        public string? Or() => Joined("or", () => Joined("and", Not));

        private string? Joined(string word, Func<string?> part)
        {
            var left = part();
            while (left is not null && Take(word))
            {
                left = part() is { } right ? $"{left} {word} {right}" : null;
            }

            return left;
        }

        private string? Not() => Take("not") ? Not() is { } operand ? $"not({operand})" : null : Comparison();

        private string? Comparison()
        {
            var left = Operand();
            if (left is null || at >= tokens.Length || tokens[at] is not ("==" or "!=" or "<" or "<=" or ">" or ">="))
            {
                return left;
            }

            var sign = tokens[at++] is "==" ? "=" : tokens[at - 1];
            return Operand() is { } right ? $"{left} {sign} {right}" : null;
        }

        private string? Operand()
        {
            if (at >= tokens.Length)
            {
                return null;
            }

            var token = tokens[at++];
            switch (token)
            {
                case "(":
                    return Or() is { } inner && Take(")") ? $"({inner})" : null;
                case "true" or "false":
                    return $"'{token}'";
                case "profile" or "answer" or "value":
                    return Take("(") && at < tokens.Length && tokens[at++].Trim('\'') is var id && Take(")") ? Reference(token, id) : null;
                case "has":
                    return Take("(") && Operand() is { } options && Take(",") && at < tokens.Length && tokens[at++] is var option && Take(")") ? $"selected({options}, {option})" : null;
                case "count":
                    return Take("(") && Operand() is { } counted && Take(")") ? $"count-selected({counted})" : null;
                case "known":
                    var before = LooksAt.ToArray();
                    var known = Take("(") && Operand() is { } asked && Take(")") ? $"{asked} != ''" : null;
                    LooksAt.IntersectWith(before);
                    return known;
                default:
                    return token[0] is '\'' or '-' || char.IsAsciiDigit(token[0]) ? token : null;
            }
        }

        private string? Reference(string function, string id)
        {
            var name = $"${{{(function == "profile" ? around.names.OfProfile(id) : around.names.OfQuestion(id))}}}";
            LooksAt.Add(name);
            return function == "value" ? around.ValueOf(id)
                // Alone, where it is no comparison's side, a fact that is true or false.
                : function == "profile" && around.definition.Profile.First(f => f.Id == id).Kind == ProfileFieldKind.Boolean && (at >= tokens.Length || tokens[at] is not ("==" or "!="))
                    ? $"{name} = 'true'" : name;
        }

        private bool Take(string token)
        {
            var found = at < tokens.Length && tokens[at] == token;
            at += found ? 1 : 0;
            return found;
        }
    }
}
