using JasperFx;
using Marten;
using SelfAssess.Api.Platform.Security;

namespace SelfAssess.Api.Practices;

/// <summary>How far a practice is, inside its State.</summary>
public enum PracticeStatus
{
    /// <summary>Being written; nobody outside of the State sees it.</summary>
    Draft,

    /// <summary>The State agreed to share it; it leaves the State when its cycle is locked.</summary>
    Approved,

    /// <summary>It is with the community, and can be withdrawn until it is published.</summary>
    Delivered,

    /// <summary>It is in the papers of a frozen release, for good.</summary>
    Published,

    /// <summary>The State took it back; writing it again makes it a draft.</summary>
    Withdrawn,
}

/// <summary>What was done about a practice, inside its State.</summary>
public enum PracticeAct
{
    Written,
    Approved,
    Withdrawn,
}

/// <summary>One step, in the State's own history of a practice.</summary>
/// <param name="Act">What was done.</param>
/// <param name="By">The name under which somebody did it.</param>
/// <param name="At">When.</param>
public sealed record PracticeStep(PracticeAct Act, string By, DateTimeOffset At);

/// <summary>State store: a practice that a State volunteers in its own words. Nothing in it refers to the State's assessment.</summary>
public sealed record Practice : IRevisioned
{
    public required Guid Id { get; init; }

    /// <summary>With which cycle it is delivered.</summary>
    public required string CycleId { get; init; }

    /// <summary>A reported section of the cycle's questionnaire.</summary>
    public required string Theme { get; init; }

    /// <summary>The language in which it is written.</summary>
    public required string Language { get; init; }
    public required string Title { get; init; }
    public required string Text { get; init; }
    public PracticeStatus Status { get; init; }

    /// <summary>Whether the State is named beside it; decided when it is approved.</summary>
    public bool Attributed { get; init; }

    /// <summary>Under which it is delivered: made by chance at each approval, so that nobody else can tell whose it is.</summary>
    public Guid? DeliveredAs { get; init; }
    public IReadOnlyList<PracticeStep> Steps { get; init; } = [];

    public int Version { get; set; }

    /// <summary>With one more step.</summary>
    public Practice After(PracticeAct act, HttpContext context, DateTimeOffset now) => this with { Steps = [.. Steps, new PracticeStep(act, Actor.Of(context).Name, now)] };
}

/// <summary>A State that is named, as the register named it when the practice was delivered.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Names">Its names by language, English among them.</param>
public sealed record NamedState(string Code, IReadOnlyDictionary<string, string> Names);

/// <summary>
/// Common store: a practice that has left its State. It has no time, no pseudonym and no order, and names a State only where that State wants to be named.
/// The aggregation cannot read it.
/// </summary>
public sealed record DeliveredPractice : IRevisioned
{
    public required Guid Id { get; init; }
    public required string CycleId { get; init; }
    public required string Theme { get; init; }
    public required string Language { get; init; }
    public required string Title { get; init; }
    public required string Text { get; init; }

    /// <summary>Null where the State is not to be named.</summary>
    public NamedState? State { get; init; }

    /// <summary>Whether it goes into the papers of the next release that is frozen.</summary>
    public bool Included { get; init; } = true;

    /// <summary>The release with which it was published; null before.</summary>
    public string? PublishedWith { get; init; }

    public int Version { get; set; }
}

internal static class PracticesSetup
{
    public static void RegisterPractices(this StoreOptions options) => options.Schema.For<Practice>().UseNumericRevisions(true);

    public static void RegisterDeliveredPractices(this StoreOptions options) => options.Schema.For<DeliveredPractice>().UseNumericRevisions(true).Duplicate(p => p.CycleId);

    public static void AddPractices(this IServiceCollection services)
    {
        services.AddSingleton<DeliverPractices>();
        services.AddSingleton<PracticeCatalogue>();
    }
}
