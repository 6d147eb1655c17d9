using System.Collections.Immutable;
using Truce.Agents.Running;
using Truce.Model;

namespace Truce.Agents.Bench.Checks;

/// <summary>Whether monitor tells the truth.</summary>
internal static class MonitorChecks
{
    private const int Overlapping = 4;
    private static readonly TimeSpan s_apart = TimeSpan.FromMilliseconds(30);

    /// <summary>All of them.</summary>
    public static ImmutableArray<Check> All { get; } =
    [
        new("monitor-stopped", Promise.Contract, "monitor returns 7 for something stopped",
            "return $OCF_NOT_RUNNING where nothing runs: anything else is a failure to the cluster",
            StoppedAsync),
        new("monitor-crashed", Promise.Contract, "monitor sees that the resource's processes were killed",
            "look at the process, not only at the pid file that it left", CrashedAsync)
            { Need = CheckNeed.Started },
        new("monitor-only-looks", Promise.Contract, "monitor changes nothing",
            "move what writes, starts or repairs out of monitor", OnlyLooksAsync),
        new("monitor-beside", Promise.Contract, "monitors during start and stop disturb neither",
            "don't share temporary files between actions", BesideAsync) { Need = CheckNeed.Started },
    ];

    private static async Task StoppedAsync(CheckRun run)
    {
        await using Stage stage = await run.BootAsync().ConfigureAwait(false);
        run.Expect(await stage.DoAsync(OperationNames.Monitor, run.Cancel).ConfigureAwait(false),
            "never started", OcfCode.NotRunning);
    }

    private static async Task CrashedAsync(CheckRun run)
    {
        if (run.Baseline.Processes.Length == 0)
        {
            run.DoesNotApply("the resource has no processes");
            return;
        }

        await using Stage stage = await run.BootStartedAsync().ConfigureAwait(false);
        await stage.CrashAsync(run.Cancel).ConfigureAwait(false);
        ActionResult monitor =
            await stage.DoAsync(OperationNames.Monitor, run.Cancel).ConfigureAwait(false);
        run.Expect(monitor, "all its processes were killed", OcfCode.NotRunning, OcfCode.Generic);
        run.Expect(await stage.DoAsync(OperationNames.Stop, run.Cancel).ConfigureAwait(false),
            "stop after a crash", OcfCode.Success);
        run.Expect(await stage.DoAsync(OperationNames.Start, run.Cancel).ConfigureAwait(false),
            "start after a crash and a stop", OcfCode.Success);
    }

    private static async Task OnlyLooksAsync(CheckRun run)
    {
        await using Stage stage = await run.BootAsync().ConfigureAwait(false);
        await LookAsync(run, stage, "stopped").ConfigureAwait(false);
        if (!run.Baseline.Starts)
            return;
        await stage.DoAsync(OperationNames.Start, run.Cancel).ConfigureAwait(false);
        await LookAsync(run, stage, "started").ConfigureAwait(false);
    }

    private static async Task LookAsync(CheckRun run, Stage stage, string state)
    {
        var files = await stage.FilesAsync(run.Cancel).ConfigureAwait(false);
        var processes = await stage.ProcessesAsync(run.Cancel).ConfigureAwait(false);
        await stage.DoAsync(OperationNames.Monitor, run.Cancel).ConfigureAwait(false);
        var filesAfter = await stage.FilesAsync(run.Cancel).ConfigureAwait(false);
        var processesAfter = await stage.ProcessesAsync(run.Cancel).ConfigureAwait(false);
        if (processesAfter.Length > processes.Length)
            processesAfter = await stage.LastingProcessesAsync(processes.Length, run.Cancel)
                .ConfigureAwait(false);
        if (processesAfter.Length > processes.Length)
            run.Condemn($"a monitor of it {state} left a process running: {processesAfter[^1].Program}");
        string[] made = [.. filesAfter.Keys.Where(f => !files.ContainsKey(f) && !IsLog(f))];
        string[] gone = [.. files.Keys.Where(f => !filesAfter.ContainsKey(f) && !IsLog(f))];
        if (made.Length > 0)
            run.Advise($"a monitor of it {state} made {made[0]}");
        // A daemon's own files come and go while it runs.
        if (gone.Length > 0 && processes.Length == 0)
            run.Condemn($"a monitor of it {state} removed {gone[0]}");
    }

    private static bool IsLog(string path) => path.StartsWith("/var/log/", StringComparison.Ordinal);

    private static async Task BesideAsync(CheckRun run)
    {
        await using Stage stage = await run.BootAsync().ConfigureAwait(false);
        await WithMonitorsAsync(run, stage, OperationNames.Start).ConfigureAwait(false);
        run.Expect(await stage.DoAsync(OperationNames.Monitor, run.Cancel).ConfigureAwait(false),
            "after a start with monitors beside it", OcfCode.Success, OcfCode.Degraded);
        await WithMonitorsAsync(run, stage, OperationNames.Stop).ConfigureAwait(false);
        run.Expect(await stage.DoAsync(OperationNames.Monitor, run.Cancel).ConfigureAwait(false),
            "after a stop with monitors beside it", OcfCode.NotRunning);
    }

    private static async Task WithMonitorsAsync(CheckRun run, Stage stage, string action)
    {
        Task<ActionResult> changing = stage.DoAsync(action, run.Cancel);
        List<Task<ActionResult>> monitors = [];
        for (int i = 0; i < Overlapping; i++)
        {
            monitors.Add(stage.DoAsync(OperationNames.Monitor, run.Cancel));
            await Task.Delay(s_apart, run.Cancel).ConfigureAwait(false);
        }

        run.Expect(await changing.ConfigureAwait(false), "with monitors beside it", OcfCode.Success);
        foreach (ActionResult monitor in await Task.WhenAll(monitors).ConfigureAwait(false))
        {
            if (monitor.Code is null)
                run.Condemn($"beside a {action}, {monitor}");
        }
    }
}
