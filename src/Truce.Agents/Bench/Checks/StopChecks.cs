using System.Collections.Immutable;
using Truce.Agents.Bench.Tracing;
using Truce.Agents.Running;
using Truce.Model;

namespace Truce.Agents.Bench.Checks;

/// <summary>Whether stop succeeds, with nothing damaged.</summary>
internal static class StopChecks
{
    private const string Fix =
        "look first, by the cheapest way (/proc/mounts, a pid file), whether anything runs; if not, return 0";

    private static readonly TimeSpan s_frozen = TimeSpan.FromSeconds(1.5);

    /// <summary>All of them.</summary>
    public static ImmutableArray<Check> All { get; } =
    [
        new("stop-never-started", Promise.Stop, "stop of something that was never started succeeds", Fix,
            NeverStartedAsync),
        new("stop", Promise.Stop, "stop stops the resource and leaves nothing behind",
            "wait in stop until the last process has ended, then return 0", StopAsync)
            { Need = CheckNeed.Started },
        new("stop-waits", Promise.Stop, "stop returns only once what ends slowly has ended",
            "wait in stop until the last process has ended, then return 0", WaitsAsync)
            { Need = CheckNeed.Started },
        new("stop-twice", Promise.Stop, "stop of something already stopped succeeds", Fix, TwiceAsync)
            { Need = CheckNeed.Started },
        new("stop-spares-others", Promise.Alone, "stop ends nothing that is named alike",
            "compare whole names: grep -x, pgrep -x, blanks around a mount point", SparesOthersAsync)
            { Need = CheckNeed.Started },
    ];

    private static async Task NeverStartedAsync(CheckRun run)
    {
        await using Stage stage = await run.BootAsync().ConfigureAwait(false);
        ActionResult result = await stage.DoAsync(OperationNames.Stop, run.Cancel).ConfigureAwait(false);
        if (!result.IsSuccess)
            await CondemnWithLineAsync(run, $"never started: {result}").ConfigureAwait(false);
    }

    // Run again with lines, in another host: what was judged is what ran undisturbed.
    private static async Task CondemnWithLineAsync(CheckRun run, string what)
    {
        if (!Tracer.IsThere)
        {
            run.Condemn(what);
            return;
        }

        await using Stage again = await run.BootAsync().ConfigureAwait(false);
        (_, ImmutableArray<TraceStep> steps) =
            await Tracer.RunAsync(again, OperationNames.Stop, Lines.On, run.Cancel).ConfigureAwait(false);
        (TraceStep? failed, int code, ScriptPlace? last) = TraceStory.End(steps);
        string why = failed is null ? "" : $"; {string.Join(' ', failed.Event.Words)} ended with code {code}";
        run.Condemn(what + why, failed?.Place ?? last);
    }

    private static async Task StopAsync(CheckRun run)
    {
        await using Stage stage = await run.BootStartedAsync().ConfigureAwait(false);
        await StopAndLookAsync(run, stage, "started").ConfigureAwait(false);
    }

    /// <summary>Stops the resource and requires that nothing of it is left.</summary>
    public static async Task StopAndLookAsync(CheckRun run, Stage stage, string state)
    {
        ActionResult stop = await stage.DoAsync(OperationNames.Stop, run.Cancel).ConfigureAwait(false);
        run.Expect(stop, state, OcfCode.Success);
        if (!stop.IsSuccess)
            return;
        var left = await stage.LastingProcessesAsync(0, run.Cancel).ConfigureAwait(false);
        if (left.Length > 0)
            run.Condemn($"{state}: stop returned 0, but process {left[0].Id} ({left[0].Program}) still runs");
        run.Expect(await stage.DoAsync(OperationNames.Monitor, run.Cancel).ConfigureAwait(false),
            $"{state}, after stop", OcfCode.NotRunning);
    }

    // Its processes are frozen while stop begins, as those of a busy service that still writes its data: a
    // signal to end reaches them later.
    private static async Task WaitsAsync(CheckRun run)
    {
        if (run.Baseline.Processes.Length == 0)
        {
            run.DoesNotApply("the resource has no processes");
            return;
        }

        await using Stage stage = await run.BootStartedAsync().ConfigureAwait(false);
        var processes = await stage.ProcessesAsync(run.Cancel).ConfigureAwait(false);
        await stage.SignalAsync("STOP", processes, run.Cancel).ConfigureAwait(false);
        Task<ActionResult> stopping = stage.DoAsync(OperationNames.Stop, run.Cancel);
        await Task.WhenAny(stopping, Task.Delay(s_frozen, run.Cancel)).ConfigureAwait(false);
        var left = stopping.IsCompleted
            ? await stage.ProcessesAsync(run.Cancel).ConfigureAwait(false) : [];
        await stage.SignalAsync("CONT", processes, run.Cancel).ConfigureAwait(false);
        ActionResult stop = await stopping.ConfigureAwait(false);
        run.Expect(stop, "while its processes end slowly", OcfCode.Success);
        if (stop.IsSuccess && left.FirstOrDefault(processes.Contains) is { } one)
            run.Condemn($"stop returned 0 while process {one.Id} ({one.Program}) hadn't ended yet");
    }

    private static async Task TwiceAsync(CheckRun run)
    {
        await using Stage stage = await run.BootStartedAsync().ConfigureAwait(false);
        await stage.DoAsync(OperationNames.Stop, run.Cancel).ConfigureAwait(false);
        run.Expect(await stage.DoAsync(OperationNames.Stop, run.Cancel).ConfigureAwait(false),
            "the second stop", OcfCode.Success);
    }

    private static async Task SparesOthersAsync(CheckRun run)
    {
        await using Stage stage = await run.BootStartedAsync().ConfigureAwait(false);
        await stage.DoAsync(OperationNames.Stop, run.Cancel).ConfigureAwait(false);
        await stage.DoAsync(OperationNames.Stop, run.Cancel).ConfigureAwait(false);
        if (await stage.HarmToNeighboursAsync(run.Cancel).ConfigureAwait(false) is { } harm)
            run.Condemn($"by stop, {harm}");
    }
}
