using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SelfAssess.Dashboard.Api;

namespace SelfAssess.Dashboard.Coordinator;

/// <summary>The list of entities that is sent as a whole, changed entity by entity: two coordinators who add, rename or take off different ones do not disturb each other.</summary>
internal static class RoundPlan
{
    private const int Attempts = 5;
    private const int LongestId = 40;

    /// <summary>Changes the list as it is now, and again where somebody else changed it at the same moment.</summary>
    /// <param name="api">The api.</param>
    /// <param name="at">The assessment.</param>
    /// <param name="change">Changes the list in place; false leaves everything as it is.</param>
    /// <param name="answerBy">The day to ask for; the one that is set where it is not given.</param>
    public static async Task ChangeAsync(ApiClient api, AssessmentAddress at, Func<RoundView, List<PlannedEntity>, bool> change, Optional<DateOnly?> answerBy = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            var reply = await api.GetRoundAsync(at.State, at.Cycle);
            var entities = reply.Result.Entities.Select(e => new PlannedEntity { Id = e.Id, Name = e.Name, Kind = e.Kind, Questions = e.Questions }).ToList();
            if (!change(reply.Result, entities))
            {
                return;
            }

            try
            {
                var body = new PlanRoundBody { Entities = entities, AnswerBy = answerBy.Given ? answerBy.Value : reply.Result.AnswerBy };
                await api.PlanRoundAsync(at.State, at.Cycle, body, reply.Headers["ETag"].First());
                return;
            }
            catch (ApiException e) when (e.StatusCode == StatusCodes.Status412PreconditionFailed && attempt < Attempts)
            {
                // Somebody else's change came first: this one is made to what is there now.
            }
        }
    }

    /// <summary>A short id of one's own for an entity, of its kind or its name; it stays when both change.</summary>
    public static string IdFor(string? kind, string name, IEnumerable<string> taken)
    {
        var written = new StringBuilder();
        foreach (var letter in (kind ?? name).Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterUpper(letter) && written.Length > 0 && kind is not null)
            {
                written.Append('-');
            }

            if (char.IsAsciiLetterOrDigit(letter))
            {
                written.Append(char.ToLowerInvariant(letter));
            }
            else if (written.Length > 0 && written[^1] != '-' && char.GetUnicodeCategory(letter) != UnicodeCategory.NonSpacingMark)
            {
                written.Append('-');
            }
        }

        // A name in another script leaves nothing, and needs nothing: people see names, not ids.
        var stem = written.ToString()[..Math.Min(written.Length, LongestId - 4)].Trim('-') is { Length: > 0 } some ? some : "entity";
        var ids = taken.ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range(1, int.MaxValue - 1).Select(n => n == 1 ? stem : string.Create(CultureInfo.InvariantCulture, $"{stem}-{n}")).First(id => !ids.Contains(id));
    }

    /// <summary>Tells two states of an entity apart.</summary>
    public static string FingerprintOf(RoundEntity entity) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new { entity.Name, entity.Kind, entity.Questions })).AsSpan(0, 8));
}

/// <summary>A value that may be left as it is.</summary>
internal readonly record struct Optional<T>(T Value, bool Given)
{
    public static Optional<T> Of(T value) => new(value, true);
}
