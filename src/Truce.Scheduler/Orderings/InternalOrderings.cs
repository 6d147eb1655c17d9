namespace Truce.Scheduler.Engine;

/// <summary>Orders that follow from what a resource is: a restart's stop before its start, a
/// group's members in turn.</summary>
internal sealed class InternalOrderings(World world)
{
    public void Run()
    {
        foreach (PlanResource resource in world.Resources.ToList())
            Add(resource);
    }

    private void Add(PlanResource resource)
    {
        switch (resource.Kind)
        {
            case ResourceKind.Primitive:
                Primitive(resource);
                break;
            case ResourceKind.Group:
                Group(resource);
                break;
            case ResourceKind.Clone:
                Clone(resource);
                break;
            case ResourceKind.Bundle:
                Bundle(resource);
                break;
        }
    }

    private void Order(PlanResource first, string firstTask, PlanResource then, string thenTask, Relation kind, string why) =>
        OrderingRules.Resources(world, first, firstTask, then, thenTask, kind, why);

    private void Primitive(PlanResource resource)
    {
        if (!resource.Has(Is.Managed))
            return;
        Order(resource, Tasks.Stop, resource, Tasks.Start,
            Relation.Ordered | Relation.FirstImpliesThen | Relation.IntermediateStop, "restart");
        // What was promotable once may still be promoted.
        if (InPromotable(resource) || resource.Role == ResourceRole.Promoted)
        {
            Order(resource, Tasks.Demote, resource, Tasks.Stop, Relation.PromotedThenImpliesFirst, "demote before stop");
            Order(resource, Tasks.Start, resource, Tasks.Promote, Relation.UnrunnableFirstBlocks, "start before promote");
        }

        Order(resource, Tasks.Delete, resource, Tasks.Monitor,
            Relation.IfOnSameNode | Relation.ThenCancelsFirst, "delete before probe");
        if (resource.Has(Is.NeedsUnfencing))
            Unfencing.OrderStarts(world, resource);
        if (world.Settings.Placement is not ("default" or "") && resource.Utilization.Count > 0)
            LoadOrder(resource);
        Container(resource);
    }

    private static bool InPromotable(PlanResource resource)
    {
        for (PlanResource? up = resource.Parent; up is not null; up = up.Parent)
        {
            if (up.IsPromotable)
                return true;
        }

        return false;
    }

    /// <summary>Room must be freed on a node before what shall come there is started.</summary>
    private void LoadOrder(PlanResource resource)
    {
        foreach (PlanNode node in resource.Running)
        {
            PlanAction freed = LoadAction(node);
            world.Orderings.Add(new Ordering(resource, Tasks.Key(resource, Tasks.Stop), null, null, null, freed,
                Relation.IfOnSameNodeOrTarget, "utilization"));
        }

        foreach (PlanNode node in world.Nodes)
        {
            if (!resource.Allowed.Has(node.Index))
                continue;
            PlanAction freed = LoadAction(node);
            world.Orderings.Add(new Ordering(null, null, freed, resource, Tasks.Key(resource, Tasks.Start), null,
                Relation.IfOnSameNodeOrTarget, "utilization"));
            world.Orderings.Add(new Ordering(null, null, freed, resource, Tasks.Key(resource, Tasks.MigrateTo), null,
                Relation.IfOnSameNodeOrTarget, "utilization"));
        }
    }

    private PlanAction LoadAction(PlanNode node)
    {
        PlanAction action = ActionFactory.Pseudo(world, $"{Tasks.LoadStopped}_{node.Name}");
        if (action.Node is null)
        {
            action.Node = node;
            action.Clear(Act.Optional);
        }

        return action;
    }

    private void Container(PlanResource resource)
    {
        if (resource.Container is not { } container || resource.BundleGuest is not null)
            return;
        if (resource.IsConnection)
        {
            // A container found where it wasn't known may hold what the connection talks to.
            Order(container, Tasks.Monitor, resource, Tasks.Stop, Relation.Ordered, "container known before disconnecting");
        }
        else if ((container.IsConnection ? container : container.Filling.Find(f => f.IsConnection)) is { } connection)
        {
            ForceOnto(resource, connection);
            return;
        }

        if (resource.Replica is null)
        {
            Order(container, Tasks.Start, resource, Tasks.Start,
                Relation.FirstImpliesThen | Relation.UnrunnableFirstBlocks, "container before connection");
            Order(resource, Tasks.Stop, container, Tasks.Stop, Relation.ThenImpliesFirst, "connection before container");
        }

        int score = container.Has(Is.ReplicaContainer) ? 10_000 : Scores.Infinity;
        ColocationUnpack.Add(world, "#resource-with-container", resource, container, ResourceRole.Unknown,
            ResourceRole.Unknown, score, null, true);
    }

    // What names a guest node's resource as its container is to be in the guest.
    private void ForceOnto(PlanResource resource, PlanResource connection)
    {
        foreach (PlanNode node in world.Nodes)
        {
            if (resource.Allowed.Has(node.Index) && !ReferenceEquals(node.Connection, connection))
                resource.Forbid(node.Index, new ScoreReason(ScoreRule.InContainer, "", connection));
        }
    }

    private void Group(PlanResource group)
    {
        Order(group, Tasks.Stopped, group, Tasks.Start, Relation.Ordered, "group stopped before start");
        Order(group, Tasks.Stop, group, Tasks.Stopped, Relation.UnrunnableFirstBlocks, "group stop");
        Order(group, Tasks.Start, group, Tasks.Running, Relation.UnrunnableFirstBlocks, "group start");
        bool promotable = InPromotable(group);
        PlanResource? previous = null;
        PlanResource? lastActive = null;
        foreach (PlanResource member in group.Children)
        {
            Add(member);
            if (previous is not null && group.Group!.Colocated)
            {
                ColocationUnpack.Add(world, "group:internal_colocation", member, previous, ResourceRole.Unknown,
                    ResourceRole.Unknown, Scores.Infinity, null, member.Has(Is.Critical));
            }

            if (promotable)
                GroupRoles(group, member, previous);
            // The group's own stop and start are points in the order around those of its members.
            bool leads = group.Group!.Ordered && previous is null;
            Order(group, Tasks.Stop, member, Tasks.Stop,
                Relation.ThenImpliesFirstGraphed | (leads ? Relation.Ordered : Relation.None), "group stop");
            Order(member, Tasks.Stop, group, Tasks.Stopped,
                leads ? Relation.FirstImpliesThen : Relation.FirstImpliesThenGraphed, "group stop");
            Order(group, Tasks.Start, member, Tasks.Start, Relation.ThenImpliesFirstGraphed, "group start");
            Order(member, Tasks.Start, group, Tasks.Running,
                Relation.FirstImpliesThen | Relation.UnrunnableFirstBlocks | Relation.FirstImpliesThenGraphed,
                "group start");
            if (group.Group.Ordered && previous is not null)
            {
                Order(previous, Tasks.Start, member, Tasks.Start,
                    Relation.FirstImpliesThen | Relation.UnrunnableFirstBlocks, "group order");
                Order(member, Tasks.Stop, previous, Tasks.Stop,
                    Relation.Ordered | Relation.IntermediateStop, "group order");
                // A member added before running ones can't wait for a restart that isn't its own.
                if (previous.Running.Count == 0 && member.Running.Count > 0)
                {
                    Order(member, Tasks.Stop, previous, Tasks.Start,
                        Relation.ThenImpliesFirst | Relation.UnrunnableFirstBlocks, "group order");
                    if (lastActive is not null)
                        Order(member, Tasks.Stop, lastActive, Tasks.Stop, Relation.Ordered, "group order");
                }
            }

            if (member.Running.Count > 0)
                lastActive = member;
            previous = member;
        }
    }

    private void GroupRoles(PlanResource group, PlanResource member, PlanResource? previous)
    {
        Order(group, Tasks.Demote, member, Tasks.Demote, Relation.ThenImpliesFirstGraphed, "group demote");
        Order(member, Tasks.Demote, group, Tasks.Demoted, Relation.FirstImpliesThenGraphed, "group demote");
        Order(member, Tasks.Promote, group, Tasks.Promoted, Relation.FirstImpliesThenGraphed, "group promote");
        Order(group, Tasks.Promote, member, Tasks.Promote, Relation.ThenImpliesFirstGraphed, "group promote");
        if (previous is null || !group.Group!.Ordered)
            return;
        Order(previous, Tasks.Promote, member, Tasks.Promote,
            Relation.FirstImpliesThen | Relation.UnrunnableFirstBlocks, "group order");
        Order(member, Tasks.Demote, previous, Tasks.Demote, Relation.Ordered, "group order");
    }

    private void Clone(PlanResource clone)
    {
        CloneData data = clone.Clone!;
        Order(clone, Tasks.Stopped, clone, Tasks.Start, Relation.Ordered, "clone restart");
        Order(clone, Tasks.Start, clone, Tasks.Running, Relation.UnrunnableFirstBlocks, "clone start");
        Order(clone, Tasks.Stop, clone, Tasks.Stopped, Relation.UnrunnableFirstBlocks, "clone stop");
        if (data.Promotable)
            AroundRoles(clone);
        List<PlanResource> instances = [.. clone.Children.OrderBy(c => c.InstanceNumber)];
        var before = new List<PlanResource>();
        foreach (PlanResource instance in instances)
        {
            Add(instance);
            Order(clone, Tasks.Start, instance, Tasks.Start,
                Relation.UnrunnableFirstBlocks | Relation.ThenImpliesFirstGraphed, "clone start");
            Order(instance, Tasks.Start, clone, Tasks.Running, Relation.FirstImpliesThenGraphed, "clone start");
            Order(clone, Tasks.Stop, instance, Tasks.Stop, Relation.ThenImpliesFirstGraphed, "clone stop");
            Order(instance, Tasks.Stop, clone, Tasks.Stopped, Relation.FirstImpliesThenGraphed, "clone stop");
            // After each before it, not only the last: one in between may have nothing to do.
            foreach (PlanResource earlier in before)
            {
                Order(earlier, Tasks.Start, instance, Tasks.Start, Relation.Ordered, "ordered clone");
                Order(instance, Tasks.Stop, earlier, Tasks.Stop, Relation.Ordered, "ordered clone");
            }

            if (data.Ordered)
                before.Add(instance);
        }

        if (data.Promotable)
            Promotable(clone, instances);
    }

    // Roles change while all instances run: after all starts, before any stop.
    private void AroundRoles(PlanResource whole)
    {
        Order(whole, Tasks.Demoted, whole, Tasks.Stop, Relation.Ordered, "clone demote before stop");
        Order(whole, Tasks.Running, whole, Tasks.Promote, Relation.UnrunnableFirstBlocks, "clone start before promote");
    }

    private void RolesInTurn(PlanResource whole)
    {
        Order(whole, Tasks.Stopped, whole, Tasks.Start, Relation.Ordered, "promotable restart");
        Order(whole, Tasks.Stopped, whole, Tasks.Promote, Relation.Ordered, "promotable restart");
        Order(whole, Tasks.Demoted, whole, Tasks.Start, Relation.Ordered, "promotable restart");
        Order(whole, Tasks.Demoted, whole, Tasks.Promote, Relation.Ordered, "promotable restart");
        Order(whole, Tasks.Demote, whole, Tasks.Demoted, Relation.UnrunnableFirstBlocks, "clone demote");
    }

    private void Promotable(PlanResource clone, List<PlanResource> instances)
    {
        RolesInTurn(clone);
        PlanResource? previous = null;
        foreach (PlanResource instance in instances)
        {
            Order(clone, Tasks.Promote, instance, Tasks.Promote, Relation.ThenImpliesFirstGraphed, "clone promote");
            Order(instance, Tasks.Promote, clone, Tasks.Promoted, Relation.FirstImpliesThenGraphed, "clone promote");
            Order(clone, Tasks.Demote, instance, Tasks.Demote, Relation.ThenImpliesFirstGraphed, "clone demote");
            Order(instance, Tasks.Demote, clone, Tasks.Demoted, Relation.FirstImpliesThenGraphed, "clone demote");
            if (clone.Clone!.Ordered && previous is not null)
            {
                Order(previous, Tasks.Promote, instance, Tasks.Promote, Relation.Ordered, "ordered clone");
                Order(instance, Tasks.Demote, previous, Tasks.Demote, Relation.Ordered, "ordered clone");
            }

            previous = instance;
        }
    }

    private void Bundle(PlanResource bundle)
    {
        BundleData data = bundle.Bundle!;
        PlanResource? child = data.Child;
        if (child is not null)
        {
            Order(bundle, Tasks.Start, child, Tasks.Start, Relation.ThenImpliesFirstGraphed, "bundle start");
            Order(child, Tasks.Running, bundle, Tasks.Running, Relation.FirstImpliesThenGraphed, "bundle start");
            Order(bundle, Tasks.Stop, child, Tasks.Stop, Relation.ThenImpliesFirstGraphed, "bundle stop");
            Order(child, Tasks.Stopped, bundle, Tasks.Stopped, Relation.FirstImpliesThenGraphed, "bundle stop");
            if (child.IsPromotable)
            {
                Order(bundle, Tasks.Promote, child, Tasks.Promote, Relation.ThenImpliesFirstGraphed, "bundle promote");
                Order(child, Tasks.Promoted, bundle, Tasks.Promoted, Relation.FirstImpliesThenGraphed, "bundle promote");
                Order(bundle, Tasks.Demote, child, Tasks.Demote, Relation.ThenImpliesFirstGraphed, "bundle demote");
                Order(child, Tasks.Demoted, bundle, Tasks.Demoted, Relation.FirstImpliesThenGraphed, "bundle demote");
            }
        }

        foreach (Replica replica in data.Replicas)
            Replica(bundle, replica);
        if (child is null)
            return;
        Add(child);
        if (!child.IsPromotable)
            return;
        RolesInTurn(bundle);
        AroundRoles(bundle);
    }

    private void Replica(PlanResource bundle, Replica replica)
    {
        PlanResource container = replica.Container;
        Add(container);
        Order(bundle, Tasks.Start, container, Tasks.Start,
            Relation.UnrunnableFirstBlocks | Relation.ThenImpliesFirstGraphed, "bundle start");
        if (replica.Child is not null)
        {
            Order(bundle, Tasks.Stop, replica.Child, Tasks.Stop, Relation.ThenImpliesFirstGraphed, "bundle stop");
        }

        Order(bundle, Tasks.Stop, container, Tasks.Stop, Relation.ThenImpliesFirstGraphed, "bundle stop");
        Order(container, Tasks.Start, bundle, Tasks.Running, Relation.FirstImpliesThenGraphed, "bundle start");
        Order(container, Tasks.Stop, bundle, Tasks.Stopped, Relation.FirstImpliesThenGraphed, "bundle stop");
        if (replica.Ip is { } ip)
        {
            Add(ip);
            Order(ip, Tasks.Start, container, Tasks.Start,
                Relation.UnrunnableFirstBlocks | Relation.GuestAllowed, "address before container");
            Order(container, Tasks.Stop, ip, Tasks.Stop,
                Relation.ThenImpliesFirst | Relation.GuestAllowed, "container before address");
            ColocationUnpack.Add(world, "#ip-with-" + bundle.Bundle!.ContainerKind, ip, container, ResourceRole.Unknown,
                ResourceRole.Unknown, Scores.Infinity, null, true);
        }

        if (replica.Remote is { } remote)
        {
            Add(remote);
            Order(container, Tasks.Start, remote, Tasks.Start,
                Relation.FirstImpliesThen | Relation.UnrunnableFirstBlocks, "container before connection");
            Order(remote, Tasks.Stop, container, Tasks.Stop, Relation.ThenImpliesFirst, "connection before container");
        }
    }
}
