namespace Truce.Ports;

/// <summary>Counts, over boots, how often this node has reset itself for a component.</summary>
public interface IResetRecord
{
    /// <summary>A reset is about to follow. Returns within a bounded time, whatever the disk does: a disk
    /// that hangs may be the reason for the reset.</summary>
    void Add(string reason);
}
