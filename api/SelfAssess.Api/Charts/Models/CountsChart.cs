using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Charts.Models;

/// <summary>How many participating States gave each answer to one counted question, in the questionnaire's order.</summary>
/// <param name="Participants">How many took part; null where that is not published, and then no count is.</param>
/// <param name="Ends">No State and all of them, as text.</param>
/// <param name="Options">What could be answered, and that nothing was.</param>
/// <param name="NotPublished">What is said in the place of a count that is withheld.</param>
internal sealed record CountsChart(
    string Title, string Subtitle, IReadOnlyList<string> Foot, ChartTable Table, string Language, bool RightToLeft,
    int? Participants, IReadOnlyList<string> Ends, IReadOnlyList<CountsChart.Option> Options, string NotPublished)
    : ChartModel(Title, Subtitle, Foot, Table, Language, RightToLeft)
{
    /// <summary>One bar.</summary>
    /// <param name="Name">The answer.</param>
    /// <param name="States">How many States gave it.</param>
    /// <param name="IsAnswer">False for the States that gave none.</param>
    public sealed record Option(string Name, Measured States, bool IsAnswer);

    /// <param name="release">The release.</param>
    /// <param name="questionnaire">What was answered.</param>
    /// <param name="question">The question's id; with the dimension behind a dot where it is a matrix.</param>
    /// <param name="language">Of every text.</param>
    /// <returns>The chart; null where the release does not count that question.</returns>
    public static CountsChart? Of(Release release, QuestionnaireDefinition questionnaire, string question, string language)
    {
        if (release.Counted.FirstOrDefault(c => c.Question == question) is not { } counted)
        {
            return null;
        }

        var words = new ChartWords(questionnaire, language);
        var (asked, dimension) = CountedQuestions.Parse(questionnaire, question);
        Option[] options =
        [
            .. counted.Options.Select(o => new Option(words.Option(asked, dimension, o.Option), Measured.Count(o.States, words), IsAnswer: true)),
            new Option(words.Say("noAnswerGiven"), Measured.Count(counted.NoAnswer, words), IsAnswer: false),
        ];
        return new CountsChart(
            words.Say("countsTitle", words.Question(asked)),
            dimension is null ? words.Say("countsSubtitle", release.CycleName) : words.Say("countsSubtitleOf", words.Dimension(asked, dimension), release.CycleName),
            [
                words.Participation(release.Participation),
                .. options.Any(o => o.States.Value is not null) ? [words.Say("countsRounding", words.Number(release.Method.CountBase))] : Array.Empty<string>(),
                .. counted.Exclusive ? Array.Empty<string>() : [words.Say("countsSeveral")],
                words.Say("source", words.Code(release.Id), words.Questionnaire),
                words.Say("voluntary"),
            ],
            new ChartTable([words.Say("answer"), words.Say("states")], [.. options.Select(o => (string[])[o.Name, o.States.Label])]),
            language,
            words.RightToLeft,
            release.Participation.Participants,
            release.Participation.Participants is { } n ? [words.Number(0), words.Say("n", words.Number(n))] : [],
            options,
            words.Say("notPublished"));
    }
}
