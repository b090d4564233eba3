using Marten;

namespace SelfAssess.Api.Platform.Persistence;

/// <summary>
/// What belongs to a State: profile, assessments and their events. Every session is of one State (tenant), and row-level security
/// in PostgreSQL holds even where a query forgets it.
/// </summary>
public interface IStateStore : IDocumentStore;

/// <summary>What belongs to the community: questionnaires, the register of States, cycles, contributions without State codes, releases.</summary>
public interface ICommonStore : IDocumentStore;

/// <summary>Who can sign in, and with what.</summary>
public interface IAccountStore : IDocumentStore;

/// <summary>
/// The common store as whatever makes a release sees it: contributions, and the documents that name no State. It can add a release, and cannot
/// read the register, nor anything of a State.
/// </summary>
public interface IAggregationStore : IDocumentStore;
