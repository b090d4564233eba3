namespace SelfAssess.Domain.Questionnaires.Compilation;

/// <summary>Checks one question and works out what its answers may be and what they are worth.</summary>
internal sealed class QuestionCheck(CompiledQuestion question, QuestionnaireDefinition definition, Dictionary<string, Scale> scales, Violations violations)
{
    private const string EntityKinds = "entityKinds";

    private readonly QuestionDefinition q = question.Definition;

    public void Run()
    {
        question.Scored = q.Scored ?? q.Kind == QuestionKind.Level;
        CheckKeys();
        CheckAskedOf();
        violations.Unique(violations.Each(q.Variants, At("variants")).Select(v => ((string?)v.Item.Id, $"{v.At}/id")), "variant");
        if (q.States.Distinct().Count() != q.States.Count || q.States.Any(s => s is AnswerState.DontKnow or AnswerState.Declined))
        {
            violations.Add(At("states"), "states", "The states listed are notApplicable and notYetTested, each once; dontKnow and declined are always possible.");
        }

        switch (q.Kind)
        {
            case QuestionKind.Level:
                SetLevels();
                break;
            case QuestionKind.Single or QuestionKind.Multiple:
                SetOptions();
                break;
            case QuestionKind.Number:
                SetBounds();
                break;
            case QuestionKind.Matrix:
                CheckDimensions();
                break;
        }

        if (q.Kind is QuestionKind.Matrix or QuestionKind.Text or QuestionKind.Date && question.Scored)
        {
            violations.Add(At("scored"), "notScorable", $"A {Compiler.Kind(q.Kind)} question cannot be scored.");
        }

        CheckGate();
    }

    private void CheckKeys()
    {
        Only("scale", q.Scale is not null, QuestionKind.Level);
        Only("options", q.Options.Count > 0, QuestionKind.Single, QuestionKind.Multiple);
        Only("optionsFrom", q.OptionsFrom is not null, QuestionKind.Single, QuestionKind.Multiple);
        Only("dimensions", q.Dimensions.Count > 0, QuestionKind.Matrix);
        Only("minimum", q.Minimum is not null, QuestionKind.Number);
        Only("maximum", q.Maximum is not null, QuestionKind.Number);
        Only("maximumLength", q.MaximumLength is not null, QuestionKind.Text);
        if (q.MaximumLength is < 1 or > 100_000)
        {
            violations.Add(At("maximumLength"), "outOfRange", "The longest text has between 1 and 100,000 characters.");
        }
    }

    private void Only(string key, bool given, params ReadOnlySpan<QuestionKind> kinds)
    {
        if (given && !kinds.Contains(q.Kind))
        {
            violations.Add(At(key), "notForKind", $"A {Compiler.Kind(q.Kind)} question has no '{key}'.");
        }
    }

    private void CheckAskedOf()
    {
        foreach (var (kind, at) in violations.Each(q.AskedOf, At("askedOf")))
        {
            if (!definition.EntityKinds.Contains(kind, StringComparer.Ordinal))
            {
                violations.Add(at, "unknownReference", $"There is no entity kind '{kind}'; there are {Violations.List(definition.EntityKinds)}.");
            }
        }

        violations.Unique(violations.Each(q.AskedOf, At("askedOf")).Select(k => ((string?)k.Item, k.At)), "entity kind");
    }

    private void SetLevels()
    {
        var id = q.Scale ?? question.Section.Scale;
        if (id is null || !scales.TryGetValue(id, out var scale))
        {
            if (id is null || q.Scale is not null)
            {
                violations.Add(At("scale"), "unknownReference",
                    $"The question needs a scale: its own, or one of a section around it. There are {Violations.List(scales.Keys)}.");
            }

            return;
        }

        question.Ids = [.. scale.Levels.Select(l => l.Id)];
        SetValues([.. scale.Levels.Select(l => (decimal?)l.Value)]);
    }

    private void SetOptions()
    {
        if (q.OptionsFrom is { } from)
        {
            if (from != EntityKinds || q.Options.Count > 0)
            {
                violations.Add(At("optionsFrom"), "options",
                    from != EntityKinds ? $"Options can be taken from '{EntityKinds}' only." : "A question has options of its own or takes them from elsewhere, not both.");
            }

            question.Ids = [.. definition.EntityKinds];
            if (question.Scored || question.Ids.Length == 0)
            {
                violations.Add(At("optionsFrom"), "options", question.Scored ? "Entity kinds have no values: the question cannot be scored." : "The questionnaire declares no entity kinds.");
            }

            return;
        }

        CheckOptions(q.Options, At("options"), q.Kind == QuestionKind.Multiple);
        question.Ids = [.. q.Options.Select(o => o.Id)];
        SetValues([.. q.Options.Select(o => o.Value)]);
    }

    private void SetValues(decimal?[] values)
    {
        if (!question.Scored)
        {
            return;
        }

        var missing = Array.FindIndex(values, v => v is null);
        if (values.Length == 0 || missing >= 0)
        {
            violations.Add(values.Length == 0 ? At("options") : $"{At("options")}/{missing}", "value", "Every option of a scored question has a value.");
            return;
        }

        question.Values = [.. values.Select(v => v!.Value)];
        (question.Low, question.High) = q.Kind == QuestionKind.Multiple ? MultipleBounds() : (question.Values.Min(), question.Values.Max());
        CheckSpread(At("options"));
    }

    /// <summary>The worth of several options is the sum of their values; an exclusive one stands alone. Choosing nothing is no answer.</summary>
    private (decimal Low, decimal High) MultipleBounds()
    {
        var alone = q.Options.Zip(question.Values).Where(o => o.First.Exclusive).Select(o => o.Second).ToArray();
        var together = q.Options.Zip(question.Values).Where(o => !o.First.Exclusive).Select(o => o.Second).ToArray();
        var negative = together.Where(v => v < 0).Sum();
        var positive = together.Where(v => v > 0).Sum();
        var low = negative < 0 || together.Length == 0 ? negative : together.Min();
        var high = positive > 0 || together.Length == 0 ? positive : together.Max();
        return (alone.Append(together.Length == 0 ? alone[0] : low).Min(), alone.Append(together.Length == 0 ? alone[0] : high).Max());
    }

    private void SetBounds()
    {
        if (q.Minimum > q.Maximum)
        {
            violations.Add(At("minimum"), "bounds", "The minimum is above the maximum.");
        }

        if (!question.Scored)
        {
            return;
        }

        if (q.Minimum is not { } low || q.Maximum is not { } high)
        {
            violations.Add(At(q.Minimum is null ? "minimum" : "maximum"), "bounds", "A scored number has a minimum and a maximum.");
            return;
        }

        (question.Low, question.High) = (low, high);
        CheckSpread(At("maximum"));
    }

    private void CheckSpread(string at)
    {
        question.AchievedAt = q.AchievedAt ?? question.High;
        if (question.Low >= question.High)
        {
            violations.Add(at, "value", "The answers of a scored question differ in value.");
        }
    }

    private void CheckDimensions()
    {
        if (q.Dimensions.Count == 0)
        {
            violations.Add(At("dimensions"), "missing", "A matrix has dimensions.");
        }

        violations.Unique(violations.Each(q.Dimensions, At("dimensions")).Select(d => ((string?)d.Item.Id, $"{d.At}/id")), "dimension");
        foreach (var (dimension, at) in violations.Each(q.Dimensions, At("dimensions")))
        {
            if (dimension.Options.Count > 0)
            {
                CheckOptions(dimension.Options, $"{at}/options", dimension.Multiple);
            }
            else if (dimension.Multiple)
            {
                violations.Add($"{at}/multiple", "options", "A dimension without options is free text; several texts are not possible.");
            }
        }
    }

    private void CheckOptions(IReadOnlyList<OptionDefinition> options, string at, bool multiple)
    {
        if (options.Count == 0)
        {
            violations.Add(at, "missing", "A choice has options.");
        }

        violations.Unique(violations.Each(options, at).Select(o => ((string?)o.Item.Id, $"{o.At}/id")), "option");
        foreach (var (option, optionAt) in violations.Each(options, at))
        {
            if (option.Exclusive && !multiple)
            {
                violations.Add($"{optionAt}/exclusive", "options", "Only where several options may be chosen can one exclude the others.");
            }
        }
    }

    private void CheckGate()
    {
        if (q.Gate is < 1 or > 100)
        {
            violations.Add(At("gate"), "gate", "Gates are numbered from 1 to 100.");
        }

        if ((q.Gate is not null || q.AchievedAt is not null) && !question.Scored)
        {
            violations.Add(At(q.Gate is null ? "achievedAt" : "gate"), "gate", "Only a scored question guards a gate.");
        }
        else if (q.AchievedAt is { } at && question.Low < question.High && (at <= question.Low || at > question.High))
        {
            violations.Add(At("achievedAt"), "gate", $"'achievedAt' is above the lowest value, {question.Low}, and at most the highest, {question.High}.");
        }
    }

    private string At(string key) => $"{question.Pointer}/{key}";
}
