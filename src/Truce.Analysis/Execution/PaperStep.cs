using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Execution;

/// <summary>Something that happened while a transition was executed on paper.</summary>
public abstract record PaperStep
{
    private PaperStep() { }

    /// <summary>An agent's operation ran.</summary>
    /// <param name="Action">The operation.</param>
    /// <param name="Resource">The id under which the node's history keeps it.</param>
    /// <param name="ExitCode">What the agent is taken to have returned.</param>
    public sealed record Operation(GraphAction.ResourceOperation Action, ResourceId Resource, int ExitCode) : PaperStep;

    /// <summary>A point in the order was passed.</summary>
    public sealed record Pseudo(GraphAction.Pseudo Action) : PaperStep;

    /// <summary>A node was fenced or unfenced.</summary>
    public sealed record Fence(GraphAction.Fence Action) : PaperStep;

    /// <summary>The cluster did work of its own.</summary>
    public sealed record Cluster(GraphAction.ClusterAction Action) : PaperStep;

    /// <summary>The operation before this failed, by order; only what has the highest priority is begun after
    /// it.</summary>
    public sealed record Failure(int ActionId, int ExitCode) : PaperStep;

    /// <summary>A transient attribute of a node changed.</summary>
    /// <param name="Node">Whose: the id of its state.</param>
    /// <param name="Name">Its name.</param>
    /// <param name="Value">The new value; <c>value++</c> for one more.</param>
    public sealed record AttributeChange(NodeUuid Node, string Name, string Value) : PaperStep;
}

/// <summary>What became of a transition on paper.</summary>
/// <param name="Steps">What happened, in order.</param>
/// <param name="After">The CIB with the results in its status.</param>
/// <param name="IsComplete">Whether every action of the graph was carried out.</param>
public sealed record PaperResult(IReadOnlyList<PaperStep> Steps, Cib After, bool IsComplete);
