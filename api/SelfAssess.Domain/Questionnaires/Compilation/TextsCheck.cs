namespace SelfAssess.Domain.Questionnaires.Compilation;

/// <summary>Makes sure that each language says everything that the structure needs, and nothing else.</summary>
internal static class TextsCheck
{
    public static void Run(QuestionnaireDefinition definition, List<CompiledSection> sections, List<CompiledQuestion> questions, Violations violations)
    {
        foreach (var language in definition.Languages.Distinct(StringComparer.Ordinal).Where(l => !definition.Texts.ContainsKey(l)))
        {
            violations.Add($"/texts/{language}", "missingLanguage", $"There are no texts in '{language}'.");
        }

        foreach (var (language, texts) in definition.Texts)
        {
            var at = $"/texts/{Violations.Escape(language)}";
            if (!definition.Languages.Contains(language, StringComparer.Ordinal))
            {
                violations.Add(at, "unknownReference", $"'{language}' is not among the questionnaire's languages.");
            }
            else if (texts.Language != language)
            {
                violations.Add($"{at}/language", "language", $"The texts say '{texts.Language}' but stand for '{language}'.");
            }

            new OneLanguage(definition, sections, questions, texts, at, violations).Run();
        }
    }

    private sealed class OneLanguage(
        QuestionnaireDefinition definition, List<CompiledSection> sections, List<CompiledQuestion> questions, QuestionnaireTexts texts, string at, Violations violations)
    {
        public void Run()
        {
            Match(definition.Profile.Select(f => f.Id), texts.Profile, $"{at}/profile", "profile field");
            foreach (var field in definition.Profile)
            {
                if (texts.Profile.TryGetValue(field.Id, out var text))
                {
                    Match(field.Options, text.Options, $"{at}/profile/{field.Id}/options", "option");
                }
            }

            Match(definition.EntityKinds, texts.EntityKinds, $"{at}/entityKinds", "entity kind");
            Match(definition.References, texts.References, $"{at}/references", "reference");
            Match(definition.Scales.Select(s => s.Id), texts.Scales, $"{at}/scales", "scale");
            foreach (var scale in definition.Scales)
            {
                if (texts.Scales.TryGetValue(scale.Id, out var levels))
                {
                    Match(scale.Levels.Select(l => l.Id), levels, $"{at}/scales/{scale.Id}", "level");
                }
            }

            var measures = definition.ScoringRules.SelectMany(r => r.Measures).ToArray();
            Match(measures.Select(m => m.Id), texts.Measures, $"{at}/measures", "measure");
            Match(measures.SelectMany(m => m.Bands).Select(b => b.Id), texts.Bands, $"{at}/bands", "band");
            Match((definition.Divergence?.Findings ?? []).Select(f => f.Id), texts.Findings, $"{at}/findings", "finding");
            Match(definition.Recommendations.Select(r => r.Id), texts.Recommendations, $"{at}/recommendations", "recommendation");
            Match(sections.Select(s => s.Definition.Id), texts.Sections, $"{at}/sections", "section");
            Match(questions.Select(q => q.Definition.Id), texts.Questions, $"{at}/questions", "question");
            foreach (var question in questions)
            {
                if (texts.Questions.TryGetValue(question.Definition.Id, out var text))
                {
                    CheckQuestion(question, text, $"{at}/questions/{question.Definition.Id}");
                }
            }
        }

        private void CheckQuestion(CompiledQuestion compiled, QuestionText text, string path)
        {
            var question = compiled.Definition;
            Match(question.Kind == QuestionKind.Level ? compiled.Ids : [], text.Levels, $"{path}/levels", "level");
            Match(question.OptionsFrom is null ? question.Options.Select(o => o.Id) : [], text.Options, $"{path}/options", "option");
            Match(question.Dimensions.Select(d => d.Id), text.Dimensions, $"{path}/dimensions", "dimension");
            foreach (var dimension in question.Dimensions)
            {
                if (text.Dimensions.TryGetValue(dimension.Id, out var field))
                {
                    Match(dimension.Options.Select(o => o.Id), field.Options, $"{path}/dimensions/{dimension.Id}/options", "option");
                }
            }

            Match(question.Variants.Select(v => v.Id), text.Variants, $"{path}/variants", "variant");
            foreach (var (id, variant) in text.Variants)
            {
                if (variant is { Text: null, Help: null, Evidence: null, Levels.Count: 0 })
                {
                    violations.Add($"{path}/variants/{Violations.Escape(id)}", "missingText", "A variant says at least one thing differently.");
                }

                foreach (var level in variant.Levels.Keys.Where(l => compiled.IndexOf(l) < 0 || question.Kind != QuestionKind.Level))
                {
                    violations.Add($"{path}/variants/{Violations.Escape(id)}/levels/{Violations.Escape(level)}", "unknownText", $"The question has no level '{level}'.");
                }
            }

            Expect(question.Evidence, text.Evidence, $"{path}/evidence", "'evidence: true'");
            Expect(question.States.Contains(AnswerState.NotApplicable), text.NotApplicable, $"{path}/notApplicable", "the state notApplicable");
            Expect(question.States.Contains(AnswerState.NotYetTested), text.NotYetTested, $"{path}/notYetTested", "the state notYetTested");
        }

        private void Expect(bool needed, string? text, string path, string by)
        {
            if (needed != (text is not null))
            {
                violations.Add(path, needed ? "missingText" : "unknownText", needed ? $"A text is needed for {by} of the question." : $"The question does not have {by}; leave the text out.");
            }
        }

        private void Match<T>(IEnumerable<string> ids, IReadOnlyDictionary<string, T> given, string path, string what)
        {
            var needed = ids.ToHashSet(StringComparer.Ordinal);
            foreach (var id in needed.Where(id => !given.ContainsKey(id)))
            {
                violations.Add($"{path}/{Violations.Escape(id)}", "missingText", $"The {what} '{id}' has no text.");
            }

            foreach (var id in given.Keys.Where(id => !needed.Contains(id)))
            {
                violations.Add($"{path}/{Violations.Escape(id)}", "unknownText", $"There is no {what} '{id}' in the structure.");
            }
        }
    }
}
