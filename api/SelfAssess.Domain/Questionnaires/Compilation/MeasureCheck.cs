namespace SelfAssess.Domain.Questionnaires.Compilation;

/// <summary>Gives each section its measures and makes sure that only like is put together with like.</summary>
internal sealed class MeasureCheck(
    QuestionnaireDefinition definition,
    List<CompiledSection> sections,
    List<CompiledQuestion> questions,
    List<CompiledMeasure> measures,
    Dictionary<string, ScoringRule> scoringRules,
    Violations violations)
{
    public void Run()
    {
        foreach (var (rule, at) in violations.Each(definition.ScoringRules, "/scoringRules"))
        {
            foreach (var (measure, measureAt) in violations.Each(rule.Measures, $"{at}/measures"))
            {
                CheckMeasure(measure, measureAt);
            }
        }

        foreach (var section in sections.Where(s => s.Definition.Scoring is not null))
        {
            if (scoringRules.TryGetValue(section.Definition.Scoring!, out var rule))
            {
                section.Measures = [.. rule.Measures.Select(m => Add(section, m))];
            }
            else
            {
                violations.Add($"{section.Pointer}/scoring", "unknownReference",
                    $"There is no scoring rule '{section.Definition.Scoring}'; there are {Violations.List(scoringRules.Keys)}.");
            }
        }

        // Children come after their parents, so that from the end each finds its children's bounds known.
        for (var i = sections.Count - 1; i >= 0; i--)
        {
            foreach (var measure in sections[i].Measures)
            {
                Connect(measure);
            }
        }

        CheckReporting();
        CheckComparable();
    }

    private CompiledMeasure Add(CompiledSection section, MeasureDefinition measure)
    {
        var added = new CompiledMeasure
        {
            Index = measures.Count,
            Section = section,
            Definition = measure,
            States = measure.AnswerStates ?? definition.AnswerStates,
            Rounding = measure.Rounding ?? definition.Rounding,
        };
        measures.Add(added);
        return added;
    }

    private void CheckMeasure(MeasureDefinition measure, string at)
    {
        if (measure.Of is not null && measure.Method is not (ScoringMethod.WeightedMean or ScoringMethod.MeanOfMeans))
        {
            violations.Add($"{at}/of", "notForMethod", "Only a weighted mean or a mean of means takes a measure of the child sections.");
        }

        if (measure.Normalise == Normalisation.Percent && measure.Method is ScoringMethod.Gated or ScoringMethod.Sum)
        {
            violations.Add($"{at}/normalise", "notForMethod", $"A {Compiler.Kind(measure.Method)} measure is not normalised: {(measure.Method == ScoringMethod.Sum
                ? "points are added as they are." : "its score is the number of a gate.")}");
        }

        violations.Unique(violations.Each(measure.Bands, $"{at}/bands").Select(b => ((string?)b.Item.Id, $"{b.At}/id")), "band");
        for (var i = 1; i < measure.Bands.Count; i++)
        {
            if (measure.Bands[i].From <= measure.Bands[i - 1].From)
            {
                violations.Add($"{at}/bands/{i}/from", "bands", "Bands stand lowest first, and their lower bounds rise.");
            }
        }
    }

    private void Connect(CompiledMeasure measure)
    {
        var section = measure.Section;
        if (section.Scored.Length == 0)
        {
            violations.Add($"{section.Pointer}/scoring", "nothingScored", $"Section '{section.Definition.Id}' has no scored question; leave 'scoring' out.");
            return;
        }

        measure.Bounds = measure.Definition.Method switch
        {
            ScoringMethod.Gated => Gates(measure),
            ScoringMethod.Sum => new CompiledMeasure.Range(section.Scored.Sum(q => Math.Min(0, questions[q].Low)), section.Scored.Sum(q => Math.Max(0, questions[q].High)), Fixed: false),
            ScoringMethod.WeightedMean or ScoringMethod.MeanOfMeans => Children(measure),
            _ => Alike(measure, section.Scored.Select(q => new CompiledMeasure.Range(questions[q].Low, questions[q].High))),
        };
    }

    private CompiledMeasure.Range? Gates(CompiledMeasure measure)
    {
        var gates = new SortedSet<int>();
        foreach (var q in measure.Section.Scored)
        {
            if (questions[q].Definition.Gate is { } gate)
            {
                gates.Add(gate);
            }
            else
            {
                violations.Add($"{questions[q].Pointer}/gate", "gate",
                    $"Section '{measure.Section.Definition.Id}' is scored by gates: question '{questions[q].Definition.Id}' needs the gate that it guards.");
            }
        }

        measure.Gates = gates.Count;
        if (gates.Count > 0 && gates.Max != gates.Count)
        {
            violations.Add($"{measure.Section.Pointer}/scoring", "gate", $"The gates of section '{measure.Section.Definition.Id}' are numbered 1, 2, 3… without a gap; there are {string.Join(", ", gates)}.");
        }

        return new CompiledMeasure.Range(0, gates.Count);
    }

    private CompiledMeasure.Range? Children(CompiledMeasure measure)
    {
        var section = measure.Section;
        var weighted = measure.Definition.Method == ScoringMethod.WeightedMean;
        var of = measure.Definition.Of ?? measure.Definition.Id;
        var own = Enumerable.Range(section.FirstQuestion, section.OwnQuestions).Where(q => questions[q].Scored).ToArray();
        if (!weighted && (section.Children.Count == 0 || own.Length > 0))
        {
            violations.Add($"{section.Pointer}/scoring", "meanOfMeans", section.Children.Count == 0
                ? $"Section '{section.Definition.Id}' has no sections below it to take the mean of."
                : $"Section '{section.Definition.Id}' has scored questions of its own, which a mean of means would leave out; move them into a section or use weightedMean.");
        }

        foreach (var child in section.Children.Select(c => sections[c]).Where(c => c.Scored.Length > 0))
        {
            if (child.Measures.FirstOrDefault(m => m.Definition.Id == of) is { } found)
            {
                measure.Children.Add(found);
            }
            else
            {
                violations.Add($"{child.Pointer}/scoring", "unknownReference",
                    $"Measure '{measure.Definition.Id}' of section '{section.Definition.Id}' needs a measure '{of}' of section '{child.Definition.Id}'.");
            }
        }

        if (measure.Children.Any(c => c.Bounds is { Fixed: false }))
        {
            violations.Add($"{section.Pointer}/scoring", "mixedScales", $"Measure '{measure.Definition.Id}' of section '{section.Definition.Id}' takes the mean of sums, whose bounds depend on what applies.");
            return null;
        }

        return measure.Children.Any(c => c.Bounds is null) ? null
            : Alike(measure, own.Select(q => new CompiledMeasure.Range(questions[q].Low, questions[q].High)).Concat(measure.Children.Select(c => c.Bounds!.Value)));
    }

    private CompiledMeasure.Range? Alike(CompiledMeasure measure, IEnumerable<CompiledMeasure.Range> parts)
    {
        if (measure.Definition.Normalise == Normalisation.Percent)
        {
            return CompiledMeasure.Range.Percent;
        }

        var different = parts.Distinct().ToArray();
        if (different.Length > 1)
        {
            violations.Add($"{measure.Section.Pointer}/scoring", "mixedScales",
                $"Measure '{measure.Definition.Id}' of section '{measure.Section.Definition.Id}' would mix values of {string.Join(" and ", different.Select(d => $"{d.Low}–{d.High}"))}; "
                + "say 'normalise: percent'.");
        }

        return different.Length == 0 ? null : different[0];
    }

    private void CheckReporting()
    {
        var reported = sections.Where(s => s.Definition.Reported).ToArray();
        if (definition.Reporting is not { } reporting)
        {
            if (reported.Length > 0)
            {
                violations.Add($"{reported[0].Pointer}/reported", "reporting", "A section is reported, but 'reporting' does not say which measures.");
            }

            return;
        }

        if (definition.Scales.FirstOrDefault(s => s.Id == reporting.Scale) is not { } scale)
        {
            violations.Add("/reporting/scale", "unknownReference", $"There is no scale '{reporting.Scale}'.");
            return;
        }

        if (reported.Length == 0)
        {
            violations.Add("/reporting", "reporting", "No section is marked 'reported: true'.");
        }

        foreach (var section in reported)
        {
            if (sections.Any(s => s.Definition.Reported && IsBelow(s, section)))
            {
                violations.Add($"{section.Pointer}/reported", "reporting", "A reported section cannot have another one below it.");
            }

            if (!section.Measures.Any(m => m.Definition.Id == reporting.LevelMeasure && m.Definition is { Normalise: Normalisation.None, Method: ScoringMethod.LowerMedian or ScoringMethod.Minimum })
                || section.Scored.Any(q => !questions[q].Values.SequenceEqual(scale.Levels.Select(l => l.Value))))
            {
                violations.Add("/reporting/levelMeasure", "reporting",
                    $"Section '{section.Definition.Id}' needs a measure '{reporting.LevelMeasure}' that is a lowerMedian or minimum, not normalised, of questions on scale '{scale.Id}' alone.");
            }

            if (section.Measures.FirstOrDefault(m => m.Definition.Id == reporting.IndexMeasure) is not { Bounds: { Low: 0, High: 100, Fixed: true } })
            {
                violations.Add("/reporting/indexMeasure", "reporting", $"Section '{section.Definition.Id}' needs a measure '{reporting.IndexMeasure}' between 0 and 100; say 'normalise: percent'.");
            }
        }
    }

    private bool IsBelow(CompiledSection section, CompiledSection above)
    {
        for (var parent = section.Parent; parent >= 0; parent = sections[parent].Parent)
        {
            if (parent == above.Index)
            {
                return true;
            }
        }

        return false;
    }

    private void CheckComparable()
    {
        foreach (var (version, at) in violations.Each(definition.ComparableWith, "/comparableWith"))
        {
            if (version.Version == definition.Version)
            {
                violations.Add($"{at}/version", "version", "A version is compared with earlier ones, not with itself.");
            }

            foreach (var (id, idAt) in violations.Each(version.Sections, $"{at}/sections"))
            {
                if (!sections.Any(s => s.Definition.Reported && s.Definition.Id == id))
                {
                    violations.Add(idAt, "unknownReference", $"There is no reported section '{id}'.");
                }
            }
        }
    }
}
