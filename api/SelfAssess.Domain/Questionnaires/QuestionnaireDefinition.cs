namespace SelfAssess.Domain.Questionnaires;

/// <summary>
/// A questionnaire as its author writes it: structure, and texts per language beside it. It promises nothing yet;
/// a compiled questionnaire is what remains after every rule has been checked.
/// </summary>
/// <remarks>The file format is described by <c>questionnaires/questionnaire.schema.json</c>; property names are the same in camel case.</remarks>
public sealed record QuestionnaireDefinition
{
    /// <summary>Stable identifier over all versions, in kebab case, for example <c>att-interagency</c>.</summary>
    public required string Id { get; init; }

    /// <summary><c>major.minor</c>; a published version never changes.</summary>
    public required string Version { get; init; }

    /// <summary>The language whose texts are complete by definition (BCP 47).</summary>
    public required string DefaultLanguage { get; init; }

    /// <summary>The languages in which this questionnaire is offered; each has complete texts.</summary>
    public required IReadOnlyList<string> Languages { get; init; }

    /// <summary>Earlier versions of the same questionnaire, and the sections whose scores may be compared with them.</summary>
    public IReadOnlyList<ComparableVersion> ComparableWith { get; init; } = [];

    /// <summary>The fields of a State's context profile that this questionnaire's rules and breakdowns use.</summary>
    public IReadOnlyList<ProfileField> Profile { get; init; } = [];

    /// <summary>What questions refer to (articles, paragraphs, challenges); each reference on a question is declared here.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>The kinds of government entity that may be asked.</summary>
    public IReadOnlyList<string> EntityKinds { get; init; } = [];

    /// <summary>Ordered answer scales.</summary>
    public IReadOnlyList<Scale> Scales { get; init; } = [];

    /// <summary>How an answer state counts, unless a measure says otherwise.</summary>
    public StateTreatments AnswerStates { get; init; } = new();

    /// <summary>How scores are rounded when shown, unless a measure says otherwise. Never applied before that.</summary>
    public Rounding Rounding { get; init; } = new();

    /// <summary>Named sets of measures that sections refer to.</summary>
    public IReadOnlyList<ScoringRule> ScoringRules { get; init; } = [];

    /// <summary>Which measures a release reports, of the sections marked <see cref="SectionDefinition.Reported"/>.</summary>
    public Reporting? Reporting { get; init; }

    /// <summary>When the answers of a State's entities diverge, and what may be learnt from it; none where entities are not compared.</summary>
    public DivergenceDefinition? Divergence { get; init; }

    /// <summary>Actions that a State may consider; of those that fit a section, the first three are offered.</summary>
    public IReadOnlyList<RecommendationDefinition> Recommendations { get; init; } = [];

    /// <summary>The section tree, of any depth.</summary>
    public required IReadOnlyList<SectionDefinition> Sections { get; init; }

    /// <summary>Texts by language (BCP 47); in the files, <c>texts/&lt;language&gt;.yaml</c>.</summary>
    public IReadOnlyDictionary<string, QuestionnaireTexts> Texts { get; init; } = new Dictionary<string, QuestionnaireTexts>(StringComparer.Ordinal);

    /// <summary>Every section, each before those below it, in reading order.</summary>
    public IEnumerable<SectionDefinition> AllSections()
    {
        return Below(Sections);

        static IEnumerable<SectionDefinition> Below(IEnumerable<SectionDefinition> sections) => sections.SelectMany(s => Below(s.Sections).Prepend(s));
    }

    /// <summary>Every question in reading order.</summary>
    public IEnumerable<QuestionDefinition> AllQuestions() => AllSections().SelectMany(s => s.Questions);
}

/// <summary>An earlier version and the sections that measure the same thing in both.</summary>
public sealed record ComparableVersion
{
    /// <summary>The earlier version, <c>major.minor</c>.</summary>
    public required string Version { get; init; }

    /// <summary>Ids of the sections whose scores may be compared.</summary>
    public required IReadOnlyList<string> Sections { get; init; }
}

/// <summary>What a profile field holds.</summary>
public enum ProfileFieldKind
{
    Single,
    Multiple,
    Number,
    Boolean,
}

/// <summary>One fact about the State that rules may read with <c>profile('id')</c>.</summary>
public sealed record ProfileField
{
    /// <summary>By this name rules and profiles refer to the field.</summary>
    public required string Id { get; init; }

    /// <summary>What the field holds.</summary>
    public required ProfileFieldKind Kind { get; init; }

    /// <summary>The permitted values of <see cref="ProfileFieldKind.Single"/> and <see cref="ProfileFieldKind.Multiple"/>; else empty.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];


    /// <summary>Lowest number permitted; null where there is no bound.</summary>
    public decimal? Minimum { get; init; }

    /// <summary>Highest number permitted; null where there is no bound.</summary>
    public decimal? Maximum { get; init; }

    /// <summary>True where an assessment cannot be submitted before the field is known.</summary>
    public bool Required { get; init; }
}

/// <summary>An ordered scale, lowest level first; values rise strictly.</summary>
public sealed record Scale
{
    /// <summary>By this id sections and questions refer to the scale.</summary>
    public required string Id { get; init; }

    /// <summary>The levels, lowest first.</summary>
    public required IReadOnlyList<ScaleLevel> Levels { get; init; }
}

/// <summary>One level of a scale.</summary>
public sealed record ScaleLevel
{
    /// <summary>The level as answers name it.</summary>
    public required string Id { get; init; }

    /// <summary>What the level is worth in scores.</summary>
    public required decimal Value { get; init; }
}

/// <summary>How an answer that is no level enters a score.</summary>
public enum StateTreatment
{
    /// <summary>Neither expected nor counted: as if the question were not there.</summary>
    Exclude,

    /// <summary>Expected but not counted: lowers completeness, not the score.</summary>
    Missing,

    /// <summary>Counted as the lowest value of the question's scale.</summary>
    Lowest,
}

/// <summary>The treatment of each answer state.</summary>
public sealed record StateTreatments
{
    /// <summary>Of "not applicable", said by the State with a reason.</summary>
    public StateTreatment NotApplicable { get; init; } = StateTreatment.Exclude;

    /// <summary>Of "don't know".</summary>
    public StateTreatment DontKnow { get; init; } = StateTreatment.Missing;

    /// <summary>Of "not yet tested".</summary>
    public StateTreatment NotYetTested { get; init; } = StateTreatment.Missing;

    /// <summary>Of "would rather not say".</summary>
    public StateTreatment Declined { get; init; } = StateTreatment.Missing;

    /// <summary>Of a question with neither a value nor a state.</summary>
    public StateTreatment Unanswered { get; init; } = StateTreatment.Missing;
}

/// <summary>How ties are broken when a score is shown.</summary>
public enum RoundingMode
{
    /// <summary>Away from zero.</summary>
    HalfUp,
    HalfEven,

    /// <summary>Towards minus infinity.</summary>
    Down,
}

/// <summary>Rounding at display.</summary>
public sealed record Rounding
{
    /// <summary>Digits after the decimal separator, 0 to 6.</summary>
    public int Decimals { get; init; } = 1;

    /// <summary>How ties are broken.</summary>
    public RoundingMode Mode { get; init; } = RoundingMode.HalfUp;
}

/// <summary>A named set of measures; the first one is the section's principal score.</summary>
public sealed record ScoringRule
{
    /// <summary>By this id sections refer to the rule.</summary>
    public required string Id { get; init; }

    /// <summary>What is computed of a section.</summary>
    public required IReadOnlyList<MeasureDefinition> Measures { get; init; }
}

/// <summary>How values become one score.</summary>
public enum ScoringMethod
{
    /// <summary>Arithmetic mean of all counted questions below the section, however deep.</summary>
    Mean,

    /// <summary>Mean of the section's own questions and its child sections' scores, by their weights.</summary>
    WeightedMean,

    /// <summary>Unweighted mean of the child sections' scores.</summary>
    MeanOfMeans,

    /// <summary>Sum over all counted questions below the section.</summary>
    Sum,

    /// <summary>Lowest value among all counted questions below the section.</summary>
    Minimum,

    /// <summary>Middle value in order, of an even number the lower one: always a value that somebody gave.</summary>
    LowerMedian,

    /// <summary>Highest gate such that every counted question of it and of all lower gates is achieved.</summary>
    Gated,
}

/// <summary>What a value is turned into before the method is applied.</summary>
public enum Normalisation
{
    /// <summary>Values stay as they are; all must come from scales with the same bounds.</summary>
    None,

    /// <summary>Each value becomes its position between its scale's lowest and highest value, 0 to 100.</summary>
    Percent,
}

/// <summary>One score of a section.</summary>
public sealed record MeasureDefinition
{
    /// <summary>The measure's name, as "level" or "index".</summary>
    public required string Id { get; init; }

    /// <summary>How values become one score.</summary>
    public required ScoringMethod Method { get; init; }

    /// <summary>What values are turned into before.</summary>
    public Normalisation Normalise { get; init; } = Normalisation.None;

    /// <summary>For <see cref="ScoringMethod.WeightedMean"/> and <see cref="ScoringMethod.MeanOfMeans"/>: which measure of the child sections; by default the one of the same id.</summary>
    public string? Of { get; init; }

    /// <summary>Share of the applicable questions (0 to 1) that must be counted; below it there is no score.</summary>
    public decimal MinimumCompleteness { get; init; }

    /// <summary>Overrides <see cref="QuestionnaireDefinition.AnswerStates"/>.</summary>
    public StateTreatments? AnswerStates { get; init; }

    /// <summary>Overrides <see cref="QuestionnaireDefinition.Rounding"/>.</summary>
    public Rounding? Rounding { get; init; }

    /// <summary>Bands by their lower bound (inclusive), ascending.</summary>
    public IReadOnlyList<Band> Bands { get; init; } = [];
}

/// <summary>A named stretch of a measure, from <see cref="From"/> up to the next band.</summary>
public sealed record Band
{
    /// <summary>The band's name.</summary>
    public required string Id { get; init; }

    /// <summary>Lower bound, inclusive.</summary>
    public required decimal From { get; init; }
}

/// <summary>What a release reports of each reported section.</summary>
public sealed record Reporting
{
    /// <summary>A measure whose scores are values of <see cref="Scale"/> (lower median, minimum): its distribution is published.</summary>
    public required string LevelMeasure { get; init; }

    /// <summary>A measure normalised to 0–100: its mean and quantiles are published.</summary>
    public required string IndexMeasure { get; init; }

    /// <summary>The scale of <see cref="LevelMeasure"/>.</summary>
    public required string Scale { get; init; }

    /// <summary>Unscored choices and matrices of which the chosen options are counted; free text never leaves a State.</summary>
    public IReadOnlyList<string> Counted { get; init; } = [];
}

/// <summary>When the answers of a State's entities diverge.</summary>
public sealed record DivergenceDefinition
{
    /// <summary>From how many levels between the lowest and the highest answer on, at least 1.</summary>
    public int Spread { get; init; } = 2;

    /// <summary>From which share of "don't know" (more than 0, at most 1) on a question is one that entities know too little about.</summary>
    public decimal DontKnowShare { get; init; } = 0.3m;

    /// <summary>What may be learnt from it, in the order in which it is told.</summary>
    public IReadOnlyList<FindingDefinition> Findings { get; init; } = [];
}

/// <summary>What in the entities' answers leads to a finding.</summary>
public enum Signal
{
    /// <summary>The answers to a level question lie <see cref="DivergenceDefinition.Spread"/> or more levels apart.</summary>
    Spread,

    /// <summary>The share of "don't know" reaches <see cref="DivergenceDefinition.DontKnowShare"/>.</summary>
    DontKnow,

    /// <summary>Entities answer a single choice differently ("who leads?").</summary>
    Contradiction,

    /// <summary>One entity names a kind of entity among those that take part, and an entity of that kind says that it does not.</summary>
    DeniedRole,

    /// <summary>An entity that is asked answered nothing, or did not confirm.</summary>
    Silent,

    /// <summary>Both the first and the last option of a single choice are given ("senior" and "junior").</summary>
    GradeSpread,

    /// <summary>Entities that lead answer higher, by <see cref="DivergenceDefinition.Spread"/> levels or more, than those that do not.</summary>
    WeakVoice,
}

/// <summary>Something that entities' answers may show. A finding is a prompt, not a proof.</summary>
public sealed record FindingDefinition
{
    /// <summary>By this id texts refer to the finding.</summary>
    public required string Id { get; init; }

    /// <summary>What leads to it.</summary>
    public required Signal Signal { get; init; }

    /// <summary>The questions that it looks at; none means every question for <see cref="Signal.DontKnow"/>, and no question for <see cref="Signal.Silent"/>.</summary>
    public IReadOnlyList<string> Questions { get; init; } = [];

    /// <summary>For <see cref="Signal.DeniedRole"/>, beside each of <see cref="Questions"/>: the question whether one's own entity takes part, with the options "yes" and "no".</summary>
    public IReadOnlyList<string> OwnPart { get; init; } = [];

    /// <summary>For <see cref="Signal.WeakVoice"/>: single choices of an entity kind; the kind named most often leads.</summary>
    public IReadOnlyList<string> Leads { get; init; } = [];

    /// <summary>The challenges that it may point to, of the questionnaire's references.</summary>
    public IReadOnlyList<string> References { get; init; } = [];
}

/// <summary>An action that a State may consider; never a prescription.</summary>
public sealed record RecommendationDefinition
{
    /// <summary>By this id texts refer to the recommendation.</summary>
    public required string Id { get; init; }

    /// <summary>The reported sections that it is for; none means any of them.</summary>
    public IReadOnlyList<string> Sections { get; init; } = [];

    /// <summary>The levels of the reporting scale at which it helps; none means any.</summary>
    public IReadOnlyList<string> Levels { get; init; } = [];

    /// <summary>True where it is offered only in a section on which the State's entities diverge.</summary>
    public bool AfterDivergence { get; init; }

    /// <summary>What it rests on, of the questionnaire's references.</summary>
    public IReadOnlyList<string> References { get; init; } = [];
}

/// <summary>A section: questions, further sections, or both.</summary>
public sealed record SectionDefinition
{
    /// <summary>Stable over all versions.</summary>
    public required string Id { get; init; }

    /// <summary>A <see cref="ScoringRule"/>; none where the section is not scored.</summary>
    public string? Scoring { get; init; }

    /// <summary>The scale of the level questions below, unless they or a nearer section name their own.</summary>
    public string? Scale { get; init; }

    /// <summary>Weight in the parent's weighted mean, greater than 0.</summary>
    public decimal Weight { get; init; } = 1;

    /// <summary>A rule; where it is false the section is not shown and none of it counts.</summary>
    public string? VisibleWhen { get; init; }

    /// <summary>A rule; where it is false the section's questions are not applicable.</summary>
    public string? AppliesWhen { get; init; }

    /// <summary>True for the sections (themes) that results and releases report.</summary>
    public bool Reported { get; init; }


    /// <summary>What the section is about, of the questionnaire's references.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>Its own questions, in reading order.</summary>
    public IReadOnlyList<QuestionDefinition> Questions { get; init; } = [];

    /// <summary>The sections below it, in reading order.</summary>
    public IReadOnlyList<SectionDefinition> Sections { get; init; } = [];

    /// <summary>Its own questions and those of every section below it.</summary>
    public IEnumerable<QuestionDefinition> AllQuestions() => Questions.Concat(Sections.SelectMany(s => s.AllQuestions()));
}

/// <summary>The shape of an answer.</summary>
public enum QuestionKind
{
    /// <summary>One level of a scale, each with a descriptor.</summary>
    Level,
    Single,
    Multiple,
    Number,
    Text,
    Date,

    /// <summary>Several dimensions answered together, for example basis × permanence × fit. Never scored.</summary>
    Matrix,
}

/// <summary>An answer that is no value of the question; none of them equals the lowest level.</summary>
public enum AnswerState
{
    /// <summary>The question does not apply; a reason is required.</summary>
    NotApplicable,
    DontKnow,

    /// <summary>The situation asked about has not arisen yet.</summary>
    NotYetTested,
    Declined,
}

/// <summary>One question.</summary>
public sealed record QuestionDefinition
{
    /// <summary>Stable over all versions.</summary>
    public required string Id { get; init; }

    /// <summary>The shape of its answers.</summary>
    public required QuestionKind Kind { get; init; }

    /// <summary>For <see cref="QuestionKind.Level"/>: overrides the section's scale.</summary>
    public string? Scale { get; init; }

    /// <summary>For <see cref="QuestionKind.Single"/> and <see cref="QuestionKind.Multiple"/>.</summary>
    public IReadOnlyList<OptionDefinition> Options { get; init; } = [];

    /// <summary>Options taken from a list of the questionnaire instead of <see cref="Options"/>: <c>entityKinds</c>.</summary>
    public string? OptionsFrom { get; init; }

    /// <summary>For <see cref="QuestionKind.Matrix"/>.</summary>
    public IReadOnlyList<DimensionDefinition> Dimensions { get; init; } = [];

    /// <summary>Bounds of a number (inclusive); both required where it is scored.</summary>
    public decimal? Minimum { get; init; }

    /// <summary>Highest number permitted; null where there is no bound.</summary>
    public decimal? Maximum { get; init; }

    /// <summary>Longest text in characters; 4000 by default.</summary>
    public int? MaximumLength { get; init; }

    /// <summary>Whether the answer enters scores; by default true for levels and false for everything else.</summary>
    public bool? Scored { get; init; }

    /// <summary>Weight in the section's weighted mean, greater than 0.</summary>
    public decimal Weight { get; init; } = 1;

    /// <summary>For <see cref="ScoringMethod.Gated"/>: the gate (1 and up) that this question guards.</summary>
    public int? Gate { get; init; }

    /// <summary>For <see cref="ScoringMethod.Gated"/>: the lowest value that achieves the question; by default its scale's highest.</summary>
    public decimal? AchievedAt { get; init; }


    /// <summary>A rule; where it is false the question is not shown and does not count.</summary>
    public string? VisibleWhen { get; init; }

    /// <summary>A rule; where it is false the question is not applicable.</summary>
    public string? AppliesWhen { get; init; }

    /// <summary>Other wordings for other profiles; the first whose rule is true is shown.</summary>
    public IReadOnlyList<VariantDefinition> Variants { get; init; } = [];

    /// <summary>The states that may be given beside "don't know" and "declined", which always may.</summary>
    public IReadOnlyList<AnswerState> States { get; init; } = [];

    /// <summary>The entity kinds asked by default; empty where <see cref="Core"/> says everybody.</summary>
    public IReadOnlyList<string> AskedOf { get; init; } = [];

    /// <summary>True where every entity is asked (the perception core, the facts).</summary>
    public bool Core { get; init; }

    /// <summary>True where single entities' answers are shown to nobody, only their range.</summary>
    public bool Confidential { get; init; }

    /// <summary>True where the text asks for pointers to evidence.</summary>
    public bool Evidence { get; init; }


    /// <summary>What the question is about, of the questionnaire's references.</summary>
    public IReadOnlyList<string> References { get; init; } = [];
}

/// <summary>A possible answer; <see cref="Value"/> where the question is scored.</summary>
public sealed record OptionDefinition
{
    /// <summary>The option as answers name it.</summary>
    public required string Id { get; init; }

    /// <summary>What the option is worth in scores; null where the question is not scored.</summary>
    public decimal? Value { get; init; }

    /// <summary>For multiple choice: true where choosing it rules out every other option ("none").</summary>
    public bool Exclusive { get; init; }
}

/// <summary>One side of a matrix: a choice, several choices, or free text where there are no options.</summary>
public sealed record DimensionDefinition
{
    /// <summary>The dimension as answers name it.</summary>
    public required string Id { get; init; }

    /// <summary>True where several options may be chosen.</summary>
    public bool Multiple { get; init; }

    /// <summary>What can be chosen; empty where the answer is a text.</summary>
    public IReadOnlyList<OptionDefinition> Options { get; init; } = [];
}

/// <summary>Another wording of a question, for profiles that <see cref="When"/> matches.</summary>
public sealed record VariantDefinition
{
    /// <summary>The variant as texts name it.</summary>
    public required string Id { get; init; }

    /// <summary>A rule over the profile.</summary>
    public required string When { get; init; }
}
