using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Demo;

/// <summary>
/// Fictitious States and their answers: plausible, correlated (within a State, within a theme, from one cycle to the next) and the same
/// for the same seed. Nothing in it describes a real State.
/// </summary>
internal sealed class DemoWorld
{
    private const string Nothing = "none";

    // Members of each UN regional group, in the order of the groups.
    private static readonly int[] members = [54, 54, 23, 33, 29];

    private readonly Random random;
    private readonly QuestionnaireDefinition questionnaire;
    private readonly Dictionary<string, double> difficulty;

    // How often an option is chosen, by question, dimension and option.
    private readonly Dictionary<(string Question, string Dimension, string Option), double> appeal;

    public DemoWorld(QuestionnaireDefinition questionnaire, int states, int cycles, int seed)
    {
        this.questionnaire = questionnaire;
        random = new Random(seed);
        difficulty = questionnaire.AllQuestions().ToDictionary(q => q.Id, _ => Normal(0.45), StringComparer.Ordinal);
        appeal = questionnaire.AllQuestions().SelectMany(q => Options(q).Select(o => (q.Id, "", o))
            .Concat(q.Dimensions.SelectMany(d => d.Options.Select(o => (q.Id, d.Id, o.Id))))).ToDictionary(o => o, _ => 0.15 + (0.6 * random.NextDouble()));
        States = [.. Enumerable.Range(1, states).Select(number => MakeState(number, cycles))];
    }

    public IReadOnlyList<DemoState> States { get; }

    /// <summary>A State with its context, its practice and the cycles in which it takes part.</summary>
    /// <param name="Code">D001 and up.</param>
    /// <param name="Name">"Demo State 001" and up.</param>
    /// <param name="Region">Its UN regional group.</param>
    /// <param name="Profile">Its context.</param>
    /// <param name="Practice">How developed its cooperation is: 0 is the middle, one unit about one level.</param>
    /// <param name="Themes">The same by section, added to <paramref name="Practice"/>.</param>
    /// <param name="Participates">By cycle.</param>
    /// <param name="Entities">The kinds of its entities that answer separately; none where one entity does everything.</param>
    /// <param name="Discord">By how many levels an entity typically answers beside what the State agrees on.</param>
    /// <param name="Seed">Of its answers.</param>
    public sealed record DemoState(
        string Code, string Name, string Region, Profile Profile, double Practice, IReadOnlyDictionary<string, double> Themes, IReadOnlyList<bool> Participates,
        IReadOnlyList<string> Entities, double Discord, int Seed);

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

    /// <summary>What one entity answers of what it is asked, given what the State agrees on in the end: mostly the same, now and then a level or two beside it.</summary>
    public Dictionary<string, Answer?> ResponseOf(DemoState state, int cycle, int entity, IReadOnlyList<string> asked, IReadOnlyDictionary<string, Answer?> agreed)
    {
        var own = new Random(state.Seed + (100 * (entity + 1)) + cycle);
        var questions = questionnaire.AllQuestions().ToDictionary(q => q.Id, StringComparer.Ordinal);
        return asked.Where(agreed.ContainsKey).ToDictionary(q => q, q => agreed[q] is { Value: AnswerValue.Choice level } && questions[q].Kind == QuestionKind.Level
            ? new Answer { Value = Beside(level, (int)Math.Round(Normal(own, state.Discord))) } : agreed[q], StringComparer.Ordinal);

        AnswerValue.Choice Beside(AnswerValue.Choice level, int steps)
        {
            var levels = questionnaire.Scales.Select(s => s.Levels).First(l => l.Any(x => x.Id == level.Id));
            return new AnswerValue.Choice(levels[Math.Clamp(levels.Select(l => l.Id).ToList().IndexOf(level.Id) + steps, 0, levels.Count - 1)].Id);
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
                // Where nothing of a list is met, cooperation is well developed; what is met, is met by fewer the better it is.
                return new AnswerValue.Choices(Several(question.Id, "", Options(question), question.Options.Where(o => o.Exclusive).Select(o => o.Id), practice > 3.4, 1.2 - (0.2 * practice), fresh));
            case QuestionKind.Number:
                return new AnswerValue.Number(fresh.Next((int)(question.Minimum ?? 0), (int)(question.Maximum ?? 10) + 1));
            case QuestionKind.Date:
                return new AnswerValue.Date(new DateOnly(2020, 1, 1).AddDays(fresh.Next(365)));
            case QuestionKind.Matrix:
                return new AnswerValue.Matrix(question.Dimensions.ToDictionary(d => d.Id, d => DimensionOf(question.Id, d, practice, fresh), StringComparer.Ordinal));
            default:
                return new AnswerValue.Text("Fictitious text of a demo State.");
        }
    }

    /// <summary>Where there is no cooperation there is no arrangement either; which one there is otherwise says nothing of how developed it is.</summary>
    private AnswerValue DimensionOf(string question, DimensionDefinition dimension, double practice, Random fresh)
    {
        string[] options = [.. dimension.Options.Select(o => o.Id)];
        if (options.Length == 0)
        {
            return new AnswerValue.Text("Fictitious: it suits this demo State.");
        }

        if (dimension.Multiple)
        {
            return new AnswerValue.Choices(Several(question, dimension.Id, options, dimension.Options.Where(o => o.Exclusive).Select(o => o.Id), practice < 0.7, 1, fresh));
        }

        string[] real = [.. options.Where(o => o != Nothing)];
        return new AnswerValue.Choice(practice < 0.7 && options.Contains(Nothing, StringComparer.Ordinal) ? Nothing
            : real.MaxBy(o => appeal[(question, dimension.Id, o)] * fresh.NextDouble())!);
    }

    private string[] Options(QuestionDefinition question) =>
        question.OptionsFrom is null ? [.. question.Options.Select(o => o.Id)] : [.. questionnaire.EntityKinds];

    private static string Pick(string[] options, Random fresh) => options[fresh.Next(options.Length)];

    private string[] Several(string question, string dimension, string[] options, IEnumerable<string> exclusive, bool nothing, double often, Random fresh)
    {
        var alone = exclusive.ToArray();
        if (alone.Length > 0 && nothing)
        {
            return [alone[0]];
        }

        var others = options.Except(alone, StringComparer.Ordinal).ToArray();
        var chosen = others.Where(o => fresh.NextDouble() < appeal[(question, dimension, o)] * often).ToArray();
        return chosen.Length > 0 ? chosen : [Pick(others, fresh)];
    }

    private DemoState MakeState(int number, int cycles)
    {
        var themes = questionnaire.AllSections().ToDictionary(s => s.Id, s => s.Reported ? Normal(0.4) : 0, StringComparer.Ordinal);
        var participates = new bool[cycles];
        participates[0] = random.NextDouble() < 0.68;
        for (var cycle = 1; cycle < cycles; cycle++)
        {
            // One cycle sees more coming and going than the others, so that a broken line has something to show.
            var change = cycle == cycles - 2 ? 0.7 : 0.07;
            participates[cycle] = random.NextDouble() < change ? random.NextDouble() < 0.7 : participates[cycle - 1];
        }

        var digits = number.ToString("000", System.Globalization.CultureInfo.InvariantCulture);
        var region = Region(number);
        // In a third of the States one entity does everything; in the others the first that is listed leads.
        var entities = random.Next(3) == 0 ? [] : questionnaire.EntityKinds.Take(1).Concat(questionnaire.EntityKinds.Skip(1).OrderBy(_ => random.Next()).Take(2 + random.Next(2))).ToArray();
        return new DemoState($"D{digits}", $"Demo State {digits}", region, MakeProfile(region), Normal(0.7), themes, participates, entities, 0.25 + (0.4 * random.NextDouble()), number * 1000);
    }

    /// <summary>Spread over the groups as the members of the United Nations are.</summary>
    private static string Region(int number)
    {
        var groups = PublicationPlan.GroupsOf(PlannedPartition.RegionalGroup);
        // A step that has no divisor in common with the total comes by every place before it comes by one again.
        const int step = 82;
        var place = number * step % members.Sum();
        return groups[Enumerable.Range(0, groups.Count).First(g => place < members.Take(g + 1).Sum())];
    }

    private Profile MakeProfile(string region)
    {
        var fields = new Dictionary<string, ProfileValue>(StringComparer.Ordinal);
        foreach (var field in questionnaire.Profile)
        {
            switch (field.Kind)
            {
                case ProfileFieldKind.Single:
                    fields[field.Id] = new ProfileValue.One(field.Options.Contains(region, StringComparer.Ordinal) ? region : Weighted(field.Options));
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
}
