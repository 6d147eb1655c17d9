namespace Truce.Model.Replication;

/// <summary>Why a node can't keep what it would have to acknowledge.</summary>
public enum StoreFault
{
    /// <summary>No space is left. Passes once there is some.</summary>
    Full,

    /// <summary>The file system takes no writes. Passes once it does.</summary>
    ReadOnly,

    /// <summary>The file can't be reached, or the device fails. May pass.</summary>
    Unreachable,

    /// <summary>What is read isn't what was written. Stays until an operator repairs it.</summary>
    Damaged,

    /// <summary>The open file was deleted or another one was put in its place. Stays.</summary>
    Replaced,

    /// <summary>A later version of Truce wrote it. Stays.</summary>
    Newer,
}

/// <summary>What follows from a fault.</summary>
public static class StoreFaults
{
    /// <summary>Whether the fault stays until an operator acts; waiting for it to pass is in vain.</summary>
    public static bool Stays(this StoreFault fault) => fault switch
    {
        StoreFault.Full or StoreFault.ReadOnly or StoreFault.Unreachable => false,
        StoreFault.Damaged or StoreFault.Replaced or StoreFault.Newer => true,
    };

    /// <summary>What an operator does about it.</summary>
    public static string Remedy(this StoreFault fault) => fault switch
    {
        StoreFault.Full => "free space in the state directory; the node continues by itself",
        StoreFault.ReadOnly => "make the state directory's file system writable; the node continues by itself",
        StoreFault.Unreachable => "repair the disk or the permissions of the state directory; the node continues by itself",
        StoreFault.Damaged or StoreFault.Replaced => "truce node repair, on this node",
        StoreFault.Newer => "install that version of Truce again, or truce node repair, on this node",
    };
}
