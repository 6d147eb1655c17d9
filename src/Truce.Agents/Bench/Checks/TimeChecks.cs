using System.Collections.Immutable;
using System.Globalization;
using Truce.Agents.Bench.Tracing;
using Truce.Model;

namespace Truce.Agents.Bench.Checks;

/// <summary>How long actions take, against the time that they are given.</summary>
internal static class TimeChecks
{
    private const int Runs = 5;
    private const int Margin = 10;
    private const int NearTimeout = 2;
    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_overMonitor = TimeSpan.FromSeconds(2);

    private static readonly (string Name, string Action)[] s_round =
    [
        ("monitor, stopped", OperationNames.Monitor), ("start", OperationNames.Start),
        ("monitor, started", OperationNames.Monitor), ("stop", OperationNames.Stop),
        ("stop, stopped", OperationNames.Stop),
    ];

    /// <summary>All of them.</summary>
    public static ImmutableArray<Check> All { get; } =
    [
        new("time", Promise.Time, "every action ends in half its timeout",
            "advertise a longer timeout, or make the action faster", MeasureAsync)
            { Need = CheckNeed.Started, Hosts = 6, Company = Company.Disturbs },
        new("stop-cost", Promise.Time, "stop of something stopped costs about as much as a monitor",
            "look first whether anything runs, by the cheapest way", CostAsync)
            { Hosts = 2, Company = Company.Disturbs },
    ];

    private static async Task MeasureAsync(CheckRun run)
    {
        Dictionary<string, List<TimeSpan>> taken =
            s_round.ToDictionary(r => r.Name, _ => new List<TimeSpan>());
        await using Stage stage = await run.BootAsync().ConfigureAwait(false);
        for (int i = 0; i < Runs; i++)
        {
            foreach ((string name, string action) in s_round)
            {
                ActionResult result = await stage.DoAsync(action, run.Cancel).ConfigureAwait(false);
                taken[name].Add(result.Duration);
            }
        }

        run.Times = [.. s_round.Select(r => Row(run.Subject, r.Name, r.Action, taken[r.Name]))];
        foreach (ActionTime row in run.Times)
        {
            if ((row.Configured ?? row.Advertised) is { } timeout && row.Most * NearTimeout > timeout)
                run.Condemn(string.Create(CultureInfo.InvariantCulture,
                    $"{row.Name} took up to {row.Most.TotalSeconds:0.##} s of {timeout.TotalSeconds:0.#} s: "
                    + $"give it {row.Recommended.TotalSeconds:0} s"));
        }
    }

    /// <summary>What the runs of an action come to.</summary>
    internal static ActionTime Row(BenchSubject subject, string name, string action, List<TimeSpan> taken)
    {
        TimeSpan[] sorted = [.. taken.Order()];
        TimeSpan wide = TimeSpan.FromSeconds(Math.Ceiling(sorted[^1].TotalSeconds * Margin));
        TimeSpan? configured =
            subject.Options.Timeouts.TryGetValue(action, out TimeSpan given) ? given : null;
        return new ActionTime(name, action, "idle", sorted.Length, sorted[0], sorted[sorted.Length / 2],
            sorted[^1], subject.Advertised(action), configured, wide > s_least ? wide : s_least);
    }

    private static async Task CostAsync(CheckRun run)
    {
        await using Stage stage = await run.BootAsync().ConfigureAwait(false);
        TimeSpan monitor = await LeastAsync(run, stage, OperationNames.Monitor).ConfigureAwait(false);
        TimeSpan stop = await LeastAsync(run, stage, OperationNames.Stop).ConfigureAwait(false);
        if (stop > monitor + s_overMonitor)
            run.Condemn(string.Create(CultureInfo.InvariantCulture,
                $"with nothing to stop, stop takes {stop.TotalSeconds:0.##} s where monitor takes "
                + $"{monitor.TotalSeconds:0.##} s to know that nothing runs"));
        if (!Tracer.IsThere)
            return;
        (_, ImmutableArray<TraceStep> steps) =
            await Tracer.RunAsync(stage, OperationNames.Stop, Lines.Off, run.Cancel).ConfigureAwait(false);
        long? calls = await Tracer.CountAsync(stage, OperationNames.Stop, run.Cancel).ConfigureAwait(false);
        run.StopCost = new StopCost(
            steps.Count(s => s.Event is { Call: "execve", IsSuccess: true }),
            steps.Select(s => s.Event.Process).Distinct().Count(), calls, stop);
    }

    // The least of three: what a busy machine adds isn't the agent's.
    private static async Task<TimeSpan> LeastAsync(CheckRun run, Stage stage, string action)
    {
        const int Tries = 3;
        TimeSpan least = TimeSpan.MaxValue;
        for (int i = 0; i < Tries; i++)
        {
            TimeSpan took = (await stage.DoAsync(action, run.Cancel).ConfigureAwait(false)).Duration;
            least = took < least ? took : least;
        }

        return least;
    }
}
