using Truce.Analysis.Execution;
using Truce.Model;

namespace Truce.Analysis.WhatIf;

/// <summary>A change to the cluster that is supposed to have happened before it is planned for.</summary>
public abstract record Modification
{
    private Modification() { }

    /// <summary>The partition has quorum, or not.</summary>
    public sealed record Quorum(bool Held) : Modification;

    /// <summary>The nodes have an active watchdog device, or not.</summary>
    public sealed record Watchdog(bool Active) : Modification;

    /// <summary>A node joined; it is made if it isn't configured.</summary>
    public sealed record NodeUp(NodeId Node) : Modification;

    /// <summary>A node left cleanly.</summary>
    public sealed record NodeDown(NodeId Node) : Modification;

    /// <summary>A node was lost.</summary>
    public sealed record NodeFail(NodeId Node) : Modification;

    /// <summary>A ticket was granted, revoked, put on standby or activated.</summary>
    public sealed record Ticket(TicketId Id, TicketChange Change) : Modification;

    /// <summary>An operation was recorded with a result.</summary>
    public sealed record Inject(OperationSpec Operation) : Modification;
}

/// <summary>What happened to a ticket.</summary>
public enum TicketChange
{
    /// <summary>This site got it.</summary>
    Grant,

    /// <summary>This site lost it.</summary>
    Revoke,

    /// <summary>It is to be given up in an orderly way.</summary>
    Standby,

    /// <summary>It counts again.</summary>
    Activate,
}
