namespace SelfAssess.Domain.Questionnaires.Compilation;

/// <summary>Makes sure that nothing is null and nothing is too large, so that the later checks need not ask.</summary>
internal static class ShapeCheck
{
    public const int MaximumQuestions = 2000;
    public const int MaximumSections = 1000;
    public const int MaximumDepth = 24;

    /// <summary>Bounds every value, so that no sum or product of them can overflow.</summary>
    public const decimal LargestNumber = 1_000_000_000;
    public const decimal LargestWeight = 1_000_000;

    public static void Run(QuestionnaireDefinition d, Violations violations)
    {
        violations.Id(d.Id, "/id");
        Texts(violations, (d.Version, "/version"), (d.DefaultLanguage, "/defaultLanguage"));
        Strings(violations, d.Languages, "/languages");
        Strings(violations, d.References, "/references", ids: true);
        Strings(violations, d.EntityKinds, "/entityKinds", ids: true);
        Present(violations, d.AnswerStates, "/answerStates");
        CheckRounding(violations, d.Rounding, "/rounding");
        foreach (var (version, at) in violations.Each(d.ComparableWith, "/comparableWith"))
        {
            Texts(violations, (version.Version, $"{at}/version"));
            Strings(violations, version.Sections, $"{at}/sections");
        }

        foreach (var (field, at) in violations.Each(d.Profile, "/profile"))
        {
            violations.Id(field.Id, $"{at}/id");
            Strings(violations, field.Options, $"{at}/options", ids: true);
            Numbers(violations, (field.Minimum, $"{at}/minimum"), (field.Maximum, $"{at}/maximum"));
        }

        foreach (var (scale, at) in violations.Each(d.Scales, "/scales"))
        {
            violations.Id(scale.Id, $"{at}/id");
            foreach (var (level, levelAt) in violations.Each(scale.Levels, $"{at}/levels"))
            {
                violations.Id(level.Id, $"{levelAt}/id");
                Numbers(violations, (level.Value, $"{levelAt}/value"));
            }
        }

        foreach (var (rule, at) in violations.Each(d.ScoringRules, "/scoringRules"))
        {
            violations.Id(rule.Id, $"{at}/id");
            foreach (var (measure, measureAt) in violations.Each(rule.Measures, $"{at}/measures"))
            {
                CheckMeasure(violations, measure, measureAt);
            }
        }

        if (d.Reporting is { } reporting)
        {
            Texts(violations, (reporting.LevelMeasure, "/reporting/levelMeasure"), (reporting.IndexMeasure, "/reporting/indexMeasure"), (reporting.Scale, "/reporting/scale"));
            Strings(violations, reporting.Counted, "/reporting/counted");
        }

        if (d.Divergence is { } divergence)
        {
            foreach (var (finding, at) in violations.Each(divergence.Findings, "/divergence/findings"))
            {
                violations.Id(finding.Id, $"{at}/id");
                Strings(violations, finding.Questions, $"{at}/questions");
                Strings(violations, finding.OwnPart, $"{at}/ownPart");
                Strings(violations, finding.Leads, $"{at}/leads");
                Strings(violations, finding.References, $"{at}/references");
            }
        }

        foreach (var (recommendation, at) in violations.Each(d.Recommendations, "/recommendations"))
        {
            violations.Id(recommendation.Id, $"{at}/id");
            Strings(violations, recommendation.Sections, $"{at}/sections");
            Strings(violations, recommendation.Levels, $"{at}/levels");
            Strings(violations, recommendation.References, $"{at}/references");
        }

        var counted = (Sections: 0, Questions: 0);
        CheckSections(violations, d.Sections, "/sections", 1, ref counted);
        foreach (var (_, texts, at) in violations.Each(d.Texts, "/texts"))
        {
            CheckTexts(violations, texts, at);
        }
    }

    private static void CheckMeasure(Violations violations, MeasureDefinition measure, string at)
    {
        violations.Id(measure.Id, $"{at}/id");
        if (measure.Rounding is { } rounding)
        {
            CheckRounding(violations, rounding, $"{at}/rounding");
        }

        if (measure.MinimumCompleteness is < 0 or > 1)
        {
            violations.Add($"{at}/minimumCompleteness", "outOfRange", "The minimum completeness is a share between 0 and 1.");
        }

        foreach (var (band, bandAt) in violations.Each(measure.Bands, $"{at}/bands"))
        {
            violations.Id(band.Id, $"{bandAt}/id");
            Numbers(violations, (band.From, $"{bandAt}/from"));
        }
    }

    private static void CheckSections(Violations violations, IReadOnlyList<SectionDefinition>? sections, string at, int depth, ref (int Sections, int Questions) counted)
    {
        if (depth > MaximumDepth)
        {
            violations.Add(at, "tooLarge", $"Sections are nested at most {MaximumDepth} deep.");
            return;
        }

        foreach (var (section, path) in violations.Each(sections, at))
        {
            if (++counted.Sections == MaximumSections + 1)
            {
                violations.Add(path, "tooLarge", $"A questionnaire has at most {MaximumSections} sections.");
            }

            violations.Id(section.Id, $"{path}/id");
            CheckWeight(violations, section.Weight, $"{path}/weight");
            Strings(violations, section.References, $"{path}/references");
            foreach (var (question, questionAt) in violations.Each(section.Questions, $"{path}/questions"))
            {
                if (++counted.Questions == MaximumQuestions + 1)
                {
                    violations.Add(questionAt, "tooLarge", $"A questionnaire has at most {MaximumQuestions} questions.");
                }

                CheckQuestion(violations, question, questionAt);
            }

            CheckSections(violations, section.Sections, $"{path}/sections", depth + 1, ref counted);
        }
    }

    private static void CheckQuestion(Violations violations, QuestionDefinition question, string at)
    {
        violations.Id(question.Id, $"{at}/id");
        CheckWeight(violations, question.Weight, $"{at}/weight");
        Strings(violations, question.References, $"{at}/references");
        Strings(violations, question.AskedOf, $"{at}/askedOf");
        _ = violations.Each(question.Options, $"{at}/options").Count(o => CheckOption(violations, o.Item, o.At));
        foreach (var (dimension, dimensionAt) in violations.Each(question.Dimensions, $"{at}/dimensions"))
        {
            violations.Id(dimension.Id, $"{dimensionAt}/id");
            _ = violations.Each(dimension.Options, $"{dimensionAt}/options").Count(o => CheckOption(violations, o.Item, o.At));
        }

        foreach (var (variant, variantAt) in violations.Each(question.Variants, $"{at}/variants"))
        {
            violations.Id(variant.Id, $"{variantAt}/id");
            Texts(violations, (variant.When, $"{variantAt}/when"));
        }

        Present(violations, question.States, $"{at}/states");
        Numbers(violations, (question.Minimum, $"{at}/minimum"), (question.Maximum, $"{at}/maximum"), (question.AchievedAt, $"{at}/achievedAt"));
    }

    private static bool CheckOption(Violations violations, OptionDefinition option, string at)
    {
        violations.Id(option.Id, $"{at}/id");
        Numbers(violations, (option.Value, $"{at}/value"));
        return true;
    }

    private static void CheckTexts(Violations violations, QuestionnaireTexts texts, string at)
    {
        Texts(violations, (texts.Language, $"{at}/language"), (texts.Review, $"{at}/review"), (texts.Title, $"{at}/title"), (texts.Description, $"{at}/description"));
        Fields(violations, texts.Profile, $"{at}/profile");
        Texts(violations, texts.EntityKinds, $"{at}/entityKinds");
        Texts(violations, texts.References, $"{at}/references");
        Texts(violations, texts.Measures, $"{at}/measures");
        Texts(violations, texts.Bands, $"{at}/bands");
        Texts(violations, texts.Findings, $"{at}/findings");
        Texts(violations, texts.Recommendations, $"{at}/recommendations");
        foreach (var (_, levels, scaleAt) in violations.Each(texts.Scales, $"{at}/scales"))
        {
            foreach (var (_, level, levelAt) in violations.Each(levels, scaleAt))
            {
                Texts(violations, (level.Name, $"{levelAt}/name"));
                Optional(violations, (level.Test, $"{levelAt}/test"));
            }
        }

        foreach (var (_, section, sectionAt) in violations.Each(texts.Sections, $"{at}/sections"))
        {
            Texts(violations, (section.Title, $"{sectionAt}/title"));
            Optional(violations, (section.ShortTitle, $"{sectionAt}/shortTitle"), (section.Introduction, $"{sectionAt}/introduction"));
        }

        foreach (var (_, question, questionAt) in violations.Each(texts.Questions, $"{at}/questions"))
        {
            Texts(violations, (question.Title, $"{questionAt}/title"), (question.Text, $"{questionAt}/text"));
            Optional(violations, (question.ShortTitle, $"{questionAt}/shortTitle"), (question.Help, $"{questionAt}/help"), (question.Evidence, $"{questionAt}/evidence"),
                (question.NotApplicable, $"{questionAt}/notApplicable"), (question.NotYetTested, $"{questionAt}/notYetTested"));
            Texts(violations, question.Levels, $"{questionAt}/levels");
            Texts(violations, question.Options, $"{questionAt}/options");
            Fields(violations, question.Dimensions, $"{questionAt}/dimensions");
            foreach (var (_, variant, variantAt) in violations.Each(question.Variants, $"{questionAt}/variants"))
            {
                Optional(violations, (variant.Text, $"{variantAt}/text"), (variant.Help, $"{variantAt}/help"), (variant.Evidence, $"{variantAt}/evidence"));
                Texts(violations, variant.Levels, $"{variantAt}/levels");
            }
        }
    }

    private static void Fields(Violations violations, IReadOnlyDictionary<string, FieldText>? fields, string at)
    {
        foreach (var (_, field, fieldAt) in violations.Each(fields, at))
        {
            Texts(violations, (field.Label, $"{fieldAt}/label"));
            Optional(violations, (field.Help, $"{fieldAt}/help"));
            Texts(violations, field.Options, $"{fieldAt}/options");
        }
    }

    private static void Texts(Violations violations, IReadOnlyDictionary<string, string>? texts, string at)
    {
        foreach (var (_, text, textAt) in violations.Each(texts, at))
        {
            Texts(violations, (text, textAt));
        }
    }

    private static void Texts(Violations violations, params ReadOnlySpan<(string? Text, string At)> texts)
    {
        foreach (var (text, at) in texts)
        {
            if (string.IsNullOrWhiteSpace(text))
            {
                violations.Add(at, "missing", "A text is expected here.");
            }
            else
            {
                Optional(violations, (text, at));
            }
        }
    }

    private static void Optional(Violations violations, params ReadOnlySpan<(string? Text, string At)> texts)
    {
        foreach (var (text, at) in texts)
        {
            if (text is not null && !Assessments.StorableText.Is(text))
            {
                violations.Add(at, "unstorable", "The text has a null character or half a character pair, which cannot be stored.");
            }
            else if (text?.Length > Violations.MaximumTextLength)
            {
                violations.Add(at, "tooLarge", $"A text has at most {Violations.MaximumTextLength} characters.");
            }
            else if (text is not null && string.IsNullOrWhiteSpace(text))
            {
                violations.Add(at, "missing", "The text is empty; leave the key out where there is nothing to say.");
            }
        }
    }

    private static void Strings(Violations violations, IReadOnlyList<string>? list, string at, bool ids = false)
    {
        foreach (var (item, itemAt) in violations.Each(list, at))
        {
            if (ids)
            {
                violations.Id(item, itemAt);
            }
        }
    }

    private static void Present(Violations violations, object? value, string at)
    {
        if (value is null)
        {
            violations.Add(at, "missing", "A value is expected; leave the key out for the default.");
        }
    }

    private static void CheckRounding(Violations violations, Rounding? rounding, string at)
    {
        Present(violations, rounding, at);
        if (rounding?.Decimals is < 0 or > 6)
        {
            violations.Add($"{at}/decimals", "outOfRange", "Scores are shown with 0 to 6 decimals.");
        }
    }

    private static void CheckWeight(Violations violations, decimal weight, string at)
    {
        if (weight is <= 0 or > LargestWeight)
        {
            violations.Add(at, "weight", $"A weight is greater than 0 and at most {LargestWeight:0}; leave a question out of the score with 'scored: false'.");
        }
    }

    private static void Numbers(Violations violations, params ReadOnlySpan<(decimal? Number, string At)> numbers)
    {
        foreach (var (number, at) in numbers)
        {
            if (number is < -LargestNumber or > LargestNumber || (number is { } n && decimal.Round(n, 6) != n))
            {
                violations.Add(at, "outOfRange", $"A number is between -{LargestNumber:0} and {LargestNumber:0} and has at most six decimals.");
            }
        }
    }
}
