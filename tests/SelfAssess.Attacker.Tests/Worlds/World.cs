using SelfAssess.Attacker.Published;
using SelfAssess.Domain.Assessments;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Attacker.Tests.Worlds;

/// <summary>
/// Made-up States with answers to the shipped instrument over several cycles: as many Parties as the Treaty has, in regional groups of about the real
/// sizes, three blocs, answers that hang together within a State, a theme and a bloc. No real State is described. The same plan makes the same world.
/// </summary>
internal sealed class World
{

    // Parties by regional group, out of 116, and signatories. About the real sizes; nothing hangs on them.
    private static readonly (string Group, int Parties, int Signatories)[] regions =
        [("africa", 31, 13), ("asiaPacific", 14, 7), ("easternEurope", 22, 1), ("latinAmericaCaribbean", 25, 3), ("westernEuropeOthers", 24, 2)];

    // Members by group: of the European Union, of the Economic Community of West African States, of the Caribbean Community.
    private static readonly (string Name, (string Group, int Members)[] Members, int Practice)[] blocs =
        [("union", [("easternEurope", 11), ("westernEuropeOthers", 15), ("asiaPacific", 1)], 500), ("westAfrica", [("africa", 13)], 0), ("caribbean", [("latinAmericaCaribbean", 12)], -200)];

    private readonly QuestionnaireDefinition definition;
    private readonly QuestionDefinition[] indicators;
    private readonly Dictionary<string, SectionDefinition> sectionOf;
    private readonly Dictionary<string, int> difficulty = new(StringComparer.Ordinal);
    private readonly SyntheticState[] states;
    private readonly HashSet<int>[] cohorts;

    public World(WorldPlan plan)
    {
        Plan = plan;
        definition = Instrument.Definition;
        sectionOf = definition.AllSections().Where(s => s.Reported).SelectMany(s => s.AllQuestions().Select(q => (q.Id, s))).ToDictionary(q => q.Id, q => q.s, StringComparer.Ordinal);
        indicators = [.. definition.AllQuestions().Where(q => q.Kind == QuestionKind.Level && sectionOf.ContainsKey(q.Id))];
        var chance = Chance.For(plan.Seed, 1);
        foreach (var question in definition.AllQuestions())
        {
            difficulty[question.Id] = chance.Normal(450);
        }

        states = [.. MakeStates()];
        cohorts = [.. MakeCohorts()];
        PublicationPlan = PublicationPlan.Default with
        {
            Partition = plan.Partition,
            Merges = plan.Partition == PlannedPartition.RegionalGroup ? PublicationPlan.Default.Merges : [],
            Blocs = plan.Blocs ? [.. blocs.Select((b, i) => new DeclaredBloc(b.Name, [.. states.Where(s => s.Bloc == i).Select(s => s.Code)]))] : [],
            Strict = plan.Strict,
        };
    }

    public WorldPlan Plan { get; }

    public PublicationPlan PublicationPlan { get; }

    public int States => states.Length;

    /// <summary>Who takes part in a cycle, in an order that tells nothing.</summary>
    public IReadOnlyList<int> Cohort(int cycle) => [.. cohorts[cycle].OrderBy(s => Chance.For(Plan.Seed, 7, cycle, s).Below(int.MaxValue)).ThenBy(s => s)];

    /// <summary>What is counted for a release.</summary>
    public ReleaseFrame Frame(int cycle, int number = 1) => ReleaseFrame.Of(
        Instrument.Questionnaire, PublicationPlan, CycleId(cycle), CycleId(cycle), new DateOnly(2026 + cycle, 1, 1), number, new DateOnly(2026 + cycle, 9, 1), states.Length);

    /// <summary>What a State contributes to a cycle.</summary>
    /// <param name="state">The State.</param>
    /// <param name="cycle">The cycle.</param>
    /// <param name="revision">0 for what was there at the lock; another number for an amendment.</param>
    public Contributor ContributionOf(int state, int cycle, int revision = 0)
    {
        var assessment = new Assessment
        {
            CycleId = CycleId(cycle),
            Questionnaire = Instrument.Questionnaire.Reference,
            Profile = states[state].Profile,
            Answers = AnswersOf(states[state], cycle, revision),
        };
        var chance = Chance.For(Plan.Seed, 5, state, cycle, revision);
        var diverges = Contributions.ReportedSections(definition).ToDictionary(s => s.Id, _ => chance.Percent(15) ? (bool?)null : chance.Percent(30), StringComparer.Ordinal);
        return new Contributor(
            Contributions.Of(Instrument.Questionnaire, assessment, $"pseudonym of {states[state].Code}"),
            ContributionDetails.Of(Instrument.Questionnaire, assessment, PublicationPlan.GroupOf(StateFacts.Of(null, null, states[state].Profile)),
                states[state].Bloc is { } bloc && PublicationPlan.Blocs.Count > 0 ? [blocs[bloc].Name] : [], diverges));
    }

    /// <summary>All answers of a State in a cycle. An answer that is not judged anew stays what it was, its state included.</summary>
    public Dictionary<string, Answer> AnswersOf(int state, int cycle) => AnswersOf(states[state], cycle, revision: 0);

    /// <summary>The planned group of a State.</summary>
    public string? GroupOf(int state) => PublicationPlan.GroupOf(StateFacts.Of(null, null, states[state].Profile));

    /// <summary>
    /// A State that could as well have been in this world instead of another one of the same group and bloc: what an attacker may know before any release.
    /// </summary>
    public Contributor Another(int like, int number, int cycle)
    {
        var twin = MakeState(states.Length + (number * states.Length) + like, states[like].Region, states[like].Party, states[like].Bloc);
        var assessment = new Assessment { CycleId = CycleId(cycle), Questionnaire = Instrument.Questionnaire.Reference, Profile = twin.Profile, Answers = AnswersOf(twin, cycle, revision: 0) };
        return new Contributor(Contributions.Of(Instrument.Questionnaire, assessment, "nobody"),
            ContributionDetails.Of(Instrument.Questionnaire, assessment, null, [], new Dictionary<string, bool?>(StringComparer.Ordinal)));
    }

    private static string CycleId(int cycle) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{2026 + cycle}");

    private Dictionary<string, Answer> AnswersOf(SyntheticState state, int cycle, int revision)
    {
        var answers = new Dictionary<string, Answer>(StringComparer.Ordinal);
        var at = 0;
        foreach (var question in definition.AllQuestions())
        {
            at++;
            var judged = JudgedIn(state, cycle, revision, at);
            var fresh = Chance.For(Plan.Seed, 3, state.Number, at, judged.Cycle, judged.Revision);
            var practice = 2000 + state.Practice + (sectionOf.TryGetValue(question.Id, out var section) ? state.Themes[section.Id] : 0) - difficulty[question.Id]
                + (100 * judged.Cycle) + Chance.For(Plan.Seed, 4, state.Number, at).Normal(450) + fresh.Normal(350);
            if (AnswerTo(question, practice, fresh) is { } answer)
            {
                answers[question.Id] = answer;
            }
        }

        return answers;
    }

    private (int Cycle, int Revision) JudgedIn(SyntheticState state, int cycle, int revision, int question)
    {
        if (revision > 0 && Chance.For(Plan.Seed, 6, state.Number, question, cycle, revision).Percent(50))
        {
            return (cycle, revision);
        }

        while (cycle > 0 && !Chance.For(Plan.Seed, 2, state.Number, question, cycle).Percent(Plan.Changing))
        {
            cycle--;
        }

        return (cycle, 0);
    }

    private static Answer? AnswerTo(QuestionDefinition question, int practice, Chance fresh)
    {
        switch (question.Kind)
        {
            case QuestionKind.Level:
                var chance = fresh.Below(100);
                return chance < 2 ? null
                    : chance < 5 ? new Answer { State = AnswerState.DontKnow }
                    : chance < 6 ? new Answer { State = AnswerState.Declined }
                    : chance < 16 && question.States.Contains(AnswerState.NotYetTested) ? new Answer { State = AnswerState.NotYetTested }
                    : chance < 14 && question.States.Contains(AnswerState.NotApplicable) ? new Answer { State = AnswerState.NotApplicable, Reason = "synthetic" }
                    : Value(new AnswerValue.Choice(Instrument.Questionnaire.LevelsOf(question.Id)[Math.Clamp((practice + 500) / 1000, 0, 4)]));
            case QuestionKind.Matrix:
                return fresh.Percent(6) ? null : Value(new AnswerValue.Matrix(question.Dimensions.Where(d => d.Options.Count > 0)
                    .ToDictionary(d => d.Id, d => d.Multiple ? Several([.. d.Options], practice, fresh) : One([.. d.Options], fresh), StringComparer.Ordinal)));
            case QuestionKind.Multiple when question.Options.Count > 0:
                return fresh.Percent(6) ? null : Value(Several([.. question.Options], practice, fresh));
            default:
                return null;
        }

        static Answer Value(AnswerValue value) => new() { Value = value };

        static AnswerValue One(OptionDefinition[] options, Chance fresh) => new AnswerValue.Choice(options[Math.Min(fresh.Below(options.Length), fresh.Below(options.Length))].Id);

        static AnswerValue Several(OptionDefinition[] options, int practice, Chance fresh)
        {
            if (Array.Find(options, o => o.Exclusive) is { } alone && practice < 800)
            {
                return new AnswerValue.Choices([alone.Id]);
            }

            // The options differ in how common they are.
            var others = Array.FindAll(options, o => !o.Exclusive);
            var chosen = others.Where((_, i) => fresh.Percent(12 + (50 * (i + 1) / others.Length))).Select(o => o.Id).ToArray();
            return new AnswerValue.Choices(chosen.Length > 0 ? chosen : [others[fresh.Below(others.Length)].Id]);
        }
    }

    private IEnumerable<SyntheticState> MakeStates()
    {
        var number = 0;
        foreach (var (group, ofParties, signatories) in regions)
        {
            var parties = ofParties * Plan.Parties / 116;
            for (var i = 0; i < parties + signatories; i++)
            {
                // The first Parties of a group are its blocs' members.
                var bloc = Array.FindIndex(blocs, b => Array.Exists(b.Members, m => m.Group == group && i < m.Members));
                yield return MakeState(number++, group, i < parties, bloc < 0 ? null : bloc);
            }
        }
    }

    private SyntheticState MakeState(int number, string group, bool party, int? bloc)
    {
        var chance = Chance.For(Plan.Seed, 8, number);
        string[] roles = [.. new[] { "exporter", "importer", "transit", "brokering" }.Where((_, i) => chance.Percent(60 - (12 * i)))];
        var profile = new Profile(new Dictionary<string, ProfileValue>(StringComparer.Ordinal)
        {
            ["attStatus"] = new ProfileValue.One(party ? "stateParty" : "signatory"),
            ["region"] = new ProfileValue.One(group),
            ["tradeRoles"] = new ProfileValue.Many(roles.Length > 0 ? roles : ["noRegularInvolvement"]),
            ["governmentEntities"] = new ProfileValue.Number(chance.Percent(5) ? 1 : 2 + chance.Below(10)),
        });
        var practice = chance.Normal(Plan.Spread) + (bloc is { } b ? blocs[b].Practice : 0);
        return new SyntheticState(number, $"S{number:000}", group, party, bloc, profile, practice,
            Contributions.ReportedSections(definition).ToDictionary(s => s.Id, _ => chance.Normal(400), StringComparer.Ordinal));
    }

    private IEnumerable<HashSet<int>> MakeCohorts()
    {
        var chance = Chance.For(Plan.Seed, 9);
        var cohort = new HashSet<int>();
        foreach (var state in states)
        {
            if (chance.Percent(state.Party ? Plan.Turnout : Plan.Turnout / 4))
            {
                cohort.Add(state.Number);
            }
        }

        yield return cohort;
        for (var cycle = 1; cycle < Plan.Cycles; cycle++)
        {
            var next = cohort.Where(_ => !chance.Percent(Plan.Moving)).ToHashSet();
            int[] others = [.. Enumerable.Range(0, states.Length).Where(s => states[s].Party && !cohort.Contains(s))];
            chance.Shuffle(others);
            next.UnionWith(others.Take(cohort.Count - next.Count + chance.Below(3)));
            yield return cohort = next;
        }
    }

    private sealed record SyntheticState(
        int Number, string Code, string Region, bool Party, int? Bloc, Profile Profile, int Practice, IReadOnlyDictionary<string, int> Themes);
}
