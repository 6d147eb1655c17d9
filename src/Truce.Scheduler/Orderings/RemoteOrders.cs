using Truce.Model;
using Truce.Model.Fencing;

namespace Truce.Scheduler.Engine;

/// <summary>What happens on a remote or guest node happens while its connection is up.</summary>
internal static class RemoteOrders
{
    private enum State
    {
        Unknown,
        Alive,
        Resting,
        Failed,
        Stopped,
    }

    public static void Run(World world)
    {
        if (!world.HaveRemotes)
            return;
        // Newest first, as everywhere: it shows in the order of the fencing that is found necessary.
        for (int i = world.Actions.Count - 1; i >= 0; i--)
        {
            PlanAction action = world.Actions[i];
            if (action.Resource is not { } resource)
                continue;
            if (resource.IsConnection && action.Task == Tasks.ClearFailCount)
            {
                OrderingRules.Actions(world, action, resource, Tasks.Start, Relation.Ordered, "clear failures before start");
                continue;
            }

            if (action.Node is not { IsRemote: true } node || node.Connection is not { } connection)
                continue;
            if (action.Is(Act.Pseudo))
                continue;
            if (action.Task == Tasks.Start)
                LeaveOldNodeLate(world, resource, connection);
            if (connection.Container is not null)
                OnGuest(world, action, node, connection, connection.Container);
            else
                OnRemote(world, action, node, connection);
        }
    }

    // If the connection can't be made, the resource keeps running where it is.
    private static void LeaveOldNodeLate(World world, PlanResource resource, PlanResource connection)
    {
        foreach (PlanAction stop in resource.Actions)
        {
            if (stop.Task == Tasks.Stop && stop.Node is { } node && !ReferenceEquals(node.Connection, connection))
                OrderingRules.Actions(world, connection, Tasks.Start, stop, Relation.Ordered, "connection up");
        }
    }

    private static void StartThen(World world, PlanResource connection, PlanAction action, Relation extra) =>
        OrderingRules.Actions(world, connection, Tasks.Start, action,
            Relation.UnrunnableFirstBlocks | Relation.GuestAllowed | extra, "connection up");

    private static void ThenStop(World world, PlanAction action, PlanResource connection, Relation extra) =>
        OrderingRules.Actions(world, action, connection, Tasks.Stop,
            Relation.GuestAllowed | extra, "connection kept up");

    private static void OnRemote(World world, PlanAction action, PlanNode node, PlanResource connection)
    {
        State state = StateOf(world, node, connection);
        switch (action.Task)
        {
            case Tasks.Start:
            case Tasks.Promote:
                StartThen(world, connection, action, state == State.Failed ? Relation.FirstImpliesThen : Relation.None);
                break;
            case Tasks.Stop:
            case Tasks.MigrateTo:
            case Tasks.MigrateFrom:
                if (state == State.Alive)
                    ThenStop(world, action, connection, Relation.ThenImpliesFirst);
                else if (state == State.Failed)
                    Fences.Need(
                        world, node, new FenceCause.ConnectionLost(new ResourceId(connection.Id)),
                        "resources are active but connection is unrecoverable");
                else if (connection.NextRole == ResourceRole.Stopped)
                    ThenStop(world, action, connection, Relation.ThenImpliesFirst);
                else
                    StartThen(world, connection, action, Relation.None);
                break;
            case Tasks.Demote:
                if (state is State.Resting or State.Unknown)
                    StartThen(world, connection, action, Relation.None);
                break;
            default:
                if (action.IntervalMs > 0)
                {
                    StartThen(world, connection, action, Relation.FirstImpliesThen);
                    break;
                }

                if (action.Task == Tasks.Monitor && state == State.Failed)
                    Fences.Need(
                        world, node, new FenceCause.ConnectionLost(new ResourceId(connection.Id)),
                        "resources are in unknown state and connection is unrecoverable");
                if (state == State.Stopped && connection.Running.Count > 0)
                    ThenStop(world, action, connection, Relation.None);
                else
                    StartThen(world, connection, action, Relation.None);
                break;
        }
    }

    private static void OnGuest(
        World world, PlanAction action, PlanNode node, PlanResource connection, PlanResource container)
    {
        if (container.Has(Is.Failed))
            Fences.Need(
                world, node, new FenceCause.ContainerFailed(new ResourceId(container.Id)), "container failed");
        switch (action.Task)
        {
            case Tasks.Start:
            case Tasks.Promote:
                StartThen(world, container, action, Relation.FirstImpliesThen);
                StartThen(world, connection, action, Relation.None);
                break;
            case Tasks.Stop:
            case Tasks.Demote:
                if (!container.Has(Is.Failed))
                    ThenStop(world, action, connection, Relation.None);
                break;
            case Tasks.Cancel:
                // Where the connection won't come back there is nothing left to cancel.
                break;
            default:
                StartThen(world, connection, action, action.IntervalMs > 0 ? Relation.FirstImpliesThen : Relation.None);
                break;
        }
    }

    public static bool IsFailed(World world, PlanNode node) =>
        node.Connection is { } connection && StateOf(world, node, connection) == State.Failed;

    private static State StateOf(World world, PlanNode node, PlanResource connection)
    {
        PlanNode? host = connection.Running.Count > 0 ? connection.Running[0] : null;
        if (connection.NextRole == ResourceRole.Stopped || connection.Assigned is null)
        {
            if (host is { Unclean: true })
                return State.Failed;
            if (!connection.Has(Is.Failed))
                return State.Stopped;
            bool reconnects = Parameters.ReconnectMs(world, connection) > 0;
            if (connection.NextRole == ResourceRole.Stopped && reconnects && node.RemoteFenced && !node.Shutdown)
                return State.Unknown;
            return State.Failed;
        }

        if (host is null)
            return State.Unknown;
        if (host.Unclean || !host.Online)
            return State.Resting;
        return connection.Running.Count > 1 && connection.PartialSource is not null && connection.PartialTarget is not null
            ? State.Resting : State.Alive;
    }
}
