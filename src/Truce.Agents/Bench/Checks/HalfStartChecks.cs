using System.Collections.Immutable;
using System.Globalization;
using Truce.Agents.Running;
using Truce.Model;

namespace Truce.Agents.Bench.Checks;

/// <summary>Whether stop succeeds after a start that got only so far.</summary>
internal static class HalfStartChecks
{
    private const int PointsMax = 8;
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(10);
    private static readonly string[] s_untouched =
        ["sh", "bash", "dash", "env", "setpriv", "nsenter", "strace"];

    /// <summary>All of them.</summary>
    public static ImmutableArray<Check> All { get; } =
    [
        new("stop-start-failed", Promise.Stop, "stop succeeds after start failed at any of its commands",
            "undo in stop whatever start may have done, each part on its own", FailedAsync)
            { Need = CheckNeed.Started },
        new("stop-start-killed", Promise.Stop, "stop succeeds after start was killed at any of its commands",
            "expect in stop that start ended anywhere: locks, temporary files and half a service are left",
            KilledAsync) { Need = CheckNeed.Started },
    ];

    private static async Task FailedAsync(CheckRun run)
    {
        string[] calls = await CountAsync(run).ConfigureAwait(false);
        foreach (int point in Points(calls.Length))
        {
            await using Stage stage = await run.BootAsync().ConfigureAwait(false);
            await ShimAllAsync(run, stage).ConfigureAwait(false);
            ActionResult start = await stage.DoAsync(OperationNames.Start,
                With("TRUCE_BENCH_FAIL", point), run.Cancel).ConfigureAwait(false);
            run.Progress($"start's command {point} of {calls.Length} fails");
            await AfterAsync(run, stage, $"start's command {point} ({calls[point - 1]}) failed, and {start}")
                .ConfigureAwait(false);
        }
    }

    private static async Task KilledAsync(CheckRun run)
    {
        string[] calls = await CountAsync(run).ConfigureAwait(false);
        foreach (int point in Points(calls.Length))
        {
            await using Stage stage = await run.BootAsync().ConfigureAwait(false);
            await ShimAllAsync(run, stage).ConfigureAwait(false);
            run.Progress($"start is killed at its command {point} of {calls.Length}");
            await StartUntilHeldAsync(run, stage, point).ConfigureAwait(false);
            await AfterAsync(run, stage, $"start was killed at its command {point} ({calls[point - 1]})")
                .ConfigureAwait(false);
        }
    }

    private static async Task StartUntilHeldAsync(CheckRun run, Stage stage, int point)
    {
        using CancellationTokenSource kill = CancellationTokenSource.CreateLinkedTokenSource(run.Cancel);
        Task<ActionResult> start = stage.DoAsync(OperationNames.Start,
            With("TRUCE_BENCH_HOLD", point) with { MayBeCancelled = true }, kill.Token);
        string held = Path.Combine(stage.Share, "held");
        while (!start.IsCompleted && !File.Exists(held))
            await Task.Delay(s_look, run.Cancel).ConfigureAwait(false);
        await kill.CancelAsync().ConfigureAwait(false);
        await start.ConfigureAwait(false);
        run.Cancel.ThrowIfCancellationRequested();
    }

    private static async Task AfterAsync(CheckRun run, Stage stage, string state)
    {
        ActionResult stop = await stage.DoAsync(OperationNames.Stop, run.Cancel).ConfigureAwait(false);
        run.Expect(stop, $"stop after {state}", OcfCode.Success);
        if (stop.IsSuccess)
            run.Expect(await stage.DoAsync(OperationNames.Monitor, run.Cancel).ConfigureAwait(false),
                $"after {state}, and a stop", OcfCode.NotRunning);
    }

    // The names of the programs that a whole start calls by name, in order.
    private static async Task<string[]> CountAsync(CheckRun run)
    {
        await using Stage stage = await run.BootAsync().ConfigureAwait(false);
        await ShimAllAsync(run, stage).ConfigureAwait(false);
        ActionResult start = await stage.DoAsync(OperationNames.Start,
            new ActionOptions { Shims = Shims.On }, run.Cancel).ConfigureAwait(false);
        string folder = Path.Combine(stage.Share, "calls");
        string[] calls = Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder)
                .OrderBy(f => int.Parse(Path.GetFileName(f), CultureInfo.InvariantCulture))
                .Select(f => File.ReadAllText(f).Split('\n')[0].Trim())]
            : [];
        if (!start.IsSuccess)
            run.CannotTest($"with counting scripts before its programs, {start}");
        else if (calls.Length == 0)
            run.DoesNotApply("start calls no program by name");
        return start.IsSuccess ? calls : [];
    }

    private static async Task ShimAllAsync(CheckRun run, Stage stage)
    {
        string[] programs = [.. s_programFolders.Where(Directory.Exists).SelectMany(Directory.GetFiles)
            .Select(f => Path.GetFileName(f)!)
            .Where(n => run.Subject.Text.Contains(n, StringComparison.Ordinal) || s_common.Contains(n))
            .Except(s_untouched).Distinct()];
        await stage.ShimAsync(programs, run.Cancel).ConfigureAwait(false);
    }

    private static readonly string[] s_programFolders =
        ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];

    // Called by the functions that OCF's own library gives to agents.
    private static readonly ImmutableHashSet<string> s_common =
        ["basename", "cat", "chmod", "chown", "cut", "date", "dirname", "grep", "head", "id", "kill",
            "logger",
            "ls", "mkdir", "mktemp", "ps", "pgrep", "readlink", "rm", "sed", "sleep", "sort", "stat", "tail",
            "touch", "tr", "uname", "which"];

    private static ActionOptions With(string name, int point) => new()
    {
        Shims = Shims.On,
        Environment = ImmutableSortedDictionary<string, string>.Empty
            .Add(name, point.ToString(CultureInfo.InvariantCulture)),
    };

    /// <summary>At most <see cref="PointsMax"/> of n, evenly, with the last one: from 1.</summary>
    internal static IEnumerable<int> Points(int n) => n <= PointsMax
        ? Enumerable.Range(1, n)
        : Enumerable.Range(1, PointsMax).Select(i => (int)Math.Ceiling((double)i * n / PointsMax));
}
