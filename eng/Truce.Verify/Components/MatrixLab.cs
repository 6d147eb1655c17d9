using System.Diagnostics;
using Truce.EndToEnd.Driving;
using Truce.EndToEnd.World;
using Truce.Verify.Safe;

namespace Truce.Verify.Components;

/// <summary>Three real nodes over Corosync, and what a cell needs of them.</summary>
internal sealed class MatrixLab : IAsyncDisposable
{
    /// <summary>Generous: a node may have to be shot and to boot, on a machine that has other things to
    /// do.</summary>
    public static readonly TimeSpan WholeMax = TimeSpan.FromSeconds(180);

    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(50);
    private readonly SafeLab _lab;

    private MatrixLab(SafeLab lab) => _lab = lab;

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Nodes { get; } = ["n1", "n2", "n3"];

    /// <summary>Nanoseconds since 1970, as the world records them.</summary>
    public static long Now => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

    /// <summary>Brings it up.</summary>
    public static async Task<MatrixLab> UpAsync(string name) => new(await SafeLab.UpAsync(
        name, "--nodes", "3", "--engine", "corosync", "--links", "1", "--timeout", "180s",
        "--config", Repository.At("eng", "Truce.Verify", "Components", "matrix.xml"),
        "--agents", Repository.At("tests", "Truce.EndToEnd", "agents", "truce-test")).ConfigureAwait(false));

    /// <summary>A command of <c>truce</c>.</summary>
    public Task<Ended> TruceAsync(params string[] arguments) => _lab.TruceAsync(arguments);

    /// <summary>The same, tried again for half a minute: the node that answers may be the one that was
    /// hit.</summary>
    public async Task<Ended> InsistAsync(params string[] arguments)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (true)
        {
            Ended done = await _lab.TruceAsync(arguments).ConfigureAwait(false);
            if (done.Code == 0 || watch.Elapsed > TimeSpan.FromSeconds(30))
                return done;
            await Task.Delay(500).ConfigureAwait(false);
        }
    }

    /// <summary>What the cluster says of itself; null: nobody answers.</summary>
    public async Task<ClusterView?> StatusAsync()
    {
        Ended status = await _lab.TruceAsync("status", "--json").ConfigureAwait(false);
        return status.Code == 0 ? ClusterView.Parse(status.Answer) : null;
    }

    /// <summary>Waits for something of the status.</summary>
    /// <exception cref="TimeoutException">It doesn't come about.</exception>
    public async Task<ClusterView> UntilAsync(string what, Func<ClusterView, bool> isSo, TimeSpan limit)
    {
        ClusterView? last = null;
        for (Stopwatch watch = Stopwatch.StartNew(); watch.Elapsed < limit;)
        {
            last = await StatusAsync().ConfigureAwait(false) ?? last;
            if (last is not null && isSo(last))
                return last;
            await Task.Delay(s_poll).ConfigureAwait(false);
        }

        throw new TimeoutException($"not {what} within {limit.TotalSeconds:0} s: {Brief(last)}");
    }

    /// <summary>Waits for something in the world's record.</summary>
    /// <exception cref="TimeoutException">It doesn't come about.</exception>
    public async Task<WorldEvent> SeenAsync(
        string what, long since, Func<WorldEvent, bool> isIt, TimeSpan limit)
    {
        for (Stopwatch watch = Stopwatch.StartNew(); watch.Elapsed < limit;)
        {
            if (Record(since).FirstOrDefault(isIt) is { } seen)
                return seen;
            await Task.Delay(s_poll).ConfigureAwait(false);
        }

        throw new TimeoutException($"no {what} within {limit.TotalSeconds:0} s");
    }

    /// <summary>All nodes are in service, both services run once, and nothing is left to do.</summary>
    public static bool IsWhole(ClusterView view) => view.Online == 3 && view.IsSettled
        && view.NodeOf("web") is not null && view.NodeOf("slow") is not null;

    /// <summary>Waits until everything is whole. Losses that follow each other within minutes count as a node
    /// that is lost repeatedly, or as a start that costs nodes: an operator lets both back.</summary>
    public async Task<ClusterView> WholeAsync()
    {
        ClusterView view = await UntilAsync(
            "whole", v => IsWhole(v) || v is { State: "held", Online: 3 }, WholeMax).ConfigureAwait(false);
        if (IsWhole(view))
            return view;
        foreach (string held in (string[])[.. view.Quarantined, "slow", "web"])
            await TruceAsync("fence", "release", held).ConfigureAwait(false);
        return await UntilAsync("whole after the release", IsWhole, WholeMax).ConfigureAwait(false);
    }

    /// <summary>What the world recorded from then on.</summary>
    public IReadOnlyList<WorldEvent> Record(long since) =>
        [.. WorldRecord.Read(Path.Combine(_lab.Folder, "world"), EventsFile)
            .Where(e => e.Nanoseconds >= since)];

    /// <summary>The lab's own words from then on.</summary>
    public IEnumerable<(long At, string Node, string Words)> Events(long since) =>
        File.ReadLines(EventsFile).Select(l => l.Split(' ', 3)).Where(w => w.Length == 3)
            .Select(w => (long.Parse(w[0], System.Globalization.CultureInfo.InvariantCulture), w[1], w[2]))
            .Where(e => e.Item1 >= since);

    /// <summary>Hits a component on a node; false: it isn't running there now.</summary>
    public async Task<bool> HitAsync(MatrixCell cell, string node)
    {
        if (cell.Component == MatrixCell.Engine)
        {
            string signal = cell.Blow == Blow.Kill ? "KILL" : "STOP";
            return (await _lab.TruceAsync(
                "lab", "exec", node, "--", "systemctl", "kill", $"--signal={signal}", "corosync")
                .ConfigureAwait(false)).Code == 0;
        }

        return cell.Blow == Blow.Kill
            ? RoleProcesses.Kill(_lab.Folder, node, cell.Component)
            : RoleProcesses.Stop(_lab.Folder, node, cell.Component);
    }

    /// <summary>Whether a component has a process on a node.</summary>
    public bool Runs(MatrixCell cell, string node) => cell.Component == MatrixCell.Engine
        || RoleProcesses.Find(_lab.Folder, node, cell.Component).Any();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    private string EventsFile => Path.Combine(_lab.Folder, "events");

    private static string Brief(ClusterView? view) => view is null
        ? "nobody answers"
        : $"{view.State}, {string.Join(' ', view.Nodes.Select(n => $"{n.Name}={n.State}"))}, "
            + $"web on {view.NodeOf("web")}, slow on {view.NodeOf("slow")}";
}
