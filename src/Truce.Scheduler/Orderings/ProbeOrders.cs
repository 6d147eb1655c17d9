namespace Truce.Scheduler.Engine;

/// <summary>
/// A probe may find that a resource is active where it shouldn't be. So what follows the resource's stop, and
/// restarts that its start would cause, wait for its probes too.
/// </summary>
internal sealed class ProbeOrders(World world)
{
    private int _visit;

    public void Run()
    {
        List<Ordering> orderings = world.Orderings.ToList();
        foreach (Ordering ordering in orderings)
        {
            if (ordering.Why != Probes.GuestStopped)
                AfterStop(ordering);
        }

        foreach (PlanResource resource in world.AllResources())
        {
            if (!resource.IsPrimitive)
                continue;
            foreach (PlanAction probe in ProbesOf(resource))
            {
                _visit--;
                for (int i = 0, count = probe.After.Count; i < count; i++)
                {
                    // What makes room for another calls for no restart.
                    if (probe.After[i].Kind != Relation.IfRequiredOnSameNode)
                        BeforeRestart(probe, probe.After[i].Then);
                }
            }
        }

        // A start that waits for a guest that goes calls for no restart elsewhere.
        foreach (Ordering ordering in orderings)
        {
            if (ordering.Why == Probes.GuestStopped)
                AfterStop(ordering);
        }
    }

    private static List<PlanAction> ProbesOf(PlanResource resource) => resource.Actions.FindAll(
        a => a.Task == Tasks.Monitor && a.IntervalMs == 0);

    private static void AfterStop(Ordering ordering)
    {
        // A node needn't wait with its shutdown: what a probe finds elsewhere isn't stopped on it.
        PlanResource? stopping = ordering.First ?? (ordering.Then is null ? null : ordering.FirstAction?.Resource);
        if (stopping is not { } first || ReferenceEquals(first, ordering.Then ?? ordering.ThenAction?.Resource))
            return;
        bool stop = ordering.FirstAction is { } action ? action.Task == Tasks.Stop
            : ordering.FirstKey == Tasks.Key(first, Tasks.Stop);
        if (!stop || !first.IsPrimitive)
            return;
        // What lives in a container is probed after the container's restart.
        if (ordering.Then is not null && ReferenceEquals(first.Container, ordering.Then)
            && ordering.ThenKey == Tasks.Key(ordering.Then, Tasks.Stop))
            return;
        List<PlanAction> probes = ProbesOf(first);
        if (probes.Count == 0)
            return;
        Relation kind = ordering.Kind is Relation.IfRequiredOnSameNode or Relation.IfOnSameNodeOrTarget
            ? ordering.Kind : Relation.Ordered;
        if ((ordering.Kind & Relation.IfOnSameNode) != 0)
            kind |= Relation.IfOnSameNode;
        List<PlanAction> thens = ordering.ThenAction is not null ? [ordering.ThenAction]
            : ordering.Then is null ? [] : ordering.Then.Actions.FindAll(a => a.Key == ordering.ThenKey);
        foreach (PlanAction then in thens)
        {
            foreach (PlanAction probe in probes)
            {
                // Unfencing comes before the probes on its node.
                if (!then.HasEdgeTo(probe, Relation.None))
                    EdgeAdder.Add(probe, then, kind, "probe before what follows a stop");
            }
        }
    }

    private void BeforeRestart(PlanAction probe, PlanAction after)
    {
        if (after.Visit == _visit || after.Resource is null)
            return;
        after.Visit = _visit;
        PlanResource? resource = after.Resource;
        if (resource is { IsPrimitive: true } && !ReferenceEquals(resource, probe.Resource)
            && after.Task is Tasks.Start or Tasks.Promote)
        {
            string undone = after.Task == Tasks.Start ? Tasks.Stop : Tasks.Demote;
            foreach (PlanAction down in resource.Actions)
            {
                if (down.Task == undone && !down.Is(Act.Pseudo))
                    EdgeAdder.Add(probe, down, Relation.Ordered, "probe before restart");
            }
        }

        bool interleave = false;
        PlanResource? compatible = null;
        if (resource is { IsCollective: true })
        {
            interleave = ResourcesUnpack.Flag(resource, "interleave") == true;
            if (interleave)
                compatible = Instances.Compatible(world, probe.Resource!, resource, ResourceRole.Unknown, false);
        }

        // Edges added on the way aren't followed.
        for (int i = 0, count = after.After.Count; i < count; i++)
        {
            Edge edge = after.After[i];
            if ((edge.Kind & Relation.FirstImpliesThen) == 0)
            {
                // From a collective's start on to those of its own members.
                if (resource is null || resource.IsPrimitive || ReferenceEquals(probe.Resource!.Parent, resource)
                    || edge.Then.Resource is not { IsCollective: false } member || !ReferenceEquals(resource, member.Parent))
                    continue;
                if (interleave && !ReferenceEquals(compatible, member))
                    continue;
            }

            BeforeRestart(probe, edge.Then);
        }
    }
}
