using System.Collections.Immutable;

using Truce.Model;
using Truce.Model.Fencing;

namespace Truce.Scheduler;

/// <summary>What the plan does to a node or to a resource instance, and why: one line
/// of the transition summary.</summary>
public abstract record Decision
{
    private Decision() { }

    /// <summary>A node is fenced or unfenced.</summary>
    /// <param name="Node">The target.</param>
    /// <param name="Action">reboot, off or on.</param>
    /// <param name="Reason">Why, in the summary's words; or null.</param>
    /// <param name="GuestResource">For a guest: the resource to restart instead of fencing.</param>
    public sealed record Fence(NodeId Node, string Action, string? Reason, ResourceId? GuestResource)
        : Decision
    {
        /// <summary>Every cause, as it was found: for a guest as well, whose fencing
        /// is its resource's restart.</summary>
        public EquatableArray<FenceCause> Causes { get; init; }
    }

    /// <summary>Something happens to a resource instance.</summary>
    /// <param name="Id">The instance, as the summary names it.</param>
    /// <param name="Change">The verb.</param>
    /// <param name="FromNode">Where it is.</param>
    /// <param name="FromRole">What it is there.</param>
    /// <param name="ToNode">The node that it moves to.</param>
    /// <param name="ToRole">Its role there.</param>
    /// <param name="Shown">Which of these the summary mentions.</param>
    /// <param name="Reason">The words behind "due to", or null.</param>
    /// <param name="Blocked">The action can't run now.</param>
    public sealed record Resource(
        ResourceId Id,
        ResourceChange Change,
        NodeId? FromNode,
        ResourceRole FromRole,
        NodeId? ToNode,
        ResourceRole ToRole,
        ChangeForm Shown,
        string? Reason,
        bool Blocked) : Decision
    {
        /// <summary>The same reason, typed; null where there is none.</summary>
        public DecisionCause? Cause { get; init; }

        /// <summary>If it is blocked: the resource whose own action comes first and can't be done, even if
        /// the reason tells of something else; null: none.</summary>
        public ResourceId? BlockedBy { get; init; }
    }

    /// <summary>A resource instance stays as it is (the summary doesn't list it).</summary>
    public sealed record Leave(ResourceId Id, ResourceRole Role, NodeId? Node) : Decision;
}

/// <summary>What makes an action necessary, or keeps it from running.</summary>
public enum CauseKind
{
    /// <summary>No node can take the resource.</summary>
    NoNode,

    /// <summary>The partition isn't quorate.</summary>
    NoQuorum,

    /// <summary>The resource is active on several nodes.</summary>
    ActiveTwice,

    /// <summary>Its parameters or its agent were changed.</summary>
    Redefined,

    /// <summary>The other resource can't start, and this one must be with it.</summary>
    Colocation,

    /// <summary>The other action makes this one necessary.</summary>
    Required,

    /// <summary>The other action, which comes first, can't run.</summary>
    CannotRun,

    /// <summary>The other action can't be done while the resource migrates.</summary>
    CannotMigrate,

    /// <summary>The other resource comes first, and isn't going to be in the state that is asked
    /// for.</summary>
    NeverComes,

    /// <summary>What only the text says.</summary>
    Said,
}

/// <summary>Why something is decided.</summary>
/// <param name="Kind">What sort of cause.</param>
/// <param name="Resource">The other resource; null: none.</param>
/// <param name="Task">The other action, as start or stop; null: none.</param>
public sealed record DecisionCause(CauseKind Kind, ResourceId? Resource, string? Task);

/// <summary>The verb of a decision, named as the summary prints it.</summary>
public enum ResourceChange
{
    /// <summary>It starts.</summary>
    Start,

    /// <summary>It stops.</summary>
    Stop,

    /// <summary>It stops and starts on the same node.</summary>
    Restart,

    /// <summary>As Restart or Move, because it failed.</summary>
    Recover,

    /// <summary>It stops on one node and starts on another.</summary>
    Move,

    /// <summary>It moves without being stopped.</summary>
    Migrate,

    /// <summary>It is promoted.</summary>
    Promote,

    /// <summary>It is demoted.</summary>
    Demote,

    /// <summary>It takes over changed parameters without a stop.</summary>
    Reload,
}

/// <summary>How the summary's bracket is filled.</summary>
public enum ChangeForm
{
    /// <summary>( node )</summary>
    Node,

    /// <summary>( role node )</summary>
    RoleNode,

    /// <summary>( from-node -> to-node )</summary>
    NodeToNode,

    /// <summary>( from-role -> to-role node )</summary>
    RoleToRole,

    /// <summary>( from-node -> to-node role )</summary>
    NodeToNodeRole,

    /// <summary>( from-role from-node -> to-role to-node )</summary>
    RoleNodeToRoleNode,
}
