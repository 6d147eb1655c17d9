using System.Collections.Immutable;
using Truce.Agents.Bench.Checks;
using Truce.Agents.Bench.Mutants;
using Truce.Agents.Describing;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Model;
using Truce.Ports;

namespace Truce.Agents.Bench;

/// <summary>
/// Takes a resource agent through what production will do to it: each check in fresh hosts
/// (<see cref="Hosts.BenchHost"/>), so that none sees what another has left. Only OCF agents so far.
/// </summary>
public sealed class AgentBench(ProcessSpawner spawner)
{
    private const int AtOnceMax = 8;

    /// <summary>The ways to damage an agent, by name, with what is wrong then.</summary>
    public static ImmutableArray<(string Name, string What)> Operators { get; } =
        [.. MutationOperator.All.Select(o => (o.Name, o.What))];

    /// <summary>The names of all checks, with what is right for each.</summary>
    public static ImmutableArray<(string Name, Promise Promise, string Title)> Checks { get; } =
        [.. CheckCatalogue.All.Select(c => (c.Name, c.Promise, c.Title))];

    /// <summary>How many hosts are at work at once.</summary>
    internal static int AtOnce { get; } = Math.Clamp(Environment.ProcessorCount, 1, AtOnceMax);

    /// <summary>Tests an agent.</summary>
    /// <exception cref="BenchException">It can't be tested.</exception>
    public async Task<BenchReport> TestAsync(BenchOptions options, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        long began = TimeProvider.System.GetTimestamp();
        BenchSubject subject = await SubjectAsync(options, cancel).ConfigureAwait(false);
        options.Progress("starting the resource once, to learn what it makes");
        BenchWork work = await LearnAsync(subject, 0, cancel).ConfigureAwait(false);
        ImmutableArray<Check> checks = CheckCatalogue.Select(options);
        CheckRun[] runs = [.. checks.Select(c => new CheckRun(c, work, cancel))];
        CheckResult[] results = await RunAllAsync(runs, options.Progress, cancel).ConfigureAwait(false);
        return new BenchReport(subject.Name.ToString(), subject.Path, [.. results],
            runs.Select(r => r.Times).FirstOrDefault(t => !t.IsEmpty, []),
            runs.Select(r => r.StopCost).FirstOrDefault(c => c is not null),
            TimeProvider.System.GetElapsedTime(began))
        {
            CouldStart = work.Baseline.Starts,
        };
    }

    /// <summary>Tries how many damaged copies of the agent the checks condemn.</summary>
    /// <exception cref="BenchException">It can't be tested.</exception>
    public Task<MutationReport> MutateAsync(
        BenchOptions options, MutationOptions mutation, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(mutation);
        return new MutationRun(this, spawner, mutation).RunAsync(options, cancel);
    }

    /// <summary>Starts the resource once.</summary>
    /// <param name="subject">The agent.</param>
    /// <param name="expected">How many processes it is known to have; with 0 it is found out by
    /// waiting.</param>
    /// <param name="cancel">Ends it.</param>
    internal async Task<BenchWork> LearnAsync(
        BenchSubject subject, int expected, CancellationToken cancel) =>
        new(subject, spawner,
            await Baseline.LearnAsync(subject, spawner, expected, cancel).ConfigureAwait(false),
            new StartCommands(subject, spawner));

    /// <summary>Runs a check.</summary>
    internal static async Task<CheckResult> RunAsync(CheckRun run)
    {
        long began = TimeProvider.System.GetTimestamp();
        Check check = run.Check;
        if (check.Need == CheckNeed.Started && !run.Baseline.Starts)
            run.CannotTest($"the resource doesn't start here: {run.Baseline.Start}");
        else
            await check.RunAsync(run).ConfigureAwait(false);
        Verdict verdict = CheckRun.Worst(run.Evidence);
        return new CheckResult(check.Name, check.Promise, check.Title, verdict,
            [.. run.Evidence.OrderBy(e => Rank(e.Verdict))], check.Fix,
            TimeProvider.System.GetElapsedTime(began));
    }

    // Checks don't see each other's hosts, so several run at once; what measures time has the machine to
    // itself, afterwards.
    internal static async Task<CheckResult[]> RunAllAsync(
        CheckRun[] runs, Action<string> progress, CancellationToken cancel)
    {
        CheckResult[] results = new CheckResult[runs.Length];
        int begun = 0;
        foreach ((Company company, int atOnce) in new[] { (Company.Welcome, AtOnce), (Company.Disturbs, 1) })
        {
            ParallelOptions parallel = new() { MaxDegreeOfParallelism = atOnce, CancellationToken = cancel };
            await Parallel.ForEachAsync(
                Enumerable.Range(0, runs.Length).Where(i => runs[i].Check.Company == company), parallel,
                async (i, _) =>
                {
                    progress($"{Interlocked.Increment(ref begun)} of {runs.Length}: {runs[i].Check.Name}");
                    results[i] = await RunAsync(runs[i]).ConfigureAwait(false);
                }).ConfigureAwait(false);
        }

        return results;
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
        BenchSubject bare = new(options.Agent, path, await TextAsync(path, cancel).ConfigureAwait(false),
            AgentDescription.Unreadable("not asked yet"), options);
        return bare with { Description = await DescribeAsync(bare, cancel).ConfigureAwait(false) };
    }

    /// <summary>Asks the agent in a host: there its defaults are those that its actions see, and a damaged
    /// copy can do no harm.</summary>
    internal async Task<AgentDescription> DescribeAsync(BenchSubject subject, CancellationToken cancel)
    {
        await using Stage stage = await Stage.BootAsync(subject, spawner, cancel).ConfigureAwait(false);
        ActionResult said = await stage.DoAsync(
            OperationNames.MetaData, new ActionOptions { Capture = CaptureLimits.Document }, cancel)
            .ConfigureAwait(false);
        AgentDescription description = MetadataReader.Read(said.Output, AgentKind.Resource);
        return said.IsSuccess ? description
            : description with
            {
                Findings = description.Findings.Add(
                    new MetadataFinding(0, $"printing its metadata failed: {said}")),
            };
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
