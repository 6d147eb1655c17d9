using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Truce.Model.Replication;

/// <summary>
/// Names one agreement on a view: the ring, who was in it, and which round of hellos (a change of votes alone
/// starts another). Every message carries the sender's; one that differs from the receiver's was sent in
/// another view and is dropped by all members alike; its sender sends it again.
/// </summary>
/// <param name="Ring">The engine's ring.</param>
/// <param name="Members">A digest of the members: processes may change under one ring.</param>
/// <param name="Round">1 for the first.</param>
public readonly record struct ViewTag(RingId Ring, ulong Members, int Round)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Ring}/{Members:x8}.{Round}";
}

/// <summary>
/// Orders the quorate views. Two quorate rings share a node, and rings of one node have rising sequences: so
/// no two quorate views have the same epoch, and a later one has the larger.
/// </summary>
/// <param name="Ring">The ring's sequence.</param>
/// <param name="Round">Views agreed on under that ring, counted.</param>
public readonly record struct Epoch(ulong Ring, int Round) : IComparable<Epoch>
{
    /// <inheritdoc/>
    public int CompareTo(Epoch other) => (Ring, Round).CompareTo((other.Ring, other.Round));

    private const int RoundBits = 10;
    private const int BeginnerBits = 20;

    /// <summary>The number of a lineage that begins in this view after another: no other view begins one of
    /// that number (promise S6).</summary>
    /// <param name="lineage">The latest lineage that is known of; what follows is larger.</param>
    /// <param name="beginners">The sessions of the controllers that begin it: if every controller
    /// dies within one ring, its rounds are counted from the start again, and their sessions
    /// distinguish the new controllers.</param>
    public long LineageAfter(long lineage, IEnumerable<string> beginners)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', beginners)));
        long who = BinaryPrimitives.ReadUInt32LittleEndian(hash) & ((1 << BeginnerBits) - 1);
        // A ring number that doesn't fit is left out: only the beginners distinguish such lineages.
        long view = Ring > uint.MaxValue ? 0 : ((long)Ring << RoundBits) + Math.Min(Round, (1 << RoundBits) - 1);
        return (Math.Max((lineage >> BeginnerBits) + 1, view) << BeginnerBits) | who;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Ring}.{Round}";
}

/// <summary>How far a copy of the log is: the last quorate view it took part in, and the last entry delivered
/// there. The largest standing among members holds everything that was ever committed.</summary>
public readonly record struct Standing(Epoch Epoch, long Index) : IComparable<Standing>
{
    /// <inheritdoc/>
    public int CompareTo(Standing other) => (Epoch, Index).CompareTo((other.Epoch, other.Index));

    /// <inheritdoc/>
    public override string ToString() => $"{Epoch}:{Index}";
}
