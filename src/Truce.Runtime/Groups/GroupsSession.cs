using Truce.Model;

namespace Truce.Runtime.Groups;

/// <summary>One connection of a client.</summary>
internal sealed class GroupsSession(GroupsCaller caller, Instant since)
{
    /// <summary>Who is at the other end.</summary>
    public GroupsCaller Caller { get; } = caller;

    /// <summary>When it connected.</summary>
    public Instant Since { get; } = since;

    /// <summary>How far it is.</summary>
    public SessionPhase Phase { get; set; }
}

/// <summary>How far a connection is.</summary>
internal enum SessionPhase
{
    /// <summary>It hasn't introduced itself.</summary>
    New,

    /// <summary>It only looks.</summary>
    Looking,

    /// <summary>It has a session with a lease.</summary>
    Open,
}
