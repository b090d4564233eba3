namespace SelfAssess.Api.Platform.Servers;

/// <summary>The program as a tool: <c>move-state CODE SERVER</c> moves a State to another server while the nodes go on, and ends with 0 once it is there.</summary>
internal sealed record MoveStateCommand(string Code, string Server)
{
    private const string Verb = "move-state";

    /// <summary>What was asked; null where the program is started as a server.</summary>
    public static MoveStateCommand? Of(string[] args) => args is [Verb, var code, var server, ..] ? new(code, server) : null;

    /// <summary>Moves; answers the exit code.</summary>
    public async Task<int> RunAsync(IServiceProvider services, string connectionString)
    {
        try
        {
            if (services.GetRequiredService<StateServers>().IsPool)
            {
                await services.GetRequiredService<PrepareServers>().BeginAsync(connectionString, CancellationToken.None);
            }

            var move = services.GetRequiredService<MoveState>();
            try
            {
                var report = await move.RunAsync(Code, Server, CancellationToken.None);
                Console.WriteLine(report.From == report.To ? $"It is on {report.To} already." : $"Moved from {report.From} to {report.To}: {report.Rows} rows.");
                return 0;
            }
            catch (Exception e) when (e is not MoveRefusedException && services.GetRequiredService<StateServers>().IsPool)
            {
                // What failed half-way is undone now, or completed, instead of by the next node that looks.
                await move.FinishAbandonedAsync(CancellationToken.None);
                if (await services.GetRequiredService<Placement>().FindAsync(Code, CancellationToken.None) != Server)
                {
                    throw;
                }

                Console.WriteLine($"It is on {Server}. Its old place is cleared as soon as both servers answer.");
                return 0;
            }
        }
        catch (Exception e) when (e is MoveRefusedException or StateServersException || Placement.IsAway(e))
        {
            await Console.Error.WriteLineAsync(
                e is MoveRefusedException or StateServersException or ServerAwayException ? e.Message : "A database server does not answer; nothing was moved.");
            return 1;
        }
    }
}
