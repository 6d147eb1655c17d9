namespace Truce.Scheduler.Engine;

/// <summary>Makes the actions that take each resource from its current node and
/// role to the desired ones.</summary>
internal sealed class ResourceActions
{
    private readonly World _world;
    private readonly PrimitiveActions _primitives;

    public ResourceActions(World world)
    {
        _world = world;
        _primitives = new PrimitiveActions(world);
    }

    public void Run()
    {
        if (_world.Settings.StopRemovedResources)
        {
            foreach (PlanResource resource in _world.AllResources())
                ForgetRemoved(resource);
        }

        foreach (PlanResource resource in _world.Resources.ToList())
            Create(resource);
    }

    // A removed resource's failures are of no use to anybody.
    private void ForgetRemoved(PlanResource resource)
    {
        if (!resource.Has(Is.Removed) || !resource.IsPrimitive || resource.Has(Is.RemovedInstance))
            return;
        foreach (PlanNode node in _world.Nodes)
        {
            if (node is { Online: true, Unclean: false } && FailureCounts.Raw(_world, resource, node).Count > 0)
            {
                PlanAction clear = FailureCounts.Clear(_world, resource, node, "it is removed");
                OrderingRules.Actions(_world, clear, resource, Tasks.Stop, Relation.Ordered, "forgetting failures before stop");
            }
        }
    }

    private void Create(PlanResource resource)
    {
        switch (resource.Kind)
        {
            case ResourceKind.Primitive:
                _primitives.Create(resource);
                break;
            case ResourceKind.Group:
                Group(resource);
                break;
            case ResourceKind.Clone:
                Instances(resource, resource.Children);
                if (resource.IsPromotable)
                    Roles(resource);
                break;
            case ResourceKind.Bundle:
                Bundle(resource);
                break;
        }
    }

    private void Group(PlanResource group)
    {
        foreach (PlanResource member in group.Children)
            Create(member);
        Pseudo(group, Tasks.Start, true, true);
        Pseudo(group, Tasks.Running, true, true);
        Pseudo(group, Tasks.Stop, true, true);
        Pseudo(group, Tasks.Stopped, true, true);
        bool promotable = Truce.Model.CibBoolean.Parse(group.Meta.GetValueOrDefault("promotable")) == true
            || group.Parent is { IsPromotable: true };
        if (!promotable)
            return;
        Pseudo(group, Tasks.Demote, true, true);
        Pseudo(group, Tasks.Demoted, true, true);
        Pseudo(group, Tasks.Promote, true, true);
        Pseudo(group, Tasks.Promoted, true, true);
    }

    private PlanAction Pseudo(PlanResource resource, string task, bool optional, bool runnable) =>
        ActionFactory.ResourcePseudo(_world, resource, task, optional, runnable);

    private void Instances(PlanResource collective, IReadOnlyList<PlanResource> instances)
    {
        var state = new InstanceState();
        foreach (PlanResource instance in instances)
        {
            Create(instance);
            state.Look(instance);
        }

        PlanAction start = Pseudo(collective, Tasks.Start, !state.Starting, true);
        PlanAction started = Pseudo(collective, Tasks.Running, !state.Starting, false);
        if (state.Active || state.Starting)
            started.Set(Act.Runnable);
        else
            started.Clear(Act.Runnable);
        PlanAction stop = Pseudo(collective, Tasks.Stop, !state.Stopping, true);
        PlanAction stopped = Pseudo(collective, Tasks.Stopped, !state.Stopping, true);
        // While an instance restarts, nothing that depends on it can migrate live.
        if (!state.Restarting)
            stop.Set(Act.Migratable);
        if (collective.Has(Is.Notify) && collective.Kind == ResourceKind.Clone)
        {
            collective.StartNotice = Notifications.Make(_world, collective, Tasks.Start, start, started);
            collective.StopNotice = Notifications.Make(_world, collective, Tasks.Stop, stop, stopped);
            if (collective.StartNotice is not null && collective.StopNotice is not null)
                EdgeAdder.Add(collective.StopNotice.PostDone!, collective.StartNotice.Pre!, Relation.Ordered, "notifications");
        }
    }

    private sealed class InstanceState
    {
        public bool Starting;
        public bool Stopping;
        public bool Restarting;
        public bool Active;

        public void Look(PlanResource instance)
        {
            foreach (PlanResource child in instance.Children)
                Look(child);
            if (!instance.IsPrimitive)
                return;
            if (instance.Running.Count > 0)
                Active = true;
            bool starting = false;
            bool stopping = false;
            foreach (PlanAction action in instance.Actions)
            {
                if (action.IsOptional || (!action.Is(Act.Pseudo) && !action.IsRunnable))
                    continue;
                starting |= action.Task == Tasks.Start;
                stopping |= action.Task == Tasks.Stop;
            }

            Starting |= starting;
            Stopping |= stopping;
            Restarting |= starting && stopping;
        }
    }

    private void Roles(PlanResource clone)
    {
        bool promoting = false;
        bool demoting = false;
        foreach (PlanResource instance in clone.Children)
        {
            foreach (PlanResource each in World.Walk(instance))
            {
                foreach (PlanAction action in each.Actions)
                {
                    if (action.IsOptional)
                        continue;
                    promoting |= action.Task == Tasks.Promote;
                    demoting |= action.Task == Tasks.Demote;
                }
            }
        }

        PlanAction promote = Pseudo(clone, Tasks.Promote, !promoting, true);
        PlanAction promoted = Pseudo(clone, Tasks.Promoted, !promoting, true);
        PlanAction demote = Pseudo(clone, Tasks.Demote, !demoting, true);
        PlanAction demoted = Pseudo(clone, Tasks.Demoted, !demoting, true);
        if (!clone.Has(Is.Notify))
            return;
        clone.PromoteNotice = Notifications.Make(_world, clone, Tasks.Promote, promote, promoted);
        clone.DemoteNotice = Notifications.Make(_world, clone, Tasks.Demote, demote, demoted);
        Notifications.OrderRoles(clone);
    }

    private void Bundle(PlanResource bundle)
    {
        BundleData data = bundle.Bundle!;
        foreach (Replica replica in data.Replicas)
        {
            if (replica.Ip is not null)
                Create(replica.Ip);
            Create(replica.Container);
            if (replica.Remote is not null)
                Create(replica.Remote);
        }

        CreatedInstances(bundle, data.Replicas.ConvertAll(r => r.Container));
        if (data.Child is null)
            return;
        Create(data.Child);
        if (!data.Child.IsPromotable)
            return;
        Pseudo(bundle, Tasks.Promote, true, true);
        Pseudo(bundle, Tasks.Promoted, true, true);
        Pseudo(bundle, Tasks.Demote, true, true);
        Pseudo(bundle, Tasks.Demoted, true, true);
    }

    private void CreatedInstances(PlanResource collective, IReadOnlyList<PlanResource> instances)
    {
        var state = new InstanceState();
        foreach (PlanResource instance in instances)
            state.Look(instance);
        Pseudo(collective, Tasks.Start, !state.Starting, true);
        PlanAction started = Pseudo(collective, Tasks.Running, !state.Starting, false);
        if (state.Active || state.Starting)
            started.Set(Act.Runnable);
        else
            started.Clear(Act.Runnable);
        PlanAction stop = Pseudo(collective, Tasks.Stop, !state.Stopping, true);
        Pseudo(collective, Tasks.Stopped, !state.Stopping, true);
        if (!state.Restarting)
            stop.Set(Act.Migratable);
    }
}
