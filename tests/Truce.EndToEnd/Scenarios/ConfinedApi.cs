using System.Globalization;
using Truce.EndToEnd.Driving;

namespace Truce.EndToEnd.Scenarios;

/// <summary>The API runs as a user of its own without any capability, and serves root and the group all the
/// same.</summary>
[Collection(SharedCluster.Name)]
public sealed class ConfinedApi(ClusterFixture fixture)
{
    private const string Node = "n2";
    private const string Readers = "nogroup";
    private const string None = "0000000000000000";
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private readonly LabCluster _cluster = fixture.Cluster;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void It_has_no_capability_and_no_way_to_one()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "another user takes root");
        Dictionary<string, string> status = Status("api");
        Assert.All(Fields(status["Uid"]), id => Assert.Equal("64811", id));
        Assert.All(Fields(status["Gid"]), id => Assert.Equal("64811", id));
        Assert.Empty(Fields(status["Groups"]));
        Assert.All(["CapInh", "CapPrm", "CapEff", "CapAmb"], c => Assert.Equal(None, status[c]));
        Assert.Equal("1", status["NoNewPrivs"]);
        Assert.Equal("2", status["Seccomp"]);
        // Every thread, those too that were there before.
        foreach (string thread in Directory.GetDirectories($"/proc/{Role("api")}/task"))
        {
            Dictionary<string, string> of = Read(Path.Combine(thread, "status"));
            Assert.Equal(("1", "2", None), (of["NoNewPrivs"], of["Seccomp"], of["CapEff"]));
        }

        // It alone: the others need what they have.
        Assert.Equal("0", Fields(Status("controller")["Uid"])[0]);
    }

    [Fact]
    public async Task Root_the_group_and_everybody_else_have_the_rights_that_they_had()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "other users take root");
        await LetReadersInAsync();
        string file = Path.Combine(_cluster.Folder, "again.xml");
        await File.WriteAllTextAsync(
            file, await _cluster.DoAsync(Cancel, "config", "show", "--node", Node), Cancel);

        Assert.Equal(0, (await _cluster.RunAsync(Cancel, "config", "apply", file, "--node", Node)).Code);
        Assert.Equal(0, (await AsAsync("65534", "65534", "status")).Code);
        Assert.Equal(0, (await AsAsync("65534", "65534", "config", "show")).Code);
        Ended change = await AsAsync("65534", "65534", "attr", "set", Node, "a", "1");
        Assert.True(change.Code == 5, change.Error + change.Output);
        // In the group by its primary group, as another user; and one who isn't in it at all.
        Assert.Equal(0, (await AsAsync("64000", "65534", "status")).Code);
        Assert.Equal(5, (await AsAsync("64000", "64000", "status")).Code);
        // The user of the API itself is nobody special at its sockets.
        Assert.Equal(5, (await AsAsync("64811", "64811", "status")).Code);
    }

    // The group that may look is one that every system has.
    private async Task LetReadersInAsync()
    {
        string file = Directory.GetFiles(
            Path.Combine(_cluster.Folder, "nodes", Node), "truce.conf", SearchOption.AllDirectories)[0];
        if ((await File.ReadAllTextAsync(file, Cancel)).Contains("api_group", StringComparison.Ordinal))
            return;
        await File.AppendAllTextAsync(file, $"\napi_group = {Readers}\n", Cancel);
        int before = Role("api");
        RoleProcesses.Kill(_cluster.Folder, Node, "api");
        await _cluster.UntilAsync(
            "served by another API",
            _ => RoleProcesses.Find(_cluster.Folder, Node, "api").Any(p => p != before),
            s_limit, Cancel, Node);
    }

    // From the socket's folder: it may lie where another user can't go.
    private Task<Ended> AsAsync(string user, string group, params string[] words) => Programs.RunAsync(
        "/bin/sh",
        [
            "-c", $"cd '{_cluster.Folder}/nodes/{Node}/run' && exec setpriv --reuid {user} "
            + $"--regid {group} --clear-groups '{Programs.Truce}' \"$@\" --socket api.sock", "sh", .. words,
        ], _cluster.Folder, s_limit, Cancel);

    private int Role(string role) => RoleProcesses.Find(_cluster.Folder, Node, role).Single();

    private Dictionary<string, string> Status(string role) =>
        Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{Role(role)}/status"));

    private static Dictionary<string, string> Read(string file) => File.ReadLines(file)
        .Select(l => l.Split(':', 2)).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1].Trim());

    private static string[] Fields(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
