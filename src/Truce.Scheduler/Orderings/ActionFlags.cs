namespace Truce.Scheduler.Engine;

/// <summary>An action's flags as an ordering sees them; a collective's follow from its members'.</summary>
internal static class ActionFlags
{
    /// <summary>
    /// For an order towards something on <paramref name="node"/>: whether a clone's action is needed
    /// there, and whether it can run anywhere.
    /// </summary>
    public static Act ForOrder(PlanAction action, PlanNode? node)
    {
        Act flags = Of(action, null);
        if (node is null || action.Resource is not { IsCollective: true })
            return flags;
        Act there = Of(action, node);
        return there | (flags & Act.Runnable);
    }

    public static Act Of(PlanAction action, PlanNode? node)
    {
        PlanResource? resource = action.Resource;
        if (resource is null)
            return action.Flags;
        return resource.Kind switch
        {
            ResourceKind.Group => Group(resource, action, node),
            ResourceKind.Clone or ResourceKind.Bundle => Collective(resource, action, node),
            ResourceKind.Primitive => action.Flags,
        };
    }

    private static Act Group(PlanResource group, PlanAction action, PlanNode? node)
    {
        Act flags = Act.Optional | Act.Runnable | Act.Pseudo;
        string task = Tasks.Begun(action.Task);
        foreach (PlanResource member in group.Children)
        {
            PlanAction? memberAction = First(member, task, node);
            if (memberAction is not null)
            {
                Act memberFlags = Of(memberAction, node);
                if ((flags & Act.Optional) != 0 && (memberFlags & Act.Optional) == 0)
                {
                    flags &= ~Act.Optional;
                    action.Clear(Act.Optional);
                }

                if (task != action.Task && (flags & Act.Runnable) != 0 && (memberFlags & Act.Runnable) == 0)
                {
                    flags &= ~Act.Runnable;
                    action.Clear(Act.Runnable);
                }
            }
            else if (task is not (Tasks.Stop or Tasks.Demote))
            {
                flags &= ~Act.Runnable;
            }
        }

        return flags;
    }

    private static Act Collective(PlanResource collective, PlanAction action, PlanNode? node)
    {
        Act flags = Act.Optional | Act.Runnable | Act.Pseudo;
        bool any = false;
        string task = Told(action) ?? action.Task;
        foreach (PlanResource instance in InstancesFor(collective, Tasks.Begun(task)))
        {
            // A group knows when it is done; a primitive has begun and done in one.
            PlanNode? specific = instance.IsPrimitive ? node : null;
            PlanAction? instanceAction = First(instance, instance.IsPrimitive ? Tasks.Begun(task) : task, specific);
            if (instanceAction is null)
                continue;
            Act instanceFlags = Of(instanceAction, node);
            if ((flags & Act.Optional) != 0 && (instanceFlags & Act.Optional) == 0)
            {
                flags &= ~Act.Optional;
                action.Clear(Act.Optional);
            }

            if ((instanceFlags & Act.Runnable) != 0)
                any = true;
        }

        if (!any)
        {
            flags &= ~Act.Runnable;
            if (node is null)
                action.Clear(Act.Runnable);
        }

        return flags;
    }

    // A notification is needed, and possible, if the action that it announces is.
    private static string? Told(PlanAction action) =>
        action.Task is Tasks.Notify or Tasks.Notified ? action.MetaValue("notify_key_operation") : null;

    /// <summary>What performs a task for a collective: a bundle's service, where there is
    /// one, promotes and demotes.</summary>
    public static IReadOnlyList<PlanResource> InstancesFor(PlanResource collective, string task)
    {
        if (collective.Bundle?.Child is { } inner && task is Tasks.Promote or Tasks.Demote)
            return inner.Children;
        return Instances.Of(collective);
    }

    public static PlanAction? First(PlanResource resource, string task, PlanNode? node)
    {
        resource.Budget.Spend();
        PlanAction? unplaced = null;
        for (int i = resource.Actions.Count - 1; i >= 0; i--)
        {
            PlanAction action = resource.Actions[i];
            if (action.Task != task || action.IntervalMs > 0)
                continue;
            if (node is null || ReferenceEquals(action.Node, node))
                return action;
            if (action.Node is null)
                unplaced = action;
        }

        return unplaced;
    }
}
