using System.Collections.Immutable;
using Truce.Agents.Bench.Tracing;
using Truce.Model;

namespace Truce.Agents.Bench.Checks;

/// <summary>Whether stop touches nothing but its resource.</summary>
internal static class AloneChecks
{
    private const string Fix =
        "ask only for the resource's own things, and from memory where that is possible "
        + "(/proc/mounts, a pid file, ip addr show dev NAME)";

    /// <summary>All of them.</summary>
    public static ImmutableArray<Check> All { get; } =
    [
        new("stop-touches-stopped", Promise.Alone,
            "stop of something stopped asks nothing else of the system",
            Fix, StoppedAsync) { Hosts = 2 },
        new("stop-touches-started", Promise.Alone,
            "stop of something started asks nothing else of the system",
            Fix, StartedAsync) { Need = CheckNeed.Started, Hosts = 2 },
    ];

    private static Task StoppedAsync(CheckRun run) => TraceAsync(run, run.BootAsync, "stopped");

    private static Task StartedAsync(CheckRun run) => TraceAsync(run, run.BootStartedAsync, "started");

    private static async Task TraceAsync(CheckRun run, Func<Task<Stage>> boot, string state)
    {
        if (!Tracer.IsThere)
        {
            run.CannotTest("strace isn't installed, so nobody saw what stop touches");
            return;
        }

        ImmutableArray<Intrusion> found = await LookAsync(run, boot, Lines.Off).ConfigureAwait(false);
        if (found.IsEmpty)
            return;
        // What was judged is what ran undisturbed; a second run, in another host, finds the lines.
        ImmutableArray<Intrusion> lines = await LookAsync(run, boot, Lines.On).ConfigureAwait(false);
        foreach (Intrusion one in found)
        {
            ScriptPlace? place =
                lines.FirstOrDefault(l => l.Kind == one.Kind && l.Program == one.Program)?.Place;
            string what = $"{state}: {one.Program} asks for {one.Target} ({one.Count} calls): {one.Why}";
            if (one.Verdict == Verdict.Condemned)
                run.Condemn(what, place);
            else
                run.Advise(what, place);
        }
    }

    private static async Task<ImmutableArray<Intrusion>> LookAsync(
        CheckRun run, Func<Task<Stage>> boot, Lines lines)
    {
        await using Stage stage = await boot().ConfigureAwait(false);
        (ActionResult result, ImmutableArray<TraceStep> steps) =
            await Tracer.RunAsync(stage, OperationNames.Stop, lines, run.Cancel).ConfigureAwait(false);
        if (steps.IsEmpty)
            run.CannotTest($"strace can't trace here: {result}");
        ImmutableHashSet<string> addresses = [.. run.Subject.Values];
        return Trespass.Find(steps, new OwnThings(stage.Neighbours.Mounts, addresses));
    }
}
