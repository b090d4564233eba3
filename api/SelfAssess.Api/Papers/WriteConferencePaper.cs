using FastEndpoints;
using SelfAssess.Api.Papers.Content;
using SelfAssess.Api.Papers.Drawing;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Practices;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Releases;

namespace SelfAssess.Api.Papers;

public sealed record ConferencePaperRequest : ReleaseRequest
{
    /// <summary>The language of the paper: ar, en, es, fr, ru or zh.</summary>
    [QueryParam]
    public string Lang { get; init; } = "en";
}

internal sealed class ConferencePaperValidator : Validator<ConferencePaperRequest>
{
    public ConferencePaperValidator() => RuleFor(r => r.Lang).IsALanguage();
}

[PermitsReleaseReaders]
internal sealed class GetConferencePaperEndpoint(
    ReleaseCatalogue releases, QuestionnaireCatalogue questionnaires, PracticeCatalogue practices, DrawnPapers papers)
    : Endpoint<ConferencePaperRequest>
{
    public override void Configure()
    {
        Get("releases/{release}/papers/conference.docx");
        Description(route => route.Produces<byte[]>(StatusCodes.Status200OK, WordPaper.ContentType));
        Summary(s =>
        {
            s.Summary = "Write the draft of a conference paper on a release";
            s.Description = "A Word file to edit: numbered paragraphs, tables, figures, footnotes and annexes, made of what the release publishes, of the practices that were published with it, and of nothing else. "
                + "Its symbol, dates and place are left to be filled in. The same release gives the same bytes while the program stays the same.";
        });
    }

    public override async Task HandleAsync(ConferencePaperRequest request, CancellationToken ct)
    {
        if (await releases.FindAsync(request.Release, ct) is not { Release: var release })
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        var questionnaire = await questionnaires.GetAsync(release.Questionnaire, ct);
        var volunteered = await practices.OfReleaseAsync(release.CycleId, release.Id, ct);
        var paper = await papers.OfReleaseAsync(release.Id, request.Lang, () => WordPaper.Draw(ConferencePaper.Of(release, questionnaire.Definition, volunteered, request.Lang)), ct);
        HttpContext.Response.Headers.CacheControl = "private, no-cache";
        await PaperResponses.SendAsync(HttpContext, paper, WordPaper.ContentType, $"paper-{release.Id}-{request.Lang}.docx", request.Lang, ct);
    }
}

internal static class PaperResponses
{
    /// <summary>Sends a file to keep, under an ETag over its bytes.</summary>
    public static Task SendAsync(HttpContext context, byte[] file, string contentType, string name, string language, CancellationToken cancellationToken)
    {
        context.Response.Headers.ContentLanguage = language;
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        return Conditional.SendBytesAsync(context, file, contentType, cancellationToken);
    }
}
