using Google.OrTools.Sat;

namespace SelfAssess.Attacker.Puzzles;

/// <summary>What the solver says of a question.</summary>
/// <param name="Value">The value that a State may have; null where it found none.</param>
/// <param name="World">The world in which it has it; null where it found none.</param>
/// <param name="Proven">Whether there is nothing beyond: no world at all, or none with a more extreme index. False where effort ran out.</param>
internal sealed record Reply(int? Value, Tally? World, bool Proven);

/// <summary>Asks CP-SAT for worlds that would have been published as the true one was. One puzzle, one thread; the same question has the same reply.</summary>
/// <param name="puzzle">What is known.</param>
/// <param name="effort">Upper limit for one question, in the solver's deterministic time, about a second each.</param>
internal sealed class Solver(Puzzle puzzle, int effort)
{
    /// <summary>Questions that were put.</summary>
    public int Solves { get; private set; }

    /// <summary>The lowest or highest index that a State outside the coalition may have.</summary>
    public Reply Extreme(int strand, Coalition coalition, bool highest)
    {
        var question = new Question(puzzle, strand, coalition);
        question.Restrict(v => puzzle.Strands[strand].Values.Ranks[v] >= 0);
        question.Optimise(highest);
        return Ask(question);
    }

    /// <summary>Whether a State outside the coalition may have one of the wanted values.</summary>
    public Reply Any(int strand, Coalition coalition, Func<int, bool> wanted)
    {
        var question = new Question(puzzle, strand, coalition);
        question.Restrict(wanted);
        return Ask(question);
    }

    private Reply Ask(Question question)
    {
        Solves++;
        using var solver = new CpSolver
        {
            StringParameters = $"num_workers:1,random_seed:14,max_deterministic_time:{effort},log_search_progress:false,catch_sigint_signal:false",
        };
        var status = solver.Solve(question.Model);
        switch (status)
        {
            case CpSolverStatus.Infeasible:
                return new Reply(null, null, Proven: true);
            case CpSolverStatus.Unknown:
                return new Reply(null, null, Proven: false);
            case CpSolverStatus.Optimal or CpSolverStatus.Feasible:
                var world = question.World(solver);
                var value = question.Target(solver);
                // The solver's word is not taken for it: the world is checked with the rules of publication themselves.
                if (!puzzle.Fits(world) || !question.Coalition.Allows(world, question.Strand, value))
                {
                    throw new ModelException($"{puzzle.Name}: the solver's world would not have been published as the true one was.");
                }

                return new Reply(value, world, status == CpSolverStatus.Optimal);
            default:
                throw new ModelException($"{puzzle.Name}: the solver says {status}.");
        }
    }

    /// <summary>The model of one question: as many unknown counts as a coalition leaves open, and one State outside it singled out.</summary>
    private sealed class Question
    {
        private readonly Puzzle puzzle;
        private readonly IntVar?[][] unknown;
        private readonly Dictionary<Group, LinearExpr[]> sums = [];
        private readonly BoolVar[] target;

        public Question(Puzzle puzzle, int strand, Coalition coalition)
        {
            (this.puzzle, Strand, Coalition) = (puzzle, strand, coalition);
            unknown = [.. puzzle.Strands.Select((s, number) => Unknowns(number, s.Values.Count))];
            target = [.. Enumerable.Range(0, puzzle.Strands[strand].Values.Count).Select(_ => Model.NewBoolVar(""))];
            Model.AddExactlyOne(target);
            LinkToStrand(target, strand);
            foreach (var fact in puzzle.Facts)
            {
                Post(fact);
            }

            foreach (var coupling in puzzle.Couplings)
            {
                Post(coupling, null);
            }

            foreach (var answering in puzzle.Strands[strand].Answerings)
            {
                AnswersOfTarget(puzzle.Answerings[answering]);
            }
        }

        public CpModel Model { get; } = new();

        public int Strand { get; }

        public Coalition Coalition { get; }

        public void Restrict(Func<int, bool> wanted)
        {
            for (var value = 0; value < target.Length; value++)
            {
                if (!wanted(value))
                {
                    Model.Add((LinearExpr)target[value] == 0);
                }
            }
        }

        public void Optimise(bool highest)
        {
            var ranks = puzzle.Strands[Strand].Values.Ranks;
            var rank = LinearExpr.WeightedSum(target, ranks.Select(r => Math.Max(r, 0)));
            if (highest)
            {
                Model.Maximize(rank);
            }
            else
            {
                Model.Minimize(rank);
            }
        }

        public int Target(CpSolver solver) => Array.FindIndex(target, solver.BooleanValue);

        public Tally World(CpSolver solver)
        {
            return new Tally([.. unknown.Select((values, s) => values.Select((variable, v) => Coalition.Of(s, v) + (variable is null ? 0 : (int)solver.Value(variable))).ToArray())]);
        }

        private IntVar?[] Unknowns(int strand, int values)
        {
            var open = puzzle.Truth.SizeOf(strand) - Enumerable.Range(0, values).Sum(v => Coalition.Of(strand, v));
            if (open == 0)
            {
                return new IntVar?[values];
            }

            var variables = Enumerable.Range(0, values).Select(_ => Model.NewIntVar(0, open, "")).ToArray();
            Model.Add(LinearExpr.Sum(variables) == open);
            return variables;
        }

        /// <summary>The singled-out State is one of those that the coalition does not know.</summary>
        private void LinkToStrand(BoolVar[] one, int strand)
        {
            for (var value = 0; value < one.Length; value++)
            {
                if (unknown[strand][value] is { } count)
                {
                    Model.Add(one[value] <= count);
                }
                else
                {
                    Model.Add((LinearExpr)one[value] == 0);
                }
            }
        }

        /// <summary>By value, how many States of a group have it.</summary>
        private LinearExpr[] Sums(Group group)
        {
            if (!sums.TryGetValue(group, out var found))
            {
                var values = puzzle.Strands[group.Strands[0]].Values.Count;
                sums[group] = found = [.. Enumerable.Range(0, values).Select(Sum)];
            }

            return found;

            LinearExpr Sum(int value)
            {
                long known = group.Strands.Sum(s => Coalition.Of(s, value));
                IntVar[] open = [.. group.Strands.Select(s => unknown[s][value]).OfType<IntVar>()];
                if (open.Length < 2)
                {
                    return open.Length == 0 ? LinearExpr.Constant(known) : open[0] + known;
                }

                var sum = Model.NewIntVar(0, group.Strands.Sum(s => (long)puzzle.Truth.SizeOf(s)), "");
                Model.Add(LinearExpr.Sum(open) + known == sum);
                return sum;
            }
        }

        private void Post(Fact fact)
        {
            switch (fact)
            {
                case LinearFact linear:
                    Post(linear, null);
                    break;
                case AnyFact any:
                    var ways = any.Ways.Select(_ => Model.NewBoolVar("")).ToArray();
                    Model.AddBoolOr(ways);
                    foreach (var (way, literal) in any.Ways.Zip(ways))
                    {
                        foreach (var part in way)
                        {
                            Post(part, literal);
                        }
                    }

                    break;
                case QuantileFact quantile:
                    Post(quantile);
                    break;
                case PanelFact panel:
                    foreach (var part in panel.Relaxed)
                    {
                        Post(part, null);
                    }

                    break;
                default:
                    throw new ModelException($"{puzzle.Name}: the solver knows no {fact.GetType().Name}.");
            }
        }

        private void Post(LinearFact fact, BoolVar? onlyIf)
        {
            var sum = LinearExpr.NewBuilder(64);
            foreach (var term in fact.Terms)
            {
                var counts = Sums(term.Group);
                for (var value = 0; value < counts.Length; value++)
                {
                    if (term.Weights[value] != 0)
                    {
                        sum.AddTerm(counts[value], term.Weights[value]);
                    }
                }
            }

            var constraint = Model.AddLinearConstraint(sum, fact.Lowest, fact.Highest);
            if (onlyIf is not null)
            {
                constraint.OnlyEnforceIf(onlyIf);
            }
        }

        /// <summary>
        /// The average of ranks first … last: with F(j) States at or below index x(j), and g(j) = F(j) held between first − 1 and last, twice its sum is
        /// 2·(x(J)·last − Σ (x(j+1) − x(j))·g(j) − x(1)·(first − 1)). First, last and the bounds depend on how many have an index at all.
        /// </summary>
        private void Post(QuantileFact fact)
        {
            var values = puzzle.Strands[fact.Group.Strands[0]].Values;
            var counts = Sums(fact.Group);
            var scored = LinearExpr.Sum(Enumerable.Range(0, values.Count).Where(v => values.Ranks[v] >= 0).Select(v => counts[v]));
            var sizes = Enumerable.Range(fact.Fewest, fact.Most - fact.Fewest + 1).ToArray();
            var which = Model.NewIntVar(fact.Fewest, fact.Most, "");
            Model.Add(scored == which);
            var before = Depending(sizes.Select(n => (long)fact.Window(n).First - 1));
            var last = Depending(sizes.Select(n => (long)fact.Window(n).Last));
            var lowest = Depending(sizes.Select(n => fact.TwiceTheSum(n).Lowest));
            var highest = Depending(sizes.Select(n => fact.TwiceTheSum(n).Highest));

            var indices = values.Indices;
            var twice = LinearExpr.NewBuilder(indices.Count + 2);
            twice.AddTerm(last, 2 * indices[^1]);
            twice.AddTerm(before, -2 * indices[0]);
            var below = LinearExpr.NewBuilder(values.Count);
            var byRank = Enumerable.Range(0, values.Count).Where(v => values.Ranks[v] >= 0).ToLookup(v => values.Ranks[v]);
            IntVar? atOrBelow = null;
            for (var rank = 0; rank < indices.Count - 1; rank++)
            {
                var upTo = Model.NewIntVar(0, fact.Most, "");
                var here = LinearExpr.Sum(byRank[rank].Select(v => counts[v]));
                Model.Add(atOrBelow is null ? here == upTo : here + atOrBelow == upTo);
                atOrBelow = upTo;
                var (atLeast, held) = (Model.NewIntVar(0, fact.Most, ""), Model.NewIntVar(0, fact.Most, ""));
                Model.AddMaxEquality(atLeast, [upTo, before]);
                Model.AddMinEquality(held, [atLeast, last]);
                twice.AddTerm(held, -2 * (indices[rank + 1] - indices[rank]));
            }

            var sum = Model.NewIntVar(0, 2 * indices[^1] * fact.Most, "");
            Model.Add(twice == sum);
            Model.Add(sum >= lowest);
            Model.Add(sum <= highest);

            LinearExpr Depending(IEnumerable<long> bySize)
            {
                long[] all = [.. bySize];
                if (all.Distinct().Count() == 1)
                {
                    return LinearExpr.Constant(all[0]);
                }

                var chosen = Model.NewIntVar(all.Min(), all.Max(), "");
                Model.AddElement(which - fact.Fewest, all, chosen);
                return chosen;
            }
        }

        /// <summary>The singled-out State gave one answer to each question, and its score follows from them.</summary>
        private void AnswersOfTarget(Answering answering)
        {
            var answers = new List<(BoolVar[] Given, int Table)>();
            foreach (var table in answering.Tables)
            {
                var given = Enumerable.Range(0, answering.Rule.Answers).Select(_ => Model.NewBoolVar("")).ToArray();
                Model.AddExactlyOne(given);
                LinkToStrand(given, table);
                answers.Add((given, table));
            }

            for (var value = 0; value < target.Length; value++)
            {
                if (!answering.Rule.Reached[value])
                {
                    Model.Add((LinearExpr)target[value] == 0);
                }
            }

            foreach (var feature in answering.Rule.Features)
            {
                var sum = LinearExpr.Sum(answers.Select(a => (LinearExpr)LinearExpr.WeightedSum(a.Given, feature.Weights)));
                Model.Add(sum >= LinearExpr.WeightedSum(target, feature.Low));
                Model.Add(sum <= LinearExpr.WeightedSum(target, feature.High));
            }
        }
    }
}
