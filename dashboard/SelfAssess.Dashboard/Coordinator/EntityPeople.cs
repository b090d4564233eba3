using SelfAssess.Dashboard.Api;

namespace SelfAssess.Dashboard.Coordinator;

/// <summary>Who answers for which entity of a State, today.</summary>
internal sealed class EntityPeople(IReadOnlyList<PersonView> people, IReadOnlyList<InvitationView> invitations, DateOnly today)
{
    public static async Task<EntityPeople> ReadAsync(ApiClient api, TimeProvider clock, string state) =>
        new((await api.ListPeopleAsync(state)).Result.Items, (await api.ListStateInvitationsAsync(state)).Result.Items, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));

    public IReadOnlyList<PersonView> All => people;

    public IReadOnlyList<InvitationView> Invitations => invitations;

    /// <summary>Those who can answer for it.</summary>
    public IEnumerable<PersonView> Of(string entity) => people.Where(p => !p.Disabled && p.Grants.Any(g => g.Role == Role.Respondent && g.Entity == entity && Counts(g)));

    /// <summary>The addresses of those who are invited to, and have not accepted yet.</summary>
    public IEnumerable<string> InvitedFor(string entity) => invitations.Where(i => i.Grants.Any(g => g.Role == Role.Respondent && g.Entity == entity)).Select(AddressOf);

    /// <summary>An invitation's address as people write it; the api keeps it in capitals.</summary>
    public static string AddressOf(InvitationView invitation) => invitation.Email.ToLowerInvariant();

    /// <summary>Whether a role counts today.</summary>
    public bool Counts(GrantView grant) => grant.From <= today && Lasts(grant);

    /// <summary>Whether a role has not ended.</summary>
    public bool Lasts(GrantView grant) => grant.Until is null || grant.Until >= today;
}
