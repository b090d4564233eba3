using SelfAssess.Dashboard.Answering;
using SelfAssess.Dashboard.Api;
using SelfAssess.Dashboard.Platform;

namespace SelfAssess.Dashboard.Respondent;

/// <summary>An entity's response and the form in which it is answered, as one page needs them.</summary>
internal sealed class ResponseWork(ApiClient api)
{
    public async Task<(ResponseView Response, string ETag)> ReadAsync(ResponseAddress at)
    {
        var reply = await api.GetResponseAsync(entity: at.Entity, state: at.State, cycle: at.Cycle);
        return (reply.Result, reply.Headers["ETag"].First());
    }

    /// <summary>The questions, in the reader's language.</summary>
    public async Task<QuestionnaireForm> FormAsync(ResponseAddress at) =>
        (await api.GetResponseFormAsync(entity: at.Entity, state: at.State, cycle: at.Cycle, lang: Languages.Current)).Result;

    /// <summary>What the entity is asked in every cycle.</summary>
    public async Task<IReadOnlyList<OwnResponse>> OwnAsync(ResponseAddress at) => (await api.ListOwnResponsesAsync(entity: at.Entity, state: at.State)).Result.Items;

    public static KeptAnswers Kept(ResponseView response, string etag) => new(response.Answers.AsReadOnly(), response.Prefilled.AsReadOnly(), etag);

    public Task<SavedForm> SaveAsync(ResponseAddress at, IFormCollection form, FormSection section) => new AnswerSaving(
        async () =>
        {
            var (response, etag) = await ReadAsync(at);
            return Kept(response, etag);
        },
        (answers, etag) => api.SaveResponseAsync(entity: at.Entity, state: at.State, cycle: at.Cycle, if_Match: etag, body: new SaveAnswersBody { Answers = answers }))
        .SaveAsync(form, section.Questions);
}
