using Truce.Contracts;

namespace Truce.Cli.Metrics;

/// <summary>
/// Counts events as they come, so that each look at the cluster asks only for what is new. It begins with
/// those that the cluster remembers.
/// </summary>
internal sealed class EventTally
{
    /// <summary>More than there are kinds of events and nodes: nothing a cluster says lets it grow
    /// without limit.</summary>
    private const int NamesMax = 1000;

    private static readonly HashSet<string> s_changes = new(StringComparer.Ordinal)
    {
        "node-joined", "node-left", "node-lost", "node-returned", "controller-gone", "controller-lost",
        "fence-confirmed",
    };

    // A series that begins with its first event shows no increase.
    private static readonly string[] s_fromZero =
    [
        "fence-asked", "fence-avoided", "fence-confirmed", "fence-failed", "node-lost", "operation-failed",
        "planning-failed", "recovered", "store-failing",
    ];

    private readonly SortedDictionary<string, long> _kinds = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, DateTimeOffset> _since = new(StringComparer.Ordinal);
    private string? _lineage;

    /// <summary>The index of the last event that was counted.</summary>
    public long After { get; private set; }

    /// <summary>How many there were of each kind.</summary>
    public IReadOnlyDictionary<string, long> Kinds => _kinds;

    /// <summary>When each node last came, went or was fenced.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Since => _since;

    /// <summary>Begins anew if the cluster isn't the one whose events were counted.</summary>
    public void Continue(string lineage)
    {
        if (lineage == _lineage)
            return;
        _kinds.Clear();
        _since.Clear();
        foreach (string kind in s_fromZero)
            _kinds[kind] = 0;
        (_lineage, After) = (lineage, 0);
    }

    /// <summary>Counts events, oldest first.</summary>
    public void Add(IEnumerable<ClusterEvent> events)
    {
        foreach (ClusterEvent one in events)
        {
            After = one.Index;
            if (_kinds.Count < NamesMax || _kinds.ContainsKey(one.Kind))
                _kinds[one.Kind] = _kinds.GetValueOrDefault(one.Kind) + 1;
            if (one.Node is { } node && s_changes.Contains(one.Kind)
                && (_since.Count < NamesMax || _since.ContainsKey(node)))
                _since[node] = one.At;
        }
    }
}
