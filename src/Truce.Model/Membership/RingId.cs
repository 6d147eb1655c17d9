namespace Truce.Model;

/// <summary>Identifies a membership of nodes. A later one on the same node has the larger sequence.</summary>
public readonly record struct RingId(uint Representative, ulong Sequence)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Representative}.{Sequence}";
}
