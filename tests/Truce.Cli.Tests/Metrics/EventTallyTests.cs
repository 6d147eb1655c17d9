using Truce.Cli.Metrics;
using Truce.Contracts;

namespace Truce.Cli.Tests.Metrics;

public sealed class EventTallyTests
{
    private static readonly DateTimeOffset s_at = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly EventTally _tally = new();

    [Fact]
    public void Events_are_counted_across_scrapes()
    {
        _tally.Continue("1");
        _tally.Add([Event(3, "view"), Event(4, "node-lost", "n1")]);
        _tally.Continue("1");
        _tally.Add([Event(11, "node-lost", "n2"), Event(12, "start-done", "n1")]);
        Assert.Equal(2, _tally.Kinds["node-lost"]);
        Assert.Equal(1, _tally.Kinds["view"]);
        Assert.Equal(12, _tally.After);
    }

    [Fact]
    public void What_alerts_ask_for_begins_at_zero()
    {
        _tally.Continue("1");
        Assert.Equal(0, _tally.Kinds["fence-failed"]);
    }

    [Fact]
    public void Another_cluster_is_counted_anew()
    {
        _tally.Continue("1");
        _tally.Add([Event(9, "node-lost", "n1")]);
        _tally.Continue("2");
        Assert.Equal(0, _tally.After);
        Assert.Equal(0, _tally.Kinds["node-lost"]);
        Assert.Empty(_tally.Since);
    }

    [Fact]
    public void A_node_is_so_since_it_last_came_or_went()
    {
        _tally.Continue("1");
        _tally.Add(
            [Event(1, "node-joined", "n1"), Event(2, "node-lost", "n1"), Event(3, "start-done", "n1"),
                Event(4, "view")]);
        Assert.Equal(s_at.AddSeconds(2), _tally.Since["n1"]);
    }

    [Fact]
    public void It_does_not_grow_without_limit()
    {
        _tally.Continue("1");
        _tally.Add(Enumerable.Range(1, 5000).Select(i => Event(i, $"kind-{i}")));
        _tally.Add(Enumerable.Range(5001, 5000).Select(i => Event(i, "node-lost", $"n{i}")));
        Assert.Equal(1000, _tally.Kinds.Count);
        Assert.Equal(1000, _tally.Since.Count);
        Assert.Equal(5000, _tally.Kinds["node-lost"]);
    }

    private static ClusterEvent Event(long index, string kind, string? node = null) =>
        new(index, s_at.AddSeconds(index), 0, kind, node, null, "");
}
