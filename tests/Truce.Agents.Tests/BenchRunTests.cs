using System.Collections.Immutable;
using Truce.Agents.Bench;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Model;

namespace Truce.Agents.Tests;

/// <summary>Real agents in real hosts.</summary>
public sealed class BenchRunTests : IDisposable
{
    private readonly ProcessSpawner _spawner = Fixture.Spawner(
        File.Exists(new ProcessSpawnerOptions().GatePath) ? Hold.GateOnly : Hold.ShellOnly);

    public void Dispose() => _spawner.Dispose();

    [Fact]
    public async Task A_right_mount_agent_is_acquitted()
    {
        BenchReport report = await TestAsync("ocf:bench:right");

        Assert.DoesNotContain(report.Results, r => r.Verdict == Verdict.Condemned);
        Assert.Equal(Verdict.Passed, VerdictOf(report, "stop-touches-stopped"));
        Assert.Equal(Verdict.Passed, VerdictOf(report, "stop-touches-started"));
    }

    // The line is the command's in the agent that stands beside this test.
    [Theory]
    [InlineData("fails-unmounted", "stop-never-started", "umount", 11)]
    [InlineData("asks-df", "stop-touches-stopped", "df asks for", 11)]
    [InlineData("asks-stat", "stop-touches-stopped", "stat asks for", 11)]
    [InlineData("asks-lsblk", "stop-touches-stopped", "lsblk asks for", 11)]
    [InlineData("asks-helper", "stop-touches-stopped", "stat asks for", 11)]
    public async Task A_broken_stop_is_condemned_by_running_it_with_cause_and_line(
        string agent, string check, string cause, int line)
    {
        Fixture.Need(File.Exists("/usr/bin/strace"), "strace");
        BenchReport report = await TestAsync($"ocf:bench:{agent}", check);

        Evidence evidence = Assert.Single(report.Results).Evidence
            .First(e => e.Verdict == Verdict.Condemned && e.What.Contains(cause, StringComparison.Ordinal));
        Assert.EndsWith(agent, evidence.Place?.File, StringComparison.Ordinal);
        Assert.Equal(line, evidence.Place?.Line);
    }

    [Theory]
    [InlineData("greps-loosely", "monitor-stopped")]
    [InlineData("misspells", "complaints")]
    [InlineData("misspells", "stop")]
    public async Task Other_breaches_are_condemned_by_the_check_that_is_made_for_them(string agent,
        string check)
    {
        BenchReport report = await TestAsync($"ocf:bench:{agent}", check);

        Assert.Equal(Verdict.Condemned, Assert.Single(report.Results).Verdict);
    }

    [Theory]
    [InlineData("ocf:heartbeat:Dummy", "resource-agents")]
    [InlineData("ocf:pacemaker:Dummy", "pacemaker-resource-agents")]
    public async Task Dummies_stop_whatever_happened(string agent, string package)
    {
        AgentName name = AgentName.TryParse(agent)!;
        Fixture.Need(File.Exists($"/usr/lib/ocf/resource.d/{name.Provider}/Dummy"), package);

        BenchReport report = await TestAsync(agent, [.. AgentBench.Checks
            .Where(c => c.Promise is Promise.Stop or Promise.Alone).Select(c => c.Name)]);

        Assert.True(report.CouldStart);
        Assert.DoesNotContain(report.Results, r => r.Verdict == Verdict.Condemned);
    }

    // The hung file system is a neighbour's; what asks only for its own mount isn't held up.
    [Fact]
    public async Task A_stop_that_asks_every_mount_hangs_beside_one_that_hangs()
    {
        NeedRoot();
        Fixture.Need(File.Exists("/dev/fuse"), "/dev/fuse");
        BenchOptions options = Options("ocf:bench:asks-helper", ["stop-beside-hung"]) with
        {
            Timeouts = ImmutableSortedDictionary<string, TimeSpan>.Empty
                .Add(OperationNames.Stop, TimeSpan.FromSeconds(3)),
        };

        BenchReport report =
            await new AgentBench(_spawner).TestAsync(options, TestContext.Current.CancellationToken);

        Evidence evidence = Assert.Single(Assert.Single(report.Results).Evidence);
        Assert.Contains("a file system that never answers", evidence.What, StringComparison.Ordinal);
        Assert.Contains("didn't end", evidence.What, StringComparison.Ordinal);
        Assert.Equal(11, evidence.Place?.Line);
        Assert.Contains("ask-all", evidence.Place?.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damaged_copies_are_condemned_and_a_check_that_finds_nothing_lets_them_survive()
    {
        NeedRoot();
        MutationOptions mutation = new()
        {
            Operators = ["guard-removed", "quote-dropped", "quotes-dropped", "stop-does-nothing"],
        };

        MutationReport report = await new AgentBench(_spawner).MutateAsync(
            Options("ocf:bench:right", ["stop-never-started", "stop"]), mutation,
            TestContext.Current.CancellationToken);

        Assert.Equal([], report.Condemned);
        Assert.Equal(
            [
                ("stop-does-nothing", 11, "stop"), ("guard-removed", 11, "stop-never-started"),
                ("quotes-dropped", 15, null),
            ],
            report.Mutants.Where(m => m.Operator != "quote-dropped")
                .Select(m => (m.Operator, m.Line, m.CaughtBy)));
        // A quote that is missing in the last line of a function swallows what follows it: nothing starts.
        Assert.Equal("start", report.Mutants.Single(m => m.Operator == "quote-dropped").CaughtBy);
    }

    [Fact]
    public async Task A_promotable_agent_is_taken_through_its_roles()
    {
        Fixture.Need(File.Exists("/usr/lib/ocf/resource.d/pacemaker/Stateful"), "pacemaker-resource-agents");

        BenchReport report = await TestAsync("ocf:pacemaker:Stateful", "promotion");

        Assert.Equal(Verdict.Passed, Assert.Single(report.Results).Verdict);
    }

    [Fact]
    public async Task An_agent_of_another_class_is_refused_before_anything_runs()
    {
        NeedRoot();
        BenchException refused = await Assert.ThrowsAsync<BenchException>(() => TestAsync("systemd:cron"));

        Assert.Equal(BenchFailure.BadInput, refused.Failure);
    }

    private static void NeedRoot() =>
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "hosts of their own take root");

    private static Verdict VerdictOf(BenchReport report, string check) =>
        report.Results.Single(r => r.Check == check).Verdict;

    private Task<BenchReport> TestAsync(string agent, params string[] only)
    {
        NeedRoot();
        return new AgentBench(_spawner).TestAsync(
            Options(agent, only), TestContext.Current.CancellationToken);
    }

    private static BenchOptions Options(string agent, string[] only)
    {
        AgentSettings settings = Fixture.Settings with
        {
            ExtraProviders = ImmutableSortedDictionary<string, string>.Empty
                .Add("bench", Path.Combine(AppContext.BaseDirectory, "bench")),
        };
        bool mounts = agent.StartsWith("ocf:bench:", StringComparison.Ordinal);
        return new()
        {
            Agent = AgentName.TryParse(agent)!,
            Settings = settings,
            Parameters = mounts
                ? ImmutableSortedDictionary<string, string>.Empty.Add("directory", "/mnt/data")
                : ImmutableSortedDictionary<string, string>.Empty,
            Prepare = mounts ? "mkdir /mnt/data" : null,
            Only = [.. only],
            Reading = ScriptReading.Off,
        };
    }
}
