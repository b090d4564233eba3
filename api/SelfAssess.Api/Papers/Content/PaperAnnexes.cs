using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Releases;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Papers.Content;

/// <summary>The annexes of a conference paper: what was asked, how States are protected, every indicator, and what words mean.</summary>
internal static class PaperAnnexes
{
    // In the order in which they are read.
    private static readonly string[] meanings = ["participatingState", "interagency", "theme", "indicator", "index", "divergence", "release"];

    private static readonly string[] terms =
    [
        "interagency", "treaty", "stateParty", "signatory", "acceding", "conference", "entity", "selfAssessment", "level", "notApplicable", "formal", "institutionalized", "roles", "committees",
        "sustainability", "trust", "sharing", "urgent", "controlSystem", "authority", "contact", "diversion", "brokering", "transit", "report", "trustFund", "challenge", "divergence",
    ];

    public static IEnumerable<Block> Of(PaperSource source) => [.. Questionnaire(source), .. Method(source), .. Indicators(source), .. Glossary(source)];

    private static IEnumerable<Block> Questionnaire(PaperSource source)
    {
        var (words, texts) = (source.Words, source.Names.Texts);
        yield return new Annex("questionnaire", words.Say("annex.questionnaire"));
        yield return source.Numbered([new Inline.Plain(texts.Description), new Inline.Note([new Inline.Plain(texts.Review)])]);
        yield return source.Numbered(words.Sentence("questionnaire.said"));
        foreach (var section in source.Questionnaire.AllSections())
        {
            var text = texts.Sections[section.Id];
            yield return new Heading(3, section.Reported ? source.Theme(section.Id) : text.Title);
            if (text.Introduction is { } introduction)
            {
                yield return new Paragraph(ParagraphKind.Plain, [new Inline.Plain(introduction)]);
            }

            if (section.Questions.Count > 0)
            {
                yield return new Table($"questions.{section.Id}", words.Say("questionnaire.caption", text.Title), [words.Say("column.levelOrAnswer"), words.Say("column.description")],
                    [.. section.Questions.SelectMany(q => Question(source, q, texts))], [1, 3]);
            }
        }
    }

    private static IEnumerable<Row> Question(PaperSource source, QuestionDefinition question, QuestionnaireTexts texts)
    {
        var text = texts.Questions[question.Id];
        yield return new Row([question.Kind == QuestionKind.Level ? $"{question.Id} {text.Title}: {text.Text}" : $"{text.Title}: {text.Text}"]);
        switch (question.Kind)
        {
            case QuestionKind.Level:
                var scale = source.Questionnaire.Scales.Single(s => s.Id == source.ScaleOf(question.Id));
                foreach (var level in scale.Levels)
                {
                    yield return new Row([$"{source.LevelNumber(scale, level.Id)} {source.Names.Level(scale.Id, level.Id)}", text.Levels.GetValueOrDefault(level.Id, PaperSource.Nil)]);
                }

                break;
            case QuestionKind.Matrix:
                foreach (var dimension in question.Dimensions)
                {
                    yield return new Row([text.Dimensions[dimension.Id].Label, dimension.Options.Count == 0 ? source.Words.Say("question.text")
                        : source.Clauses([.. dimension.Options.Select(o => source.Names.Option(question.Id, dimension.Id, o.Id))])]);
                }

                break;
            case QuestionKind.Single or QuestionKind.Multiple when question.OptionsFrom is null:
                yield return new Row([source.Words.Say("column.answer"), source.Clauses([.. question.Options.Select(o => source.Names.Option(question.Id, null, o.Id))])]);
                break;
            case QuestionKind.Single or QuestionKind.Multiple:
                yield return new Row([source.Words.Say("column.answer"), source.Clauses([.. source.Questionnaire.EntityKinds.Select(k => source.Names.Option(question.Id, null, k))])]);
                break;
            default:
                yield return new Row([source.Words.Say("column.answer"), source.Words.Say("question.text")]);
                break;
        }
    }

    private static IEnumerable<Block> Method(PaperSource source) =>
    [
        new Annex("method", source.Words.Say("annex.method")),
        .. MethodNote.Of(source.Release, source.Words.Language).Sentences.Select(s => source.Numbered([new Inline.Plain(s)])),
    ];

    private static IEnumerable<Block> Indicators(PaperSource source)
    {
        var (words, release) = (source.Words, source.Release);
        yield return new Annex("indicators", words.Say("annex.indicators"));
        yield return source.Numbered(words.Sentence("indicators.said", words.Number(release.Method.CountBase)));
        foreach (var theme in release.Themes)
        {
            // Levels of another scale have columns, and so a table, of their own.
            var scales = release.Indicators.Where(i => i.Section == theme.Section).GroupBy(i => source.ScaleOf(i.Question)).ToArray();
            foreach (var indicators in scales)
            {
                var scale = source.Questionnaire.Scales.Single(s => s.Id == indicators.Key);
                var levels = indicators.First().Levels;
                yield return new Table(scales.Length == 1 ? $"indicators.{theme.Section}" : $"indicators.{theme.Section}.{scale.Id}", words.Say("indicators.caption", source.Theme(theme.Section)),
                    [words.Say("column.indicator"), .. levels.Select(l => source.LevelNumber(scale, l)), words.Say("sign.notApplicable"), words.Say("sign.noAnswer")],
                    [.. indicators.Select(i => new Row([source.Names.Indicator(i.Question), .. source.LevelCells(i.Distribution, i.Concentrated, levels)]))],
                    Note: source.LevelKey(scale));
            }
        }
    }

    private static IEnumerable<Block> Glossary(PaperSource source)
    {
        var (words, scale) = (source.Words, source.Scale);
        var languages = ConferenceLanguages.All.Select(l => new PaperWords(l)).ToArray();
        var tests = source.Names.Texts.Scales[scale.Id];
        return
        [
            new Annex("glossary", words.Say("annex.glossary")),
            source.Numbered(words.Sentence("glossary.said")),
            new Table("meanings", words.Say("glossary.meanings"), [words.Say("column.term"), words.Say("column.meaning")],
                [
                    .. meanings.Select(m => new Row([words.Say(terms.Contains(m, StringComparer.Ordinal) ? $"term.{m}" : $"meaning.{m}.term"), words.Say($"meaning.{m}")])),
                    .. scale.Levels.Select(l => new Row([$"{words.Number(l.Value)} {tests[l.Id].Name}", tests[l.Id].Test ?? PaperSource.Nil])),
                ],
                [1, 3]),
            new Table("terms", words.Say("glossary.languages"), [.. languages.Select(l => l.Say("language"))], [.. terms.Select(t => new Row([.. languages.Select(l => l.Say($"term.{t}"))]))],
                [.. languages.Select(_ => 1)], Languages: [.. languages.Select(l => l.Language)]),
        ];
    }
}
