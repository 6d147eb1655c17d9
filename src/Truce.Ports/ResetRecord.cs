namespace Truce.Ports;

/// <summary>Counts, over boots, how often this node has reset itself for a component, and keeps
/// why.</summary>
public interface IResetRecord
{
    /// <summary>A reset is about to follow. Returns within a bounded time, whatever the disk does: a disk
    /// that hangs may be the reason for the reset.</summary>
    void Add(string reason);

    /// <summary>A reset that doesn't count is about to follow, for any other reason. The next boot tells the
    /// cluster why. Bounded in the same way.</summary>
    void Note(string reason);
}
