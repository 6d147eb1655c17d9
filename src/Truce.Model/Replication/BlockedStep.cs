namespace Truce.Model.Replication;

/// <summary>Something that the plan wants done to an active resource, and that can't be done: nothing
/// is under way for it.</summary>
/// <param name="Resource">The instance.</param>
/// <param name="Node">Where it is active.</param>
/// <param name="Action">stop, restart, move, … as the transition summary names it, in lower case.</param>
/// <param name="By">The resource whose own action, which comes first, can't be done; null: none.</param>
/// <param name="Reason">Why, in the summary's words; empty: it doesn't say.</param>
public sealed record BlockedStep(
    ResourceId Resource, NodeId Node, string Action, ResourceId? By, string Reason);
