using System.Diagnostics;
using Truce.EndToEnd.Driving;
using Truce.EndToEnd.World;

namespace Truce.EndToEnd.Scenarios;

/// <summary>Real applications of Group Services, judged by what they wrote themselves.</summary>
[Collection(SharedCluster.Name)]
public sealed class GroupServices(ClusterFixture fixture)
{
    private const string Shared = "/run/lab/world/groups/";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);
    private static readonly string[] s_nodes = ["n1", "n2", "n3"];
    private readonly LabCluster _cluster = fixture.Cluster;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // The servers of those that wait are killed, and the leader's is stopped: those rejoin by themselves, the
    // claim
    // passes on, and no resource notices.
    [Fact]
    public async Task There_are_never_two_leaders_when_servers_are_killed_and_stopped()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "nodes that share a folder take root");
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "python3 isn't installed");
        string folder = Directory.CreateDirectory(Path.Combine(_cluster.WorldFolder, "groups")).FullName;
        foreach (string program in new[] { "clients/python/truce_groups.py", "examples/groups/leader.py" })
            File.Copy(Path.Combine(Programs.Root, program), Path.Combine(folder, Path.GetFileName(program)));
        string record = Path.Combine(folder, "record");
        int starts = _cluster.Record().Count(e => e.What == "started");
        List<Process> workers = [.. s_nodes.Select(Start)];
        try
        {
            LeaderLine first = await UntilAsync(record, l => l.Count > 0 ? l[^1] : null);
            string[] others = [.. s_nodes.Where(n => n != first.Worker)];
            foreach (string other in others)
            {
                Assert.True(RoleProcesses.Kill(_cluster.Folder, other, "groups"));
                await UntilServedAsync(other);
            }

            Assert.True(RoleProcesses.Stop(_cluster.Folder, first.Worker, "groups"));
            LeaderLine next = await UntilAsync(
                record, l => l.FirstOrDefault(x => x.Worker != first.Worker));
            Assert.True(next.Epoch > first.Epoch, $"{first}, then {next}");
            Assert.Empty(LeaderRecord.Check(LeaderRecord.Read(record)));
            Assert.All(workers, w => Assert.False(w.HasExited, "a worker has ended"));
        }
        finally
        {
            foreach (Process worker in workers)
            {
                worker.Kill(entireProcessTree: true);
                worker.Dispose();
            }
        }

        Assert.Equal(starts, _cluster.Record().Count(e => e.What == "started"));
        Assert.DoesNotContain(_cluster.Record(), e => e.Resource is null && e.What == "power-off");
    }

    private Process Start(string node)
    {
        ProcessStartInfo start = new(
            Programs.Truce,
            ["lab", "exec", node, "--", "/usr/bin/python3", Shared + "leader.py", node, Shared + "record"]);
        start.Environment["TRUCE_LAB_DIR"] = _cluster.Folder;
        return Process.Start(start)!;
    }

    // The socket of before is left by a killed server: only an answer says that there is another.
    private async Task UntilServedAsync(string node)
    {
        for (Stopwatch watch = Stopwatch.StartNew(); watch.Elapsed < s_limit; await Task.Delay(
            s_poll, Cancel))
        {
            Ended list = await _cluster.RunAsync(Cancel, "group", "list", "--json", "--node", node);
            if (list.Code == 0 && list.Output.Contains("\"service\":\"ready\"", StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"{node} isn't served after {s_limit}");
    }

    private static async Task<LeaderLine> UntilAsync(
        string record, Func<IReadOnlyList<LeaderLine>, LeaderLine?> find)
    {
        for (Stopwatch watch = Stopwatch.StartNew(); watch.Elapsed < s_limit; await Task.Delay(
            s_poll, Cancel))
        {
            if (find(LeaderRecord.Read(record)) is { } found)
                return found;
        }

        throw new TimeoutException($"no such leader after {s_limit}");
    }
}

/// <summary>Classes that share a cluster: none of them disturbs what another looks at.</summary>
[CollectionDefinition(Name)]
public sealed class SharedCluster : ICollectionFixture<ClusterFixture>
{
    /// <summary>Its name.</summary>
    public const string Name = "shared cluster";
}
