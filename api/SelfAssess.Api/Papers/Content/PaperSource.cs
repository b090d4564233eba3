using SelfAssess.Api.Charts.Models;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Papers.Content;

/// <summary>All that a paper on a release is made of, and the ways in which its parts say a number.</summary>
/// <param name="Release">The release.</param>
/// <param name="Questionnaire">What was answered.</param>
/// <param name="Words">The paper's sentences.</param>
/// <param name="Names">What the questionnaire's parts are called, and how numbers are written, as in the charts.</param>
internal sealed record PaperSource(Release Release, QuestionnaireDefinition Questionnaire, PaperWords Words, ChartWords Names)
{
    /// <summary>What stands in a table for a number that is not published.</summary>
    public const string Withheld = "…";

    /// <summary>What stands in a table where there is nothing to count.</summary>
    public const string Nil = "–";

    /// <summary>The scale of the themes' levels.</summary>
    public Scale Scale => Questionnaire.Scales.Single(s => s.Id == Questionnaire.Reporting!.Scale);

    /// <summary>A numbered paragraph of sentences that follow each other.</summary>
    public Paragraph Numbered(params IReadOnlyList<Inline>[] sentences) => Words.Numbered(sentences);

    /// <summary>A number of a release in a table.</summary>
    public string Cell(Protected number) => number is Protected.NotPublished ? Withheld : Names.Protected(number);

    /// <summary>A change of an index in a table.</summary>
    public string ChangeCell(Protected change) => change is Protected.NotPublished ? Withheld : Names.Change(change);

    /// <summary>A number of States that a release tells as a band.</summary>
    public string Cell(Population? population) => population switch
    {
        null => Withheld,
        { To: { } to, From: var from } => $"{Words.Number(from)}–{Words.Number(to)}",
        { From: var from } => Names.Say("atLeast", Words.Number(from)),
    };

    /// <summary>A theme as a heading.</summary>
    public string Theme(string section) => Words.Say("named", Names.Section(section), section);

    /// <summary>The scale of a level question.</summary>
    public string ScaleOf(string question) => IndicatorChart.ScaleOf(Questionnaire.Sections, question) ?? Questionnaire.Reporting!.Scale;

    /// <summary>A level by its value on the scale, which is short enough for the head of a column.</summary>
    public string LevelNumber(Scale scale, string level) => Words.Number(scale.Levels.Single(l => l.Id == level).Value);

    /// <summary>What the heads of the columns of levels mean.</summary>
    public string LevelKey(Scale scale) => Words.Say("levels.key",
        Clauses([.. scale.Levels.Select(l => Words.Say("levels.keyEntry", Words.Number(l.Value), Names.Level(scale.Id, l.Id)))]),
        Words.Say("sign.notApplicable"), Words.Say("sign.noAnswer"), Words.Number(Release.Method.CountBase));

    /// <summary>Parts of a sentence one after the other.</summary>
    public string Clauses(IReadOnlyList<string> clauses) => clauses.Aggregate((before, next) => Words.Say("clause", before, next));

    /// <summary>The cells of a row of levels: a number for each level, not applicable, and no level.</summary>
    public IEnumerable<string> LevelCells(Distribution? distribution, string? concentrated, IReadOnlyList<string> levels) => distribution is { } d
        ? d.Levels.Append(d.NotApplicable).Append(d.NoAnswer).Select(c => Words.Number(c))
        : levels.Select(l => l == concentrated ? Words.Say("cell.nearlyAll") : Withheld).Append(Withheld).Append(Withheld);

    /// <summary>The answers to one counted question as parts of a sentence; none where none of them is published.</summary>
    public IReadOnlyList<string> Answers(CountedStatistics counted)
    {
        if (counted.Options.All(o => o.States is Protected.NotPublished))
        {
            return [];
        }

        var (question, dimension) = CountedQuestions.Parse(Questionnaire, counted.Question);
        return
        [
            .. counted.Options.Select(o => o.States is Protected.Published p
                ? Words.Say("answer.count", Names.Option(question, dimension, o.Option), Words.Number(p.Value)) : Words.Say("answer.withheld", Names.Option(question, dimension, o.Option))),
            .. counted.NoAnswer is Protected.Published { Value: > 0 } none ? [Words.Say("answer.none", Words.Number(none.Value))] : Array.Empty<string>(),
        ];
    }

    /// <summary>The dimensions of the counted matrix questions, in the order in which they are asked.</summary>
    public IEnumerable<(string Dimension, string Label, CountedStatistics[] Counted)> Arrangements() =>
        Release.Counted.Select(c => (Counted: c, Parsed: CountedQuestions.Parse(Questionnaire, c.Question))).Where(c => c.Parsed.Dimension is not null)
            .GroupBy(c => c.Parsed.Dimension!).Select(g => (g.Key, Names.Dimension(g.First().Parsed.Question, g.Key), g.Select(c => c.Counted).ToArray()));
}
