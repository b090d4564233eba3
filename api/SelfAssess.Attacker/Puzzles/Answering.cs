using System.Collections.Concurrent;

namespace SelfAssess.Attacker.Puzzles;

/// <summary>How a score follows from answers, where it does not matter which question has which answer.</summary>
public sealed class AnswerRule
{
    /// <summary>Rules over more answers than this are left out of the model: it then ties scores and answers together less tightly than it could.</summary>
    public const int MostMultisets = 20_000;

    private static readonly ConcurrentDictionary<(int, int), Layer[]> knownLayers = [];

    private readonly Feature[] features;
    private readonly Layer[] layers;
    private readonly int[] valueAt;

    /// <param name="questions">How many questions.</param>
    /// <param name="answers">How many answers each has.</param>
    /// <param name="features">Weights of the answers, whose sums over all States are compared: a number for each answer.</param>
    /// <param name="value">The value for how often each answer was given.</param>
    /// <param name="values">How many values there are.</param>
    public AnswerRule(int questions, int answers, IReadOnlyList<IReadOnlyList<long>> features, Func<IReadOnlyList<int>, int> value, int values)
    {
        ArgumentNullException.ThrowIfNull(value);
        (Questions, Answers) = (questions, answers);
        layers = knownLayers.GetOrAdd((questions, answers), _ => Layer.All(questions, answers));
        valueAt = [.. layers[questions].Multisets.Select(value)];
        var (low, high) = (features.Select(_ => Filled(long.MaxValue)).ToArray(), features.Select(_ => Filled(long.MinValue)).ToArray());
        foreach (var (times, result) in layers[questions].Multisets.Zip(valueAt))
        {
            for (var f = 0; f < features.Count; f++)
            {
                long sum = 0;
                for (var a = 0; a < answers; a++)
                {
                    sum += features[f][a] * times[a];
                }

                (low[f][result], high[f][result]) = (Math.Min(low[f][result], sum), Math.Max(high[f][result], sum));
            }
        }

        Reached = [.. Enumerable.Range(0, values).Select(v => valueAt.Contains(v))];
        this.features = [.. features.Select((f, i) => new Feature(f, Unreached(low[i]), Unreached(high[i])))];

        long[] Filled(long with) => [.. Enumerable.Repeat(with, values)];
        long[] Unreached(long[] bounds) => [.. bounds.Select((b, v) => Reached[v] ? b : 0)];
    }

    public int Questions { get; }

    public int Answers { get; }

    /// <summary>By value, whether any answers give it.</summary>
    public IReadOnlyList<bool> Reached { get; }

    internal IReadOnlyList<Feature> Features => features;

    /// <summary>Whether so many answers to so many questions are few enough to list.</summary>
    public static bool CanList(int questions, int answers)
    {
        double multisets = 1;
        for (var i = 1; i < answers; i++)
        {
            multisets = multisets * (questions + i) / i;
        }

        return multisets <= MostMultisets;
    }

    /// <summary>By value, the cheapest answers that give it.</summary>
    /// <param name="costs">By question and answer, what the answer costs.</param>
    internal CheapestAnswers Cheapest(long[][] costs)
    {
        var (before, given) = (new long[] { 0 }, new int[Questions][]);
        for (var question = 0; question < Questions; question++)
        {
            var (next, from) = (layers[question + 1].Fill(long.MaxValue), new int[layers[question + 1].Count]);
            var (steps, own) = (layers[question].Next, costs[question]);
            for (var multiset = 0; multiset < before.Length; multiset++)
            {
                for (var answer = 0; answer < Answers; answer++)
                {
                    var cost = before[multiset] + own[answer];
                    var to = steps[(multiset * Answers) + answer];
                    if (cost < next[to])
                    {
                        (next[to], from[to]) = (cost, (multiset * Answers) + answer);
                    }
                }
            }

            (before, given[question]) = (next, from);
        }

        var (cheapest, at) = (new long[Reached.Count], new int[Reached.Count]);
        Array.Fill(cheapest, long.MaxValue);
        for (var multiset = 0; multiset < before.Length; multiset++)
        {
            if (before[multiset] < cheapest[valueAt[multiset]])
            {
                (cheapest[valueAt[multiset]], at[valueAt[multiset]]) = (before[multiset], multiset);
            }
        }

        return new CheapestAnswers(cheapest, at, given, Answers);
    }

    /// <summary>Every way to give so many answers, as how often each was given.</summary>
    public static IEnumerable<int[]> Multisets(int questions, int answers)
    {
        return From(new int[answers], 0, questions);

        static IEnumerable<int[]> From(int[] times, int answer, int left)
        {
            if (answer == times.Length - 1)
            {
                times[answer] = left;
                yield return [.. times];
                yield break;
            }

            for (var t = 0; t <= left; t++)
            {
                times[answer] = t;
                foreach (var complete in From(times, answer + 1, left - t))
                {
                    yield return complete;
                }
            }
        }
    }

    /// <summary>All multisets of some answers, and which of one answer more each becomes.</summary>
    private sealed class Layer
    {
        private Layer(int[][] multisets) => Multisets = multisets;

        public int[][] Multisets { get; }

        public int Count => Multisets.Length;

        /// <summary>By multiset and answer, the number of the multiset in the next layer.</summary>
        public int[] Next { get; private set; } = [];

        public long[] Fill(long with)
        {
            var filled = new long[Count];
            Array.Fill(filled, with);
            return filled;
        }

        public static Layer[] All(int questions, int answers)
        {
            Layer[] layers = [.. Enumerable.Range(0, questions + 1).Select(q => new Layer([.. AnswerRule.Multisets(q, answers)]))];
            for (var q = 0; q < questions; q++)
            {
                var numbers = layers[q + 1].Multisets.Select((m, i) => (Key: string.Join(',', m), i)).ToDictionary(m => m.Key, m => m.i, StringComparer.Ordinal);
                layers[q].Next = [.. layers[q].Multisets.SelectMany(m => Enumerable.Range(0, answers).Select(a => numbers[string.Join(',', m.Select((t, i) => i == a ? t + 1 : t))]))];
            }

            return layers;
        }
    }

    /// <summary>A weight for each answer, and the least and the most that a State with a value can have of it in all.</summary>
    internal sealed record Feature(IReadOnlyList<long> Weights, IReadOnlyList<long> Low, IReadOnlyList<long> High);
}

/// <summary>By value, the cheapest answers that give it.</summary>
internal sealed class CheapestAnswers(long[] costs, int[] multisets, int[][] given, int answers)
{
    /// <summary>By value; the greatest number where no answers give it.</summary>
    public IReadOnlyList<long> Costs => costs;

    /// <summary>By question, the answer.</summary>
    public int[] Of(int value)
    {
        var (found, multiset) = (new int[given.Length], multisets[value]);
        for (var question = given.Length - 1; question >= 0; question--)
        {
            (found[question], multiset) = (given[question][multiset] % answers, given[question][multiset] / answers);
        }

        return found;
    }
}

/// <summary>Scores and the answers from which they follow, in one publication.</summary>
/// <param name="Scores">The strands of the scores.</param>
/// <param name="Tables">A strand for each question, with the answers of all of these States together.</param>
/// <param name="Rule">How a State's score follows from its answers.</param>
public sealed record Answering(Group Scores, IReadOnlyList<int> Tables, AnswerRule Rule)
{
    /// <summary>
    /// What holds for the sums of all States because it holds for each: a weight's total over all answers lies between what the scores allow at least
    /// and at most. It follows from the truth; which question has which answer is not asked, so that more worlds may satisfy it than could be.
    /// </summary>
    internal IEnumerable<LinearFact> Couplings(IReadOnlyList<Strand> strands)
    {
        var tables = new Group(Tables);
        foreach (var feature in Rule.Features)
        {
            if (feature.Low.SequenceEqual(feature.High))
            {
                yield return Between(feature.Low, 0, 0);
                continue;
            }

            yield return Between(feature.Low, 0, long.MaxValue);
            yield return Between(feature.High, long.MinValue, 0);

            LinearFact Between(IReadOnlyList<long> scores, long lowest, long highest) =>
                new("the scores that follow from the answers", [new Term(tables, feature.Weights), new Term(Scores, [.. scores.Select(s => -s)])], lowest, highest);
        }
    }
}
