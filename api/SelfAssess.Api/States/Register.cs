using FastEndpoints;
using Marten;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Platform.Servers;

namespace SelfAssess.Api.States;

[PermitsSignedIn]
internal sealed class ExportRegisterEndpoint(ICommonStore store) : EndpointWithoutRequest
{
    public override void Configure()
    {
        Get("register.csv");
        Description(d => d.Produces<string>(StatusCodes.Status200OK, RegisterCsv.ContentType));
        Summary(s =>
        {
            s.Summary = "Export the register of States";
            s.Description = "A table with one State a row; its ETag is what an import takes as If-Match.";
        });
    }

    public override async Task HandleAsync(CancellationToken ct)
    {
        await using var session = store.QuerySession();
        await Conditional.SendBytesAsync(HttpContext, RegisterCsv.Write(await ReadAsync(session, ct)), "text/csv; charset=utf-8; header=present", ct);
    }

    public static async Task<IReadOnlyList<RegisteredState>> ReadAsync(IQuerySession session, CancellationToken cancellationToken) =>
        await session.Query<RegisteredState>().OrderBy(s => s.Id).ToListAsync(cancellationToken);
}

[PermitsSignedIn]
internal sealed class GetUnitedNationsListEndpoint : EndpointWithoutRequest
{
    public override void Configure()
    {
        Get("register/un-states.csv");
        Description(d => d.Produces<string>(StatusCodes.Status200OK, RegisterCsv.ContentType));
        Summary(s =>
        {
            s.Summary = "Read the shipped list of UN Member and observer States";
            s.Description = "Codes, regional groups and short names in six languages, to be edited and imported. Standing towards the Treaty is not in it: the deployment enters it.";
        });
    }

    public override async Task HandleAsync(CancellationToken ct) =>
        await Conditional.SendBytesAsync(HttpContext, await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "states", "un-states.csv"), ct),
            "text/csv; charset=utf-8; header=present", ct);
}

/// <summary>A table to import.</summary>
public sealed record ImportRegisterRequest : IPlainTextRequest
{
    /// <summary>The ETag of the register as it was exported.</summary>
    [FromHeader("If-Match", isRequired: false)]
    public string? IfMatch { get; init; }

    /// <summary>True to be told what would happen, and change nothing.</summary>
    [QueryParam]
    public bool DryRun { get; init; }

    /// <summary>The table.</summary>
    public string Content { get; set; } = "";
}

/// <summary>What an import did, or would do.</summary>
/// <param name="Added">States that are new to the register.</param>
/// <param name="Changed">States whose entry is another one now.</param>
/// <param name="Unchanged">States whose entry was the same already.</param>
/// <param name="DryRun">True where nothing was changed.</param>
public sealed record ImportReport(int Added, int Changed, int Unchanged, bool DryRun);

[Permits(Role.Administrator)]
internal sealed class ImportRegisterEndpoint(ICommonStore store, Placement placement, TimeProvider clock) : Endpoint<ImportRegisterRequest, ImportReport>
{
    public override void Configure()
    {
        Post("register/import");
        Description(d => d.Accepts<ImportRegisterRequest>(RegisterCsv.ContentType));
        Summary(s =>
        {
            s.Summary = "Import States into the register";
            s.Description = "Adds and changes States by their code, all of the table or nothing; States that are not in it stay, and columns that are not in it too. "
                + "If-Match is the ETag of the register as it was exported.";
        });
    }

    public override Task HandleAsync(ImportRegisterRequest request, CancellationToken ct) =>
        Writing.RunAsync(HttpContext, store, tenant: null, new { request.Content, request.IfMatch, request.DryRun }, clock,
            session => ImportAsync(session, placement, request, ct));

    private static async Task<Outcome<ImportReport>> ImportAsync(IDocumentSession session, Placement placement, ImportRegisterRequest request, CancellationToken ct)
    {
        var existing = await ExportRegisterEndpoint.ReadAsync(session, ct);
        var current = Conditional.ETag(RegisterCsv.Write(existing));
        if (string.IsNullOrWhiteSpace(request.IfMatch))
        {
            return Refusal.PreconditionRequired;
        }

        if (request.IfMatch.Trim() != current)
        {
            return Refusal.Stale(current);
        }

        var byCode = existing.ToDictionary(s => s.Id, StringComparer.Ordinal);
        var (states, problems) = RegisterCsv.Read(request.Content, byCode);
        if (problems.Count > 0)
        {
            return Refusal.Invalid("The table has problems; nothing was imported.", problems);
        }

        var (added, changed) = (0, 0);
        foreach (var state in states)
        {
            var before = byCode.GetValueOrDefault(state.Id);
            if (before?.SameAs(state) == true)
            {
                continue;
            }

            (added, changed) = before is null ? (added + 1, changed) : (added, changed + 1);
            if (!request.DryRun)
            {
                if (before is null && placement.IsPool)
                {
                    await placement.AssignAsync(state.Id, null, ct);
                }

                session.Put(state, before?.Version);
            }
        }

        return Outcome<ImportReport>.Of(new ImportReport(added, changed, states.Count - added - changed, request.DryRun));
    }
}
