using System.Globalization;
using System.Text.RegularExpressions;
using SelfAssess.Domain.Questionnaires.Rules;

namespace SelfAssess.Domain.Questionnaires.Compilation;

/// <summary>Turns a definition into a questionnaire, or into the list of everything that is wrong with it.</summary>
internal sealed partial class Compiler(QuestionnaireDefinition definition) : IRuleNames
{
    private readonly Violations violations = new();
    private readonly List<CompiledSection> sections = [];
    private readonly List<CompiledQuestion> questions = [];
    private readonly List<CompiledMeasure> measures = [];
    private readonly Dictionary<string, CompiledQuestion> byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ProfileField> fields = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Scale> scales = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ScoringRule> scoringRules = new(StringComparer.Ordinal);

    public CompileResult Compile()
    {
        ShapeCheck.Run(definition, violations);
        if (!violations.None)
        {
            return new CompileResult(null, violations.All);
        }

        CheckHead();
        CheckDeclarations();
        Number(definition.Sections, "/sections", -1, null);
        violations.Unique(sections.Select(s => ((string?)s.Definition.Id, $"{s.Pointer}/id")).Concat(questions.Select(q => ((string?)q.Definition.Id, $"{q.Pointer}/id"))),
            "section or question");
        foreach (var question in questions)
        {
            byId.TryAdd(question.Definition.Id, question);
        }

        foreach (var question in questions)
        {
            new QuestionCheck(question, definition, scales, violations).Run();
        }

        foreach (var section in sections)
        {
            References(section.Definition.References, $"{section.Pointer}/references");
            section.Scored = [.. Enumerable.Range(section.FirstQuestion, section.EndQuestion - section.FirstQuestion).Where(q => questions[q].Scored)];
        }

        foreach (var question in questions)
        {
            References(question.Definition.References, $"{question.Pointer}/references");
        }

        ParseRules();
        var order = RuleOrder.Of(sections, questions, violations);
        new MeasureCheck(definition, sections, questions, measures, scoringRules, violations).Run();
        new FollowUpCheck(definition, sections, byId, violations).Run();
        TextsCheck.Run(definition, sections, questions, violations);
        return violations.None
            ? new CompileResult(new Questionnaire(definition, [.. sections], [.. questions], order, [.. measures]), [])
            : new CompileResult(null, violations.All);
    }

    ProfileField? IRuleNames.Field(string id) => fields.GetValueOrDefault(id);

    (int Index, QuestionDefinition Question)? IRuleNames.Question(string id) => byId.TryGetValue(id, out var q) ? (q.Index, q.Definition) : null;

    IReadOnlyList<string> IRuleNames.AnswerIds(int question) => questions[question].Ids;

    bool IRuleNames.IsScored(int question) => questions[question].Scored;

    private void CheckHead()
    {
        if (!VersionPattern().IsMatch(definition.Version))
        {
            violations.Add("/version", "version", "A version is written major.minor, for example \"1.0\" (in quotes).");
        }

        foreach (var (language, at) in violations.Each(definition.Languages, "/languages"))
        {
            if (!LanguagePattern().IsMatch(language))
            {
                violations.Add(at, "language", $"'{language}' is no language tag such as en, ar or zh-Hans.");
            }
        }

        violations.Unique(violations.Each(definition.Languages, "/languages").Select(l => ((string?)l.Item, l.At)), "language");
        if (!definition.Languages.Contains(definition.DefaultLanguage, StringComparer.Ordinal))
        {
            violations.Add("/defaultLanguage", "missingLanguage", $"The default language '{definition.DefaultLanguage}' is not among the languages.");
        }

        if (definition.Sections.Count == 0)
        {
            violations.Add("/sections", "missing", "A questionnaire has at least one section.");
        }
    }

    private void CheckDeclarations()
    {
        violations.Unique(violations.Each(definition.References, "/references").Select(r => ((string?)r.Item, r.At)), "reference");
        violations.Unique(violations.Each(definition.EntityKinds, "/entityKinds").Select(r => ((string?)r.Item, r.At)), "entity kind");
        violations.Unique(violations.Each(definition.Profile, "/profile").Select(f => ((string?)f.Item.Id, $"{f.At}/id")), "profile field");
        violations.Unique(violations.Each(definition.Scales, "/scales").Select(s => ((string?)s.Item.Id, $"{s.At}/id")), "scale");
        violations.Unique(violations.Each(definition.ScoringRules, "/scoringRules").Select(r => ((string?)r.Item.Id, $"{r.At}/id")), "scoring rule");
        violations.Unique(violations.Each(definition.ComparableWith, "/comparableWith").Select(c => ((string?)c.Item.Version, $"{c.At}/version")), "version");
        foreach (var (field, at) in violations.Each(definition.Profile, "/profile"))
        {
            fields.TryAdd(field.Id, field);
            CheckField(field, at);
        }

        foreach (var (scale, at) in violations.Each(definition.Scales, "/scales"))
        {
            scales.TryAdd(scale.Id, scale);
            violations.Unique(violations.Each(scale.Levels, $"{at}/levels").Select(l => ((string?)l.Item.Id, $"{l.At}/id")), "level");
            if (scale.Levels.Count < 2)
            {
                violations.Add($"{at}/levels", "scale", "A scale has at least two levels.");
            }

            for (var i = 1; i < scale.Levels.Count; i++)
            {
                if (scale.Levels[i].Value <= scale.Levels[i - 1].Value)
                {
                    violations.Add($"{at}/levels/{Text(i)}/value", "scale", "The levels stand lowest first, and their values rise.");
                }
            }
        }

        foreach (var (rule, at) in violations.Each(definition.ScoringRules, "/scoringRules"))
        {
            scoringRules.TryAdd(rule.Id, rule);
            violations.Unique(violations.Each(rule.Measures, $"{at}/measures").Select(m => ((string?)m.Item.Id, $"{m.At}/id")), "measure");
            if (rule.Measures.Count == 0)
            {
                violations.Add($"{at}/measures", "missing", "A scoring rule has at least one measure.");
            }
        }
    }

    private void CheckField(ProfileField field, string at)
    {
        violations.Unique(violations.Each(field.Options, $"{at}/options").Select(o => ((string?)o.Item, o.At)), "option");
        var choice = field.Kind is ProfileFieldKind.Single or ProfileFieldKind.Multiple;
        if (choice != field.Options.Count > 0)
        {
            violations.Add($"{at}/options", "options", choice ? "A choice has options." : $"A {Kind(field.Kind)} field has no options.");
        }

        if (field.Kind != ProfileFieldKind.Number && (field.Minimum ?? field.Maximum) is not null)
        {
            violations.Add(at, "bounds", $"A {Kind(field.Kind)} field has neither minimum nor maximum.");
        }

        if (field.Minimum > field.Maximum)
        {
            violations.Add($"{at}/minimum", "bounds", "The minimum is above the maximum.");
        }
    }

    /// <summary>Gives sections and questions their numbers: a section's own questions, then those of its child sections.</summary>
    private void Number(IReadOnlyList<SectionDefinition> definitions, string at, int parent, string? scale)
    {
        for (var i = 0; i < definitions.Count; i++)
        {
            var section = new CompiledSection
            {
                Index = sections.Count,
                Parent = parent,
                Definition = definitions[i],
                Pointer = $"{at}/{Text(i)}",
                FirstQuestion = questions.Count,
                Scale = definitions[i].Scale ?? scale,
            };
            sections.Add(section);
            if (parent >= 0)
            {
                sections[parent].Children.Add(section.Index);
            }

            if (section.Definition.Scale is { } named && !scales.ContainsKey(named))
            {
                violations.Add($"{section.Pointer}/scale", "unknownReference", $"There is no scale '{named}'; there are {Violations.List(scales.Keys)}.");
            }

            for (var q = 0; q < section.Definition.Questions.Count; q++)
            {
                questions.Add(new CompiledQuestion
                {
                    Index = questions.Count,
                    Section = section,
                    Definition = section.Definition.Questions[q],
                    Pointer = $"{section.Pointer}/questions/{Text(q)}",
                });
            }

            Number(section.Definition.Sections, $"{section.Pointer}/sections", section.Index, section.Scale);
            section.EndQuestion = questions.Count;
            if (section.FirstQuestion == section.EndQuestion)
            {
                violations.Add(section.Pointer, "missing", $"Section '{section.Definition.Id}' has no question, however deep.");
            }
        }
    }

    private void References(IReadOnlyList<string> references, string at)
    {
        foreach (var (reference, path) in violations.Each(references, at))
        {
            if (!definition.References.Contains(reference, StringComparer.Ordinal))
            {
                violations.Add(path, "unknownReference", $"'{reference}' is not declared under references.");
            }
        }

        violations.Unique(violations.Each(references, at).Select(r => ((string?)r.Item, r.At)), "reference");
    }

    private void ParseRules()
    {
        foreach (var section in sections)
        {
            section.Visible = Parse(section.Definition.VisibleWhen, $"{section.Pointer}/visibleWhen", profileOnly: false);
            section.Applies = Parse(section.Definition.AppliesWhen, $"{section.Pointer}/appliesWhen", profileOnly: false);
        }

        foreach (var question in questions)
        {
            question.Visible = Parse(question.Definition.VisibleWhen, $"{question.Pointer}/visibleWhen", profileOnly: false);
            question.Applies = Parse(question.Definition.AppliesWhen, $"{question.Pointer}/appliesWhen", profileOnly: false);
            question.Variants = [.. violations.Each(question.Definition.Variants, $"{question.Pointer}/variants")
                .Select(v => Parse(v.Item.When, $"{v.At}/when", profileOnly: true)).OfType<Rule>()];
        }
    }

    private Rule? Parse(string? source, string at, bool profileOnly)
    {
        if (source is null)
        {
            return null;
        }

        try
        {
            var rule = RuleParser.Parse(source, this, profileOnly);
            foreach (var looked in rule.Questions.Select(q => questions[q].Definition).Where(q => q.Confidential))
            {
                // Whether a question was shown to an entity would tell what that entity answered here.
                violations.Add(at, "confidential", $"Question '{looked.Id}' is confidential: no rule may look at it.");
            }

            return rule;
        }
        catch (RuleException e)
        {
            violations.Add(at, e.Code, e.Message);
            return null;
        }
    }

    internal static string Kind<T>(T kind)
        where T : struct, Enum
    {
        var name = kind.ToString();
        return string.Create(CultureInfo.InvariantCulture, $"{char.ToLowerInvariant(name[0])}{name.AsSpan(1)}");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\A(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex VersionPattern();

    [GeneratedRegex(@"\A[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex LanguagePattern();
}
