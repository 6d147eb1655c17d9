using System.Collections.Immutable;
using Truce.Agents.Bench.Hosts;
using Truce.Agents.Bench.Tracing;
using Truce.Model;

namespace Truce.Agents.Bench.Checks;

/// <summary>Whether stop returns in time while something beside the resource is broken.</summary>
internal static class BrokenChecks
{
    private static readonly (string What, Func<Stage, CancellationToken, Task> BreakAsync)[] s_breakages =
    [
        ($"a file system that never answers ({HostScript.Hung})", (s, c) => s.HangAsync(HostScript.Hung, c)),
        ("a name server that never answers", (s, c) => s.ShellAsync(HostTools.SilenceNames, c)),
    ];

    /// <summary>All of them.</summary>
    public static ImmutableArray<Check> All { get; } =
    [
        new("stop-beside-hung", Promise.Alone,
            "stop returns in time beside a file system that hangs and a name server that is silent",
            "ask only for the resource's own things: what asks every mount or a name hangs with them",
            BesideAsync) { Hosts = 3 },
    ];

    private static async Task BesideAsync(CheckRun run)
    {
        if (!File.Exists("/dev/fuse"))
        {
            run.CannotTest("there is no /dev/fuse, so no file system can be made to hang");
            return;
        }

        (ActionResult Stop, string State)? failed;
        try
        {
            failed = await TryAsync(run, s_breakages).ConfigureAwait(false);
        }
        catch (BenchException e)
        {
            run.CannotTest($"nothing can be made to hang here: {e.Message}");
            return;
        }

        // One that fails with nothing broken is for other checks to condemn.
        if (failed is null || await TryAsync(run, []).ConfigureAwait(false) is not null)
            return;
        foreach (var breakage in s_breakages)
        {
            await using Stage stage = await PrepareAsync(run, [breakage]).ConfigureAwait(false);
            ActionOptions options = LineRecord.Options(run.Subject) ?? new ActionOptions();
            if (await StopAsync(run, stage, options).ConfigureAwait(false) is { } one)
                run.Condemn($"{one.State}, beside {breakage.What}: {one.Stop}",
                    LineRecord.Take(stage).LastOrDefault());
        }

        if (!run.IsCondemned)
            run.Condemn($"{failed.Value.State}, beside {s_breakages[0].What} and {s_breakages[1].What}: "
                + $"{failed.Value.Stop}");
    }

    private static async Task<(ActionResult Stop, string State)?> TryAsync(
        CheckRun run, (string What, Func<Stage, CancellationToken, Task> BreakAsync)[] breakages)
    {
        await using Stage stage = await PrepareAsync(run, breakages).ConfigureAwait(false);
        return await StopAsync(run, stage, new ActionOptions()).ConfigureAwait(false);
    }

    // The start may look at whatever it likes: things break afterwards.
    private static async Task<Stage> PrepareAsync(
        CheckRun run, (string What, Func<Stage, CancellationToken, Task> BreakAsync)[] breakages)
    {
        Stage stage = await (run.Baseline.Starts ? run.BootStartedAsync() : run.BootAsync())
            .ConfigureAwait(false);
        try
        {
            foreach (var breakage in breakages)
                await breakage.BreakAsync(stage, run.Cancel).ConfigureAwait(false);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // Stops twice: what runs, and what is stopped already. Returns the stop that failed.
    private static async Task<(ActionResult Stop, string State)?> StopAsync(
        CheckRun run, Stage stage, ActionOptions options)
    {
        foreach (string state in run.Baseline.Starts ? (string[])["started", "stopped"] : ["stopped"])
        {
            ActionResult stop =
                await stage.DoAsync(OperationNames.Stop, options, run.Cancel).ConfigureAwait(false);
            if (!stop.IsSuccess)
                return (stop, state);
        }

        return null;
    }
}
