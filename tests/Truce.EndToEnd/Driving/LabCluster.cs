using System.Diagnostics;
using System.Globalization;
using Truce.EndToEnd.World;

namespace Truce.EndToEnd.Driving;

/// <summary>A real cluster of processes in a lab of its own, driven as an administrator would: by
/// <c>truce</c>.</summary>
internal sealed class LabCluster : IAsyncDisposable
{
    private static readonly TimeSpan s_commandLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_upLimit = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(100);

    private LabCluster(string folder) => Folder = folder;

    /// <summary>The lab's folder.</summary>
    public string Folder { get; }

    /// <summary>The folder that agents on the nodes record to.</summary>
    public string WorldFolder => Path.Combine(Folder, "world");

    /// <summary>The lab's own record.</summary>
    public string EventsFile => Path.Combine(Folder, "events");

    /// <summary>Brings a lab up with a configuration of ours; returns when it has settled.</summary>
    public static Task<LabCluster> UpAsync(string configuration, int nodes, CancellationToken cancel) =>
        UpAsync(configuration, nodes, ["--engine", "local"], cancel);

    /// <summary>The same on hosts with systemd, Corosync and two links.</summary>
    /// <param name="configuration">The CIB's file.</param>
    /// <param name="nodes">How many.</param>
    /// <param name="cancel">Ends it.</param>
    /// <param name="more">More options of <c>lab up</c>.</param>
    public static Task<LabCluster> UpOnCorosyncAsync(
        string configuration, int nodes, CancellationToken cancel, params string[] more)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "hosts with systemd need root");
        Assert.SkipUnless(File.Exists("/usr/sbin/corosync"), "corosync isn't installed");
        Assert.SkipUnless(File.Exists("/lib/systemd/systemd"), "systemd isn't installed");
        return UpAsync(configuration, nodes, ["--engine", "corosync", "--links", "2", .. more], cancel);
    }

    private static async Task<LabCluster> UpAsync(
        string configuration, int nodes, string[] engine, CancellationToken cancel)
    {
        Programs.Require();
        string name = string.Create(
            CultureInfo.InvariantCulture, $"/var/tmp/truce-e2e-{Environment.ProcessId}-{Guid.NewGuid():N}");
        LabCluster cluster = new(name[..40]);
        string[] arguments =
        [
            "lab", "up", "--nodes", nodes.ToString(CultureInfo.InvariantCulture), .. engine,
            "--config", Path.Combine(AppContext.BaseDirectory, "configurations", configuration),
            "--agents", Path.Combine(AppContext.BaseDirectory, "agents", "truce-test"),
        ];
        try
        {
            Ended up = await Programs.RunAsync(Programs.Truce, arguments, cluster.Folder, s_upLimit, cancel);
            Assert.True(up.Code == 0, $"lab up: exit {up.Code}\n{up.Error}{up.Output}");
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs <c>truce …</c> against this lab.</summary>
    public Task<Ended> RunAsync(CancellationToken cancel, params string[] arguments) =>
        Programs.RunAsync(Programs.Truce, arguments, Folder, s_commandLimit, cancel);

    /// <summary>Runs <c>truce …</c> and requires that it succeeds.</summary>
    public async Task<string> DoAsync(CancellationToken cancel, params string[] arguments)
    {
        Ended ended = await RunAsync(cancel, arguments);
        Assert.True(ended.Code == 0,
            $"truce {string.Join(' ', arguments)}: exit {ended.Code}\n{ended.Error}{ended.Output}");
        return ended.Output;
    }

    /// <summary>The configuration as a node has it; the header's counters, which rise with every change, left
    /// out.</summary>
    public async Task<string> ConfigurationAsync(string? node, CancellationToken cancel)
    {
        string[] ask = node is null ? ["config", "show"] : ["config", "show", "--node", node];
        // The API of this very node may be what a fault has just killed: it has half a minute to answer
        // again.
        Ended ended = await RunAsync(cancel, ask);
        for (int attempt = 0; ended.Code == 4 && attempt < 60; attempt++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), cancel);
            ended = await RunAsync(cancel, ask);
        }

        Assert.True(ended.Code == 0,
            $"truce {string.Join(' ', ask)}: exit {ended.Code}\n{ended.Error}\n{Tails()}");
        string xml = ended.Output;
        int begin = xml.IndexOf("<configuration", StringComparison.Ordinal);
        int end = xml.IndexOf("</configuration>", StringComparison.Ordinal);
        Assert.True(begin >= 0 && end > begin, xml);
        return xml[begin..end];
    }

    /// <summary>The status as <c>truce status --json</c> has it; null while no node answers.</summary>
    /// <param name="node">The node to ask; null: the first that is up.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<ClusterView?> StatusAsync(string? node, CancellationToken cancel)
    {
        string[] arguments = node is null ? ["status", "--json"] : ["status", "--json", "--node", node];
        Ended ended = await RunAsync(cancel, arguments);
        return ended.Code == 0 ? ClusterView.Parse(ended.Output) : null;
    }

    /// <summary>Waits until the status is as wished; how long that took.</summary>
    /// <param name="wish">What is waited for, for who reads a failure.</param>
    /// <param name="isSo">Whether it is so.</param>
    /// <param name="limit">How long.</param>
    /// <param name="cancel">Ends it.</param>
    /// <param name="node">The node to ask; null: the first that is up.</param>
    public async Task<TimeSpan> UntilAsync(
        string wish,
            Func<ClusterView, bool> isSo, TimeSpan limit, CancellationToken cancel, string? node = null)
    {
        Stopwatch watch = Stopwatch.StartNew();
        ClusterView? last = null;
        while (watch.Elapsed < limit)
        {
            last = await StatusAsync(node, cancel) ?? last;
            if (last is not null && isSo(last))
                return watch.Elapsed;
            await Task.Delay(s_poll, cancel);
        }

        throw new TimeoutException(
            $"not {wish} after {limit.TotalSeconds} s; the last status was\n{last}\n{Tails()}");
    }

    /// <summary>Runs <c>truce …</c> until it is taken: right after a fault the first node asked may be the
    /// one that is gone, or have no view yet.</summary>
    public async Task UntilDoneAsync(CancellationToken cancel, params string[] command)
    {
        Ended ended = await RunAsync(cancel, command);
        for (int attempt = 1; ended.Code != 0 && attempt < 60; attempt++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), cancel);
            ended = await RunAsync(cancel, command);
        }

        Assert.True(ended.Code == 0,
            $"truce {string.Join(' ', command)} was not taken for 30 s: exit {ended.Code}\n{ended.Error}");
    }

    /// <summary>Everything that the world recorded so far.</summary>
    public IReadOnlyList<WorldEvent> Record() => WorldRecord.Read(WorldFolder, EventsFile);

    /// <summary>What its agents have started and not stopped, as the world recorded it.</summary>
    public IReadOnlyList<(string Node, string Resource)> StillRunning() =>
    [
        .. Record().Where(e => e.What is "started" or "stopped").GroupBy(e => (e.Node, e.Resource))
            .Where(g => g.Last().What == "started").Select(g => (g.Key.Node, g.Key.Resource!)),
    ];

    /// <summary>Requires that nothing was ever active on two living nodes.</summary>
    public void RequireNothingTwice()
    {
        IReadOnlyList<string> findings = ActivityChecker.Check(Record());
        Assert.True(findings.Count == 0, string.Join('\n', findings.Take(10)) + "\n" + Tails());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Ended down = await Programs.RunAsync(
            Programs.Truce, ["lab", "down"], Folder, s_commandLimit, CancellationToken.None);
        Assert.True(down.Code == 0 && !Directory.Exists(Folder),
            $"lab down left {Folder}: {down.Error}{down.Output}");
    }

    // What a reader of a failed test wants to see: the end of the lab's record.
    private string Tails() => File.Exists(EventsFile)
        ? "lab events:\n" + string.Join('\n', File.ReadLines(EventsFile).TakeLast(40))
        : "";
}
