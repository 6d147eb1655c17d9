using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// Compares the running hash that the coordinator's ticks carry with own ones. A difference means that members hold
/// different states under one index: this process stops, and comes back by a snapshot (promise S6).
/// </summary>
internal sealed class RunningHashes
{
    private const int KeptMax = 4_096;
    private readonly Dictionary<long, string> _hashes = [];
    private readonly Queue<long> _order = [];

    /// <summary>Another log: what was applied before says nothing about it.</summary>
    public void Clear()
    {
        _hashes.Clear();
        _order.Clear();
    }

    /// <summary>An entry was applied.</summary>
    public void Add(AppliedEntry applied)
    {
        if (_hashes.TryAdd(applied.Index, applied.After.Hash))
            _order.Enqueue(applied.Index);
        _hashes[applied.Index] = applied.After.Hash;
        while (_order.Count > KeptMax)
            _hashes.Remove(_order.Dequeue());
        foreach (Command command in applied.Entry.Submission.Commands)
        {
            if (command is Command.Tick tick)
                Check(tick, applied);
        }
    }

    private void Check(Command.Tick tick, AppliedEntry applied)
    {
        // A tick of an earlier view may speak of an entry that this lineage replaced.
        if (applied.Before.View is not { } view || applied.Entry.Epoch != view.Epoch)
            return;
        if (_hashes.TryGetValue(tick.AtIndex, out string? own) && tick.Hash.Length > 0)
        {
            InvariantException.Require(
                own == tick.Hash, $"at index {tick.AtIndex} this state's hash is {own}, the coordinator's {tick.Hash}");
        }
    }
}
