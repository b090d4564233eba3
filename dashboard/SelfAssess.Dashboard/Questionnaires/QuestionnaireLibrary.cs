using System.Collections.Concurrent;
using SelfAssess.Dashboard.Api;

namespace SelfAssess.Dashboard.Questionnaires;

/// <summary>Published questionnaires, each read from the api once: a published version never changes, and everybody who is signed in may read it.</summary>
public sealed class PublishedQuestionnaires
{
    private const int Most = 32;
    private readonly ConcurrentDictionary<string, QuestionnaireDefinition> known = new(StringComparer.Ordinal);

    internal async Task<QuestionnaireDefinition> GetAsync(string version, Func<Task<QuestionnaireDefinition>> read)
    {
        if (known.TryGetValue(version, out var found))
        {
            return found;
        }

        if (known.Count >= Most)
        {
            known.Clear();
        }

        return known[version] = await read();
    }
}

/// <summary>Questionnaires as the reader of this request reads them.</summary>
public sealed class QuestionnaireLibrary(ApiClient api, PublishedQuestionnaires published)
{
    public async Task<Instrument> GetAsync(QuestionnaireReference reference) =>
        new(await published.GetAsync($"{reference.Id}/{reference.Version}", async () => (await api.GetQuestionnaireAsync(reference.Id, reference.Version)).Result));
}
