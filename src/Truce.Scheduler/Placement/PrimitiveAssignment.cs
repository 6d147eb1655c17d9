namespace Truce.Scheduler.Engine;

/// <summary>Finds the node for one primitive.</summary>
internal sealed class PrimitiveAssignment(World world, Assignment all)
{
    public PlanNode? Assign(PlanResource resource, PlanNode? prefer, StopIfNone stopIfNone)
    {
        if (resource.Parent is { } parent && !parent.Has(Is.Assigning) && parent.Has(Is.Unassigned))
            all.Assign(parent, prefer, stopIfNone);
        if (!resource.Has(Is.Unassigned))
            return resource.Assigned;
        if (resource.Has(Is.Assigning))
            return null;
        resource.Set(Is.Assigning);
        Colocations(resource, stopIfNone);
        if (resource.NextRole == ResourceRole.Stopped)
            ForbidEverywhere(resource);
        all.ShowScores(resource, "pcmk__primitive_assign");
        if (!resource.Has(Is.Managed))
            Unmanaged(resource, stopIfNone);
        else if (world.Settings.StopAllResources)
            Finish(resource, null, true, stopIfNone);
        else
            Best(resource, prefer, stopIfNone);
        resource.Clear(Is.Assigning);
        if (resource.RemoteNode is { } remote)
            ConnectionAssigned(resource, remote);
        return resource.Assigned;
    }

    private void Colocations(PlanResource resource, StopIfNone stopIfNone)
    {
        List<Colocation> following = ColocationLists.WithOthers(resource);
        List<Colocation> followed = ColocationLists.OthersWith(resource);
        foreach (Colocation colocation in following)
        {
            if (Math.Abs(colocation.Score) >= Scores.Infinity)
                Follow(resource, colocation, stopIfNone);
        }

        foreach (Colocation colocation in followed)
        {
            if (Math.Abs(colocation.Score) >= Scores.Infinity)
                all.AddDependentScores(resource, colocation);
        }

        foreach (Colocation colocation in following)
        {
            if (Math.Abs(colocation.Score) < Scores.Infinity)
                Follow(resource, colocation, stopIfNone);
        }

        foreach (Colocation colocation in followed)
        {
            if (Math.Abs(colocation.Score) < Scores.Infinity)
                all.AddDependentScores(resource, colocation);
        }
    }

    private void Follow(PlanResource resource, Colocation colocation, StopIfNone stopIfNone)
    {
        ScoreMark? archive = null;
        if (colocation.DependentRole >= ResourceRole.Promoted
            || colocation.Score is < 0 and > -Scores.Infinity)
            archive = resource.MarkScores();
        all.Assign(colocation.Primary, null, stopIfNone);
        all.Effects.Apply(resource, colocation.Primary, colocation);
        if (archive is { } before && !Availability.AnyAvailable(world, resource.Allowed))
            resource.ReturnTo(before);
    }

    // What is to be stopped may be nowhere: on no node that others know, and on no bundle's guest either.
    private void ForbidEverywhere(PlanResource resource)
    {
        var reason = new ScoreReason(ScoreRule.ToBeStopped, "target-role");
        foreach (PlanNode node in world.Nodes)
        {
            if (!resource.Allowed.Has(node.Index))
                resource.Admit(node.Index, 0, reason);
        }

        Forbid(resource, reason);
    }

    public void Forbid(PlanResource resource, ScoreReason reason)
    {
        foreach (PlanNode node in world.Nodes)
        {
            if (resource.Allowed.Has(node.Index))
                resource.Forbid(node.Index, reason);
        }
    }

    private void Unmanaged(PlanResource resource, StopIfNone stopIfNone)
    {
        resource.NextRole = resource.Role;
        PlanNode? node = resource.Current;
        Finish(resource, node, true, stopIfNone);
    }

    private void Best(PlanResource resource, PlanNode? prefer, StopIfNone stopIfNone)
    {
        PlanNode? mostFree = Utilization.BanTooSmall(world, resource);
        prefer ??= mostFree;
        PlanNode? current = resource.Current;
        List<PlanNode> nodes = NodeOrder.Sorted(world, resource.Allowed, current);
        PlanNode? best = nodes.Count > 0 ? nodes[0] : null;
        PlanNode? chosen = null;
        if (prefer is not null && best is not null && resource.Allowed.Has(prefer.Index)
            && resource.Allowed[prefer.Index] >= 0
            && resource.Allowed[prefer.Index] >= resource.Allowed[best.Index]
            && Availability.CanRun(prefer))
            chosen = prefer;
        chosen ??= best is null ? null : PreferCurrent(resource, best, current);
        Finish(resource, chosen, false, stopIfNone);
    }

    private static PlanNode PreferCurrent(PlanResource resource, PlanNode best, PlanNode? current)
    {
        bool uniqueInstance = resource.Parent is { Kind: ResourceKind.Clone } parent && parent.Has(Is.Unique);
        int score = resource.Allowed[best.Index];
        if (uniqueInstance || score <= 0 || !Availability.CanRun(best) || current is null
            || !Availability.CanRun(current) || !resource.Allowed.Has(current.Index)
            || resource.Allowed[current.Index] != score)
            return best;
        return current;
    }

    /// <summary>Binds the resource to a node, or to none; true if that changed anything.</summary>
    public bool Finish(PlanResource resource, PlanNode? node, bool force, StopIfNone stopIfNone)
    {
        PlanNode? before = resource.Assigned;
        if (!force && node is not null
            && (resource.Allowed[node.Index] < 0 || !Availability.CanRun(node) && !node.IsGuest))
        {
            if (stopIfNone == StopIfNone.Yes)
                resource.NextRole = ResourceRole.Stopped;
            node = null;
        }

        if (!resource.Has(Is.Unassigned))
            Undo(resource);
        resource.Clear(Is.Unassigned);
        if (node is null)
        {
            // Where it was only asked what would be, nothing follows yet.
            if (stopIfNone == StopIfNone.Yes)
            {
                resource.NextRole = ResourceRole.Stopped;
                ActionsWithoutNode(resource);
            }
        }
        else
        {
            resource.Assigned = node;
            // Who is where it is by force, like what isn't managed, has no score to pass on.
            resource.AssignedScore = !force && resource.Allowed.Has(node.Index) ? resource.Allowed[node.Index] : 0;
            node.Assigned.Add(resource);
            node.Load++;
            Utilization.Consume(world, node, resource);
        }

        return !ReferenceEquals(before, node);
    }

    /// <summary>Leaves a resource, with all it consists of, without a node.</summary>
    public bool FinishAll(PlanResource resource, StopIfNone stopIfNone)
    {
        if (resource.IsPrimitive)
            return Finish(resource, null, true, stopIfNone);
        bool changed = false;
        foreach (PlanResource child in resource.Children)
            changed |= FinishAll(child, stopIfNone);
        return changed;
    }

    private static void ActionsWithoutNode(PlanResource resource)
    {
        foreach (PlanAction action in resource.Actions)
        {
            if (action.Task == Tasks.Stop)
                action.Clear(Act.Optional);
            else if (action.Task == Tasks.Start || action.IntervalMs > 0
                && action.ExpectedRc != 7)
                action.Clear(Act.Runnable);
        }
    }

    public static void Undo(PlanResource resource)
    {
        if (resource.Children.Count > 0 && !resource.IsPrimitive)
        {
            resource.Set(Is.Unassigned);
            // If none was found for the whole, there's none for its parts.
            if (Instances.Place(resource, false) is null)
                return;
            foreach (PlanResource child in resource.Children)
                Undo(child);
            return;
        }

        if (resource.Assigned is { } node)
        {
            node.Assigned.Remove(resource);
            node.Load--;
            Utilization.Release(node, resource);
        }

        resource.Assigned = null;
        resource.Set(Is.Unassigned);
    }

    // Whether a remote node will be there is known once its connection has a place.
    private static void ConnectionAssigned(PlanResource connection, PlanNode remote)
    {
        if (connection.Assigned is not null && connection.NextRole != ResourceRole.Stopped)
        {
            remote.Online = true;
            if (remote.Unseen)
                remote.Unclean = false;
        }
        else
        {
            remote.Shutdown = true;
        }
    }
}
