namespace SelfAssess.Attacker.Puzzles;

/// <summary>How a score follows from answers, where it does not matter which question has which answer.</summary>
public sealed class AnswerRule
{
    /// <summary>Rules over more answers than this are left out of the model: it then ties scores and answers together less tightly than it could.</summary>
    public const int MostMultisets = 20_000;

    private readonly int[] powers;
    private readonly Dictionary<int, int> valueOf;
    private readonly Feature[] features;

    /// <param name="questions">How many questions.</param>
    /// <param name="answers">How many answers each has.</param>
    /// <param name="features">Weights of the answers, whose sums over all States are compared: a number for each answer.</param>
    /// <param name="value">The value for how often each answer was given.</param>
    /// <param name="values">How many values there are.</param>
    public AnswerRule(int questions, int answers, IReadOnlyList<IReadOnlyList<long>> features, Func<IReadOnlyList<int>, int> value, int values)
    {
        ArgumentNullException.ThrowIfNull(value);
        (Questions, Answers) = (questions, answers);
        powers = [.. Enumerable.Range(0, answers).Select(a => (int)Math.Pow(questions + 1, a))];
        valueOf = [];
        var (low, high) = (features.Select(_ => Filled(long.MaxValue)).ToArray(), features.Select(_ => Filled(long.MinValue)).ToArray());
        foreach (var times in Multisets(questions, answers))
        {
            var result = value(times);
            valueOf[Code(times)] = result;
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

        Reached = [.. Enumerable.Range(0, values).Select(v => valueOf.ContainsValue(v))];
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
        double multisets = 1, codes = Math.Pow(questions + 1, answers);
        for (var i = 1; i < answers; i++)
        {
            multisets = multisets * (questions + i) / i;
        }

        return multisets <= MostMultisets && codes < int.MaxValue;
    }

    /// <summary>The value of one State's answers.</summary>
    public int ValueOf(IEnumerable<int> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return valueOf[answers.Sum(a => powers[a])];
    }

    /// <summary>The values that a State can have where, for each question, only some answers are open to it.</summary>
    public bool[] Reachable(IReadOnlyList<bool[]> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        HashSet<int> codes = [0];
        foreach (var question in open)
        {
            HashSet<int> next = new(codes.Count * 2);
            for (var answer = 0; answer < Answers; answer++)
            {
                if (question[answer])
                {
                    foreach (var code in codes)
                    {
                        next.Add(code + powers[answer]);
                    }
                }
            }

            codes = next;
        }

        var reachable = new bool[Reached.Count];
        foreach (var code in codes)
        {
            reachable[valueOf[code]] = true;
        }

        return reachable;
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

    private int Code(int[] times)
    {
        var code = 0;
        for (var a = 0; a < times.Length; a++)
        {
            code += times[a] * powers[a];
        }

        return code;
    }

    /// <summary>A weight for each answer, and the least and the most that a State with a value can have of it in all.</summary>
    internal sealed record Feature(IReadOnlyList<long> Weights, IReadOnlyList<long> Low, IReadOnlyList<long> High);
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
