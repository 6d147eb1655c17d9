namespace Truce.Scheduler.Engine;

/// <summary>Turns orderings between tasks into edges between the actions that now exist.</summary>
internal sealed class Binding(World world)
{
    public void Run()
    {
        for (int i = 0; i < world.Orderings.Count; i++)
            Bind(world.Orderings[i]);
    }

    private void Bind(Ordering ordering)
    {
        if (ordering.First is not null)
            FromResource(ordering.First, ordering);
        else if (ordering.Then is not null)
            ToResource(ordering.FirstAction, ordering.Then, ordering);
        else if (ordering.FirstAction is not null && ordering.ThenAction is not null)
            EdgeAdder.Add(ordering.FirstAction, ordering.ThenAction, ordering.Kind, ordering.Why);
    }

    private void FromResource(PlanResource first, Ordering ordering)
    {
        List<PlanAction> actions = ordering.FirstAction is not null
            ? [ordering.FirstAction] : ByKey(first, ordering.FirstKey!);
        if (actions.Count == 0)
        {
            if (ReferenceEquals(first, ordering.Then ?? ordering.ThenAction?.Resource))
                return;
            if (Stub(first, ordering.FirstKey!) is not { } stub)
                return;
            actions.Add(stub);
        }

        PlanResource? then = ordering.Then ?? ordering.ThenAction?.Resource;
        foreach (PlanAction action in actions)
        {
            if (ordering.Then is null && ordering.ThenAction is not null)
                EdgeAdder.Add(action, ordering.ThenAction, ordering.Kind, ordering.Why);
            else if (then is not null)
                ToResource(action, then, ordering);
        }
    }

    // What has no such action has nothing to wait for, unless it might have to be done first.
    private PlanAction? Stub(PlanResource first, string key)
    {
        if (!Tasks.TrySplit(key, out _, out string task, out long interval))
            return null;
        ResourceRole role = first.IsPrimitive ? first.Role : RoleOf(first);
        if (task == Tasks.Stop && role is ResourceRole.Stopped or ResourceRole.Unknown)
            return null;
        if (task == Tasks.Demote && role == ResourceRole.Unpromoted)
            return null;
        return ActionFactory.Resource(world, first, Tasks.Key(first.Id, task, interval), task, null, true, interval);
    }

    private static ResourceRole RoleOf(PlanResource resource)
    {
        ResourceRole best = ResourceRole.Stopped;
        foreach (PlanResource child in resource.Children)
        {
            ResourceRole role = child.IsPrimitive ? child.Role : RoleOf(child);
            if (role > best)
                best = role;
        }

        return best;
    }

    private static void ToResource(PlanAction? first, PlanResource then, Ordering ordering)
    {
        Relation kind = ordering.Kind;
        if (first is not null && ReferenceEquals(first.Resource, then) && first.Is(Act.Dangling))
            kind &= ~Relation.FirstImpliesThen;
        if (ordering.ThenAction is not null)
        {
            ToAction(first, ordering.ThenAction, kind, ordering);
            return;
        }

        for (int i = then.Actions.Count - 1; i >= 0; i--)
        {
            if (IsMeant(then.Actions[i], ordering.ThenKey!))
                ToAction(first, then.Actions[i], kind, ordering);
        }
    }

    private static void ToAction(PlanAction? first, PlanAction then, Relation kind, Ordering ordering)
    {
        if (first is not null)
        {
            EdgeAdder.Add(first, then, kind, ordering.Why);
            return;
        }

        then.Clear(Act.Runnable);
        then.BarredBy ??= ordering.First;
    }

    private static bool IsMeant(PlanAction action, string key) => action.Key == key && action.Task != Tasks.Cancel;

    private static List<PlanAction> ByKey(PlanResource resource, string key)
    {
        var found = new List<PlanAction>();
        for (int i = resource.Actions.Count - 1; i >= 0; i--)
        {
            PlanAction action = resource.Actions[i];
            if (IsMeant(action, key))
                found.Add(action);
        }

        return found;
    }
}
