namespace Truce.Scheduler.Engine;

/// <summary>
/// Carries through what orderings imply until nothing changes: a required action makes others required, one
/// that can't run keeps others from running.
/// </summary>
internal sealed class Updating(World world)
{
    private readonly Implications _implications = new(world);

    [Flags]
    internal enum Changed
    {
        None = 0,
        First = 1,
        Then = 2,
    }

    public void Run()
    {
        _implications.Requeue = Update;
        for (int i = world.Actions.Count - 1; i >= 0; i--)
            Update(world.Actions[i]);
    }

    private int _depth;

    public void Update(PlanAction then)
    {
        // Loops among orderings would go on forever; what they'd change has been changed long before.
        if (_depth > 400)
            return;
        _depth++;
        UpdateOne(then);
        _depth--;
    }

    private void UpdateOne(PlanAction then)
    {
        Changed changed = Changed.None;
        Act before = then.Flags;
        if (then.Is(Act.MinRunnable))
        {
            then.RunnableBefore = 0;
            if (then.RequiredRunnable == 0)
                then.RequiredRunnable = 1;
            then.Clear(Act.Runnable);
        }

        // The newest ordering comes first: it is the most specific, and gives the reason.
        for (int i = then.Before.Count - 1; i >= 0; i--)
        {
            world.Budget.Spend();
            Edge edge = then.Before[i];
            Changed one = Consider(edge, then);
            changed |= one & Changed.Then;
            if ((one & Changed.First) != 0)
            {
                PlanAction first = edge.First;
                for (int j = first.After.Count - 1; j >= 0; j--)
                    Update(first.After[j].Then);

                Update(first);
            }
        }

        if (then.Is(Act.MinRunnable))
            changed = then.Flags == before ? Changed.None : Changed.Then;
        if ((changed & Changed.Then) == 0)
            return;
        if (then.Resource is not null && then.LastRunnable != then.IsRunnable)
        {
            then.LastRunnable = then.IsRunnable;
            new ColocationBlocks(world, Update).After(then);
        }

        Update(then);
        for (int j = then.After.Count - 1; j >= 0; j--)
            Update(then.After[j].Then);
    }

    private Changed Consider(Edge edge, PlanAction then)
    {
        PlanAction first = edge.First;
        if (edge.Kind == Relation.None)
            return Changed.None;
        PlanNode? firstNode = first.Node;
        PlanNode? thenNode = then.Node;
        if (first.Resource is { Kind: ResourceKind.Group } group && first.Task == Tasks.Start)
            firstNode = Instances.Place(group, false);
        if (then.Resource is { Kind: ResourceKind.Group } thenGroup && then.Task == Tasks.Start)
            thenNode = Instances.Place(thenGroup, false);
        if ((edge.Kind & Relation.IfOnSameNode) != 0 && firstNode is not null && thenNode is not null
            && !ReferenceEquals(firstNode, thenNode))
        {
            edge.Kind = Relation.None;
            return Changed.None;
        }

        if ((edge.Kind & Relation.ThenCancelsFirst) != 0 && first.Resource is not null && !then.IsOptional)
        {
            bool was = first.IsOptional;
            first.Set(Act.Optional);
            first.Resource.Clear(Is.Reload);
            if (!was)
                return Changed.First;
        }

        if ((edge.Kind & Relation.FirstElseThen) != 0 && first.Is(Act.Migratable) && first.Is(Act.Pseudo))
            return Changed.None;
        PlanAction expandedFirst = first;
        if (first.Resource is { } a && then.Resource is { } b && !ReferenceEquals(a, b)
            && !OrderingRules.IsParent(b, a))
            expandedFirst = Expand(first);
        if (ReferenceEquals(expandedFirst, then))
            return Changed.None;
        if (!ReferenceEquals(expandedFirst, first))
        {
            // A start stands for its completion where others wait for it.
            Relation kind = edge.Kind;
            edge.Kind = Relation.None;
            return EdgeAdder.Add(expandedFirst, then, kind, edge.Why) ? Changed.Then : Changed.None;
        }

        Act firstFlags = ActionFlags.ForOrder(first, thenNode);
        Act thenFlags = ActionFlags.ForOrder(then, firstNode);
        return _implications.Apply(first, then, firstFlags, thenFlags, edge);
    }

    private static PlanAction Expand(PlanAction action)
    {
        if (action.Resource is not { Kind: not ResourceKind.Primitive } resource || action.IntervalMs > 0)
            return action;
        if (action.Task is Tasks.Notify or Tasks.Notified)
            return action;
        string done = Tasks.Done(action.Task);
        if (resource.IsCollective && resource.Has(Is.Notify)
            && done is Tasks.Running or Tasks.Stopped or Tasks.Promoted or Tasks.Demoted)
        {
            // A bundle has no notifications of its own (its service has); there the beginning must do.
            string key = Tasks.NotifyKey(resource.Id, "confirmed-post", done);
            return resource.Actions.Find(x => x.Key == key) ?? action;
        }

        if (done == action.Task)
            return action;
        string doneKey = Tasks.Key(resource, done);
        return resource.Actions.Find(x => x.Key == doneKey) ?? action;
    }
}
