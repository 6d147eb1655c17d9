using Truce.Model;
using Truce.Model.Fencing;

namespace Truce.Scheduler.Engine;

/// <summary>Makes actions, one per resource, key and node, and judges whether they can run.</summary>
internal static class ActionFactory
{
    public static PlanAction Resource(
        World world, PlanResource resource, string key, string task, PlanNode? node, bool optional, long intervalMs = 0)
    {
        PlanAction? action = Find(resource, key, node);
        if (action is null)
            action = Create(world, resource, key, task, node, optional, intervalMs);
        UpdateOptional(action, optional);
        UpdateRunnable(world, action);
        return action;
    }

    public static PlanAction General(World world, string key, string task, PlanNode? node, bool optional)
    {
        var action = new PlanAction(world.Actions.Count + 1, null, key, task, node)
        {
            Flags = Act.Runnable | (optional ? Act.Optional : Act.None),
            Budget = world.Budget,
        };
        world.Budget.Spend();
        world.Actions.Add(action);
        return action;
    }

    public static PlanAction Pseudo(World world, string task)
    {
        PlanAction? known = world.PseudoByKey.GetValueOrDefault(task);
        if (known is not null)
            return known;
        PlanAction action = General(world, task, task, null, true);
        action.Set(Act.Pseudo | Act.Runnable);
        world.PseudoByKey[task] = action;
        return action;
    }

    public static PlanAction ResourcePseudo(World world, PlanResource resource, string task, bool optional, bool runnable)
    {
        PlanAction action = Resource(world, resource, Tasks.Key(resource, task), task, null, optional);
        action.Set(Act.Pseudo);
        if (runnable)
            action.Set(Act.Runnable);
        return action;
    }

    public static PlanAction Start(World world, PlanResource resource, PlanNode? node, bool optional) =>
        Resource(world, resource, Tasks.Key(resource, Tasks.Start), Tasks.Start, node, optional);

    public static PlanAction Stop(World world, PlanResource resource, PlanNode? node, bool optional) =>
        Resource(world, resource, Tasks.Key(resource, Tasks.Stop), Tasks.Stop, node, optional);

    public static PlanAction Promote(World world, PlanResource resource, PlanNode? node, bool optional) =>
        Resource(world, resource, Tasks.Key(resource, Tasks.Promote), Tasks.Promote, node, optional);

    public static PlanAction Demote(World world, PlanResource resource, PlanNode? node, bool optional) =>
        Resource(world, resource, Tasks.Key(resource, Tasks.Demote), Tasks.Demote, node, optional);

    /// <summary>The action of that key on that node; an action without a node takes
    /// the node it is asked for.</summary>
    private static PlanAction? Find(PlanResource resource, string key, PlanNode? node)
    {
        for (int i = resource.Actions.Count - 1; i >= 0; i--)
        {
            PlanAction action = resource.Actions[i];
            if (action.Key != key)
                continue;
            if (node is null || ReferenceEquals(action.Node, node))
                return action;
            if (action.Node is null)
            {
                action.Node = node;
                return action;
            }
        }

        return null;
    }

    private static PlanAction Create(
        World world, PlanResource resource, string key, string task, PlanNode? node, bool optional, long intervalMs)
    {
        var action = new PlanAction(world.Actions.Count + 1, resource, key, task, node)
        {
            Flags = Act.Runnable | (optional ? Act.Optional : Act.None),
            Budget = world.Budget,
            IntervalMs = intervalMs,
        };
        OperationRules.Apply(world, action);
        world.Budget.Spend();
        world.Actions.Add(action);
        resource.Actions.Add(action);
        return action;
    }

    private static void UpdateOptional(PlanAction action, bool optional)
    {
        PlanResource resource = action.Resource!;
        if (action.Node is not null && !resource.Has(Is.Managed) && action.IntervalMs == 0)
            action.Set(Act.Optional);
        else if (!optional)
            action.Clear(Act.Optional);
    }

    private static void UpdateRunnable(World world, PlanAction action)
    {
        if (action.Is(Act.Pseudo))
            return;
        PlanResource resource = action.Resource!;
        if (action.Node is not { } node)
        {
            action.Clear(Act.Runnable);
        }
        else if (!action.Is(Act.OnDc) && !node.Online && (!node.IsGuest || node.RemoteRequiresReset))
        {
            action.Clear(Act.Runnable);
            if (resource.Has(Is.Managed) && action.Task == Tasks.Stop && !node.Unclean)
                Fences.Need(
                    world, node, new FenceCause.ActiveUnreachable(new ResourceId(resource.Id)),
                    "resource actions are unrunnable");
        }
        else if (!action.Is(Act.OnDc) && node.Pending)
        {
            action.Clear(Act.Runnable);
        }
        else if (action.Needs == Needs.Nothing)
        {
            if (node.IsGuest && !Fences.Possible(world, node))
            {
                action.Clear(Act.Runnable);
                return;
            }

            action.Set(Act.Runnable);
            // What requires nothing tells no reason either.
            if (action.Task is Tasks.Start or Tasks.Promote)
                action.Cause = null;
        }
        else
        {
            ByQuorum(world, action, resource);
        }
    }

    private static void ByQuorum(World world, PlanAction action, PlanResource resource)
    {
        NoQuorum policy = EffectivePolicy(world, resource);
        if (policy == NoQuorum.Stop)
        {
            action.Clear(Act.Runnable);
            action.Cause = new ActionCause(CauseKind.NoQuorum, "no quorum");
        }
        else if (policy == NoQuorum.Freeze)
        {
            // What runs may go on running, but a start that couldn't run before can't now either.
            if (resource.Running.Count > 0 && resource.NextRole <= resource.Role)
                return;
            action.Clear(Act.Runnable);
            action.Cause = new ActionCause(CauseKind.NoQuorum, "quorum freeze");
        }
        else
        {
            action.Set(Act.Runnable);
        }
    }

    /// <summary>What lack of quorum means for this resource; with quorum, nothing.</summary>
    private static NoQuorum EffectivePolicy(World world, PlanResource resource)
    {
        if (world.Settings.HaveQuorum)
            return NoQuorum.Ignore;
        if (world.Settings.NoQuorum != NoQuorum.Demote)
            return world.Settings.NoQuorum == NoQuorum.Fence ? NoQuorum.Ignore : world.Settings.NoQuorum;
        switch (resource.Role)
        {
            case ResourceRole.Promoted:
            case ResourceRole.Unpromoted:
                if (resource.NextRole > ResourceRole.Unpromoted)
                    resource.NextRole = ResourceRole.Unpromoted;
                return NoQuorum.Ignore;
            case ResourceRole.Unknown:
            case ResourceRole.Stopped:
            case ResourceRole.Started:
            default:
                return NoQuorum.Stop;
        }
    }
}
