using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Charts.Models;

/// <summary>
/// How many participating States named each answer in one dimension of the matrix questions (basis, permanence), theme by theme. Counts and nothing else:
/// never beside a level, and no answer is better than another.
/// </summary>
/// <param name="Participants">How many took part; null where that is not published, and then no count is.</param>
/// <param name="Whole">What the whole length of a bar stands for.</param>
/// <param name="Options">The answers, in the questionnaire's order.</param>
/// <param name="Blocks">Rows in the questionnaire's order, the themes first.</param>
/// <param name="NotPublished">What the hatching of a withheld count means; null where none is withheld.</param>
internal sealed record ArrangementsChart(
    string Title, string Subtitle, IReadOnlyList<string> Foot, ChartTable Table, string Language, bool RightToLeft,
    int? Participants, Named Whole, IReadOnlyList<string> Options, IReadOnlyList<ArrangementsChart.Block> Blocks, string? NotPublished)
    : ChartModel(Title, Subtitle, Foot, Table, Language, RightToLeft)
{
    /// <summary>Rows of one part of the questionnaire.</summary>
    /// <param name="Heading">Its title; null for the themes.</param>
    /// <param name="Rows">One for each matrix question.</param>
    public sealed record Block(string? Heading, IReadOnlyList<Row> Rows);

    /// <summary>One matrix question.</summary>
    /// <param name="Name">The theme, or what else it is about.</param>
    /// <param name="Counts">By option; null where the question does not offer it.</param>
    public sealed record Row(string Name, IReadOnlyList<Cell?> Counts);

    /// <summary>How many States named one answer.</summary>
    /// <param name="States">The protected count, with "about".</param>
    /// <param name="Label">Its number alone, as it stands in the picture.</param>
    public sealed record Cell(Measured States, string Label);

    /// <returns>The chart; null where the release counts no matrix question with that dimension.</returns>
    public static ArrangementsChart? Of(Release release, QuestionnaireDefinition questionnaire, string dimension, string language)
    {
        var words = new ChartWords(questionnaire, language);
        var sections = questionnaire.AllSections().SelectMany(s => s.Questions.Select(q => (Question: q.Id, Section: s))).ToDictionary(q => q.Question, q => q.Section, StringComparer.Ordinal);
        var counted = release.Counted.Select(c => (Statistics: c, Parsed: CountedQuestions.Parse(questionnaire, c.Question))).Where(c => c.Parsed.Dimension == dimension)
            .Select(c => (c.Statistics, c.Parsed.Question, Section: sections[c.Parsed.Question])).ToArray();
        if (counted.Length == 0)
        {
            return null;
        }

        var options = counted.SelectMany(c => c.Statistics.Options.Select(o => (o.Option, Name: words.Option(c.Question, dimension, o.Option)))).DistinctBy(o => o.Option).ToArray();
        var blocks = counted.GroupBy(c => c.Section.Reported ? null : c.Section.Id).OrderBy(b => b.Key is not null)
            .Select(b => new Block(b.Key is null ? null : words.Section(b.Key), [.. b.Select(RowOf)])).ToArray();
        var withheld = counted.Any(c => c.Statistics.Options.Any(o => o.States is Protected.NotPublished));
        return new ArrangementsChart(
            words.Say("arrangementsTitle"),
            words.Say("arrangementsSubtitle", words.Dimension(counted[0].Question, dimension), release.CycleName),
            [
                words.Participation(release.Participation),
                .. counted.Any(c => c.Statistics.Options.Any(o => o.States is Protected.Published)) ? [words.Say("arrangementsRounding", words.Number(release.Method.CountBase))] : Array.Empty<string>(),
                .. counted.All(c => c.Statistics.Exclusive) ? Array.Empty<string>() : [words.Say("countsSeveral")],
                words.Say("arrangementsNeutral"),
                words.Say("source", words.Code(release.Id), words.Questionnaire),
                words.Say("voluntary"),
            ],
            new ChartTable(
                [words.Say("subject"), .. options.Select(o => o.Name)],
                [.. blocks.SelectMany(b => b.Rows).Select(r => (string[])[r.Name, .. r.Counts.Select(c => c?.States.Label ?? "–")])]),
            language,
            words.RightToLeft,
            release.Participation.Participants,
            new Named(words.Say("everybody"), release.Participation.Participants is { } n ? words.Say("n", words.Number(n)) : words.Say("notPublishedShort")),
            [.. options.Select(o => o.Name)],
            blocks,
            withheld ? words.Say("notPublished") : null);

        Row RowOf((CountedStatistics Statistics, string Question, SectionDefinition Section) row) => new(
            row.Section.Reported && counted.Count(c => c.Section.Id == row.Section.Id) == 1 ? words.NumberedTheme(row.Section.Id) : words.Question(row.Question),
            [.. options.Select(o => row.Statistics.Options.FirstOrDefault(s => s.Option == o.Option)?.States is { } states ? new Cell(Measured.Count(states, words), words.Protected(states)) : null)]);
    }
}
