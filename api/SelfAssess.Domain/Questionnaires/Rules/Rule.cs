namespace SelfAssess.Domain.Questionnaires.Rules;

/// <summary>
/// A visibility, applicability or variant rule, read and checked once and evaluated without ever compiling code.
/// Three-valued (Kleene): what compares with something unknown is unknown.
/// </summary>
/// <param name="root">Of type truth.</param>
/// <param name="questions">The questions that it looks at.</param>
internal sealed class Rule(RuleExpression root, IReadOnlyList<int> questions)
{
    public const int MaximumLength = 2000;
    public const int MaximumDepth = 32;
    public const int MaximumNodes = 256;

    /// <summary>Positions of the questions that the rule looks at.</summary>
    public IReadOnlyList<int> Questions { get; } = questions;

    /// <summary>For visibility and applicability: nothing is left out as long as it may apply.</summary>
    public bool TrueOrUnknown(IRuleFacts facts) => !root.Evaluate(facts).IsFalse;

    /// <summary>For variants: another wording only where it is known to fit.</summary>
    public bool True(IRuleFacts facts) => root.Evaluate(facts).IsTrue;
}

/// <summary>A node of a rule's tree.</summary>
internal abstract record RuleExpression(RuleType Type)
{
    public abstract RuleValue Evaluate(IRuleFacts facts);

    public sealed record Constant(RuleType Type, RuleValue Value) : RuleExpression(Type)
    {
        public override RuleValue Evaluate(IRuleFacts facts) => Value;
    }

    public sealed record ProfileOf(RuleType Type, string Field) : RuleExpression(Type)
    {
        public override RuleValue Evaluate(IRuleFacts facts) => facts.Profile(Field);
    }

    public sealed record AnswerOf(RuleType Type, int Question) : RuleExpression(Type)
    {
        public override RuleValue Evaluate(IRuleFacts facts) => facts.Answer(Question);
    }

    public sealed record ValueOf(int Question) : RuleExpression(RuleType.Number)
    {
        public override RuleValue Evaluate(IRuleFacts facts) => facts.Value(Question);
    }

    public sealed record StateOf(int Question) : RuleExpression(RuleType.Text)
    {
        public override RuleValue Evaluate(IRuleFacts facts) => RuleValue.Of(facts.State(Question));
    }

    public sealed record Not(RuleExpression Operand) : RuleExpression(RuleType.Truth)
    {
        public override RuleValue Evaluate(IRuleFacts facts)
        {
            var value = Operand.Evaluate(facts);
            return value.Known ? RuleValue.Of(value.IsFalse) : value;
        }
    }

    public sealed record And(RuleExpression Left, RuleExpression Right) : RuleExpression(RuleType.Truth)
    {
        public override RuleValue Evaluate(IRuleFacts facts)
        {
            var left = Left.Evaluate(facts);
            if (left.IsFalse)
            {
                return left;
            }

            var right = Right.Evaluate(facts);
            return right.IsFalse || left.Known ? right : left;
        }
    }

    public sealed record Or(RuleExpression Left, RuleExpression Right) : RuleExpression(RuleType.Truth)
    {
        public override RuleValue Evaluate(IRuleFacts facts)
        {
            var left = Left.Evaluate(facts);
            if (left.IsTrue)
            {
                return left;
            }

            var right = Right.Evaluate(facts);
            return right.IsTrue || left.Known ? right : left;
        }
    }

    /// <summary>Two values of one type, compared; texts and truths only for equality.</summary>
    public sealed record Comparison(string Operator, RuleExpression Left, RuleExpression Right) : RuleExpression(RuleType.Truth)
    {
        public override RuleValue Evaluate(IRuleFacts facts)
        {
            var left = Left.Evaluate(facts);
            var right = Right.Evaluate(facts);
            if (!left.Known || !right.Known)
            {
                return RuleValue.Unknown;
            }

            var order = Left.Type == RuleType.Text ? string.CompareOrdinal(left.Text, right.Text) : left.Number.CompareTo(right.Number);
            return RuleValue.Of(Operator switch
            {
                "==" => order == 0,
                "!=" => order != 0,
                "<" => order < 0,
                "<=" => order <= 0,
                ">" => order > 0,
                _ => order >= 0,
            });
        }
    }

    public sealed record Has(RuleExpression Options, string Option) : RuleExpression(RuleType.Truth)
    {
        public override RuleValue Evaluate(IRuleFacts facts)
        {
            var options = Options.Evaluate(facts);
            return options.Known ? RuleValue.Of(options.Options!.Contains(Option, StringComparer.Ordinal)) : RuleValue.Unknown;
        }
    }

    public sealed record Count(RuleExpression Options) : RuleExpression(RuleType.Number)
    {
        public override RuleValue Evaluate(IRuleFacts facts)
        {
            var options = Options.Evaluate(facts);
            return options.Known ? RuleValue.Of((decimal)options.Options!.Distinct(StringComparer.Ordinal).Count()) : RuleValue.Unknown;
        }
    }

    public sealed record Known(RuleExpression Operand) : RuleExpression(RuleType.Truth)
    {
        public override RuleValue Evaluate(IRuleFacts facts) => RuleValue.Of(Operand.Evaluate(facts).Known);
    }
}
