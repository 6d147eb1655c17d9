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

    /// <summary>All of them.</summary>
    public static ImmutableArray<Check> All { get; } =
    [
        new("stop-start-failed", Promise.Stop, "stop succeeds after start failed at any of its commands",
            "undo in stop whatever start may have done, each part on its own",
            run => AtEachAsync(run, FailAsync)) { Need = CheckNeed.Started, Hosts = PointsMax },
        new("stop-start-killed", Promise.Stop, "stop succeeds after start was killed at any of its commands",
            "expect in stop that start ended anywhere: locks, temporary files and half a service are left",
            run => AtEachAsync(run, KillAsync)) { Need = CheckNeed.Started, Hosts = PointsMax },
    ];

    private static async Task AtEachAsync(
        CheckRun run, Func<CheckRun, Stage, int, string, Task<string>> interruptAsync)
    {
        StartCalls counted = await run.StartCommands.CountAsync(run.Cancel).ConfigureAwait(false);
        if (!counted.Start.IsSuccess)
        {
            run.CannotTest($"with counting scripts before its programs, {counted.Start}");
            return;
        }

        if (counted.Calls.IsEmpty)
            run.DoesNotApply("start calls no program by name");
        foreach (int point in Points(counted.Calls))
        {
            run.Progress($"start's command {point} of {counted.Calls.Length}");
            await using Stage stage = await run.BootAsync().ConfigureAwait(false);
            run.StartCommands.Shim(stage);
            string state = await interruptAsync(
                run, stage, point, $"command {point} ({counted.Calls[point - 1]})").ConfigureAwait(false);
            await AfterAsync(run, stage, state).ConfigureAwait(false);
        }
    }

    private static async Task<string> FailAsync(CheckRun run, Stage stage, int point, string command)
    {
        ActionResult start = await stage.DoAsync(
            OperationNames.Start, With("TRUCE_BENCH_FAIL", point), run.Cancel).ConfigureAwait(false);
        return $"start's {command} failed, and {start}";
    }

    private static async Task<string> KillAsync(CheckRun run, Stage stage, int point, string command)
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
        return $"start was killed at its {command}";
    }

    private static async Task AfterAsync(CheckRun run, Stage stage, string state)
    {
        ActionResult stop = await stage.DoAsync(OperationNames.Stop, run.Cancel).ConfigureAwait(false);
        run.Expect(stop, $"stop after {state}", OcfCode.Success);
        if (stop.IsSuccess)
            run.Expect(await stage.DoAsync(OperationNames.Monitor, run.Cancel).ConfigureAwait(false),
                $"after {state}, and a stop", OcfCode.NotRunning);
    }

    private static ActionOptions With(string name, int point) => new()
    {
        Shims = Shims.On,
        Environment = ImmutableSortedDictionary<string, string>.Empty
            .Add(name, point.ToString(CultureInfo.InvariantCulture)),
    };

    /// <summary>At most <see cref="PointsMax"/> of the calls, from 1: the last one, and evenly spread those
    /// that aren't a repetition of one before: what a loop does again and again is interrupted
    /// once.</summary>
    internal static IEnumerable<int> Points(IReadOnlyList<string> calls)
    {
        HashSet<string> seen = [];
        int[] first = [.. Enumerable.Range(1, calls.Count)
            .Where(n => seen.Add(calls[n - 1]) || n == calls.Count)];
        return first.Length <= PointsMax
            ? first
            : Enumerable.Range(1, PointsMax)
                .Select(i => first[(int)Math.Ceiling((double)i * first.Length / PointsMax) - 1]);
    }
}
