using System.Text.RegularExpressions;
using Truce.EndToEnd.Driving;
using Truce.EndToEnd.World;

namespace Truce.EndToEnd.Corosync;

/// <summary>
/// One node's database is damaged, at its start and while it runs: the node is never reset and never shot, no
/// acknowledged change is lost, services run on elsewhere, and what the node says to do lets it in again.
/// </summary>
public sealed partial class StoreDamage
{
    private const string Node = "n3";
    private const string Store = "/var/lib/truce/controller.db";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan s_still = TimeSpan.FromSeconds(15);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>What happens to the database, and when.</summary>
    public static TheoryData<string, string> Damages { get; } = new(
        from kind in new[] { "truncated", "garbage", "bit", "deleted", "newer", "foreign", "full",
            "read-only" }
        from moment in new[] { "at its start", "while it runs" }
        select (kind, moment));

    [Theory(Explicit = true)]
    [MemberData(nameof(Damages))]
    public async Task A_damaged_database_costs_no_more_than_its_node(string kind, string moment)
    {
        await using LabCluster cluster = await LabCluster.UpOnCorosyncAsync("recorders.xml", 3, Cancel);
        DamagedDisk disk = new(cluster, Node, Store);
        try
        {
            await ApplyAsync(cluster, "before");
            int powered = PowerEvents(cluster);
            if (moment == "at its start")
            {
                await cluster.DoAsync(Cancel, "lab", "exec", Node, "--", "systemctl", "stop", "truced");
                await disk.DamageAsync(kind, Cancel);
                await cluster.DoAsync(Cancel, "lab", "exec", Node, "--", "systemctl", "start", "truced");
            }
            else
            {
                await disk.PrepareAsync(kind, Cancel);
                await cluster.UntilAsync("whole before", Wishes.IsWhole, s_limit, Cancel, "n1");
                await disk.DamageAsync(kind, Cancel);
            }

            await ApplyAsync(cluster, "during");
            RoleProcesses.Kill(cluster.Folder, Node, "controller");
            string word = await InOrOutAsync(cluster);
            await cluster.UntilAsync("served", Wishes.IsServed, s_limit, Cancel, "n1");
            if (word != "online")
                await RemedyAsync(cluster, disk, kind);
            await cluster.UntilAsync("whole", Wishes.IsWhole, s_limit, Cancel, "n1");
            await ApplyAsync(cluster, "after");
            foreach (string node in new[] { "n1", "n2", Node })
                Assert.Contains(
                    "description=\"after\"", await cluster.ConfigurationAsync(node, Cancel),
                    StringComparison.Ordinal);
            Assert.Equal(powered, PowerEvents(cluster));
            Assert.Equal(
                "no node was fenced",
                (await cluster.DoAsync(Cancel, "fence", "history", "--node", "n1")).Trim());
            cluster.RequireNothingTwice();
        }
        finally
        {
            await disk.RestoreAsync();
        }
    }

    private static async Task RemedyAsync(LabCluster cluster, DamagedDisk disk, string kind)
    {
        string said = (await cluster.RunAsync(Cancel, "status", "--node", Node)).Output;
        Assert.Contains("do: ", said, StringComparison.Ordinal);
        if (kind is "full" or "read-only")
            await disk.RestoreAsync();
        if (said.Contains("truce node repair", StringComparison.Ordinal))
            await cluster.DoAsync(Cancel, "lab", "exec", Node, "--", "truce", "node", "repair");
    }

    // The description of a resource: a change that nothing has to be restarted for.
    private static async Task ApplyAsync(LabCluster cluster, string mark)
    {
        string text = await cluster.DoAsync(Cancel, "config", "show", "--node", "n1");
        string marked = Tag().Replace(text, tag => Description().Replace(tag.Value, "")
            .Replace("id=\"r1\"", $"id=\"r1\" description=\"{mark}\"", StringComparison.Ordinal));
        string file = Path.Combine(cluster.Folder, "mark.xml");
        await File.WriteAllTextAsync(file, marked, Cancel);
        await cluster.UntilDoneAsync(Cancel, "config", "apply", file, "--node", "n1");
        Assert.Contains(
            $"description=\"{mark}\"", await cluster.ConfigurationAsync("n1", Cancel),
            StringComparison.Ordinal);
    }

    // With a database that fails while it may run resources, a node comes in once more to leave in order.
    private static async Task<string> InOrOutAsync(LabCluster cluster)
    {
        string word = "";
        DateTime since = default;
        for (DateTime end = DateTime.UtcNow + s_limit; DateTime.UtcNow < end; await Task.Delay(500, Cancel))
        {
            string now = await WordAsync(cluster);
            if (now != word)
                (word, since) = (now, DateTime.UtcNow);
            else if (now is "online" or "out" && DateTime.UtcNow - since > s_still)
                return now;
        }

        Assert.Fail($"{Node} is neither in nor out after {s_limit.TotalSeconds} s, but {word}");
        return "";
    }

    /// <summary>The node's state in its own words.</summary>
    private static async Task<string> WordAsync(LabCluster cluster) =>
        (await cluster.StatusAsync(Node, Cancel))?.Nodes.FirstOrDefault(n =>
            n.Name == Node)?.State ?? "silent";

    private static int PowerEvents(LabCluster cluster) =>
        cluster.Record().Count(e => e.What.StartsWith("power-", StringComparison.Ordinal));

    [GeneratedRegex("<primitive id=\"r1\"[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(" description=\"[^\"]*\"")]
    private static partial Regex Description();
}
