using System.Collections.Immutable;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Runtime.Tools;

/// <summary>A call of one of the tools that agents expect of their cluster manager.</summary>
/// <param name="Tool">crm_attribute, crm_node, …</param>
/// <param name="Arguments">As the agent gave them.</param>
/// <param name="Resource">The agent's own resource (OCF_RESOURCE_INSTANCE); empty: none.</param>
internal sealed record ToolCall(string Tool, ImmutableArray<string> Arguments, string Resource);

/// <summary>What a tool looks at.</summary>
/// <param name="Control">This node's control.</param>
/// <param name="State">Its state.</param>
/// <param name="Self">This node.</param>
internal sealed record ToolContext(ControlMachine Control, ReplicatedState State, NodeId Self)
{
    /// <summary>The node that an option names; without one, or for "auto"
    /// and "localhost", this one.</summary>
    public NodeId NodeOf(string? name) =>
        name is null or "" or "auto" or "localhost" || name.StartsWith("#uname", StringComparison.Ordinal) ? Self : new NodeId(name);

    /// <summary>A node's state in the status; null: never seen.</summary>
    public NodeState? StatusOf(NodeId node) => State.Member(node) is { } member
        ? HistoryReading.Node(State.Cib.Status, member.Uuid)
        : State.Cib.Status.NodeStates.FirstOrDefault(n => n.Name == node);

    /// <summary>A transient attribute; null: it isn't set.</summary>
    public string? Transient(NodeId node, string name) => StatusOf(node)?.TransientAttributes?.Sets
        .SelectMany(s => s.Pairs).FirstOrDefault(p => p.Name == name)?.Value;
}

/// <summary>What a call comes to.</summary>
internal abstract record ToolOutcome
{
    private ToolOutcome() { }

    /// <summary>Answered at once.</summary>
    public sealed record Answered(int Code, string Output, string Errors) : ToolOutcome;

    /// <summary>Something is wanted; once it is committed the answer is that output.</summary>
    public sealed record Wished(ControlRequest Request, string Output) : ToolOutcome;

    /// <summary>Done.</summary>
    public static ToolOutcome Done { get; } = new Answered(ToolCodes.Ok, "", "");

    /// <summary>Says something.</summary>
    public static ToolOutcome Say(string output) => new Answered(ToolCodes.Ok, output + "\n", "");

    /// <summary>Fails.</summary>
    public static ToolOutcome Fail(int code, string errors) => new Answered(code, "", errors + "\n");
}

/// <summary>Exit codes as agents know them.</summary>
internal static class ToolCodes
{
    public const int Ok = 0;
    public const int Error = 1;
    public const int NotImplemented = 3;
    public const int NoPermission = 4;
    public const int Usage = 64;
    public const int NoSuchNode = 68;
    public const int NotConnected = 102;
    public const int NoSuchThing = 105;
    public const int TimedOut = 124;
}
