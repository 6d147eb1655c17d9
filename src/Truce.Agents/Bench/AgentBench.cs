using System.Collections.Immutable;
using Truce.Agents.Bench.Checks;
using Truce.Agents.Describing;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Model;

namespace Truce.Agents.Bench;

/// <summary>
/// Takes a resource agent through what production will do to it: each check in fresh hosts
/// (<see cref="Hosts.BenchHost"/>), so that none sees what another has left. Only OCF agents so far.
/// </summary>
public sealed class AgentBench(ProcessSpawner spawner)
{
    /// <summary>The names of all checks, with what is right for each.</summary>
    public static ImmutableArray<(string Name, Promise Promise, string Title)> Checks { get; } =
        [.. CheckCatalogue.All.Select(c => (c.Name, c.Promise, c.Title))];

    /// <summary>Tests an agent.</summary>
    /// <exception cref="BenchException">It can't be tested.</exception>
    public async Task<BenchReport> TestAsync(BenchOptions options, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        BenchSubject subject = await SubjectAsync(options, cancel).ConfigureAwait(false);
        return await TestAsync(subject, CheckCatalogue.Select(options), cancel).ConfigureAwait(false);
    }

    internal async Task<BenchReport> TestAsync(
        BenchSubject subject, ImmutableArray<Check> checks, CancellationToken cancel)
    {
        long began = TimeProvider.System.GetTimestamp();
        subject.Options.Progress("starting the resource once, to learn what it makes");
        Baseline baseline = await Baseline.LearnAsync(subject, spawner, cancel).ConfigureAwait(false);
        List<CheckResult> results = [];
        ImmutableArray<ActionTime> times = [];
        StopCost? cost = null;
        for (int i = 0; i < checks.Length; i++)
        {
            subject.Options.Progress($"{i + 1} of {checks.Length}: {checks[i].Name}");
            CheckRun run = new(subject, spawner, baseline, cancel);
            results.Add(await RunAsync(checks[i], run).ConfigureAwait(false));
            times = run.Times.IsEmpty ? times : run.Times;
            cost = run.StopCost ?? cost;
        }

        return new BenchReport(subject.Name.ToString(), subject.Path, [.. results], times, cost,
            TimeProvider.System.GetElapsedTime(began))
        {
            CouldStart = baseline.Starts,
        };
    }

    internal static async Task<CheckResult> RunAsync(Check check, CheckRun run)
    {
        long began = TimeProvider.System.GetTimestamp();
        if (check.Need == CheckNeed.Started && !run.Baseline.Starts)
            run.CannotTest($"the resource doesn't start here: {run.Baseline.Start}");
        else
            await check.RunAsync(run).ConfigureAwait(false);
        Verdict verdict = CheckRun.Worst(run.Evidence);
        return new CheckResult(check.Name, check.Promise, check.Title, verdict,
            [.. run.Evidence.OrderBy(e => Rank(e.Verdict))], check.Fix,
                TimeProvider.System.GetElapsedTime(began));
    }

    internal async Task<BenchSubject> SubjectAsync(BenchOptions options, CancellationToken cancel)
    {
        if (!Environment.IsPrivilegedProcess)
            throw new BenchException(BenchFailure.NotPermitted,
                "testing an agent takes root: it runs in a host of its own (mounts, network, processes)",
                "run it as root, for instance with sudo");
        string path = new AgentCatalog(options.Settings).Locate(options.Agent) switch
        {
            AgentPlace.Program(AgentName.Ocf, var program) => Path.GetFullPath(program),
            AgentPlace.Program(var other, _) => throw Unsupported(other),
            AgentPlace.Unit => throw Unsupported(AgentName.Systemd),
            AgentPlace.Missing(var reason) => throw new BenchException(
                BenchFailure.BadInput, reason, "truce agent list shows what is installed"),
            AgentPlace.Refused(var reason) => throw new BenchException(
                BenchFailure.BadInput, reason, "truce agent list shows what is installed"),
        };
        AgentDescription description = await new AgentDescriber(spawner, options.Settings)
            .DescribeAsync(options.Agent, cancel).ConfigureAwait(false);
        return new BenchSubject(options.Agent, path, await TextAsync(path, cancel).ConfigureAwait(false),
            description, options);
    }

    private static BenchException Unsupported(string agentClass) => new(BenchFailure.BadInput,
        $"agents of class {agentClass} can't be tested yet: only those of class ocf",
        "run their actions by hand: truce agent run");

    private static async Task<string> TextAsync(string path, CancellationToken cancel)
    {
        const int BytesMax = 1024 * 1024;
        if (new FileInfo(path).Length > BytesMax)
            return "";
        byte[] bytes = await File.ReadAllBytesAsync(path, cancel).ConfigureAwait(false);
        return bytes.Contains((byte)0) ? "" : System.Text.Encoding.UTF8.GetString(bytes);
    }

    private static int Rank(Verdict verdict) => verdict switch
    {
        Verdict.Condemned => 0,
        Verdict.Advised => 1,
        Verdict.NotTested => 2,
        Verdict.Passed => 3,
        Verdict.NotApplicable => 4,
    };
}
