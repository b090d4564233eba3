using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Practices;
using SelfAssess.Api.Releases;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Papers.Content;

/// <summary>
/// The draft of a conference paper: a function of one release, its questionnaire and the practices that were published with it, and of nothing else, so that it
/// can say nothing that was not published. Its symbol is assigned by others and is never made up.
/// </summary>
internal static class ConferencePaper
{
    /// <summary>The draft in one of the Conference's languages.</summary>
    public static Paper Of(Release release, QuestionnaireDefinition questionnaire, IReadOnlyList<DeliveredPractice> practices, string language)
    {
        var names = new ChartWords(questionnaire, language);
        var words = new PaperWords(language);
        var source = new PaperSource(release, questionnaire, words, names);
        return new Paper(
            words.Say("title", names.Title, release.CycleName),
            language,
            names.RightToLeft,
            release.LockedOn,
            Head(words),
            words.Say("running", release.Id),
            PaperLabels.Of(words),
            [
                .. Introduction(source),
                .. Method(source),
                .. ThemeResults.Of(source),
                .. Challenges(source),
                .. VolunteeredPractices.Of(source, practices),
                .. Elements(source),
                .. PaperAnnexes.Of(source),
            ]);
    }

    private static PaperHead Head(PaperWords words) => new(
    [
        new(words.Sentence("head.treaty"), words.Sentence("head.symbol"), Strong: true),
        new(words.Sentence("head.conference"), words.Sentence("head.date")),
        new(words.Sentence("head.place"), words.Sentence("head.original")),
        new(words.Sentence("head.draft"), words.Sentence("head.submitted")),
    ]);

    private static IEnumerable<Block> Introduction(PaperSource source)
    {
        var (words, release) = (source.Words, source.Release);
        return
        [
            new Heading(1, words.Say("section.introduction")),
            source.Numbered([.. words.Sentence("introduction.what", source.Names.Title, source.Questionnaire.Version, release.CycleName),
                new Inline.Note(words.Sentence("introduction.whatNote", release.Id, words.Day(release.LockedOn)))]),
            source.Numbered([new Inline.Plain(MethodNote.Voluntary(words.Language))]),
            source.Numbered(words.Sentence("introduction.noState")),
            source.Numbered([.. words.Sentence("introduction.signs"), new Inline.Note([new Inline.Plain(MethodNote.Reason(release, words.Language))])]),
        ];
    }

    private static IEnumerable<Block> Method(PaperSource source)
    {
        var (words, release) = (source.Words, source.Release);
        yield return new Heading(1, words.Say("section.method"));
        yield return source.Numbered(words.Sentence("method.steps"), words.Sentence("method.singleEntity"));
        yield return source.Numbered(Scoring(source), words.Sentence("method.index"));
        var participation = release.Participation is { Participants: { } participants, Invited: { } invited }
            ? words.CountSentence("method.participation", participants, words.Number(invited))
            : words.Sentence("method.participationWithheld", words.Number(release.Method.SmallestPopulation));
        yield return source.Numbered(participation, release.Composition switch
        {
            Composition.Similar => words.Sentence("method.similar"),
            Composition.Changed => words.Sentence("method.changed"),
            _ => [],
        });
        if (release.Participation.Participants is not null)
        {
            yield return Participation(source);
        }
    }

    /// <summary>How a theme's level comes about, where the questionnaire computes it in a way that can be said in a sentence.</summary>
    private static IReadOnlyList<Inline> Scoring(PaperSource source)
    {
        var questionnaire = source.Questionnaire;
        var rules = questionnaire.AllSections().Where(s => s.Reported).Select(s => s.Scoring).Distinct(StringComparer.Ordinal);
        var methods = rules.SelectMany(r => questionnaire.ScoringRules.Single(s => s.Id == r).Measures).Where(m => m.Id == questionnaire.Reporting!.LevelMeasure).Select(m => m.Method).Distinct().ToArray();
        var key = methods switch
        {
            [ScoringMethod.LowerMedian] => "method.level.lowerMedian",
            [ScoringMethod.Minimum] => "method.level.minimum",
            _ => null,
        };
        return key is null ? [] : source.Words.Sentence(key, source.Names.Level(source.Scale.Id, source.Scale.Levels[0].Id), source.Names.Level(source.Scale.Id, source.Scale.Levels[^1].Id));
    }

    private static Table Participation(PaperSource source)
    {
        var (words, release) = (source.Words, source.Release);
        var groups = release.Partition.Groups;
        return new Table("participation", words.Say("table.participation"), [words.Say("column.population"), words.Say("column.number")],
            [
                new([words.Say("row.invited"), words.Number(release.Participation.Invited!.Value)]),
                new([words.Say("row.participating"), words.Number(release.Participation.Participants!.Value)]),
                .. groups.Select(g => new Row([words.Say("row.group", source.Names.Group(g.Groups)), source.Cell(g.Base)])),
                .. release.Panel is { } panel ? [new Row([words.Say("row.stayed"), source.Cell(panel.Base)])] : Array.Empty<Row>(),
            ],
            [4, 1],
            groups.Count == 0 ? null : words.Say("participation.note"));
    }

    private static IEnumerable<Block> Challenges(PaperSource source)
    {
        var (words, names) = (source.Words, source.Names);
        yield return new Heading(1, words.Say("section.challenges"));
        var counted = source.Release.Counted.Where(c => CountedQuestions.Parse(source.Questionnaire, c.Question).Dimension is null).ToArray();
        if (counted.Length == 0)
        {
            yield return source.Numbered(words.Sentence("challenges.none"));
        }

        foreach (var question in counted)
        {
            var title = names.Question(question.Question);
            yield return source.Numbered(words.Sentence("challenges.said", question.Question, title), ThemeResults.Answered(source, question, title));
            yield return new Figure($"counts.{question.Question}", words.Say("counts.caption", title), CountsChart.Of(source.Release, source.Questionnaire, question.Question, words.Language)!);
            yield return new Table($"counts.{question.Question}", words.Say("counts.caption", title), [words.Say("column.answer"), words.Say("column.population")],
                [
                    .. question.Options.Select(o => new Row([names.Option(question.Question, null, o.Option), source.Cell(o.States)])),
                    new Row([names.Say("noAnswerGiven"), source.Cell(question.NoAnswer)]),
                ],
                [5, 1]);
        }
    }

    /// <summary>What the questionnaire's recommendations rest on, in the order of its references: what is proposed, for which themes.</summary>
    private static IEnumerable<Block> Elements(PaperSource source)
    {
        var (words, questionnaire) = (source.Words, source.Questionnaire);
        yield return new Heading(1, words.Say("section.elements"));
        var elements = questionnaire.References
            .Select(reference => (Reference: reference, By: questionnaire.Recommendations.Where(r => r.References.Contains(reference, StringComparer.Ordinal)).ToArray()))
            .Where(e => e.By.Length > 0).ToArray();
        if (elements.Length == 0)
        {
            yield return source.Numbered(words.Sentence("elements.none"));
            yield break;
        }

        yield return source.Numbered(words.Sentence("elements.said"));
        foreach (var (reference, by) in elements)
        {
            var themes = source.Release.Themes.Where(t => by.Any(r => r.Sections.Contains(t.Section, StringComparer.Ordinal))).Select(t => source.Names.Theme(t.Section)).ToArray();
            var text = source.Names.Reference(reference);
            yield return new Paragraph(ParagraphKind.Lettered, [new Inline.Plain(themes.Length == 0 ? text : words.Say("element", text, words.List(themes)))]);
        }
    }
}
