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
        bool Blocked) : Decision;

    /// <summary>A resource instance stays as it is (the summary doesn't list it).</summary>
    public sealed record Leave(ResourceId Id, ResourceRole Role, NodeId? Node) : Decision;
}

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
