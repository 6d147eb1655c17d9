using System.Diagnostics;
using Truce.EndToEnd.Driving;
using Truce.EndToEnd.World;

namespace Truce.EndToEnd.Scenarios;

/// <summary>Claims and groups that require proof of death: what those who held or served wrote themselves,
/// against the power switch. Each has a cluster of its own: a holder that is killed at the end keeps its
/// fenced claim, and a node that is shot for the third time is quarantined.</summary>
public sealed class GroupProof : IAsyncLifetime
{
    private const string Shared = "/run/lab/world/groups/";
    private const string Record = Shared + "record";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    // Longer than lease and margin: without the demand for proof, another holds it by then.
    private static readonly TimeSpan s_withoutProof = TimeSpan.FromSeconds(20);

    private static readonly string[] s_nodes = ["n1", "n2", "n3"];
    private readonly ClusterFixture _fixture = new();

    private LabCluster Cluster => _fixture.Cluster;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string RecordFile => Path.Combine(Cluster.WorldFolder, "groups", "record");

    public ValueTask InitializeAsync() => _fixture.InitializeAsync();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_claim_passes_on_from_a_dead_node_only_when_its_death_is_proven() => await HoldAsync(
        Claim, async holder =>
        {
            await Cluster.DoAsync(Cancel, "lab", "set", "fence_fails", "1");
            await Cluster.DoAsync(Cancel, "lab", "kill", holder.Worker);
            await RequireNobodyElseAsync(holder);
            await RequireSaidAsync(holder, "list");
            await Cluster.DoAsync(
                Cancel, "fence", "confirm", holder.Worker, "--it-is-off", "--node", Other(holder));
            await NextAsync(holder);
            await Cluster.DoAsync(Cancel, "lab", "set", "fence_fails", "0");
            await Cluster.DoAsync(Cancel, "lab", "boot", holder.Worker);
        });

    [Fact]
    public async Task A_killed_server_is_no_proof_and_a_shot_at_its_node_is() => await HoldAsync(
        Claim, async holder =>
        {
            Assert.True(RoleProcesses.Kill(Cluster.Folder, holder.Worker, "groups"));
            await RequireNobodyElseAsync(holder);
            await Cluster.DoAsync(Cancel, "fence", "node", holder.Worker, "--node", Other(holder));
            await NextAsync(holder);
        });

    // examples/groups/replica.py: the replicas agree in two phases, and only after the proof.
    [Fact]
    public async Task A_replicated_service_is_taken_over_only_when_its_primarys_death_is_proven() =>
        await HoldAsync(Replica, async primary =>
        {
            await Cluster.DoAsync(Cancel, "lab", "set", "fence_fails", "1");
            await Cluster.DoAsync(Cancel, "lab", "kill", primary.Worker);
            await RequireNobodyElseAsync(primary);
            await RequireSaidAsync(primary, "show", "store");
            await Cluster.DoAsync(
                Cancel, "fence", "confirm", primary.Worker, "--it-is-off", "--node", Other(primary));
            await NextAsync(primary);
            await Cluster.DoAsync(Cancel, "lab", "set", "fence_fails", "0");
            await Cluster.DoAsync(Cancel, "lab", "boot", primary.Worker);
        });

    // On each node somebody who wants to be the one, and writes down when it is.
    private async Task HoldAsync(Func<string, string[]> command, Func<LeaderLine, Task> during)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "nodes that share a folder take root");
        Directory.CreateDirectory(Path.GetDirectoryName(RecordFile)!);
        File.Delete(RecordFile);
        foreach (string program in new[] { "clients/python/truce_groups.py", "examples/groups/replica.py" })
            File.Copy(
                Path.Combine(Programs.Root, program),
                Path.Combine(Cluster.WorldFolder, "groups", Path.GetFileName(program)), overwrite: true);
        await WholeAsync();
        List<Process> holders = [.. s_nodes.Select(n => Start(n, command(n)))];
        try
        {
            await during(await UntilAsync(l => l.Count > 0 ? l[^1] : null));
            Assert.Empty(LeaderRecord.Check(LeaderRecord.Read(RecordFile)));
        }
        finally
        {
            foreach (Process holder in holders)
            {
                holder.Kill(entireProcessTree: true);
                holder.Dispose();
            }
        }

        await WholeAsync();
        Cluster.RequireNothingTwice();
    }

    private async Task RequireNobodyElseAsync(LeaderLine holder)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (watch.Elapsed < s_withoutProof)
        {
            Assert.All(LeaderRecord.Read(RecordFile), l => Assert.Equal(holder.Worker, l.Worker));
            await Task.Delay(s_poll, Cancel);
        }
    }

    private async Task RequireSaidAsync(LeaderLine holder, params string[] question)
    {
        string said = await Cluster.DoAsync(Cancel, ["group", .. question, "--node", Other(holder)]);
        Assert.Contains($"waits for proof that {holder.Worker} is off", said, StringComparison.Ordinal);
    }

    private async Task NextAsync(LeaderLine holder)
    {
        LeaderLine next = await UntilAsync(l => l.FirstOrDefault(x => x.Worker != holder.Worker));
        Assert.True(next.Epoch > holder.Epoch, $"{holder}, then {next}");
    }

    private Task<TimeSpan> WholeAsync() =>
        Cluster.UntilAsync("whole", Wishes.IsWhole, Wishes.RecoveryMax, Cancel);

    private static string Other(LeaderLine holder) => s_nodes.First(n => n != holder.Worker);

    private static string[] Claim(string node) =>
    [
        "/run/lab/bin/truce", "claim", "disk", "--fenced", "--restart", "--", "sh", "-c",
        "while :; do read up _ </proc/uptime; "
            + $"echo \"${{up%.*}}${{up#*.}}0 {node} $TRUCE_EPOCH\" >>{Record}; sleep 0.05; done",
    ];

    private static string[] Replica(string node)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "python3 isn't installed");
        return ["/usr/bin/python3", Shared + "replica.py", node, Record];
    }

    private Process Start(string node, string[] command)
    {
        ProcessStartInfo start = new(Programs.Truce, ["lab", "exec", node, "--", .. command]);
        start.Environment["TRUCE_LAB_DIR"] = Cluster.Folder;
        return Process.Start(start)!;
    }

    private async Task<LeaderLine> UntilAsync(Func<IReadOnlyList<LeaderLine>, LeaderLine?> find)
    {
        for (Stopwatch watch =
            Stopwatch.StartNew(); watch.Elapsed < s_limit; await Task.Delay(s_poll, Cancel))
        {
            if (find(LeaderRecord.Read(RecordFile)) is { } found)
                return found;
        }

        throw new TimeoutException($"no such holder after {s_limit}");
    }
}
