using Truce.EndToEnd.Driving;
using Truce.EndToEnd.World;

namespace Truce.Verify.Components;

/// <summary>Brings each moment about, and shows that it was there: by an event before the blow and one after
/// it.</summary>
internal sealed class MatrixMoments(MatrixLab lab)
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(60);
    private Task<Ended>? _change;
    private string _changed = "";
    private string _lost = "";
    private int _count;

    /// <summary>The node whose power was cut so that another shoots at it; empty: none.</summary>
    public string CutToShoot { get; private set; } = "";

    /// <summary>The node that is to be hit, and what shows the moment.</summary>
    public async Task<(string Node, string Before)> BringAboutAsync(Moment moment)
    {
        (_change, _changed, _lost, CutToShoot) = (null, "", "", "");
        ClusterView whole = await lab.WholeAsync().ConfigureAwait(false);
        string coordinator = whole.Coordinator ?? "n1";
        // Where web runs, its outage would be the power cut's.
        string follower = MatrixLab.Nodes.First(n => n != coordinator && n != whole.NodeOf("web"));
        long now = MatrixLab.Now;
        _count++;
        return moment switch
        {
            Moment.Idle => (MatrixLab.Nodes.Where(n => n != coordinator).ElementAt(_count % 2), "settled"),
            Moment.Coordinator => (coordinator, $"settled under {coordinator}"),
            Moment.Start => await StartAsync(now).ConfigureAwait(false),
            Moment.Stop => await StopAsync(now).ConfigureAwait(false),
            Moment.Fence => await FenceAsync(follower, now).ConfigureAwait(false),
            Moment.Joining => await JoiningAsync(follower, null).ConfigureAwait(false),
            Moment.Transfer => await JoiningAsync(follower, coordinator).ConfigureAwait(false),
            Moment.Commit => Commit(coordinator),
        };
    }

    /// <summary>What the moment came to; null: nothing shows that.</summary>
    public async Task<(string? After, string Complaint)> AfterAsync(Moment moment, long blow)
    {
        IReadOnlyList<WorldEvent> record = lab.Record(blow);
        switch (moment)
        {
            case Moment.Start:
                return (Said(record, "slow", "started"), "");
            case Moment.Stop:
                return (Said(record, "slow", "stopped") ?? Said(record, null, "power-off"), "");
            case Moment.Fence:
            case Moment.Joining:
            case Moment.Transfer:
                return (Said(record.Where(e => e.Node == _lost), null, "power-off")
                    ?? Said(record.Where(e => e.Node == _lost), null, "power-on") ?? $"{_lost} is back", "");
            case Moment.Commit:
                return await CommittedAsync().ConfigureAwait(false);
            case Moment.Idle:
            case Moment.Coordinator:
            default:
                return (Said(record, "web", "alive"), "");
        }
    }

    private static string? Said(IEnumerable<WorldEvent> record, string? resource, string what) =>
        record.FirstOrDefault(e => e.Resource == resource && e.What == what) is { } e
            ? $"{resource ?? "power"} {what} on {e.Node}" : null;

    private async Task<(string, string)> StartAsync(long now)
    {
        await lab.InsistAsync("resource", "disable", "slow").ConfigureAwait(false);
        await lab.InsistAsync("resource", "enable", "slow", "--no-wait").ConfigureAwait(false);
        WorldEvent seen = await lab.SeenAsync(
            "start of slow", now, e => e is { Resource: "slow", What: "start" }, s_soon)
            .ConfigureAwait(false);
        return (seen.Node, "start of slow has begun");
    }

    private async Task<(string, string)> StopAsync(long now)
    {
        await lab.InsistAsync("resource", "disable", "slow", "--no-wait").ConfigureAwait(false);
        WorldEvent seen = await lab.SeenAsync(
            "stop of slow", now, e => e is { Resource: "slow", What: "stop" }, s_soon).ConfigureAwait(false);
        return (seen.Node, "stop of slow has begun");
    }

    private async Task<(string, string)> FenceAsync(string lost, long now)
    {
        _lost = CutToShoot = lost;
        await lab.TruceAsync("lab", "set", "fence_ms", "3000").ConfigureAwait(false);
        await lab.TruceAsync("lab", "kill", lost).ConfigureAwait(false);
        await lab.SeenAsync(
            "shot", now, e => e.What == "fence-requested" && e.Node == lost, s_soon).ConfigureAwait(false);
        (_, _, string words) = lab.Events(now).First(
            e => e.Node == lost && e.Words.StartsWith("fence-requested", StringComparison.Ordinal));
        string by = words.Split(' ').First(w => w.StartsWith("by=", StringComparison.Ordinal))[3..];
        return (by, $"{by} shoots at {lost}");
    }

    private async Task<(string, string)> JoiningAsync(string lost, string? source)
    {
        _lost = lost;
        long now = MatrixLab.Now;
        await lab.TruceAsync("lab", "kill", lost).ConfigureAwait(false);
        // The shot boots it; until it is online it joins.
        await lab.SeenAsync(
            "boot", now, e => e.What == "power-on" && e.Node == lost, s_soon).ConfigureAwait(false);
        MatrixCell controller = new(Moment.Joining, Blow.Kill, "controller");
        for (int i = 0; i < 400 && !lab.Runs(controller, lost); i++)
            await Task.Delay(25).ConfigureAwait(false);
        ClusterView? view = await lab.StatusAsync().ConfigureAwait(false);
        string state = view?.Nodes.FirstOrDefault(n => n.Name == lost)?.State ?? "unknown";
        return (source ?? lost, $"{lost} has booted and is {state}");
    }

    private (string, string) Commit(string coordinator)
    {
        _changed = $"matrix-{_count}-{MatrixLab.Now}";
        _change = lab.TruceAsync("option", "set", $"cluster-name={_changed}", "--no-wait");
        return (coordinator, "a change has been asked for");
    }

    // What was acknowledged is there, on every node; what wasn't may be.
    private async Task<(string? After, string Complaint)> CommittedAsync()
    {
        Ended change = await _change!.ConfigureAwait(false);
        List<bool> has = [];
        foreach (string node in MatrixLab.Nodes)
        {
            Ended shown = await lab.InsistAsync("config", "show", "--node", node).ConfigureAwait(false);
            has.Add(shown.Answer.Contains(_changed, StringComparison.Ordinal));
        }

        string after = $"the change ended with code {change.Code}, {has.Count(h => h)} of 3 nodes have it";
        bool isRight = has.All(h => h) || (change.Code != 0 && !has.Any(h => h));
        return (after, isRight ? "" : after);
    }
}
