using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// One copy of the log: the committed state and the entries delivered after it. Delivery isn't commitment:
/// nothing outside this class sees an entry before members with a quorum of votes have acknowledged it.
/// </summary>
internal sealed class Replica
{
    /// <summary>Entries that may wait for commitment: more means that a quorum
    /// has stopped acknowledging.</summary>
    public const int TailMax = 20_000;

    private readonly List<LogEntry> _tail = [];

    public Replica(ReplicatedState committed, Epoch epoch, string tailHash, string branch = "")
    {
        Committed = committed;
        Epoch = epoch;
        TailHash = tailHash;
        Branch = branch;
    }

    /// <summary>The state at commitment.</summary>
    public ReplicatedState Committed { get; private set; }

    /// <summary>The last quorate view that this copy took part in.</summary>
    public Epoch Epoch { get; private set; }

    /// <summary>Digest of all entries up to the last one delivered.</summary>
    public string TailHash { get; private set; }

    /// <summary>The minority's branch; empty: the cluster's own log.</summary>
    public string Branch { get; }

    /// <summary>The index of the last entry delivered.</summary>
    public long Last => Committed.Index + _tail.Count;

    /// <summary>How far this copy is.</summary>
    public Standing Standing => new(Epoch, Last);

    /// <summary>Entries delivered and not committed.</summary>
    public IReadOnlyList<LogEntry> Tail => _tail;

    /// <summary>Takes part in a new quorate view.</summary>
    public void Enter(Epoch epoch)
    {
        InvariantException.Require(epoch.CompareTo(Epoch) > 0, $"view {epoch} isn't later than {Epoch}");
        Epoch = epoch;
    }

    /// <summary>An entry was delivered.</summary>
    public void Append(LogEntry entry)
    {
        InvariantException.Require(_tail.Count < TailMax, $"{TailMax} entries wait for commitment");
        _tail.Add(entry);
        string text = $"{TailHash} {entry.Digest}";
        TailHash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 12));
    }

    /// <summary>Commits up to <paramref name="index"/> and gives what was applied.</summary>
    public ImmutableArray<AppliedEntry> CommitTo(long index)
    {
        InvariantException.Require(index <= Last, $"commit of {index}, but only {Last} were delivered");
        ImmutableArray<AppliedEntry>.Builder applied = ImmutableArray.CreateBuilder<AppliedEntry>();
        int count = (int)Math.Max(0, index - Committed.Index);
        for (int i = 0; i < count; i++)
        {
            AppliedEntry entry = LogApply.Apply(Committed, _tail[i], new Standing(_tail[i].Epoch, Committed.Index + 1));
            Committed = entry.After;
            applied.Add(entry);
        }

        _tail.RemoveRange(0, count);
        return applied.ToImmutable();
    }

    /// <summary>The same branch, going on in another view.</summary>
    public Replica Rename(string branch)
    {
        Replica renamed = new(Committed, Epoch, TailHash, branch);
        renamed._tail.AddRange(_tail);
        return renamed;
    }

    /// <summary>The copy that a snapshot makes.</summary>
    public static Replica Installed(
        ReplicatedState committed, IEnumerable<LogEntry> tail, HelloFacts source, string branch)
    {
        // The source's digest covers the tail already.
        string hash = branch.Length == 0 ? source.TailHash : source.Branch;
        Replica replica = new(committed, source.Standing.Epoch, hash, branch);
        replica._tail.AddRange(tail);
        return replica;
    }

    /// <summary>A branch from the committed state: what waits for commitment isn't in it.</summary>
    public Replica Fork(string branch) => new(Committed, Epoch, TailHash + branch, branch);
}
