using SelfAssess.Domain.Questionnaires.Rules;

namespace SelfAssess.Domain.Questionnaires;

/// <summary>A section of a compiled questionnaire. Sections and questions are numbered in reading order, so that all that is below a section is one range.</summary>
internal sealed class CompiledSection
{
    public required int Index { get; init; }

    /// <summary>The section around it; -1 at the top.</summary>
    public required int Parent { get; init; }
    public required SectionDefinition Definition { get; init; }

    /// <summary>JSON pointer into the definition.</summary>
    public required string Pointer { get; init; }
    public Rule? Visible { get; set; }
    public Rule? Applies { get; set; }
    public List<int> Children { get; } = [];

    /// <summary>First question below it, however deep.</summary>
    public int FirstQuestion { get; init; }

    /// <summary>Just after the last question below it.</summary>
    public int EndQuestion { get; set; }

    /// <summary>Its own questions come first in its range.</summary>
    public int OwnQuestions => Definition.Questions.Count;

    /// <summary>The scored questions below it, however deep.</summary>
    public int[] Scored { get; set; } = [];

    /// <summary>The scale that applies to level questions here unless they name their own.</summary>
    public string? Scale { get; init; }

    public CompiledMeasure[] Measures { get; set; } = [];
}

/// <summary>A question of a compiled questionnaire.</summary>
internal sealed class CompiledQuestion
{
    public required int Index { get; init; }
    public required CompiledSection Section { get; init; }
    public required QuestionDefinition Definition { get; init; }
    public required string Pointer { get; init; }
    public Rule? Visible { get; set; }
    public Rule? Applies { get; set; }

    /// <summary>In the order of the definition's variants.</summary>
    public Rule[] Variants { get; set; } = [];

    /// <summary>What a choice may be: level ids or option ids.</summary>
    public string[] Ids { get; set; } = [];

    /// <summary>The values of <see cref="Ids"/>; empty where the question is not scored.</summary>
    public decimal[] Values { get; set; } = [];
    public bool Scored { get; set; }

    /// <summary>Lowest value that an answer can have.</summary>
    public decimal Low { get; set; }

    /// <summary>Highest value that an answer can have.</summary>
    public decimal High { get; set; }

    /// <summary>The lowest value that achieves the question at its gate.</summary>
    public decimal AchievedAt { get; set; }

    /// <summary>Position of an id among <see cref="Ids"/>, or -1.</summary>
    public int IndexOf(string id)
    {
        for (var i = 0; i < Ids.Length; i++)
        {
            if (string.Equals(Ids[i], id, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>A measure of one section.</summary>
internal sealed class CompiledMeasure
{
    /// <summary>Position among all measures of the questionnaire.</summary>
    public required int Index { get; init; }
    public required CompiledSection Section { get; init; }
    public required MeasureDefinition Definition { get; init; }
    public required StateTreatments States { get; init; }
    public required Rounding Rounding { get; init; }

    /// <summary>For weighted means and means of means: the measures of the child sections that enter it.</summary>
    public List<CompiledMeasure> Children { get; } = [];

    /// <summary>Highest gate.</summary>
    public int Gates { get; set; }

    /// <summary>What the scores mean; null where that is not known, which is a violation elsewhere.</summary>
    public Range? Bounds { get; set; }

    /// <summary>Between which values a score lies.</summary>
    /// <param name="Low">Lowest.</param>
    /// <param name="High">Highest.</param>
    /// <param name="Fixed">False for sums, whose bounds depend on what applies.</param>
    public readonly record struct Range(decimal Low, decimal High, bool Fixed = true)
    {
        public static Range Percent { get; } = new(0, 100);
    }
}
