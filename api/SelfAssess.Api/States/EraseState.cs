using FastEndpoints;
using FluentValidation;
using Npgsql;
using SelfAssess.Api.Accounts;
using SelfAssess.Api.AtHome;
using SelfAssess.Api.Platform.Http;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Security;
using SelfAssess.Api.Practices;
using SelfAssess.Api.Releases;
using SelfAssess.Api.Webhooks;

namespace SelfAssess.Api.States;

public sealed record EraseStateRequest : StateRequest
{
    [FromBody]
    public EraseStateBody Body { get; init; } = null!;
}

/// <summary>What makes sure that the right State is meant.</summary>
public sealed record EraseStateBody
{
    /// <summary>The State's code once more.</summary>
    public required string Confirm { get; init; }
}

internal sealed class EraseStateValidator : Validator<EraseStateRequest>
{
    public EraseStateValidator() =>
        RuleFor(r => r.Body.Confirm).Equal(r => r.State).WithMessage("Write the State's code again, to make sure that this State is meant.").OverridePropertyName("confirm");
}

/// <summary>What was erased, and what stays.</summary>
/// <param name="Rows">Rows deleted: assessments, responses, events, profiles, records of requests.</param>
/// <param name="Contributions">Contributions deleted: later computations no longer use them.</param>
/// <param name="People">Accounts that lost their roles in the State; those that had no other role are deleted with their sessions and tokens.</param>
/// <param name="Stays">What this cannot reach, for the answer to whoever asked.</param>
public sealed record ErasureReceipt(int Rows, int Contributions, int People, IReadOnlyList<string> Stays);

[Permits(Role.Administrator)]
internal sealed class EraseStateEndpoint(
    IStateStore states, ICommonStore common, IAccountStore accounts, Pseudonyms pseudonyms, PracticeCatalogue practices, WebhookStores webhooks, DeliveryTokens deliveries, ReplicaWatch watch)
    : Endpoint<EraseStateRequest, ErasureReceipt>
{
    public override void Configure()
    {
        Post("states/{state}/erase");
        Summary(s =>
        {
            s.Summary = "Erase everything that belongs to a State";
            s.Description = "Documents, events, drafts, contributions, and the roles of its people, with the accounts that have no other. It cannot be undone: export first. Asked for again, it erases what has come since.";
            s.Response<ErasureReceipt>(200, "Everything is erased but what is said to stay.");
        });
    }

    public override async Task HandleAsync(EraseStateRequest request, CancellationToken ct)
    {
        if (!await Tenants.ExistsAsync(common, request.State, ct))
        {
            await Refusal.NotFound.WriteAsync(HttpContext);
            return;
        }

        var pseudonym = await pseudonyms.OfAsync(request.State, ct);
        await using var session = common.LightweightSession();
        var contributions = await Marten.QueryableExtensions.ToListAsync(session.Query<DeliveredContribution>().Where(c => c.Contribution.Pseudonym == pseudonym).Select(c => c.Id), ct);
        foreach (var contribution in contributions)
        {
            session.Delete<DeliveredContribution>(contribution);
        }

        // What was answered to a repeated request about the State names it.
        var quoted = $"\"{request.State}\"";
        session.DeleteWhere<IdempotentResponse>(r => r.Body.Contains(quoted));

        // What is with the community first: should the server die in between, the State is still there to be erased again.
        await session.SaveChangesAsync(ct);
        await ErasePracticesAsync(request.State, ct);
        await webhooks.ForgetAllAsync(request.State, ct);
        await deliveries.EndAsync(request.State, ct);
        var people = await ErasePeopleAsync(request.State, ct);
        var rows = await EraseTenantAsync(request.State, ct);
        HttpContext.Response.Headers.CacheControl = "no-store";
        await HttpContext.Response.WriteAsJsonAsync(new ErasureReceipt(rows, contributions.Count, people,
        [
            "Frozen releases: the anonymous numbers to which the State contributed, and the practices that it agreed to publish with them.",
            "Backups, until they expire.",
            "The register's entry, which names the State as the United Nations does.",
        ]), Platform.Json.Http, ct);
    }

    /// <summary>Takes what waits to be published out of the community's list; only the State's own rows tell which it is.</summary>
    private async Task ErasePracticesAsync(string state, CancellationToken ct)
    {
        await using var session = states.QuerySession(state);
        foreach (var id in await Marten.QueryableExtensions.ToListAsync(session.Query<Practice>().Where(p => p.DeliveredAs != null).Select(p => p.DeliveredAs!.Value), ct))
        {
            await practices.TakeBackAsync(id, ct);
        }
    }

    private async Task<int> ErasePeopleAsync(string state, CancellationToken ct)
    {
        await using var session = accounts.LightweightSession();
        var people = await Marten.QueryableExtensions.ToListAsync(session.Query<Account>().Where(a => a.Grants.Any(g => g.State == state)), ct);
        foreach (var person in people)
        {
            person.Grants = [.. person.Grants.Where(g => g.State != state)];
            if (person.Grants.Count > 0)
            {
                session.UpdateRevision(person, person.Version + 1);
                continue;
            }

            session.Delete(person);
            session.DeleteWhere<SessionTicket>(s => s.AccountId == person.Id);
        }

        session.DeleteWhere<OneTimeLink>(l => l.State == state || l.Grants.Any(g => g.State == state));
        await session.SaveChangesAsync(ct);
        return people.Count;
    }

    /// <summary>One transaction over every table that has tenants; row-level security sees to it that no other State's row is met.</summary>
    private async Task<int> EraseTenantAsync(string state, CancellationToken ct)
    {
        await using var connection = (await states.Storage.FindOrCreateDatabase(state)).CreateConnection();
        var confirmation = new Confirmation(connection, watch);
        await connection.OpenAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var tenant = new NpgsqlCommand("select set_config('app.tenant_id', $1, true)", connection, transaction) { Parameters = { new() { Value = state } } })
        {
            await tenant.ExecuteNonQueryAsync(ct);
        }

        var tables = new List<string>();
        await using (var list = new NpgsqlCommand(
            // Events before the streams that they refer to.
            "select table_name from information_schema.columns where table_schema = $1 and column_name = 'tenant_id' order by table_name", connection, transaction)
        { Parameters = { new() { Value = DatabaseRoles.StateSchema } } })
        await using (var reader = await list.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                tables.Add(reader.GetString(0));
            }
        }

        var rows = 0;
        foreach (var table in tables)
        {
            await using var delete = new NpgsqlCommand($"delete from {DatabaseRoles.StateSchema}.\"{table}\" where tenant_id = $1", connection, transaction) { Parameters = { new() { Value = state } } };
            rows += await delete.ExecuteNonQueryAsync(ct);
        }

        await transaction.CommitAsync(ct);
        confirmation.Demand();
        return rows;
    }
}
