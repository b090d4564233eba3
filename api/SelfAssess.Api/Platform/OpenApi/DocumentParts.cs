using FastEndpoints;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace SelfAssess.Api.Platform.OpenApi;

/// <summary>What stands once in the document: what it is about, tags, security, shared parts, schemas.</summary>
internal sealed class DocumentParts(Schemas schemas) : IOpenApiDocumentTransformer
{
    private static readonly Dictionary<string, string> Tags = new(StringComparer.Ordinal)
    {
        ["Accounts"] = "Signing in, second factors, tokens, invitations, and who has which role from when to when.",
        ["Questionnaires"] = "Instruments: read, check and publish them, and score answers against them without storing anything.",
        ["States"] = "The register of States, and each State's context profile.",
        ["Cycles"] = "Rounds of self-assessment: planned, opened to the States, and closed.",
        ["Assessments"] = "One State's assessment in one cycle, from beginning to sign-off and consent, its result and its history.",
        ["Rounds"] = "A State's entities answer separately, without seeing each other; then their answers are compared and reconciled.",
        ["Workbooks"] = "An entity's questions as a workbook to be filled in offline, and taken in again.",
        ["Releases"] = "What is published of a closed cycle: protected statistics over all participants, and how they develop over the cycles.",
        ["Charts"] = "The same numbers drawn: a State's own result, and what is published of a cycle.",
        ["Papers"] = "What people take away: the draft of a conference paper, every chart of a release in one archive, and a State's report on itself.",
        ["AtHome"] = "A State that runs the program on its own server, and delivers only its contribution: signed, under a delivery token.",
        ["Practices"] = "The living document: what States volunteer in their own words, under a consent of its own, apart from their assessments.",
        ["Webhooks"] = "Signed messages to other systems: a State's own events, and the community's frozen releases.",
        ["Platform"] = "How the deployment is.",
    };

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "SelfAssess",
            Version = "1.0.0",
            Summary = "Self-assessments of how well a State's agencies work together to implement the Arms Trade Treaty.",
            Description = """
                States assess themselves with a published questionnaire, once a cycle. When a cycle closes, a job makes its release: statistics over
                all participants, protected so that no State's answers can be told from them.

                **The way through**: publish a questionnaire (`publishQuestionnaire`), register States (`putState`, `putStateProfile`), plan and open a
                cycle (`putCycle`, `openCycle`), begin an assessment for each State (`openAssessment`), save answers (`saveAnswers`), or ask
                several entities in a round (`planRound`, `openRound`, `saveResponse`, `closeRound`, `reconcile`), sign off (`signOff`), decide whether the
                result joins the anonymous aggregate (`decideConsent`), close the cycle (`closeCycle`), follow the run (`getReleaseRun`), and read what came of it (`getRelease`, `getTrend`).

                **Versions**: each GET answers with an ETag, and with 304 to an If-None-Match that names it. Whatever exists is changed with its ETag as
                If-Match: 428 where it is missing, 412 with the current version where somebody else was faster.

                **Repetition**: send an Idempotency-Key with a write, and it is carried out once however often it is sent.

                **Errors** are problem details (RFC 9457): `type` is for programs, `detail` says the way out, and `errors` names every field.

                **Strictness**: unknown or repeated fields and unknown query parameters are refused, never ignored.
                """,
            Contact = new OpenApiContact { Name = "The SelfAssess authors" },
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
        };
        document.Servers = [new OpenApiServer { Url = "/", Description = "The server from which this document comes." }];
        // The order in which endpoints are found says nothing to a reader, nor to whoever compares two versions.
        var paths = document.Paths.OrderBy(p => p.Key, StringComparer.Ordinal).ToArray();
        document.Paths.Clear();
        foreach (var (path, item) in paths)
        {
            document.Paths.Add(path, item);
        }

        CommonParts.AddTo(document);
        document.Security =
        [
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(CommonParts.Token, document)] = [] },
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(CommonParts.Session, document)] = [] },
        ];
        var used = document.Paths.Values.SelectMany(p => p.Operations!.Values).SelectMany(o => o.Tags!).Select(t => t.Reference.Id).ToHashSet(StringComparer.Ordinal);
        document.Tags = Tags.Where(t => used.Contains(t.Key)).Select(t => new OpenApiTag { Name = t.Key, Description = t.Value }).ToHashSet();
        schemas.Complete(document, context.DescriptionGroups.SelectMany(g => g.Items)
            .Select(d => d.ActionDescriptor.EndpointMetadata.OfType<EndpointDefinition>().FirstOrDefault()).OfType<EndpointDefinition>()
            .SelectMany(d => ApiFacts.Rules(d, context.ApplicationServices)));
        return Task.CompletedTask;
    }
}
