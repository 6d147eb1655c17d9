using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Agents.Running;
using Truce.Model;
using Truce.Ports;

// usage: Truce.Agents.Bench [AGENT [COUNT [IN-FLIGHT [STATE-FILE]]]]; prints a line per way of running monitors
AgentName agent = AgentName.TryParse(args.ElementAtOrDefault(0) ?? "ocf:heartbeat:Dummy")!;
int count = int.Parse(args.ElementAtOrDefault(1) ?? "2000", CultureInfo.InvariantCulture);
string state = args.ElementAtOrDefault(3) ?? "/nonexistent";
int inFlight = int.Parse(args.ElementAtOrDefault(2) ?? "8", CultureInfo.InvariantCulture);

await MeasureAsync("(warming)", new ProcessSpawnerOptions());
await MeasureAsync("gate, cgroups", new ProcessSpawnerOptions());
await MeasureAsync("gate, no cgroups", new ProcessSpawnerOptions { CgroupParent = ProcessSpawnerOptions.NoCgroups });
await MeasureAsync("shell, cgroups", new ProcessSpawnerOptions { GatePath = "/nonexistent" });
await MeasureAsync("shell, no cgroups", new ProcessSpawnerOptions
{
    GatePath = "/nonexistent",
    CgroupParent = ProcessSpawnerOptions.NoCgroups,
});

async Task MeasureAsync(string name, ProcessSpawnerOptions options)
{
    using ProcessSpawner spawner = new(options);
    AgentRunner runner = new(spawner, new AgentSettings());
    await RunAsync(runner, 1000); // until the compiler has done its best
    (double ownBefore, double childrenBefore) = CpuMs();
    long began = Stopwatch.GetTimestamp();
    await RunAsync(runner, count);
    double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
    (double own, double children) = CpuMs();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{name,-20} {count / seconds,7:0} monitors/s; CPU each: {(own - ownBefore) / count,5:0.00} ms own, "
        + $"{(children - childrenBefore) / count,5:0.00} ms agents"));
}

static (double Own, double Children) CpuMs()
{
    // utime, stime, cutime and cstime, in ticks of 10 ms
    string[] fields = File.ReadAllText("/proc/self/stat").Split(") ")[1].Split(' ');
    double[] ticks = [.. fields[11..15].Select(f => double.Parse(f, CultureInfo.InvariantCulture))];
    return ((ticks[0] + ticks[1]) * 10, (ticks[2] + ticks[3]) * 10);
}

async Task RunAsync(AgentRunner runner, int total)
{
    int left = total;
    await Task.WhenAll(Enumerable.Range(0, inFlight).Select(async _ =>
    {
        for (int i; (i = Interlocked.Decrement(ref left)) >= 0;)
        {
            OperationOutcome outcome = await runner.RunAsync(
                new OperationSpec($"bench-{Environment.ProcessId}-{Guid.NewGuid():N}", AgentKind.Resource, "bench", agent.Class,
                    agent.Provider, agent.Type, "monitor",
                    ImmutableSortedDictionary<string, string>.Empty.Add("state", state),
                    ImmutableSortedDictionary<string, string>.Empty, TimeSpan.FromSeconds(60), 10_000),
                null, CancellationToken.None);
            if (outcome.Status != OperationStatus.Done)
                throw new InvalidOperationException(outcome.ToString());
        }
    }));
}
