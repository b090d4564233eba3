using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Questionnaires.Files;

namespace SelfAssess.Api.Questionnaires;

/// <summary>Publishes what stands in the questionnaires folder, at every start; what is published already stays as it is.</summary>
internal static class PublishShippedQuestionnaires
{
    public static async Task RunAsync(IServiceProvider services, string folder, CancellationToken cancellationToken)
    {
        var store = services.GetRequiredService<ICommonStore>();
        var clock = services.GetRequiredService<TimeProvider>();
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(PublishShippedQuestionnaires));
        foreach (var shipped in QuestionnaireFolder.ReadAll(folder))
        {
            if (shipped.Questionnaire is not { } questionnaire)
            {
                foreach (var p in shipped.Problems)
                {
                    logger.LogError("{File}:{Line}:{Column} {Path}: {Message}", p.File, p.Line, p.Column, p.Path, p.Message);
                }

                throw new InvalidOperationException($"A questionnaire under {folder} has violations (see above); mend it or take it away.");
            }

            await using var session = store.LightweightSession();
            var outcome = await Publishing.PublishAsync(session, questionnaire.Definition, clock.GetUtcNow(), cancellationToken);
            if (outcome.Refusal is { } refusal)
            {
                logger.LogWarning("{Detail}", refusal.Detail);
                continue;
            }

            try
            {
                await session.SaveChangesAsync(cancellationToken);
            }
            catch (Exception e) when (Writing.IsConflict(e))
            {
                // Another node published it at the same moment.
            }
        }
    }
}
