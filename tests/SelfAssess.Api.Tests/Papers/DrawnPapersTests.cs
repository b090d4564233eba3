using SelfAssess.Api.Papers;

namespace SelfAssess.Api.Tests.Papers;

public sealed class DrawnPapersTests
{
    [Fact]
    public async Task Paper_on_a_release_is_drawn_once_however_many_ask_and_never_two_at_a_time()
    {
        using var papers = new DrawnPapers();
        var (drawn, now, most) = (0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(() => i % 3 == 0
            ? papers.OnceAsync(Draw, TestContext.Current.CancellationToken) : papers.OfReleaseAsync($"R{i % 2}", "en", Draw, TestContext.Current.CancellationToken))));
        Assert.Equal((10 + 2, 1), (drawn, most));

        byte[] Draw()
        {
            Interlocked.Increment(ref drawn);
            most = Math.Max(most, Interlocked.Increment(ref now));
            Thread.Sleep(5);
            Interlocked.Decrement(ref now);
            return [];
        }
    }

    [Fact]
    public async Task Oldest_paper_is_forgotten_first()
    {
        using var papers = new DrawnPapers();
        var drawn = new List<int>();
        foreach (var release in (int[])[.. Enumerable.Range(0, 13), 12, 0])
        {
            await papers.OfReleaseAsync($"{release}", "en", () => { drawn.Add(release); return []; }, TestContext.Current.CancellationToken);
        }

        Assert.Equal([.. Enumerable.Range(0, 13), 0], drawn);
    }
}
