namespace SelfAssess.TestKit;

/// <summary>A questionnaire small enough to be read beside a test: two reported themes of two indicators, a formality matrix, one profile field.</summary>
public static class SampleQuestionnaire
{
    /// <summary>Its files under an id of the test's own.</summary>
    public static IReadOnlyList<object> Files(string id, string version = "1.0") =>
    [
        new { path = "questionnaire.yaml", content = Structure.Replace("ID", id, StringComparison.Ordinal).Replace("VERSION", version, StringComparison.Ordinal) },
        new { path = "texts/en.yaml", content = Texts },
    ];

    public const string Structure = """
        id: ID
        version: "VERSION"
        defaultLanguage: en
        languages: [en]
        profile:
          - { id: exporter, kind: boolean, required: true }
        scales:
          - id: maturity
            levels: [{ id: absent, value: 0 }, { id: some, value: 1 }, { id: full, value: 2 }]
        scoringRules:
          - id: theme
            measures:
              - { id: level, method: lowerMedian, minimumCompleteness: 0.5, rounding: { decimals: 0 } }
              - { id: index, method: mean, normalise: percent, minimumCompleteness: 0.5 }
        reporting: { levelMeasure: level, indexMeasure: index, scale: maturity, counted: [basis] }
        sections:
          - id: A
            reported: true
            scoring: theme
            scale: maturity
            questions:
              - { id: a1, kind: level, states: [notApplicable] }
              - { id: a2, kind: level, appliesWhen: "profile('exporter')" }
          - id: B
            reported: true
            scoring: theme
            scale: maturity
            questions:
              - { id: b1, kind: level }
              - { id: b2, kind: level }
              - id: basis
                kind: matrix
                dimensions:
                  - { id: basis, multiple: true, options: [{ id: law }, { id: habit }] }
                  - { id: fit }
        """;

    public const string Texts = """
        language: en
        review: Written for tests.
        title: A sample
        description: A sample for tests.
        profile: { exporter: { label: Exports } }
        scales: { maturity: { absent: { name: Absent }, some: { name: Some }, full: { name: Full } } }
        measures: { level: Level, index: Index }
        sections: { A: { title: First theme }, B: { title: Second theme } }
        questions:
          a1: { title: A one, text: How is A one?, notApplicable: Where it is not., levels: { absent: Not, some: Partly, full: Wholly } }
          a2: { title: A two, text: How is A two?, levels: { absent: Not, some: Partly, full: Wholly } }
          b1: { title: B one, text: How is B one?, levels: { absent: Not, some: Partly, full: Wholly } }
          b2: { title: B two, text: How is B two?, levels: { absent: Not, some: Partly, full: Wholly } }
          basis:
            title: Basis
            text: On what does it rest?
            dimensions: { basis: { label: Basis, options: { law: A law, habit: A habit } }, fit: { label: Fit } }
        """;
}
