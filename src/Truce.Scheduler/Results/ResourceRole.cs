namespace Truce.Scheduler;

/// <summary>The current or desired role of a resource on a node. Ordered: a later one
/// includes the earlier ones.</summary>
public enum ResourceRole
{
    /// <summary>Nothing is known.</summary>
    Unknown,

    /// <summary>Not active.</summary>
    Stopped,

    /// <summary>Active; not promotable.</summary>
    Started,

    /// <summary>Active and promotable, but not promoted.</summary>
    Unpromoted,

    /// <summary>Active and promoted.</summary>
    Promoted,
}
