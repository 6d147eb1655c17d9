using System.Collections.Immutable;
using System.Globalization;

using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>Writes out the actions that must be done, with what each waits for.</summary>
internal sealed class GraphBuilder(World world)
{
    private static readonly Comparison<GraphInput> s_byAction = (a, b) => a.Action.CompareTo(b.Action);

    private readonly List<PlanAction> _chosen = [];

    // Tens of thousands of actions come by: what holds one's inputs serves the next.
    private readonly List<GraphInput> _inputs = [];

    public TransitionGraph Build()
    {
        RefreshCollectives();
        Notifications.CreateAll(world);
        foreach (PlanResource resource in world.Resources)
            Choose(resource);
        TellMaintenance();
        for (int i = world.Actions.Count - 1; i >= 0; i--)
            Choose(world.Actions[i]);
        for (int i = world.Actions.Count - 1; i >= 0; i--)
            BreakLoops(world.Actions[i]);
        var attributes = new ActionAttributes(world);
        var actions = ImmutableArray.CreateBuilder<GraphAction>(_chosen.Count);
        foreach (PlanAction action in _chosen)
            actions.Add(attributes.Write(action, Inputs(action)));
        ClusterSettings settings = world.Settings;
        return new TransitionGraph(
            settings.ClusterDelay, settings.FencingTimeout, "INFINITY",
            settings.StartFailureIsFatal ? "INFINITY" : "1", settings.BatchLimit, settings.MigrationLimit,
            world.RecheckBy, actions.MoveToImmutable());
    }

    // A remote or guest node's own daemon keeps no state, so that the cluster
    // records for it that it is in maintenance.
    private void TellMaintenance()
    {
        if (!world.Nodes.Any(n => n.IsRemote && n.Maintenance != n.MaintenanceOnRecord))
            return;
        PlanAction action = ActionFactory.Pseudo(world, Tasks.MaintenanceNodes);
        action.Clear(Act.Optional);
        Choose(action);
    }

    // Whether a collective's actions are needed is known only now, from what became of its instances'.
    private void RefreshCollectives()
    {
        foreach (PlanResource resource in world.AllResources())
        {
            if (resource.Kind != ResourceKind.Clone)
                continue;
            foreach (PlanAction action in resource.Actions)
                ActionFlags.Of(action, null);
        }
    }

    private void Choose(PlanResource resource)
    {
        switch (resource.Kind)
        {
            case ResourceKind.Primitive:
                Own(resource);
                break;
            case ResourceKind.Group:
                Own(resource);
                resource.Children.ForEach(Choose);
                break;
            case ResourceKind.Clone:
                resource.Children.ForEach(Choose);
                Own(resource);
                break;
            case ResourceKind.Bundle:
                BundleData data = resource.Bundle!;
                if (data.Child is not null)
                    Choose(data.Child);
                foreach (Replica replica in data.Replicas)
                {
                    if (replica.Ip is not null)
                        Choose(replica.Ip);
                    Choose(replica.Container);
                    if (replica.Remote is not null)
                        Choose(replica.Remote);
                }

                break;
        }
    }

    private void Own(PlanResource resource)
    {
        for (int i = resource.Actions.Count - 1; i >= 0; i--)
            Choose(resource.Actions[i]);
    }

    private void Choose(PlanAction action)
    {
        if (action.Is(Act.InGraph) || !Wanted(action))
            return;
        action.Set(Act.InGraph);
        _chosen.Add(action);
    }

    private static bool Wanted(PlanAction action)
    {
        if (!action.IsRunnable)
            return false;
        if (action.IsOptional && !action.Is(Act.PrintAlways))
            return false;
        if (action.Task == "probe_complete")
            return true;
        if (action.Resource is { } resource && !resource.Has(Is.Managed))
        {
            // Of what isn't managed, only its recurring monitors and probes run.
            bool watches = action.IntervalMs > 0 || action.Task == Tasks.Monitor || action.Task == Tasks.Cancel;
            if (!watches)
                return false;
        }

        if (action.Is(Act.Pseudo) || action.Task is Tasks.Fence or Tasks.Shutdown)
            return true;
        if (action.Node is not { } node)
            return false;
        if (node.IsGuest && !node.RemoteRequiresReset)
            return true;
        // What is to be forgotten or cancelled on a node that will be fenced goes with it.
        if (node.Unclean)
            return false;
        return action.Is(Act.OnDc) || node.Online;
    }

    private ImmutableArray<GraphInput> Inputs(PlanAction action)
    {
        _inputs.Clear();
        foreach (Edge edge in action.Before)
        {
            if (!edge.First.Is(Act.InGraph) || ReferenceEquals(edge.First.InputOf, action) || !Counts(edge))
                continue;
            edge.First.InputOf = action;
            _inputs.Add(new GraphInput(edge.First.Id, edge.Why));
        }

        if (_inputs.Count == 0)
            return [];
        _inputs.Sort(s_byAction);
        return [.. _inputs];
    }

    public static bool Counts(Edge edge)
    {
        PlanAction first = edge.First;
        PlanAction then = edge.Then;
        Relation kind = edge.Kind;
        if (kind == Relation.None || ReferenceEquals(first, then) || StartsItsOwnGround(first, then))
            return false;
        if ((kind & Relation.FirstElseThen) != 0 && first.Is(Act.Migratable))
            return false;
        if ((kind & Relation.IfOnSameNode) != 0 && first.Node is not null && then.Node is not null
            && !ReferenceEquals(first.Node, then.Node))
            return false;
        if ((kind & Relation.UnmigratableThenBlocks) != 0 && first.Is(Act.Pseudo) && !first.IsRunnable)
            return false;
        // If the stop is the end of a live migration, nothing had to wait for it.
        if (kind == Relation.Ordered && first.Is(Act.Migratable) && first.Task == Tasks.Stop)
            return false;
        if (kind == Relation.IfOnSameNodeOrTarget)
            return SameTarget(first, then) && !first.IsOptional;
        if (kind == Relation.IfRequiredOnSameNode)
            return (first.Node is null || then.Node is null || ReferenceEquals(first.Node, then.Node)) && !first.IsOptional;
        return !(first.Resource is { } a && then.Resource is { } b && !ReferenceEquals(a, b) && a.Has(Is.Failed)
            && !a.Has(Is.Managed) && first.Task == Tasks.Stop && b.Kind == ResourceKind.Clone);
    }

    // A guest's machine starts before anything inside, whatever an order says; only its fencing comes first.
    private static bool StartsItsOwnGround(PlanAction first, PlanAction then) =>
        then.Task == Tasks.Start && first.Resource is not null
        && first.Node?.Connection?.Container is { } container && ReferenceEquals(container, then.Resource);

    // If two resources have optional orders on each other, only one can be honored: the one listed first.
    private void BreakLoops(PlanAction action)
    {
        if (!action.Is(Act.InGraph))
            return;
        foreach (Edge edge in action.Before)
        {
            if ((edge.Kind & ~(Relation.IfOnSameNodeOrTarget | Relation.IfRequiredOnSameNode)) == 0
                && edge.First.Is(Act.InGraph) && Counts(edge) && Loops(edge))
                edge.Kind = Relation.None;
        }
    }

    private bool Loops(Edge edge)
    {
        _visit++;
        return Reaches(edge.Then, edge.First);
    }

    private int _visit;

    private bool Reaches(PlanAction from, PlanAction to)
    {
        if (ReferenceEquals(from, to))
            return true;
        if (from.Visit == _visit)
            return false;
        from.Visit = _visit;
        foreach (Edge edge in from.After)
        {
            if (edge.Then.Is(Act.InGraph) && Counts(edge) && Reaches(edge.Then, to))
                return true;
        }

        return false;
    }

    private static bool SameTarget(PlanAction first, PlanAction then)
    {
        PlanNode? node = then.Task == Tasks.MigrateTo ? then.Resource?.Assigned : then.Node;
        return ReferenceEquals(first.Node, node);
    }
}
