using System.Diagnostics;
using Hangfire.Server;

namespace SelfAssess.Api.Platform.Telemetry;

/// <summary>A span for each job that Hangfire runs, with the job's kind and nothing of its arguments.</summary>
internal sealed class JobSpans : IServerFilter
{
    private const string Key = "selfassess.span";

    public void OnPerforming(PerformingContext context)
    {
        // Filters are the process's: with several hosts in one, there are several of us.
        if (context.Items.ContainsKey(Key))
        {
            return;
        }

        var job = context.BackgroundJob.Job is { } known ? $"{known.Type.Name}.{known.Method.Name}" : "unknown";
        var span = Instruments.Spans.StartActivity(job, ActivityKind.Consumer);
        span?.SetTag("job", job);
        context.Items[Key] = span!;
    }

    public void OnPerformed(PerformedContext context)
    {
        if (context.Items.Remove(Key, out var item) && item is Activity span)
        {
            if (context.Exception is { } exception)
            {
                span.SetTag("error.type", (exception.InnerException ?? exception).GetType().FullName);
                span.SetStatus(ActivityStatusCode.Error);
            }

            span.Dispose();
        }
    }
}
