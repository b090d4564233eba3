using System.Collections.Concurrent;
using Marten;
using SelfAssess.Api.Platform;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Domain.Questionnaires;

namespace SelfAssess.Api.Questionnaires;

/// <summary>A questionnaire as it was published; it never changes again.</summary>
public sealed record PublishedQuestionnaire
{
    /// <summary><c>id/version</c>.</summary>
    public required string Id { get; init; }
    public required string QuestionnaireId { get; init; }
    public required string Version { get; init; }
    public required DateTimeOffset PublishedAt { get; init; }
    public required QuestionnaireDefinition Definition { get; init; }

    public static string Key(QuestionnaireReference reference) => $"{reference.Id}/{reference.Version}";
}

/// <summary>Compiled questionnaires by id and version. They are immutable, so that each is read from the database once.</summary>
internal sealed class QuestionnaireCatalogue(ICommonStore store)
{
    private readonly ConcurrentDictionary<string, PublishedAndCompiled> known = new(StringComparer.Ordinal);

    public sealed record PublishedAndCompiled(PublishedQuestionnaire Published, Questionnaire Questionnaire)
    {
        /// <summary>SHA-256 over the definition's canonical JSON, lower-case hexadecimal: what a sealed assessment names beside id and version.</summary>
        public string Hash { get; } = CanonicalJson.Hash(Published.Definition);
    }

    /// <summary>The questionnaire, or null where that version is not published.</summary>
    public async ValueTask<PublishedAndCompiled?> FindAsync(QuestionnaireReference reference, CancellationToken cancellationToken)
    {
        var key = PublishedQuestionnaire.Key(reference);
        if (known.TryGetValue(key, out var found))
        {
            return found;
        }

        await using var session = store.QuerySession();
        var published = await session.LoadAsync<PublishedQuestionnaire>(key, cancellationToken);
        return published is null ? null : known.GetOrAdd(key, new PublishedAndCompiled(published, Compile(published)));
    }

    /// <summary>A questionnaire that something already refers to.</summary>
    /// <exception cref="InvalidOperationException">It is not there: the database was tampered with.</exception>
    public async ValueTask<Questionnaire> GetAsync(QuestionnaireReference reference, CancellationToken cancellationToken) =>
        (await PublishedAsync(reference, cancellationToken)).Questionnaire;

    /// <summary>The same, together with the definition as it was published.</summary>
    /// <exception cref="InvalidOperationException">It is not there: the database was tampered with.</exception>
    public async ValueTask<PublishedAndCompiled> PublishedAsync(QuestionnaireReference reference, CancellationToken cancellationToken) =>
        await FindAsync(reference, cancellationToken)
        ?? throw new InvalidOperationException($"Questionnaire {reference} is referred to but not published.");

    private static Questionnaire Compile(PublishedQuestionnaire published) =>
        Questionnaire.Compile(published.Definition) is { Questionnaire: { } questionnaire } ? questionnaire
            : throw new InvalidOperationException($"Published questionnaire {published.Id} does not compile with this version of the program.");
}

internal static class QuestionnairesSetup
{
    public static void RegisterQuestionnaires(this StoreOptions options) =>
        options.Schema.For<PublishedQuestionnaire>().Duplicate(q => q.QuestionnaireId);

    public static void AddQuestionnaires(this IServiceCollection services) => services.AddSingleton<QuestionnaireCatalogue>();
}
