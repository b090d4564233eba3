using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;

namespace SelfAssess.Dashboard.Administration;

/// <summary>Versions of a questionnaire.</summary>
internal static class Versions
{
    /// <summary>The last version that was published before one; null where that is the first.</summary>
    public static async Task<QuestionnaireDefinition?> BeforeAsync(ApiClient api, string id, string version)
    {
        var published = await Listing.AllAsync(async after => (await api.ListQuestionnairesAsync(200, after)).Result, p => p.Items, p => p.Next);
        var before = published.Where(q => q.Id == id && Version.Parse(q.Version) < Version.Parse(version)).MaxBy(q => Version.Parse(q.Version));
        return before is null ? null : (await api.GetQuestionnaireAsync(id, before.Version)).Result;
    }
}
