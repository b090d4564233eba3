using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Releases;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Papers.Content;

/// <summary>One question, and the published number from which it follows.</summary>
/// <param name="Said">What the release publishes.</param>
/// <param name="Asked">What may be discussed.</param>
public sealed record GuidingQuestion(string Said, string Asked);

/// <summary>Questions that belong together.</summary>
/// <param name="Title">A theme, or another part of the release.</param>
/// <param name="Theme">The theme's id; null for another part.</param>
/// <param name="Questions">At least one.</param>
public sealed record GuidingPart(string Title, string? Theme, IReadOnlyList<GuidingQuestion> Questions);

/// <summary>Guiding questions for the working groups (P16.b).</summary>
/// <param name="Release">The release from which they are drawn.</param>
/// <param name="Title">What they are.</param>
/// <param name="Notes">How they are to be read.</param>
/// <param name="Parts">In the questionnaire's order, then what is asked of all themes; none where too little is published.</param>
public sealed record GuidingQuestionList(string Release, string Title, IReadOnlyList<string> Notes, IReadOnlyList<GuidingPart> Parts);

/// <summary>
/// Draws questions from a release by fixed rules, so that nobody chooses what is asked: a function of the release and its questionnaire. Each names the
/// published number that it follows from; what is not published is not asked about. No State is compared with another, and no arrangement is preferred.
/// </summary>
internal sealed class GuidingQuestions
{
    /// <summary>So many of the answers that were reported most; those that share the last place are asked about, too.</summary>
    private const int MostReported = 3;

    private readonly Release release;
    private readonly PaperSource source;
    private readonly PaperWords words;

    private GuidingQuestions(Release release, QuestionnaireDefinition questionnaire, string language)
    {
        this.release = release;
        words = new PaperWords(language);
        source = new PaperSource(release, questionnaire, words, new ChartWords(questionnaire, language));
    }

    /// <summary>The questions in one of the Conference's languages.</summary>
    public static GuidingQuestionList Of(Release release, QuestionnaireDefinition questionnaire, string language) => new GuidingQuestions(release, questionnaire, language).List();

    /// <summary>The same as a paper to hand out.</summary>
    public static Paper PaperOf(Release release, QuestionnaireDefinition questionnaire, string language)
    {
        var (list, words) = (Of(release, questionnaire, language), new PaperWords(language));
        return new Paper(list.Title, language, new ChartWords(questionnaire, language).RightToLeft, release.LockedOn,
            new PaperHead([new(words.Sentence("head.treaty"), [], Strong: true), new([new Inline.Plain(words.Say("running", release.Id))], words.Sentence("head.draft"))]),
            words.Say("running", release.Id), PaperLabels.Of(words),
            [
                .. list.Notes.Select(n => new Paragraph(ParagraphKind.Plain, [new Inline.Plain(n)])),
                .. list.Parts.SelectMany(p => (IEnumerable<Block>)
                [
                    new Heading(1, p.Theme is null ? p.Title : words.Say("named", p.Title, p.Theme)),
                    .. p.Questions.SelectMany(q => (Block[])
                    [
                        new Paragraph(ParagraphKind.Numbered, [new Inline.Plain(q.Said)]), new Paragraph(ParagraphKind.Lettered, [new Inline.Plain(q.Asked)]),
                    ]),
                ]),
            ]);
    }

    private GuidingQuestionList List()
    {
        GuidingPart[] parts = [.. release.Themes.Select(Theme), Reported(), Arrangements()];
        GuidingPart[] asked = [.. parts.Where(p => p.Questions.Count > 0)];
        return new GuidingQuestionList(release.Id, words.Say("guide.title", release.CycleName),
            [words.Say("guide.what", release.Id), MethodNote.Voluntary(words.Language), .. asked.Length == 0 ? [words.Say("guide.none")] : Array.Empty<string>()], asked);
    }

    private GuidingPart Theme(ThemeStatistics theme) =>
        new(source.Names.Section(theme.Section), theme.Section, [.. Level(theme), .. Divergence(theme.Section)]);

    /// <summary>One question about levels: where at least half of the counted States are on the two lowest levels, the two highest, or else about the level that most reported.</summary>
    private IEnumerable<GuidingQuestion> Level(ThemeStatistics theme)
    {
        var levels = release.Levels;
        if (theme.Concentrated is { } shared)
        {
            return [new(words.Say("guide.level.nearlyAll", Name(shared)), Asked(levels.ToList().IndexOf(shared)))];
        }

        // Fewer than four levels have no low and high half of two each.
        if (theme.Distribution is not { } distribution || release.Participation.Participants is not { } participants || levels.Count < 4 || distribution.Levels.Sum() is 0)
        {
            return [];
        }

        var (counts, all) = (distribution.Levels, distribution.Levels.Sum());
        var (low, high, most) = (counts[0] + counts[1], counts[^1] + counts[^2], counts.Max());
        if (low * 2 >= all && low > high)
        {
            return [new(words.Count("guide.level.either", participants, words.Number(low), Name(levels[0]), Name(levels[1])), Asked(0))];
        }

        return high * 2 >= all && high > low
            ? [new(words.Count("guide.level.either", participants, words.Number(high), Name(levels[^2]), Name(levels[^1])), Asked(levels.Count - 1))]
            : [new(words.Count("guide.level.most", participants, words.Number(most), Name(levels[counts.ToList().IndexOf(most)])), words.Say("guide.level.askNext"))];

        string Name(string level) => source.Names.Level(source.Scale.Id, level);

        string Asked(int position) => position < 2 ? words.Say("guide.level.askFirst", Name(levels[Math.Min(2, levels.Count - 1)]))
            : position >= levels.Count - 2 ? words.Say("guide.level.askLasting") : words.Say("guide.level.askNext");
    }

    /// <summary>Where entities saw a theme differently in at least a third of the States in which they could be compared.</summary>
    private IEnumerable<GuidingQuestion> Divergence(string section) =>
        release.Divergence.FirstOrDefault(d => d.Section == section) is { Diverging: Protected.Published { Value: > 0 } diverging, Agreeing: Protected.Published agreeing }
            && release.Participation.Participants is { } participants && diverging.Value * 3 >= diverging.Value + agreeing.Value
            ? [new(words.Count("theme.divergence", participants, words.Number(diverging.Value)), words.Say("guide.divergence.ask"))] : [];

    /// <summary>The answers that were reported most to each question that is counted as a whole: challenges, in the shipped instrument.</summary>
    private GuidingPart Reported()
    {
        var questions = new List<GuidingQuestion>();
        foreach (var counted in release.Counted.Where(c => CountedQuestions.Parse(source.Questionnaire, c.Question).Dimension is null))
        {
            var published = counted.Options.Where(o => o.States is Protected.Published { Value: > 0 }).Select(o => (o.Option, ((Protected.Published)o.States).Value)).ToArray();
            // What is withheld may have been reported more often: then nothing can be said to be reported most.
            if (release.Participation.Participants is not { } participants || counted.Options.Any(o => o.States is not Protected.Published) || published.Length == 0)
            {
                continue;
            }

            var last = published.Select(p => p.Value).OrderDescending().Take(MostReported).Last();
            questions.AddRange(published.Where(p => p.Value >= last).OrderByDescending(p => p.Value).Select(p => new GuidingQuestion(
                words.Count("guide.reported", participants, words.Number(p.Value), source.Names.Option(counted.Question, null, p.Option)), words.Say("guide.reported.ask"))));
        }

        return new GuidingPart(words.Say("section.challenges"), null, questions);
    }

    /// <summary>Asked wherever at least two arrangements are known to be in use.</summary>
    private GuidingPart Arrangements() => new(words.Say("results.arrangements"), null,
    [
        .. source.Arrangements().Where(a => a.Counted.Any(c => c.Options.Count(o => o.States is Protected.Published { Value: > 0 }) > 1))
            .Select(a => new GuidingQuestion(words.Say("guide.arrangements", a.Label), words.Say("guide.arrangements.ask"))),
    ]);
}
