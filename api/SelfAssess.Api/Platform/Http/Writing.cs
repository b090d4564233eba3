using System.Security.Cryptography;
using System.Text.Json;
using JasperFx;
using JasperFx.Events;
using Marten;
using Marten.Exceptions;
using Npgsql;
using SelfAssess.Api.Platform.Persistence;
using SelfAssess.Api.Platform.Telemetry;

namespace SelfAssess.Api.Platform.Http;

/// <summary>What was answered to a write that carried an Idempotency-Key; stored in the same transaction as the write itself.</summary>
public sealed record IdempotentResponse
{
    /// <summary>Hash over method, path and key.</summary>
    public required string Id { get; init; }

    /// <summary>Hash over the request's body and preconditions.</summary>
    public required string Request { get; init; }
    public required int Status { get; init; }
    public required long Version { get; init; }
    public string? Location { get; init; }

    /// <summary>The response's body as it was sent.</summary>
    public required string Body { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>
/// Carries out a write: once for each Idempotency-Key, in one transaction with the record of it, with a conflict answered as 412.
/// </summary>
internal static class Writing
{
    public const string KeyHeader = "Idempotency-Key";
    private const int LongestKey = 200;

    /// <param name="context">The request.</param>
    /// <param name="store">The store that is written.</param>
    /// <param name="tenant">The State that is written; null in the common store.</param>
    /// <param name="request">What identifies the request beside its path: its body and If-Match.</param>
    /// <param name="clock">For the record's age.</param>
    /// <param name="change">Adds the change to the session without saving it.</param>
    /// <param name="status">The status of success.</param>
    /// <param name="location">The path of what was created.</param>
    public static async Task RunAsync<T>(
        HttpContext context,
        IDocumentStore store,
        string? tenant,
        object? request,
        TimeProvider clock,
        Func<IDocumentSession, Task<Outcome<T>>> change,
        int status = StatusCodes.Status200OK,
        Func<T, string>? location = null)
    {
        var cancellation = context.RequestAborted;
        var (record, refusal) = Begin(context, request, clock, status);
        if (refusal is not null)
        {
            await refusal.WriteAsync(context);
            return;
        }

        var watch = context.RequestServices.GetRequiredService<ReplicaWatch>();
        const int attempts = 2;
        for (var attempt = 1; ; attempt++)
        {
            await using var transaction = await OneTransaction.BeginAsync(store, tenant, watch, cancellation);
            var session = transaction.Session;
            Provenance.Write(session, context);
            // At first nobody looks whether the key was used: if it was, its record cannot be inserted again.
            if (record is not null && attempt > 1 && await session.LoadAsync<IdempotentResponse>(record.Id, cancellation) is { } earlier)
            {
                await ReplayAsync(context, transaction, earlier, record.Request);
                return;
            }

            IdempotentResponse response;
            try
            {
                var outcome = await change(session);
                if (outcome.Refusal is { } refused)
                {
                    await RefuseAsync(context, transaction, record, refused);
                    return;
                }

                var body = JsonSerializer.Serialize(outcome.Value, Json.Http);
                response = (record ?? Unrecorded) with { Status = status, Version = outcome.Version, Body = body, Location = location?.Invoke(outcome.Value!) };
                if (record is not null)
                {
                    session.Insert(response);
                }

                await transaction.CommitAsync(cancellation);
            }
            catch (Exception e) when (IsConflict(e))
            {
                // Somebody else was faster: the second look finds their key's answer, or refuses with the version that is current now.
                if (attempt < attempts)
                {
                    continue;
                }

                await Refusal.Conflict("conflict", "Somebody else changes this resource at the same time. Read it again and repeat.").WriteAsync(context);
                return;
            }
            catch (Exception e) when (transaction.IsLost && e is not OperationCanceledException)
            {
                // A library that repeats a step says that the transaction is over, and not why.
                throw new NpgsqlException("The connection was lost in the middle of a transaction.", e);
            }

            Instruments.Written(context.GetEndpoint()?.Metadata.GetMetadata<FastEndpoints.EndpointDefinition>() is { } endpoint ? Startup.NameOf(endpoint.EndpointType) : "unknown");
            await SendAsync(context, response);
            return;
        }
    }

    /// <summary>What is refused now may be what the same request has just done: then its answer is the answer.</summary>
    private static async Task RefuseAsync(HttpContext context, OneTransaction transaction, IdempotentResponse? record, Refusal refused)
    {
        if (record is not null && await transaction.Session.LoadAsync<IdempotentResponse>(record.Id, context.RequestAborted) is { } earlier)
        {
            await ReplayAsync(context, transaction, earlier, record.Request);
            return;
        }

        await refused.WriteAsync(context);
    }

    /// <summary>True where another writer was faster.</summary>
    public static bool IsConflict(Exception exception) => exception switch
    {
        ConcurrencyException or ConcurrentUpdateException => true,
        DocumentAlreadyExistsException or Marten.Exceptions.ExistingStreamIdCollisionException => true,
        JasperFx.Events.ExistingStreamIdCollisionException or EventStreamUnexpectedMaxEventIdException => true,
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected } => true,
        // An event that cannot follow what another writer appended in between.
        JasperFx.Events.Daemon.ApplyEventException => true,
        { InnerException: { } inner } => IsConflict(inner),
        _ => false,
    };

    private static readonly IdempotentResponse Unrecorded = new() { Id = "", Request = "", Status = 0, Version = 0, Body = "", At = default };

    private static (IdempotentResponse? Record, Refusal? Refusal) Begin(HttpContext context, object? request, TimeProvider clock, int status)
    {
        var sent = context.Request.Headers[KeyHeader];
        if (sent.Count == 0)
        {
            return (null, null);
        }

        var key = sent.ToString();
        if (sent.Count != 1 || key.Length is 0 or > LongestKey || key.Any(c => c is < '!' or > '~'))
        {
            return (null, Refusal.Invalid(KeyHeader, $"Send one value of 1 to {LongestKey} visible ASCII characters, such as a UUID.", "invalid"));
        }

        var address = $"{context.Request.Method} {context.Request.Path} {key}";
        return (Unrecorded with
        {
            Id = Hash(System.Text.Encoding.UTF8.GetBytes(address)),
            Request = Hash(JsonSerializer.SerializeToUtf8Bytes(request, Json.Http)),
            Status = status,
            At = clock.GetUtcNow(),
        }, null);
    }

    private static async Task ReplayAsync(HttpContext context, OneTransaction transaction, IdempotentResponse earlier, string request)
    {
        if (earlier.Request != request)
        {
            await new Refusal(422, "idempotency-key-reused", "The Idempotency-Key was used before",
                "The same key came with another request. Use a new key for every new write.")
            {
                Errors = [new FieldProblem(KeyHeader, "The key belongs to another request.", "reused")],
            }.WriteAsync(context);
            return;
        }

        // That it is kept here does not say that the replica has it: the first answer may have been that it is not known to.
        transaction.Session.QueueSqlCommand(ReplicaWatch.Mark);
        await transaction.CommitAsync(context.RequestAborted);
        context.Response.Headers["Idempotency-Replayed"] = "true";
        await SendAsync(context, earlier);
    }

    private static async Task SendAsync(HttpContext context, IdempotentResponse response)
    {
        FastEndpoints.HttpContextExtensions.MarkResponseStart(context);
        context.Response.StatusCode = response.Status;
        if (response.Version > 0)
        {
            context.Response.Headers.ETag = Conditional.ETag(response.Version);
        }

        if (response.Location is { } location)
        {
            context.Response.Headers.Location = location;
        }

        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.WriteAsync(response.Body, context.RequestAborted);
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
