using System.Globalization;
using System.Resources;
using FastEndpoints;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Domain.Releases;

namespace SelfAssess.Api.Releases;

/// <summary>How a release came about and how it protects States, in words.</summary>
/// <param name="Release">The release.</param>
/// <param name="Language">Of the sentences.</param>
/// <param name="Sentences">In the order in which they are read.</param>
public sealed record MethodNote(string Release, string Language, IReadOnlyList<string> Sentences)
{
    private static readonly ResourceManager texts = new("SelfAssess.Api.Releases.Texts.MethodTexts", typeof(MethodNote).Assembly);

    /// <summary>What self-assessment is not; said wherever results are.</summary>
    internal static string Voluntary(string language) => texts.GetString("voluntary", CultureInfo.GetCultureInfo(language))!;

    /// <summary>The one reason for everything that is not published.</summary>
    internal static string Reason(Release release, string language)
    {
        var culture = CultureInfo.GetCultureInfo(language);
        return string.Format(culture, texts.GetString("reason", culture)!, release.Method.SmallestPopulation);
    }

    /// <summary>The note, made from the parameters that are in force and from nothing else.</summary>
    internal static MethodNote Of(Release release, string language)
    {
        var culture = CultureInfo.GetCultureInfo(language);
        var method = release.Method;
        var smallest = method.SmallestPopulation;
        return new MethodNote(release.Id, language,
        [
            Say("release", release.Id, release.LockedOn.ToString("D", culture)),
            release.Participation is { Participants: { } participants, Invited: { } invited } ? Say("participants", participants, invited) : Say("participantsWithheld", smallest),
            Say(release.Plan.Population == PlannedPopulation.StatesParties ? "populationParties" : "populationAll"),
            Say("smallest", smallest, method.OutsideBloc),
            .. method.MeanBase is { } mean ? [Say("mean", Number(mean))] : Array.Empty<string>(),
            .. method.QuantileGrid is { } grid ? [Say(method.Quartiles ? "quartiles" : "median", grid)] : Array.Empty<string>(),
            method.Distributions ? Say("counts", method.CountBase, method.OutsideLargest) : Say("noCounts"),
            .. release.Partition.Status switch
            {
                PartitionStatus.Published => [Say("partition")],
                PartitionStatus.NotPublished => [Say("noPartition")],
                _ => Array.Empty<string>(),
            },
            .. release.Panel is null ? Array.Empty<string>() : [Say("panel", method.SmallestPanel)],
            .. release.Revises is { } first ? [Say("second", smallest, first)] : Array.Empty<string>(),
            Reason(release, language),
            Say("notGuaranteed"),
            Voluntary(language),
        ]);

        string Say(string key, params object[] values) => string.Format(culture, texts.GetString(key, culture)!, values);

        // Western digits in every language, as in charts.
        string Number(decimal value) => value.ToString("0.##", language == "ar" ? CultureInfo.InvariantCulture : culture);
    }
}

public sealed record MethodNoteRequest : ReleaseRequest
{
    /// <summary>The language of its words: ar, en, es, fr, ru or zh.</summary>
    [QueryParam]
    public string Lang { get; init; } = "en";
}

internal sealed class MethodNoteValidator : Validator<MethodNoteRequest>
{
    public MethodNoteValidator() => RuleFor(r => r.Lang).IsALanguage();
}

[PermitsReleaseReaders]
internal sealed class GetMethodNoteEndpoint(ReleaseCatalogue releases) : Endpoint<MethodNoteRequest, MethodNote>
{
    public override void Configure()
    {
        Get("releases/{release}/method");
        Summary(s =>
        {
            s.Summary = "Read how a release came about, in words";
            s.Description = "Generated from the parameters that are in force in this release: rounding, sizes, merging, what is withheld and why, and what is not guaranteed.";
        });
    }

    public override async Task HandleAsync(MethodNoteRequest request, CancellationToken ct)
    {
        if (await releases.FindAsync(request.Release, ct) is not { } frozen)
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        await Conditional.SendHashedAsync(HttpContext, MethodNote.Of(frozen.Release, request.Lang), ct);
    }
}
