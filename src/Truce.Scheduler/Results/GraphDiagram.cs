using System.Collections.Immutable;

namespace Truce.Scheduler;

/// <summary>A transition as a drawing shows it: also what was planned but can't run.</summary>
/// <param name="Nodes">The actions, each once.</param>
/// <param name="Edges">What comes before what.</param>
public sealed record GraphDiagram(ImmutableArray<DiagramNode> Nodes, ImmutableArray<DiagramEdge> Edges);

/// <summary>An action in a drawing.</summary>
/// <param name="Name">
/// Key and node, as in <c>rsc1:0_start_0 node1</c>; a cancelled operation begins with <c>Cancel</c>, a pseudo
/// action has its node too, where it has one.
/// </param>
/// <param name="IsPseudo">Nothing is executed.</param>
/// <param name="Fate">What becomes of it.</param>
public sealed record DiagramNode(string Name, bool IsPseudo, DiagramFate Fate);

/// <summary>What becomes of an action.</summary>
public enum DiagramFate
{
    /// <summary>It runs: it is in the transition graph.</summary>
    Runs,

    /// <summary>It is needed, but can't run.</summary>
    Blocked,

    /// <summary>It needn't run.</summary>
    Optional,

    /// <summary>Its resource isn't managed.</summary>
    Unmanaged,
}

/// <summary>An order in a drawing.</summary>
/// <param name="From">Name of the earlier action.</param>
/// <param name="To">Name of the later one.</param>
/// <param name="IsInGraph">Both run.</param>
public readonly record struct DiagramEdge(string From, string To, bool IsInGraph);
