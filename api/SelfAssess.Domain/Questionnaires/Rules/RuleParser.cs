using System.Globalization;

namespace SelfAssess.Domain.Questionnaires.Rules;

/// <summary>What is wrong with a rule.</summary>
internal sealed class RuleException(string code, string message) : Exception(message)
{
    public string Code { get; } = code;
}

/// <summary>Reads a rule by recursive descent, checks its names and types, and stays within bounds.</summary>
/// <remarks>
/// <code>
/// or         = and { "or" and }
/// and        = not { "and" not }
/// not        = "not" not | comparison
/// comparison = operand [ ( "==" | "!=" | "&lt;" | "&lt;=" | "&gt;" | "&gt;=" ) operand ]
/// operand    = number | "'" text "'" | "true" | "false" | "(" or ")"
///            | ( "profile" | "answer" | "value" | "state" ) "(" "'" id "'" ")"
///            | "has" "(" operand "," "'" option "'" ")" | "count" "(" operand ")" | "known" "(" operand ")"
/// </code>
/// </remarks>
internal sealed class RuleParser
{
    private static readonly string[] states = ["answered", "notApplicable", "dontKnow", "notYetTested", "declined", "unanswered"];
    private static readonly string[] functions = ["profile", "answer", "value", "state", "has", "count", "known"];

    private readonly string source;
    private readonly IRuleNames names;
    private readonly bool profileOnly;
    private readonly SortedSet<int> questions = [];
    private string token = "";
    private bool quoted;
    private int start;
    private int next;
    private int nodes;
    private int depth;

    private RuleParser(string source, IRuleNames names, bool profileOnly)
    {
        this.source = source;
        this.names = names;
        this.profileOnly = profileOnly;
    }

    /// <summary>The rule.</summary>
    /// <param name="source">Its text.</param>
    /// <param name="names">What it may refer to.</param>
    /// <param name="profileOnly">True for variants, which look at the profile alone.</param>
    /// <exception cref="RuleException">It is no rule; the message says where and why.</exception>
    public static Rule Parse(string source, IRuleNames names, bool profileOnly)
    {
        if (source.Length > Rule.MaximumLength)
        {
            throw new RuleException("ruleTooLong", $"A rule has at most {Rule.MaximumLength} characters; this one has {source.Length}.");
        }

        var parser = new RuleParser(source, names, profileOnly);
        parser.Advance();
        var root = parser.Truth(parser.Or());
        return parser.token.Length == 0 && !parser.quoted ? new Rule(root, [.. parser.questions])
            : throw parser.Error($"expected 'and', 'or' or the end, found {parser.Found}");
    }

    private string Found => token.Length == 0 && !quoted ? "the end" : $"'{token}'";

    private RuleExpression Or()
    {
        var left = And();
        while (Take("or"))
        {
            left = Node(new RuleExpression.Or(Truth(left), Truth(And())));
        }

        return left;
    }

    private RuleExpression And()
    {
        var left = Negation();
        while (Take("and"))
        {
            left = Node(new RuleExpression.And(Truth(left), Truth(Negation())));
        }

        return left;
    }

    private RuleExpression Negation()
    {
        if (!Take("not"))
        {
            return Comparison();
        }

        Enter();
        var operand = Truth(Negation());
        depth--;
        return Node(new RuleExpression.Not(operand));
    }

    private RuleExpression Comparison()
    {
        var left = Operand();
        if (quoted || token is not ("==" or "!=" or "<" or "<=" or ">" or ">="))
        {
            return left;
        }

        var comparison = token;
        Advance();
        var right = Operand();
        if (left.Type != right.Type || left.Type == RuleType.Options)
        {
            throw new RuleException("ruleType", left.Type == RuleType.Options || right.Type == RuleType.Options
                ? $"'{comparison}' cannot compare a set of options; use has(…, 'option') or count(…)."
                : $"'{comparison}' compares {Describe(left.Type)} with {Describe(right.Type)}; both sides must be of one kind.");
        }

        if (left.Type != RuleType.Number && comparison is not ("==" or "!="))
        {
            throw new RuleException("ruleType", $"'{comparison}' compares numbers only; for {Describe(left.Type)} there are == and !=.");
        }

        CheckOption(left, right);
        CheckOption(right, left);
        return Node(new RuleExpression.Comparison(comparison, left, right));
    }

    private RuleExpression Operand()
    {
        Enter();
        var operand = Node(ReadOperand());
        depth--;
        return operand;
    }

    private RuleExpression ReadOperand()
    {
        if (quoted)
        {
            return new RuleExpression.Constant(RuleType.Text, RuleValue.Of(Text()));
        }

        if (Take("("))
        {
            var inner = Or();
            Expect(")");
            return inner;
        }

        if (token is "true" or "false")
        {
            var truth = token == "true";
            Advance();
            return new RuleExpression.Constant(RuleType.Truth, RuleValue.Of(truth));
        }

        if (token.Length > 0 && (char.IsAsciiDigit(token[0]) || token[0] == '-'))
        {
            var number = decimal.TryParse(token, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
                ? value : throw Error($"'{token}' is no number");
            Advance();
            return new RuleExpression.Constant(RuleType.Number, RuleValue.Of(number));
        }

        if (!functions.Contains(token, StringComparer.Ordinal))
        {
            throw Error(token.Length > 0 && char.IsAsciiLetter(token[0])
                ? $"'{token}' means nothing here; texts stand in single quotes, and the functions are {string.Join(", ", functions)}"
                : $"expected a value, found {Found}");
        }

        var function = token;
        Advance();
        Expect("(");
        var result = Call(function);
        Expect(")");
        return result;
    }

    private RuleExpression Call(string function)
    {
        switch (function)
        {
            case "profile":
                return ProfileOf(Text());
            case "has":
                var set = Options(function);
                Expect(",");
                var option = Text();
                CheckOption(set, option);
                return new RuleExpression.Has(set, option);
            case "count":
                return new RuleExpression.Count(Options(function));
            case "known":
                return new RuleExpression.Known(Or());
        }

        var id = Text();
        if (profileOnly)
        {
            throw new RuleException("ruleScope", $"A variant's rule may look at profile('…') only, not at {function}('{id}').");
        }

        var (index, question) = names.Question(id) ?? throw new RuleException("unknownReference", $"{function}('{id}'): there is no question '{id}'.");
        questions.Add(index);
        return function switch
        {
            "state" => new RuleExpression.StateOf(index),
            "value" => names.IsScored(index) ? new RuleExpression.ValueOf(index)
                : throw new RuleException("ruleType", $"value('{id}'): the question is not scored; use answer('{id}')."),
            _ => new RuleExpression.AnswerOf(
                question.Kind switch
                {
                    QuestionKind.Level or QuestionKind.Single => RuleType.Text,
                    QuestionKind.Multiple => RuleType.Options,
                    QuestionKind.Number => RuleType.Number,
                    _ => throw new RuleException("ruleType", $"answer('{id}'): a rule cannot look at a {question.Kind.ToString().ToLowerInvariant()} question's answer."),
                },
                index),
        };
    }

    private RuleExpression.ProfileOf ProfileOf(string id)
    {
        var field = names.Field(id) ?? throw new RuleException("unknownReference", $"profile('{id}'): the questionnaire declares no such profile field.");
        return new RuleExpression.ProfileOf(
            field.Kind switch
            {
                ProfileFieldKind.Single => RuleType.Text,
                ProfileFieldKind.Multiple => RuleType.Options,
                ProfileFieldKind.Number => RuleType.Number,
                _ => RuleType.Truth,
            },
            id);
    }

    private RuleExpression Options(string function)
    {
        var set = Or();
        return set.Type == RuleType.Options ? set
            : throw new RuleException("ruleType", $"{function}(…) takes a set of options: profile('…') or answer('…') of a multiple choice.");
    }

    private RuleExpression Truth(RuleExpression expression) => expression.Type == RuleType.Truth ? expression
        : throw new RuleException("ruleType", $"A condition is expected, not {Describe(expression.Type)}; compare it, for example with ==.");

    private void CheckOption(RuleExpression subject, RuleExpression literal)
    {
        if (literal is RuleExpression.Constant { Type: RuleType.Text } constant)
        {
            CheckOption(subject, constant.Value.Text!);
        }
    }

    /// <summary>A misspelt option would make a rule silently false for ever.</summary>
    private void CheckOption(RuleExpression subject, string option)
    {
        var (permitted, of) = subject switch
        {
            RuleExpression.ProfileOf p => (names.Field(p.Field)!.Options, $"profile('{p.Field}')"),
            RuleExpression.AnswerOf a => (names.AnswerIds(a.Question), "the question"),
            RuleExpression.StateOf => (states, "state(…)"),
            _ => (null, ""),
        };
        if (permitted is not null && !permitted.Contains(option, StringComparer.Ordinal))
        {
            throw new RuleException("unknownReference", $"'{option}' is no value of {of}; there are {string.Join(", ", permitted)}.");
        }
    }

    private T Node<T>(T node)
        where T : RuleExpression =>
        ++nodes <= Rule.MaximumNodes ? node : throw new RuleException("ruleTooLong", $"A rule has at most {Rule.MaximumNodes} parts.");

    private void Enter()
    {
        if (++depth > Rule.MaximumDepth)
        {
            throw new RuleException("ruleTooDeep", $"A rule is nested at most {Rule.MaximumDepth} deep.");
        }
    }

    private string Text()
    {
        if (!quoted)
        {
            throw Error($"expected a text in single quotes, found {Found}");
        }

        var text = token;
        Advance();
        return text;
    }

    private bool Take(string expected)
    {
        if (quoted || token != expected)
        {
            return false;
        }

        Advance();
        return true;
    }

    private void Expect(string expected)
    {
        if (!Take(expected))
        {
            throw Error($"expected '{expected}', found {Found}");
        }
    }

    private RuleException Error(string what) => new("ruleSyntax", $"At character {start + 1}: {what}.");

    private void Advance()
    {
        while (next < source.Length && char.IsWhiteSpace(source[next]))
        {
            next++;
        }

        start = next;
        quoted = false;
        if (next == source.Length)
        {
            token = "";
            return;
        }

        var first = source[next];
        if (first == '\'')
        {
            AdvanceText();
            return;
        }

        next++;
        if (char.IsAsciiLetter(first))
        {
            Continue(char.IsAsciiLetterOrDigit);
        }
        else if (char.IsAsciiDigit(first) || (first == '-' && next < source.Length && char.IsAsciiDigit(source[next])))
        {
            Continue(c => char.IsAsciiDigit(c) || c == '.');
        }
        else if (first is '=' or '!' or '<' or '>' && next < source.Length && source[next] == '=')
        {
            next++;
        }
        else if (first is not ('(' or ')' or ',' or '<' or '>'))
        {
            throw Error($"'{first}' has no meaning in a rule");
        }

        token = source[start..next];
    }

    /// <summary>A text in single quotes, in which two of them stand for one.</summary>
    private void AdvanceText()
    {
        var end = next + 1;
        while (true)
        {
            end = source.IndexOf('\'', end);
            if (end < 0)
            {
                throw Error("a text is not closed; it ends with a single quote");
            }

            if (end + 1 == source.Length || source[end + 1] != '\'')
            {
                break;
            }

            end += 2;
        }

        token = source[(next + 1)..end].Replace("''", "'", StringComparison.Ordinal);
        quoted = true;
        next = end + 1;
    }

    private void Continue(Func<char, bool> belongs)
    {
        while (next < source.Length && belongs(source[next]))
        {
            next++;
        }
    }

    private static string Describe(RuleType type) => type switch
    {
        RuleType.Truth => "a condition",
        RuleType.Number => "a number",
        RuleType.Text => "a text",
        _ => "a set of options",
    };
}
