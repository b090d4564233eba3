using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;

namespace SelfAssess.Benchmarks;

/// <summary>
/// The yardstick for saving: a minimal API on Npgsql that writes the same rows of the same size as the program, in one statement and so
/// in one round trip and transaction. It signs nobody in, checks no answer against a questionnaire and keeps no States apart.
/// </summary>
internal static class HandWrittenServer
{
    public const string Command = "serve-hand-written";
    public const string Schema = "handwritten";

    /// <summary>The program's own tables again, with their indexes and constraints, and a table for the bare insert.</summary>
    public const string Tables = $"""
        create schema {Schema};
        create table {Schema}.mt_streams (like state.mt_streams including all);
        create table {Schema}.mt_events (like state.mt_events including all);
        create table {Schema}.mt_doc_assessment (like state.mt_doc_assessment including all);
        create table {Schema}.mt_doc_idempotentresponse (like state.mt_doc_idempotentresponse including all);
        insert into {Schema}.mt_streams select * from state.mt_streams;
        insert into {Schema}.mt_doc_assessment select * from state.mt_doc_assessment;
        create table {Schema}.bare (id bigint generated always as identity primary key, state text not null, data jsonb not null);
        """;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static async Task RunAsync(string connectionString, string address)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(address).ConfigureKestrel(k => k.AddServerHeader = false);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        await using var source = NpgsqlDataSource.Create(connectionString);
        var app = builder.Build();
        app.MapGet("/ready", () => "ready");
        app.MapPatch("/states/{state}/assessments/{stream}/answers", (string state, Guid stream, HttpRequest request) => SaveAsync(source, state, stream, request));
        app.MapPatch("/bare/{state}", (string state, HttpRequest request) => InsertAsync(source, state, request));
        await app.RunAsync();
    }

    private static async Task<IResult> SaveAsync(NpgsqlDataSource source, string state, Guid stream, HttpRequest request)
    {
        var body = await JsonSerializer.DeserializeAsync<Batch>(request.Body, Json);
        var now = TimeProvider.System.GetUtcNow();
        var saved = new Saved(body!.Answers.ToDictionary(a => a.Key, a => a.Value is null ? null : Stored.Of(a.Value)), now);
        var version = long.Parse(request.Headers.IfMatch.ToString().Trim('"'), System.Globalization.CultureInfo.InvariantCulture);
        await using var command = source.CreateCommand(request.Headers.TryGetValue("Idempotency-Key", out var key) ? SaveKeyed : SaveUnkeyed);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = state });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = stream });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = version });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = JsonSerializer.SerializeToUtf8Bytes(saved, Json), NpgsqlDbType = NpgsqlDbType.Jsonb });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.CreateVersion7() });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. saved.Answers.Where(a => a.Value is null).Select(a => a.Key)] });
        var receipt = JsonSerializer.Serialize(new { state, version = version + 1, changedAt = now, answered = saved.Answers.Count }, Json);
        if (key.Count > 0)
        {
            var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{request.Method} {request.Path} {key}")));
            var record = new { id = hash, request = hash, status = 200, version = version + 1, body = receipt, at = now };
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = hash });
            command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = JsonSerializer.SerializeToUtf8Bytes(record, Json), NpgsqlDbType = NpgsqlDbType.Jsonb });
        }

        if (await command.ExecuteScalarAsync() is not long written)
        {
            return Results.StatusCode(StatusCodes.Status412PreconditionFailed);
        }

        request.HttpContext.Response.Headers.ETag = $"\"{written}\"";
        return Results.Text(receipt, "application/json");
    }

    private static async Task<IResult> InsertAsync(NpgsqlDataSource source, string state, HttpRequest request)
    {
        var bytes = new byte[(int)request.ContentLength!.Value];
        await request.Body.ReadExactlyAsync(bytes);
        await using var command = source.CreateCommand($"insert into {Schema}.bare (state, data) values ($1, $2) returning id");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = state });
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = bytes, NpgsqlDbType = NpgsqlDbType.Jsonb });
        var id = (long)(await command.ExecuteScalarAsync())!;
        request.HttpContext.Response.Headers.ETag = $"\"{id}\"";
        return Results.Ok();
    }

    private const string Save = $"""
        with stream as (
          update {Schema}.mt_streams set version = version + 1, timestamp = now() where tenant_id = $1 and id = $2 and version = $3 returning version),
        event as (
          insert into {Schema}.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, mt_dotnet_type, is_archived)
          select nextval('state.mt_events_sequence'), $5, $2, stream.version, $4, 'answers_saved', now(), $1,
            'SelfAssess.Domain.Assessments.AssessmentEvent.AnswersSaved, SelfAssess.Domain', false from stream),
        document as (
          update {Schema}.mt_doc_assessment d set
            data = jsonb_set(d.data, '{"{answers}"}', ((d.data -> 'answers') || ($4 -> 'answers')) - $7) || jsonb_build_object('changedAt', $6),
            mt_last_modified = transaction_timestamp(), mt_version = stream.version
          from stream where d.tenant_id = $1 and d.id = $2)
        """;

    private const string SaveUnkeyed = Save + " select version from stream";

    private const string SaveKeyed = Save + $"""
        , once as (
          insert into {Schema}.mt_doc_idempotentresponse (tenant_id, id, data, mt_dotnet_type, mt_version)
          select $1, $8, $9, 'SelfAssess.Api.Platform.Http.IdempotentResponse', gen_random_uuid() from stream)
        select version from stream
        """;

    private sealed record Batch(Dictionary<string, Given?> Answers);

    private sealed record Given(string? Value, string? State, string? Reason, string? Comment, string[]? Evidence);

    private sealed record Saved(Dictionary<string, Stored?> Answers, DateTimeOffset At);

    private sealed record Stored(Choice? Value, string? State, string? Reason, string? Comment, string[] Evidence)
    {
        public static Stored Of(Given given) =>
            new(given.Value is null ? null : new Choice(given.Value), given.State, given.Reason, given.Comment, given.Evidence ?? []);
    }

    private sealed record Choice([property: JsonPropertyName("choice")] string Id);
}
