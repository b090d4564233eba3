using System.Globalization;
using System.Text.RegularExpressions;

namespace SelfAssess.Domain.Questionnaires.Compilation;

/// <summary>Collects what is wrong, so that an author sees everything at once.</summary>
internal sealed partial class Violations
{
    public const int MaximumTextLength = 10_000;

    private readonly List<Violation> all = [];

    public IReadOnlyList<Violation> All => all;

    public bool None => all.Count == 0;

    public void Add(string path, string code, string message) => all.Add(new Violation(path, code, message));

    /// <summary>The items of a list with their pointers; a missing list or item is a violation.</summary>
    public IEnumerable<(T Item, string At)> Each<T>(IReadOnlyList<T>? list, string at)
    {
        if (list is null)
        {
            Add(at, "missing", "A list is expected; leave the key out where there is nothing.");
            yield break;
        }

        for (var i = 0; i < list.Count; i++)
        {
            var path = $"{at}/{i.ToString(CultureInfo.InvariantCulture)}";
            if (list[i] is { } item)
            {
                yield return (item, path);
            }
            else
            {
                Add(path, "missing", "The list has an empty entry.");
            }
        }
    }

    /// <summary>The entries of a map with their pointers.</summary>
    public IEnumerable<(string Key, T Value, string At)> Each<T>(IReadOnlyDictionary<string, T>? map, string at)
    {
        if (map is null)
        {
            Add(at, "missing", "A map is expected; leave the key out where there is nothing.");
            yield break;
        }

        foreach (var (key, value) in map)
        {
            var path = $"{at}/{Escape(key)}";
            if (value is null)
            {
                Add(path, "missing", "The entry is empty.");
            }
            else
            {
                yield return (key, value, path);
            }
        }
    }

    /// <summary>Refuses an id that cannot be used in addresses, rules and texts.</summary>
    public void Id(string? id, string at)
    {
        if (id is null || !IdPattern().IsMatch(id))
        {
            Add(at, "id", "An id has 1 to 64 letters, digits, dots, hyphens, underscores or parentheses, and begins with a letter or digit.");
        }
    }

    /// <summary>Refuses ids that occur twice.</summary>
    public void Unique(IEnumerable<(string? Id, string At)> ids, string what)
    {
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (id, at) in ids)
        {
            if (id is not null && !first.TryAdd(id, at))
            {
                Add(at, "duplicateId", $"'{id}' already names a {what} at {first[id]}; ids are given once.");
            }
        }
    }

    public static string Escape(string key) => key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    public static string List(IEnumerable<string> ids) => string.Join(", ", ids) is { Length: > 0 } list ? list : "none";

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._()-]{0,63}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex IdPattern();
}
