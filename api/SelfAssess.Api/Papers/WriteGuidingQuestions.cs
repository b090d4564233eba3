using FastEndpoints;
using SelfAssess.Api.Papers.Content;
using SelfAssess.Api.Papers.Drawing;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Questionnaires;
using SelfAssess.Api.Releases;

namespace SelfAssess.Api.Papers;

public record GuidingQuestionsRequest : ReleaseRequest
{
    /// <summary>The language: ar, en, es, fr, ru or zh.</summary>
    [QueryParam]
    public string Lang { get; init; } = "en";
}

internal sealed class GuidingQuestionsValidator : Validator<GuidingQuestionsRequest>
{
    public GuidingQuestionsValidator() => RuleFor(r => r.Lang).IsALanguage();
}

[PermitsReleaseReaders]
internal sealed class GetGuidingQuestionsEndpoint(ReleaseCatalogue releases, QuestionnaireCatalogue questionnaires) : Endpoint<GuidingQuestionsRequest, GuidingQuestionList>
{
    public override void Configure()
    {
        Get("releases/{release}/guiding-questions");
        Summary(s =>
        {
            s.Summary = "Read guiding questions for the working groups";
            s.Description = "Drawn from a frozen release by fixed rules, each with the published number from which it follows. They compare no States and prefer no arrangement.";
        });
    }

    public override async Task HandleAsync(GuidingQuestionsRequest request, CancellationToken ct)
    {
        if (await releases.FindAsync(request.Release, ct) is not { Release: var release })
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        var questionnaire = await questionnaires.GetAsync(release.Questionnaire, ct);
        HttpContext.Response.Headers.ContentLanguage = request.Lang;
        await Conditional.SendHashedAsync(HttpContext, GuidingQuestions.Of(release, questionnaire.Definition, request.Lang), ct);
    }
}

public sealed record GuidingQuestionsPaperRequest : GuidingQuestionsRequest
{
    /// <summary>The form: <c>docx</c> or <c>html</c>.</summary>
    [RouteParam]
    public ReportFormat Format { get; init; }
}

internal sealed class GuidingQuestionsPaperValidator : Validator<GuidingQuestionsPaperRequest>
{
    public GuidingQuestionsPaperValidator() => RuleFor(r => r.Lang).IsALanguage();
}

[PermitsReleaseReaders]
internal sealed class GetGuidingQuestionsPaperEndpoint(ReleaseCatalogue releases, QuestionnaireCatalogue questionnaires, DrawnPapers papers) : Endpoint<GuidingQuestionsPaperRequest>
{
    public override void Configure()
    {
        Get("releases/{release}/papers/guiding-questions.{format}");
        Description(route => route.Produces<byte[]>(StatusCodes.Status200OK, WordPaper.ContentType, "text/html"));
        Summary(s =>
        {
            s.Summary = "Write guiding questions for the working groups as a paper";
            s.Description = "As a Word file to edit, or as a page to print. The same release gives the same bytes while the program stays the same.";
        });
    }

    public override async Task HandleAsync(GuidingQuestionsPaperRequest request, CancellationToken ct)
    {
        if (await releases.FindAsync(request.Release, ct) is not { Release: var release })
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        var questionnaire = await questionnaires.GetAsync(release.Questionnaire, ct);
        var word = request.Format == ReportFormat.Docx;
        var file = await papers.OnceAsync(() => GuidingQuestions.PaperOf(release, questionnaire.Definition, request.Lang) is var paper && word ? WordPaper.Draw(paper) : HtmlPaper.Draw(paper), ct);
        HttpContext.Response.Headers.CacheControl = "private, no-cache";
        if (word)
        {
            await PaperResponses.SendAsync(HttpContext, file, WordPaper.ContentType, $"guiding-questions-{release.Id}-{request.Lang}.docx", request.Lang, ct);
            return;
        }

        HttpContext.Response.Headers.ContentLanguage = request.Lang;
        HttpContext.Response.Headers.ContentSecurityPolicy = HtmlPaper.SecurityPolicy;
        await Conditional.SendBytesAsync(HttpContext, file, HtmlPaper.ContentType, ct);
    }
}
