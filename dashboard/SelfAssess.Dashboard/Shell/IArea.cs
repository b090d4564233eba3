using SelfAssess.Dashboard.Api;

namespace SelfAssess.Dashboard.Shell;

/// <summary>A part of the dashboard for one kind of work. Every implementation in this assembly takes part in the navigation and on the home page.</summary>
public interface IArea
{
    /// <summary>Its place among the areas.</summary>
    int Order { get; }

    /// <summary>Where its work begins, for somebody with these roles; none where it is not for them.</summary>
    IEnumerable<Destination> DestinationsFor(SessionView session);

    /// <summary>What is expected of somebody with these roles.</summary>
    Task<IReadOnlyList<HomeTask>> TasksForAsync(SessionView session, CancellationToken cancellationToken);
}

/// <summary>An entry of the navigation.</summary>
/// <param name="Text">What it is called.</param>
/// <param name="Path">Where it leads; it is current on every page below.</param>
public sealed record Destination(string Text, string Path);

/// <summary>What is expected of somebody, by when, and how far it is.</summary>
/// <param name="Title">What it is about.</param>
/// <param name="Expected">What is expected, in a sentence.</param>
/// <param name="Due">By when; null where nobody set a day.</param>
/// <param name="Done">How much of it is done; null where that cannot be counted.</param>
/// <param name="Of">How much there is.</param>
/// <param name="ProgressText">The same in words.</param>
/// <param name="Action">The one thing to do next.</param>
/// <param name="Finished">True where nothing is expected any more.</param>
public sealed record HomeTask(string Title, string Expected, DateOnly? Due, int? Done, int? Of, string? ProgressText, Destination Action, bool Finished = false);
