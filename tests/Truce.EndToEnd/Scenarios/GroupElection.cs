using System.Diagnostics;
using Truce.EndToEnd.Driving;
using Truce.EndToEnd.World;

namespace Truce.EndToEnd.Scenarios;

/// <summary>examples/groups/elected: an agent whose instances elect their promoted one by a claim.</summary>
public sealed class GroupElection
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    // A dead node, a killed server, and an order of an operator: each time another is promoted, and never two
    // work.
    [Fact]
    public async Task The_holder_of_the_claim_is_promoted_and_no_two_ever_work()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "nodes that share a folder take root");
        LabCluster cluster = await LabCluster.UpAsync("elected.xml", 3, Cancel);
        await using (cluster)
        {
            string record = Path.Combine(cluster.WorldFolder, "groups", "record");
            Directory.CreateDirectory(Path.GetDirectoryName(record)!);
            LeaderLine first = await AfterAsync(record, 0);
            await PromotedAsync(cluster, first);
            await cluster.DoAsync(Cancel, "lab", "kill", first.Worker);
            LeaderLine second = await AfterAsync(record, first.Epoch);
            await PromotedAsync(cluster, second);
            Assert.True(RoleProcesses.Kill(cluster.Folder, second.Worker, "groups"));
            LeaderLine third = await AfterAsync(record, second.Epoch);
            await PromotedAsync(cluster, third);
            await cluster.UntilDoneAsync(Cancel, "node", "standby", third.Worker);
            LeaderLine last = await AfterAsync(record, third.Epoch);
            await PromotedAsync(cluster, last);
            Assert.Empty(LeaderRecord.Check(LeaderRecord.Read(record)));
        }
    }

    private static Task<TimeSpan> PromotedAsync(LabCluster cluster, LeaderLine working) => cluster.UntilAsync(
        $"{working.Worker} promoted",
        v => v.Resources.Where(r => r.Role == "Promoted").Select(r => r.Node).ToArray() is [var only]
            && only == working.Worker,
        s_limit, Cancel);

    // The first that works under a later epoch.
    private static async Task<LeaderLine> AfterAsync(string record, long epoch)
    {
        for (Stopwatch watch =
            Stopwatch.StartNew(); watch.Elapsed < s_limit; await Task.Delay(s_poll, Cancel))
        {
            if (LeaderRecord.Read(record).FirstOrDefault(l => l.Epoch > epoch) is { } found)
                return found;
        }

        throw new TimeoutException($"nobody works under an epoch after {epoch}");
    }
}
