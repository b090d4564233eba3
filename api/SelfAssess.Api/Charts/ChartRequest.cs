using FastEndpoints;
using FluentValidation;
using SelfAssess.Api.Charts.Drawing;
using SelfAssess.Api.Charts.Models;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Releases;
using SelfAssess.Domain.Questionnaires;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Charts;

/// <summary>The forms in which a chart is had.</summary>
public enum ChartFormat
{
    Png,
    Svg,
    Csv,

    /// <summary>Title, subtitle, foot, data table and text alternative.</summary>
    Json,
}

/// <summary>How a chart is to look.</summary>
public abstract record ChartRequest
{
    /// <summary>The form: <c>png</c>, <c>svg</c>, <c>csv</c> (the data) or <c>json</c> (the data, and the chart in words).</summary>
    [RouteParam]
    public ChartFormat Format { get; init; }

    /// <summary>The language of its words: ar, en, es, fr, ru or zh.</summary>
    [QueryParam]
    public string Lang { get; init; } = "en";

    /// <summary>The page that it is for: <c>full</c> (170 mm), <c>half</c> (85 mm) or <c>slide</c> (16:9).</summary>
    [QueryParam]
    public ChartWidth Width { get; init; } = ChartWidth.Full;

    /// <summary>The ground that it stands on: <c>light</c> or <c>dark</c>.</summary>
    [QueryParam]
    public ChartScheme Scheme { get; init; } = ChartScheme.Light;

    /// <summary>Resolution of a PNG: 1, 2 for dense screens and print (300 dpi at the width that the picture is made for), or 4 for large print.</summary>
    [QueryParam]
    public int Scale { get; init; } = 1;
}

/// <summary>A chart of one release, and how it is to look.</summary>
public abstract record ReleaseChartRequest : ChartRequest
{
    /// <summary>The release's id.</summary>
    [RouteParam]
    public string Release { get; init; } = "";
}

internal abstract class ChartValidator<T> : Validator<T>
    where T : ChartRequest
{
    protected ChartValidator()
    {
        RuleFor(r => r.Lang).IsALanguage();
        RuleFor(r => r.Scale).Must(s => s is 1 or 2 or 4).WithMessage("The scales are 1, 2 and 4.");
    }
}

internal static class LanguageRule
{
    /// <summary>One of the languages of the Conference.</summary>
    public static void IsALanguage<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(l => ChartWords.Languages.Contains(l, StringComparer.Ordinal)).WithMessage($"The languages are {string.Join(", ", ChartWords.Languages)}.");
}

/// <summary>A chart in words and numbers, beside its picture.</summary>
/// <param name="Title">The question that it answers.</param>
/// <param name="Subtitle">What is measured, for whom and when.</param>
/// <param name="Foot">Numbers of States, rounding, identity, source.</param>
/// <param name="Headers">Of the data table.</param>
/// <param name="Rows">Of the data table, as people read them.</param>
/// <param name="TextAlternative">The chart for somebody who cannot see it.</param>
/// <param name="Language">Of every text.</param>
public sealed record ChartView(
    string Title, string Subtitle, IReadOnlyList<string> Foot, IReadOnlyList<string> Headers, IReadOnlyList<IReadOnlyList<string>> Rows, string TextAlternative, string Language);

internal static class ChartResponses
{
    /// <summary>The content types of the formats, for the API's description.</summary>
    public static void Describe(RouteHandlerBuilder route) =>
        route.Produces<ChartView>(StatusCodes.Status200OK, "application/json", "image/png", "image/svg+xml", "text/csv");

    /// <summary>Draws a chart of a release, once; not found where there is no such release, or nothing in it that the chart could show.</summary>
    public static async Task SendAsync(
        HttpContext context, ReleaseCatalogue releases, QuestionnaireCatalogue questionnaires, ReleaseChartRequest request,
        Func<Release, QuestionnaireDefinition, ChartModel?> chartOf, CancellationToken cancellationToken)
    {
        var kept = context.RequestServices.GetRequiredService<DrawnCharts>();
        if (kept.Find(request) is not { } drawn)
        {
            if (await releases.FindAsync(request.Release, cancellationToken) is not { Release: var release }
                || chartOf(release, (await questionnaires.GetAsync(release.Questionnaire, cancellationToken)).Definition) is not { } chart)
            {
                await Refusal.NotFound.WriteAsync(context);
                return;
            }

            drawn = kept.Keep(request, DrawnChart.Of(chart, request));
        }

        context.Response.Headers.CacheControl = "private, no-cache";
        await SendAsync(context, drawn, cancellationToken);
    }

    /// <summary>Draws a chart in the form that was asked for, under an ETag over its bytes.</summary>
    public static Task SendAsync(HttpContext context, ChartModel chart, ChartRequest request, CancellationToken cancellationToken) =>
        SendAsync(context, DrawnChart.Of(chart, request), cancellationToken);

    private static Task SendAsync(HttpContext context, DrawnChart drawn, CancellationToken cancellationToken)
    {
        context.Response.Headers.ContentLanguage = drawn.Language;
        return Conditional.SendBytesAsync(context, drawn.Bytes, drawn.ContentType, drawn.ETag, cancellationToken);
    }
}
