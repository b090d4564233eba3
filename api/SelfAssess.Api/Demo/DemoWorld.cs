using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Demo;

/// <summary>
/// Fictitious States and their answers: plausible, correlated (within a State, within a theme, from one cycle to the next) and the same
/// for the same seed. Nothing in it describes a real State.
/// </summary>
internal sealed class DemoWorld
{
    private readonly Random random;
    private readonly QuestionnaireDefinition questionnaire;
    private readonly Dictionary<string, double> difficulty;

    public DemoWorld(QuestionnaireDefinition questionnaire, int states, int cycles, int seed)
    {
        this.questionnaire = questionnaire;
        random = new Random(seed);
        difficulty = Questions(questionnaire.Sections).ToDictionary(q => q.Id, _ => Normal(0.45), StringComparer.Ordinal);
        States = [.. Enumerable.Range(1, states).Select(number => MakeState(number, cycles))];
    }

    public IReadOnlyList<DemoState> States { get; }

    /// <summary>A State with its context, its practice and the cycles in which it takes part.</summary>
    /// <param name="Code">D001 and up.</param>
    /// <param name="Name">"Demo State 001" and up.</param>
    /// <param name="Profile">Its context.</param>
    /// <param name="Practice">How developed its cooperation is: 0 is the middle, one unit about one level.</param>
    /// <param name="Themes">The same by section, added to <paramref name="Practice"/>.</param>
    /// <param name="Participates">By cycle.</param>
    /// <param name="Seed">Of its answers.</param>
    public sealed record DemoState(
        string Code, string Name, Profile Profile, double Practice, IReadOnlyDictionary<string, double> Themes, IReadOnlyList<bool> Participates, int Seed);

    /// <summary>All answers of a State in a cycle; practice grows a little from cycle to cycle.</summary>
    public Dictionary<string, Answer?> AnswersOf(DemoState state, int cycle)
    {
        // Noise that a question keeps over the cycles makes repeated answers agree; a little is new each time.
        var lasting = new Random(state.Seed);
        var fresh = new Random(state.Seed + 1 + cycle);
        var answers = new Dictionary<string, Answer?>(StringComparer.Ordinal);
        foreach (var section in questionnaire.Sections)
        {
            Answer(section, state.Themes.GetValueOrDefault(section.Id));
        }

        return answers;

        void Answer(SectionDefinition section, double theme)
        {
            foreach (var question in section.Questions)
            {
                var practice = 2 + state.Practice + theme - difficulty[question.Id] + (0.12 * cycle) + Normal(lasting, 0.5) + Normal(fresh, 0.25);
                if (AnswerTo(question, section, practice, fresh) is { } answer)
                {
                    answers[question.Id] = answer;
                }
            }

            foreach (var child in section.Sections)
            {
                Answer(child, theme + state.Themes.GetValueOrDefault(child.Id));
            }
        }
    }

    private Answer? AnswerTo(QuestionDefinition question, SectionDefinition section, double practice, Random fresh)
    {
        var chance = fresh.NextDouble();
        if (question.Kind == QuestionKind.Level)
        {
            switch (chance)
            {
                case < 0.02:
                    return null;
                case < 0.05:
                    return new Answer { State = AnswerState.DontKnow };
                case < 0.06:
                    return new Answer { State = AnswerState.Declined };
                case < 0.20 when question.States.Contains(AnswerState.NotYetTested):
                    return new Answer { State = AnswerState.NotYetTested };
                case < 0.12 when question.States.Contains(AnswerState.NotApplicable):
                    return new Answer { State = AnswerState.NotApplicable, Reason = "Fictitious: does not arise in this demo State." };
            }
        }

        return new Answer
        {
            Value = ValueOf(question, section, practice, fresh),
            Comment = fresh.Next(6) == 0 ? "Fictitious comment of a demo State." : null,
            Evidence = question.Evidence && fresh.Next(3) == 0 ? ["Demo file no. 1 (fictitious)"] : [],
        };
    }

    private AnswerValue ValueOf(QuestionDefinition question, SectionDefinition section, double practice, Random fresh)
    {
        switch (question.Kind)
        {
            case QuestionKind.Level:
                var scale = questionnaire.Scales.Single(s => s.Id == (question.Scale ?? section.Scale ?? questionnaire.Reporting?.Scale));
                var level = Math.Clamp((int)Math.Round(practice, MidpointRounding.AwayFromZero), 0, scale.Levels.Count - 1);
                return new AnswerValue.Choice(scale.Levels[level].Id);
            case QuestionKind.Single:
                return new AnswerValue.Choice(Pick(Options(question), fresh));
            case QuestionKind.Multiple:
                return new AnswerValue.Choices(Several(Options(question), question.Options.Where(o => o.Exclusive).Select(o => o.Id), practice, fresh));
            case QuestionKind.Number:
                return new AnswerValue.Number(fresh.Next((int)(question.Minimum ?? 0), (int)(question.Maximum ?? 10) + 1));
            case QuestionKind.Date:
                return new AnswerValue.Date(new DateOnly(2020, 1, 1).AddDays(fresh.Next(365)));
            case QuestionKind.Matrix:
                return new AnswerValue.Matrix(question.Dimensions.ToDictionary(d => d.Id, d => DimensionOf(d, practice, fresh), StringComparer.Ordinal));
            default:
                return new AnswerValue.Text("Fictitious text of a demo State.");
        }
    }

    private static AnswerValue DimensionOf(DimensionDefinition dimension, double practice, Random fresh)
    {
        string[] options = [.. dimension.Options.Select(o => o.Id)];
        return options.Length == 0 ? new AnswerValue.Text("Fictitious: it suits this demo State.")
            : dimension.Multiple ? new AnswerValue.Choices(Several(options, dimension.Options.Where(o => o.Exclusive).Select(o => o.Id), practice, fresh))
            : new AnswerValue.Choice(Pick(options, fresh));
    }

    private string[] Options(QuestionDefinition question) =>
        question.OptionsFrom is null ? [.. question.Options.Select(o => o.Id)] : [.. questionnaire.EntityKinds];

    private static string Pick(string[] options, Random fresh) => options[fresh.Next(options.Length)];

    private static string[] Several(string[] options, IEnumerable<string> exclusive, double practice, Random fresh)
    {
        var alone = exclusive.ToArray();
        if (alone.Length > 0 && practice > 3.2)
        {
            return [alone[0]];
        }

        var others = options.Except(alone, StringComparer.Ordinal).ToArray();
        var chosen = others.Where(_ => fresh.NextDouble() < 0.35).ToArray();
        return chosen.Length > 0 ? chosen : [Pick(others, fresh)];
    }

    private DemoState MakeState(int number, int cycles)
    {
        var themes = Sections(questionnaire.Sections).ToDictionary(s => s.Id, s => s.Reported ? Normal(0.4) : 0, StringComparer.Ordinal);
        var participates = new bool[cycles];
        participates[0] = random.NextDouble() < 0.68;
        for (var cycle = 1; cycle < cycles; cycle++)
        {
            // One cycle sees more coming and going than the others, so that a broken line has something to show.
            var change = cycle == cycles - 2 ? 0.22 : 0.07;
            participates[cycle] = random.NextDouble() < change ? random.NextDouble() < 0.75 : participates[cycle - 1];
        }

        var digits = number.ToString("000", System.Globalization.CultureInfo.InvariantCulture);
        return new DemoState($"D{digits}", $"Demo State {digits}", MakeProfile(), Normal(0.7), themes, participates, number * 1000);
    }

    private Profile MakeProfile()
    {
        var fields = new Dictionary<string, ProfileValue>(StringComparer.Ordinal);
        foreach (var field in questionnaire.Profile)
        {
            switch (field.Kind)
            {
                case ProfileFieldKind.Single:
                    fields[field.Id] = new ProfileValue.One(Weighted(field.Options));
                    break;
                case ProfileFieldKind.Multiple:
                    fields[field.Id] = new ProfileValue.Many([.. field.Options.Where((_, i) => random.NextDouble() < 0.6 - (0.1 * i)).DefaultIfEmpty(field.Options[^1])]);
                    break;
                case ProfileFieldKind.Number:
                    fields[field.Id] = new ProfileValue.Number(random.Next((int)(field.Minimum ?? 1), (int)(field.Maximum ?? 12) + 1));
                    break;
                case ProfileFieldKind.Boolean:
                    fields[field.Id] = new ProfileValue.Flag(random.NextDouble() < 0.25);
                    break;
            }
        }

        return new Profile(fields);
    }

    /// <summary>Earlier options are likelier.</summary>
    private string Weighted(IReadOnlyList<string> options) => options[(int)(options.Count * random.NextDouble() * random.NextDouble())];

    private double Normal(double deviation) => Normal(random, deviation);

    private static double Normal(Random source, double deviation) =>
        deviation * Math.Sqrt(-2 * Math.Log(1 - source.NextDouble())) * Math.Cos(2 * Math.PI * source.NextDouble());

    private static IEnumerable<SectionDefinition> Sections(IEnumerable<SectionDefinition> sections) => sections.SelectMany(s => Sections(s.Sections).Prepend(s));

    private static IEnumerable<QuestionDefinition> Questions(IEnumerable<SectionDefinition> sections) => Sections(sections).SelectMany(s => s.Questions);
}
