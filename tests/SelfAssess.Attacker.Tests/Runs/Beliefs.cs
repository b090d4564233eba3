namespace SelfAssess.Attacker.Tests.Runs;

/// <summary>
/// How likely an attacker holds each level of each State to be, in one theme of one release: what is known of States like it, of the cycle before if it
/// took part, and the release. Rows are States, columns levels, and the last column "no level". Rows are brought to the published counts and to the means of
/// the groups in turn (iterative proportional fitting): of all beliefs that agree with the release, the one nearest to what was believed before.
/// </summary>
internal sealed class Beliefs
{
    private const int Rounds = 40;

    private readonly double[][] rows;

    private Beliefs(double[][] rows) => this.rows = rows;

    /// <summary>What is held likely of the State in one row; sums to one.</summary>
    public IReadOnlyList<double> Of(int row) => rows[row];

    /// <summary>The level held most likely, leaving out "no level".</summary>
    public static int MostLikely(IReadOnlyList<double> row) => Enumerable.Range(0, row.Count - 1).MaxBy(level => row[level]);

    /// <summary>Beliefs after a release was read.</summary>
    /// <param name="before">For each State what was held likely before; a State whose level is known has one there.</param>
    /// <param name="counts">The published counts by level, and of States without one.</param>
    /// <param name="groups">The rows of each published group, and the mean of the index published for it.</param>
    public static Beliefs After(IReadOnlyList<IReadOnlyList<double>> before, IReadOnlyList<int> counts, IReadOnlyList<(int[] Rows, double Mean)> groups)
    {
        double[][] beliefs = [.. before.Select(b => b.ToArray())];

        // A published nought stands for up to two States.
        double[] columns = [.. counts.Select(c => Math.Max(c, 1.0))];
        var total = columns.Sum();
        for (var round = 0; round < Rounds; round++)
        {
            for (var column = 0; column < columns.Length; column++)
            {
                var sum = beliefs.Sum(r => r[column]);
                if (sum > 0)
                {
                    Scale(column, columns[column] * beliefs.Length / total / sum);
                }
            }

            Array.ForEach(beliefs, Normalise);
            foreach (var (members, mean) in groups)
            {
                Tilt([.. members.Select(m => beliefs[m])], mean);
            }
        }

        return new Beliefs(beliefs);

        void Scale(int column, double factor) => Array.ForEach(beliefs, r => r[column] *= factor);
    }

    /// <summary>Makes high levels likelier in all rows, or low ones, until the mean of those with a level is what was published.</summary>
    private static void Tilt(double[][] members, double mean)
    {
        var levels = members[0].Length - 1;
        var (low, high) = (-3.0, 3.0);
        for (var step = 0; step < 30; step++)
        {
            var middle = (low + high) / 2;
            if (MeanWith(middle) < mean)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        foreach (var row in members)
        {
            var weights = Weights(row, low);
            weights.CopyTo(row, 0);
        }

        double MeanWith(double tilt)
        {
            var (sum, with) = (0.0, 0.0);
            foreach (var row in members)
            {
                var weights = Weights(row, tilt);
                for (var level = 0; level < levels; level++)
                {
                    sum += weights[level] * level * 100 / (levels - 1);
                    with += weights[level];
                }
            }

            return with > 0 ? sum / with : 0;
        }

        double[] Weights(double[] row, double tilt)
        {
            double[] weights = [.. row.Select((p, level) => level < levels ? p * Math.Exp(tilt * level) : p)];
            Normalise(weights);
            return weights;
        }
    }

    private static void Normalise(double[] row)
    {
        var sum = row.Sum();
        for (var column = 0; column < row.Length; column++)
        {
            row[column] /= sum;
        }
    }
}
