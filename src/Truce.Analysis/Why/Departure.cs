using Truce.Model;

namespace Truce.Analysis.Why;

/// <summary>A node that left the cluster by itself, in order.</summary>
/// <param name="Node">Which.</param>
/// <param name="Reason">Why, as a sentence about it: "it has left the cluster, as its store failed".</param>
/// <param name="Remedy">What brings it back; null: nothing is known to.</param>
public sealed record Departure(NodeId Node, string Reason, string? Remedy);
