namespace SelfAssess.Domain.Questionnaires.Compilation;

/// <summary>Checks what follows from answers: findings, recommendations, and what a release counts.</summary>
internal sealed class FollowUpCheck(
    QuestionnaireDefinition definition, List<CompiledSection> sections, Dictionary<string, CompiledQuestion> questions, Violations violations)
{
    public void Run()
    {
        foreach (var (id, at) in violations.Each(definition.Reporting?.Counted ?? [], "/reporting/counted"))
        {
            Question(id, at, q => !q.Scored && q.Definition.Kind is QuestionKind.Single or QuestionKind.Multiple or QuestionKind.Matrix, "a single or multiple choice or a matrix that is not scored");
        }

        if (definition.Divergence is { } divergence)
        {
            CheckDivergence(divergence);
        }

        if (definition.Recommendations.Count > 0 && definition.Reporting is null)
        {
            violations.Add("/recommendations", "reporting", "Recommendations follow from the levels of reported sections; say under 'reporting' which measure gives them.");
        }

        violations.Unique(violations.Each(definition.Recommendations, "/recommendations").Select(r => ((string?)r.Item.Id, $"{r.At}/id")), "recommendation");
        foreach (var (recommendation, at) in violations.Each(definition.Recommendations, "/recommendations"))
        {
            CheckRecommendation(recommendation, at);
        }
    }

    private void CheckDivergence(DivergenceDefinition divergence)
    {
        if (divergence.Spread < 1)
        {
            violations.Add("/divergence/spread", "outOfRange", "Answers diverge from at least one level on.");
        }

        if (divergence.DontKnowShare is <= 0 or > 1)
        {
            violations.Add("/divergence/dontKnowShare", "outOfRange", "The share is more than 0 and at most 1.");
        }

        violations.Unique(violations.Each(divergence.Findings, "/divergence/findings").Select(f => ((string?)f.Item.Id, $"{f.At}/id")), "finding");
        foreach (var (finding, at) in violations.Each(divergence.Findings, "/divergence/findings"))
        {
            CheckFinding(finding, at);
        }
    }

    private void CheckFinding(FindingDefinition finding, string at)
    {
        References(finding.References, $"{at}/references");
        var (fits, what) = finding.Signal switch
        {
            Signal.Spread or Signal.WeakVoice => ((Func<CompiledQuestion, bool>)(q => q.Definition.Kind == QuestionKind.Level), "a level question"),
            Signal.Contradiction or Signal.GradeSpread => (q => q.Definition.Kind == QuestionKind.Single, "a single choice"),
            Signal.DeniedRole => (q => q.Definition is { Kind: QuestionKind.Multiple, OptionsFrom: "entityKinds" }, "a multiple choice with 'optionsFrom: entityKinds'"),
            _ => (_ => true, "a question"),
        };
        violations.Unique(violations.Each(finding.Questions, $"{at}/questions").Select(q => ((string?)q.Item, q.At)), "question of the finding");
        foreach (var (id, path) in violations.Each(finding.Questions, $"{at}/questions"))
        {
            Question(id, path, fits, what);
            if (finding.Signal is not (Signal.Spread or Signal.WeakVoice))
            {
                NotConfidential(id, path);
            }
        }

        if (finding.Questions.Count == 0 && finding.Signal is not (Signal.DontKnow or Signal.Silent))
        {
            violations.Add($"{at}/questions", "missing", "Name the questions that the finding looks at.");
        }

        if (finding.Questions.Count > 0 && finding.Signal == Signal.Silent)
        {
            violations.Add($"{at}/questions", "notUsed", "An entity is silent as a whole; leave the questions out.");
        }

        CheckOwnPart(finding, at);
        CheckLeads(finding, at);
    }

    private void CheckOwnPart(FindingDefinition finding, string at)
    {
        var needed = finding.Signal == Signal.DeniedRole ? finding.Questions.Count : 0;
        if (finding.OwnPart.Count != needed)
        {
            violations.Add($"{at}/ownPart", needed == 0 ? "notUsed" : "missing",
                needed == 0 ? "Only the signal deniedRole has questions about one's own part." : "Name one question about one's own part beside each of the questions.");
        }

        foreach (var (id, path) in violations.Each(finding.OwnPart, $"{at}/ownPart"))
        {
            Question(id, path, q => q.Definition.Kind == QuestionKind.Single && q.Ids.Order(StringComparer.Ordinal).SequenceEqual(["no", "yes"], StringComparer.Ordinal),
                "a single choice with the options \"yes\" and \"no\"");
            NotConfidential(id, path);
        }
    }

    private void CheckLeads(FindingDefinition finding, string at)
    {
        if (finding.Leads.Count > 0 != (finding.Signal == Signal.WeakVoice))
        {
            violations.Add($"{at}/leads", finding.Leads.Count > 0 ? "notUsed" : "missing",
                finding.Leads.Count > 0 ? "Only the signal weakVoice asks who leads." : "Name the questions that tell who leads.");
        }

        violations.Unique(violations.Each(finding.Leads, $"{at}/leads").Select(q => ((string?)q.Item, q.At)), "question that tells who leads");
        foreach (var (id, path) in violations.Each(finding.Leads, $"{at}/leads"))
        {
            Question(id, path, q => q.Definition is { Kind: QuestionKind.Single, OptionsFrom: "entityKinds" }, "a single choice with 'optionsFrom: entityKinds'");
            NotConfidential(id, path);
        }
    }

    private void CheckRecommendation(RecommendationDefinition recommendation, string at)
    {
        References(recommendation.References, $"{at}/references");
        violations.Unique(violations.Each(recommendation.Sections, $"{at}/sections").Select(s => ((string?)s.Item, s.At)), "section of the recommendation");
        violations.Unique(violations.Each(recommendation.Levels, $"{at}/levels").Select(l => ((string?)l.Item, l.At)), "level of the recommendation");
        foreach (var (id, path) in violations.Each(recommendation.Sections, $"{at}/sections"))
        {
            if (!sections.Exists(s => s.Definition.Id == id && s.Definition.Reported))
            {
                violations.Add(path, "unknownReference", $"There is no reported section '{id}'.");
            }
        }

        var levels = definition.Scales.FirstOrDefault(s => s.Id == definition.Reporting?.Scale)?.Levels ?? [];
        foreach (var (id, path) in violations.Each(recommendation.Levels, $"{at}/levels"))
        {
            if (levels.All(l => l.Id != id))
            {
                violations.Add(path, "unknownReference", $"The reporting scale has no level '{id}'.");
            }
        }
    }

    private void References(IReadOnlyList<string> references, string at)
    {
        foreach (var (id, path) in violations.Each(references, at))
        {
            if (!definition.References.Contains(id, StringComparer.Ordinal))
            {
                violations.Add(path, "unknownReference", $"'{id}' is not among the questionnaire's references.");
            }
        }

        violations.Unique(violations.Each(references, at).Select(r => ((string?)r.Item, r.At)), "reference");
    }

    private void Question(string id, string at, Func<CompiledQuestion, bool> fits, string what)
    {
        if (!questions.TryGetValue(id, out var question))
        {
            violations.Add(at, "unknownReference", $"There is no question '{id}'.");
        }
        else if (!fits(question))
        {
            violations.Add(at, "kind", $"Question '{id}' is not {what}.");
        }
    }

    /// <summary>A confidential question has a range; what looks at single answers would tell of single entities.</summary>
    private void NotConfidential(string id, string at)
    {
        if (questions.TryGetValue(id, out var question) && question.Definition.Confidential)
        {
            violations.Add(at, "confidential", $"Question '{id}' is confidential: only the signals spread and weakVoice may look at it, which use its range.");
        }
    }
}
