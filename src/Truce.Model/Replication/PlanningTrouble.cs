namespace Truce.Model.Replication;

/// <summary>No plan can be made: nothing is started, moved or recovered until one can.</summary>
/// <param name="Node">The coordinator that says so.</param>
/// <param name="Since">The first failure in a row.</param>
/// <param name="Reason">Why, the last time.</param>
/// <param name="Attempts">How often in a row.</param>
public sealed record PlanningTrouble(NodeId Node, DateTimeOffset Since, string Reason, int Attempts);
