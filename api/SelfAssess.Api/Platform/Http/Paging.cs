using FastEndpoints;
using FluentValidation;

namespace SelfAssess.Api.Platform.Http;

/// <summary>A page of a list that is ordered by id.</summary>
/// <param name="Items">At most as many as asked for.</param>
/// <param name="Next">Pass it as <c>after</c> for the next page; absent on the last one.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>What a list takes.</summary>
public abstract record PagedRequest
{
    public const int Largest = 200;

    /// <summary>How many items at the most, 1 to 200.</summary>
    [QueryParam]
    public int Limit { get; init; } = 50;

    /// <summary>The <c>next</c> of the page before.</summary>
    [QueryParam]
    public string? After { get; init; }

    /// <summary>Cuts a page from one item more than was asked for.</summary>
    public Page<T> Cut<T>(IReadOnlyList<T> items, Func<T, string> id) =>
        items.Count > Limit ? new Page<T>([.. items.Take(Limit)], id(items[Limit - 1])) : new Page<T>(items, null);
}

internal abstract class PagedValidator<T> : Validator<T>
    where T : PagedRequest
{
    protected PagedValidator()
    {
        RuleFor(r => r.Limit).InclusiveBetween(1, PagedRequest.Largest);
        RuleFor(r => r.After).MaximumLength(100);
    }
}
