using System.Collections.Immutable;

using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Rendering;

/// <summary>The line of one primitive: name, agent, state, node, and what is special about it.</summary>
internal static class PrimitiveText
{
    /// <summary>The line without its indentation.</summary>
    /// <param name="primitive">The resource whose agent and state are shown.</param>
    /// <param name="name">The name shown.</param>
    /// <param name="nodes">Where it is.</param>
    /// <param name="activity">The cluster.</param>
    public static string Line(
        ResourceState.Primitive primitive, string name, ImmutableArray<NodeId> nodes, ResourceActivity activity)
    {
        NodeId? single = nodes.Length == 1 ? nodes[0] : nodes.IsEmpty ? Elsewhere(primitive) : null;
        string line = $"{name}\t({Agent(primitive)}):\t {State(primitive, nodes, activity)}";
        if (single is not null)
            line += $" {single}";
        List<string> words = Words(primitive, single, activity);
        if (words.Count > 0)
            line += $" ({string.Join(", ", words)})";
        return nodes.Length > 1 ? $"{line} [ {string.Join(' ', nodes)} ]" : line;
    }

    /// <summary>Whether an operation is going on that the line names.</summary>
    public static bool IsBusy(ResourceState.Primitive primitive, ResourceActivity activity) =>
        activity.Progress == Progress.Named && InWords(primitive) is not null;

    /// <summary>A role in words.</summary>
    public static string Role(ResourceRole role) => role switch
    {
        ResourceRole.Unknown => "Unknown",
        ResourceRole.Stopped => "Stopped",
        ResourceRole.Started => "Started",
        ResourceRole.Unpromoted => "Unpromoted",
        ResourceRole.Promoted => "Promoted",
    };

    // Not there, but about to be, or kept for it.
    private static NodeId? Elsewhere(ResourceState.Primitive primitive) =>
        InWords(primitive) is not null ? primitive.PendingNode : primitive.LockNode;

    /// <summary>Its agent as class:provider:type.</summary>
    public static string Agent(ResourceState.Primitive primitive) => primitive.Provider is null
        ? $"{primitive.Class}:{primitive.Type}"
        : $"{primitive.Class}:{primitive.Provider}:{primitive.Type}";

    private static string State(
        ResourceState.Primitive primitive, ImmutableArray<NodeId> nodes, ResourceActivity activity)
    {
        string removed = primitive.Marks.HasFlag(ResourceMarks.Removed) ? "ORPHANED " : "";
        if (primitive.Marks.HasFlag(ResourceMarks.Failed))
            return removed + (primitive.Role == ResourceRole.Promoted ? "FAILED Promoted" : "FAILED");
        string role = IsBusy(primitive, activity) ? InWords(primitive)! : Role(primitive.Role);
        bool stopped = nodes.IsEmpty && primitive.Role <= ResourceRole.Stopped;
        string? probe = stopped ? activity.FailedProbe(primitive, null) : null;
        return removed + (probe is null ? role : $"{role} ({probe}) ");
    }

    private static string? InWords(ResourceState.Primitive primitive) => primitive.PendingOperation switch
    {
        OperationNames.Start => "Starting",
        OperationNames.Stop => "Stopping",
        OperationNames.Promote => "Promoting",
        OperationNames.Demote => "Demoting",
        OperationNames.MigrateTo or OperationNames.MigrateFrom => "Migrating",
        _ => null,
    };

    private static List<string> Words(ResourceState.Primitive primitive, NodeId? node, ResourceActivity activity)
    {
        ResourceMarks marks = primitive.Marks;
        List<string> words = [];
        if (node is { } name && activity.Find(name) is { Online: false, Unclean: true })
            words.Add("UNCLEAN");
        if (node is not null && node == primitive.LockNode)
            words.Add("LOCKED");
        if (primitive.PendingOperation == OperationNames.Monitor && activity.Progress == Progress.Named)
            words.Add("Monitoring");
        if (marks.HasFlag(ResourceMarks.Disabled))
            words.Add("disabled");
        else if (marks.HasFlag(ResourceMarks.TargetUnpromoted))
            words.Add("target-role:Unpromoted");
        if (marks.HasFlag(ResourceMarks.Blocked))
            words.Add("blocked");
        else if (marks.HasFlag(ResourceMarks.Maintenance))
            words.Add("maintenance");
        else if (!marks.HasFlag(ResourceMarks.Managed))
            words.Add("unmanaged");
        if (marks.HasFlag(ResourceMarks.FailureIgnored))
            words.Add("failure ignored");
        return words;
    }
}
