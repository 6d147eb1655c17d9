using Truce.Model;

namespace Truce.Scheduler.Engine;

internal sealed record Location(
    ScoreReason Reason, PlanResource Resource, ResourceRole Role, List<(PlanNode Node, int Score)> Nodes,
    Discovery Discovery);

internal sealed record Colocation(
    string Id,
    PlanResource Dependent,
    PlanResource Primary,
    ResourceRole DependentRole,
    ResourceRole PrimaryRole,
    int Score,
    string? Attribute,
    bool Influence,
    int Order)
{
    public string AttributeName => Attribute ?? "#uname";
}

internal sealed record TicketNeed(string Id, PlanResource Resource, Ticket Ticket, ResourceRole Role, LossPolicy Loss);

internal sealed class Ticket(string id)
{
    public readonly string Id = id;
    public bool Granted;
    public bool Standby;
}

/// <summary>An operation as configured, with defaults that don't depend on the moment left out.</summary>
internal sealed class OperationConfig(Operation config)
{
    public readonly Operation Config = config;
    public string Name => Config.Name;
    public long IntervalMs => Config.Interval.Milliseconds;
}
