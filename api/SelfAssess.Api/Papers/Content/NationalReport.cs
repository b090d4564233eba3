using SelfAssess.Api.Charts.Models;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;
using SelfAssess.Domain.Scoring;

namespace SelfAssess.Api.Papers.Content;

/// <summary>One State's report on itself: results, where its entities differ, evidence, what may be considered, and the draft of a concept note.</summary>
internal sealed class NationalReport
{
    private readonly NationalSource source;
    private readonly QuestionnaireDefinition questionnaire;
    private readonly PaperWords words;
    private readonly ChartWords names;
    private readonly Scale scale;
    private readonly SectionDefinition[] themes;
    private readonly Dictionary<string, Standing> standings;

    private NationalReport(NationalSource source, string language)
    {
        this.source = source;
        questionnaire = source.Questionnaire;
        words = new PaperWords(language);
        names = new ChartWords(questionnaire, language);
        scale = questionnaire.Scales.Single(s => s.Id == questionnaire.Reporting!.Scale);
        themes = [.. Contributions.ReportedSections(questionnaire)];
        standings = Below(source.Sheet.Explain().Sections).SelectMany(s => s.Questions).ToDictionary(q => q.Question, q => q.Standing, StringComparer.Ordinal);
    }

    /// <summary>The report in one of the Conference's languages.</summary>
    public static Paper Of(NationalSource source, string language) => new NationalReport(source, language).Write();

    private Paper Write() => new(
        Say("title", source.State, names.Title, source.Cycle),
        words.Language,
        names.RightToLeft,
        DateOnly.FromDateTime(source.Assessment.ChangedAt.UtcDateTime),
        new PaperHead([new(Sentence("head"), Sentence("head.use"), Strong: true), new([new Inline.Plain(source.State)], Sentence("head.date")), new([new Inline.Plain(source.Cycle)], Sentence("head.draft"))]),
        Say("running", source.Cycle),
        PaperLabels.Of(words),
        [.. Introduction(), .. Results(), .. Divergence(), .. Evidence(), .. Considered(), .. NationalConceptNote.Of(source, words, names)]);

    private IEnumerable<Block> Introduction() =>
    [
        new Heading(1, words.Say("section.introduction")),
        Numbered(Sentence("what", source.State, names.Title, questionnaire.Version, source.Cycle), source.Assessment.SignedOffAt is { } at
            ? Sentence("signedOff", words.Day(DateOnly.FromDateTime(at.UtcDateTime)), words.Number(source.Assessment.Revision)) : Sentence("open")),
        Numbered(Sentence("voluntary")),
    ];

    private IEnumerable<Block> Results()
    {
        yield return new Heading(1, Say("section.results"));
        yield return Numbered(Sentence("results.said"));
        yield return Themes();
        yield return new Figure("profile", Say("figure.profile"), ProfileChart.Of(source.Sheet, source.Cycle, Comparable(), source.Last?.Cycle, words.Language));
        foreach (var theme in themes)
        {
            yield return new Heading(2, words.Say("named", names.Section(theme.Id), theme.Id));
            foreach (var arrangement in Arrangements(theme))
            {
                yield return Numbered(arrangement);
            }

            yield return new Table($"indicators.{theme.Id}", Say("table.indicators", names.Section(theme.Id)), [words.Say("column.indicator"), Say("column.level"), Say("column.practice")],
                [.. Questions(theme).Select(q => new Row([names.Indicator(q.Id), Answered(q), Practice(q)]))], [3, 2, 5]);
        }
    }

    private Table Themes()
    {
        var lowest = LowestAnswers.Of(source.Sheet);
        var change = source.Last is { } last ? ChangeSince.Between(last.Sheet, source.Sheet).Sections.ToDictionary(s => s.Section, StringComparer.Ordinal) : null;
        return new Table("themes", Say("table.themes"),
            [
                words.Say("column.theme"), Say("column.level"), Say("column.index"), Say("column.lowest"),
                .. source.Last is { Cycle: var before } ? [Say("column.before", before)] : Array.Empty<string>(),
            ],
            [
                .. themes.Select(t => new Row(
                [
                    names.NumberedTheme(t.Id), Level(t), Index(t), lowest.GetValueOrDefault(t.Id) is { Length: > 0 } questions ? questions : PaperSource.Nil,
                    .. change is null ? Array.Empty<string>() : [Before(change.GetValueOrDefault(t.Id))],
                ])),
            ],
            source.Last is null ? [4, 3, 1, 3] : [4, 3, 1, 3, 3]);
    }

    private string Before(SectionChange? change) => change switch
    {
        null or { Before: null } => PaperSource.Nil,
        { Comparable: false } => Say("notComparable"),
        { Before: { } value } => Named(value),
    };

    /// <summary>The last assessment, where its index may stand beside this one's.</summary>
    private ScoreSheet? Comparable() => source.Last is { } last && last.Sheet.Questionnaire.Reference == source.Sheet.Questionnaire.Reference ? last.Sheet : null;

    private IEnumerable<IReadOnlyList<Inline>> Arrangements(SectionDefinition theme)
    {
        foreach (var question in theme.AllQuestions().Where(q => q.Kind == QuestionKind.Matrix))
        {
            if (source.Assessment.Answers.GetValueOrDefault(question.Id)?.Value is not AnswerValue.Matrix matrix)
            {
                continue;
            }

            foreach (var dimension in question.Dimensions.Where(d => matrix.Dimensions.ContainsKey(d.Id)))
            {
                string[] given = matrix.Dimensions[dimension.Id] switch
                {
                    AnswerValue.Choice c => [names.Option(question.Id, dimension.Id, c.Id)],
                    AnswerValue.Choices c => [.. c.Ids.Select(id => names.Option(question.Id, dimension.Id, id))],
                    AnswerValue.Text t => [t.Value],
                    _ => [],
                };
                if (given.Length > 0)
                {
                    yield return Sentence("arrangement", names.Dimension(question.Id, dimension.Id), words.List(given));
                }
            }
        }
    }

    private IEnumerable<Block> Divergence()
    {
        yield return new Heading(1, Say("section.divergence"));
        if (source.Compared is not { } compared)
        {
            yield return Numbered(Sentence("divergence.none"));
            yield break;
        }

        var apart = compared.Questions.Where(q => q.Diverges == true).ToArray();
        yield return Numbered(Sentence(apart.Length == 0 ? "divergence.agree" : "divergence.said"));
        if (apart.Length > 0)
        {
            yield return new Table("divergence", Say("table.divergence"), [words.Say("column.indicator"), Say("column.lowestLevel"), Say("column.highestLevel")],
                [.. apart.Select(q => new Row([names.Indicator(q.Question), LevelName(q.Question, q.Lowest), LevelName(q.Question, q.Highest)]))], [2, 1, 1]);
        }

        if (compared.Findings.Count > 0)
        {
            yield return Numbered(Sentence("findings"));
            foreach (var finding in compared.Findings)
            {
                var where = finding.Questions.Count == 0 ? "" : $" ({string.Join(", ", finding.Questions)})";
                yield return new Paragraph(ParagraphKind.Lettered, [new Inline.Plain($"{names.Texts.Findings.GetValueOrDefault(finding.Id, finding.Id)}{where}")]);
            }
        }
    }

    private IEnumerable<Block> Evidence()
    {
        var pointed = questionnaire.AllQuestions().Where(q => source.Assessment.Answers.GetValueOrDefault(q.Id) is { Evidence.Count: > 0 }).ToArray();
        yield return new Heading(1, Say("section.evidence"));
        yield return Numbered(Sentence(pointed.Length == 0 ? "evidence.none" : "evidence.said"));
        if (pointed.Length > 0)
        {
            yield return new Table("evidence", Say("table.evidence"), [words.Say("column.indicator"), Say("column.evidence")],
                [.. pointed.Select(q => new Row([names.Indicator(q.Id), string.Join("; ", source.Assessment.Answers[q.Id].Evidence)]))], [2, 3]);
        }
    }

    private IEnumerable<Block> Considered()
    {
        yield return new Heading(1, Say("section.recommendations"));
        yield return Numbered(Sentence(source.Recommended.Count == 0 ? "recommendations.none" : "recommendations.said"));
        foreach (var theme in source.Recommended.GroupBy(r => r.Section))
        {
            yield return new Heading(3, words.Say("named", names.Section(theme.Key), theme.Key));
            foreach (var recommendation in theme)
            {
                yield return new Paragraph(ParagraphKind.Lettered, [new Inline.Plain(names.Texts.Recommendations[recommendation.Id])]);
            }
        }
    }

    private IEnumerable<QuestionDefinition> Questions(SectionDefinition theme) =>
        theme.AllQuestions().Where(q => q.Kind == QuestionKind.Level && standings[q.Id] != Standing.Hidden);

    /// <summary>The level that was given, or what was said instead.</summary>
    private string Answered(QuestionDefinition question) => standings[question.Id] switch
    {
        Standing.Answered => LevelName(question.Id, source.Sheet.LevelOf(question.Id)),
        Standing.NotApplicable or Standing.NotApplicableByRule => Say("notApplicable"),
        Standing.DontKnow => Say("state.dontKnow"),
        Standing.NotYetTested => Say("state.notYetTested"),
        Standing.Declined => Say("state.declined"),
        _ => Say("state.unanswered"),
    };

    private string Practice(QuestionDefinition question) => source.Sheet.LevelOf(question.Id) is { } level
        ? names.Texts.Questions[question.Id].Levels.GetValueOrDefault(level, PaperSource.Nil)
        : source.Assessment.Answers.GetValueOrDefault(question.Id)?.Reason ?? PaperSource.Nil;

    private string Level(SectionDefinition theme) => source.Sheet.Find(theme.Id, questionnaire.Reporting!.LevelMeasure) switch
    {
        { Value: { } value } => Named(value),
        { Outcome: ScoreOutcome.NotApplicable } => Say("notApplicable"),
        _ => Say("tooFew"),
    };

    private string Index(SectionDefinition theme) => source.Sheet.Find(theme.Id, questionnaire.Reporting!.IndexMeasure)?.Value is { } value
        ? words.Number(Math.Round(value, 0, MidpointRounding.AwayFromZero)) : PaperSource.Nil;

    private string Named(decimal value) => $"{words.Number(value)} {names.Level(scale.Id, scale.Levels.Single(l => l.Value == value).Id)}";

    private string LevelName(string question, string? level)
    {
        var own = IndicatorChart.ScaleOf(questionnaire.Sections, question) ?? scale.Id;
        return level is null ? PaperSource.Nil : $"{words.Number(questionnaire.Scales.Single(s => s.Id == own).Levels.Single(l => l.Id == level).Value)} {names.Level(own, level)}";
    }

    private static IEnumerable<SectionExplanation> Below(IEnumerable<SectionExplanation> sections) => sections.SelectMany(s => Below(s.Sections).Prepend(s));

    private string Say(string key, params ReadOnlySpan<object> values) => words.Say($"national.{key}", values);

    private IReadOnlyList<Inline> Sentence(string key, params ReadOnlySpan<object> values) => words.Sentence($"national.{key}", values);

    private Paragraph Numbered(params IReadOnlyList<Inline>[] sentences) => words.Numbered(sentences);
}
