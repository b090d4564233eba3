using System.Globalization;

namespace SelfAssess.Faults;

/// <summary>What a drill measured, and what it found wrong.</summary>
internal sealed class Report
{
    private readonly List<string> measured = [];
    private readonly List<string> wrong = [];

    public void Measured(FormattableString line) => measured.Add(line.ToString(CultureInfo.InvariantCulture));

    public void Wrong(string line) => wrong.Add(line);

    /// <summary>Notes what is wrong unless it is as it should be.</summary>
    public void Expect(bool asItShouldBe, FormattableString otherwise)
    {
        if (!asItShouldBe)
        {
            Wrong(otherwise.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <returns>Whether nothing is wrong.</returns>
    public bool Print()
    {
        foreach (var line in measured)
        {
            Console.WriteLine($"  {line}");
        }

        foreach (var line in wrong.Take(20))
        {
            Console.WriteLine($"  WRONG: {line}");
        }

        return wrong.Count == 0;
    }
}
