using Truce.Model;
using Truce.Model.Fencing;

namespace Truce.Scheduler.Engine;

/// <summary>Asks every node, once, whether a resource is active there.</summary>
internal sealed class Probes(World world)
{
    /// <summary>The reason of orderings behind the stop of a guest that can't be asked.</summary>
    public const string GuestStopped = "guest stopped before start";

    public void Run()
    {
        if (!world.Settings.StartupProbes)
            return;
        foreach (PlanNode node in world.Nodes)
        {
            if (!node.Online)
            {
                if (node.Kind == NodeKind.Remote && RemoteOrders.IsFailed(world, node))
                    Fences.Need(
                        world, node, new FenceCause.ConnectionLost(new ResourceId(node.Connection?.Id ?? node.Name)),
                        "the connection is unrecoverable");
                continue;
            }

            if (node.Unclean || !node.Discovery)
                continue;
            if (node.Attribute("probe_complete") is { } probed && Truce.Model.CibBoolean.Parse(probed) != true)
            {
                PlanAction again = ActionFactory.General(world, $"probe_complete-{node.Name}", "probe_complete", node, false);
                again.SetMeta("op_no_wait", "true");
                continue;
            }

            foreach (PlanResource resource in world.Resources)
                Probe(resource, node);
        }
    }

    private bool Probe(PlanResource resource, PlanNode node)
    {
        switch (resource.Kind)
        {
            case ResourceKind.Primitive:
                return One(resource, node);
            case ResourceKind.Group:
                bool any = false;
                foreach (PlanResource member in resource.Children)
                    any |= Probe(member, node);
                return any;
            case ResourceKind.Clone:
                return Clone(resource, node);
            case ResourceKind.Bundle:
                return Bundle(resource, node);
            default:
                return false;
        }
    }

    private bool Clone(PlanResource clone, PlanNode node)
    {
        // Placement left the instances in the order of their claims; from here on they go by number.
        clone.Children.Sort((a, b) => a.InstanceNumber.CompareTo(b.InstanceNumber));
        if (clone.Has(Is.ExclusiveProbes)
            && (!clone.Allowed.Has(node.Index) || clone.Allowed.DiscoveryOf(node.Index) != Discovery.Exclusive))
        {
            clone.Exclude(node.Index, new ScoreReason(ScoreRule.NotNamed));
            return false;
        }

        List<PlanResource> instances = clone.Children;
        if (clone.Has(Is.Unique))
        {
            bool any = false;
            foreach (PlanResource instance in instances.OrderBy(i => i.InstanceNumber))
                any |= Probe(instance, node);
            return any;
        }

        // The instances are alike, so one is asked: one of which something is known there, the one
        // that will be there, or the first.
        PlanResource? chosen = instances.Find(
                i => World.Walk(i).Any(m => m.Known?.Contains(node.Index) == true))
            ?? instances.Find(i => ReferenceEquals(Instances.Place(i, false), node))
            ?? (instances.Count > 0 ? instances[0] : null);
        return chosen is not null && Probe(chosen, node);
    }

    // What one instance of an anonymous clone is known to be, all are.
    private static bool IsKnown(PlanResource resource, PlanNode node)
    {
        if (resource.Known?.Contains(node.Index) == true)
            return true;
        PlanResource clone = resource.TopBelowBundle;
        return clone.Kind == ResourceKind.Clone && !clone.Has(Is.Unique) && clone.Children.Exists(
            i => World.Walk(i).Any(m => m.ConfigId == resource.ConfigId && m.Known?.Contains(node.Index) == true));
    }

    private bool Bundle(PlanResource bundle, PlanNode node)
    {
        bool any = false;
        BundleData data = bundle.Bundle!;
        foreach (Replica replica in data.Replicas)
        {
            if (replica.Ip is not null)
                any |= Probe(replica.Ip, node);
            if (replica.Child is not null && ReferenceEquals(node, replica.Node))
                any |= Probe(replica.Child, node);
            if (Probe(replica.Container, node))
            {
                any = true;
                if (data.PerHost == 1)
                    AfterPeersAreKnown(data, replica, node);
            }

            if (replica.Remote is not null && Probe(replica.Remote, node))
            {
                any = true;
                PlanAction? probe = replica.Remote.Actions.Find(
                    a => a.Task == Tasks.Monitor && a.IntervalMs == 0 && ReferenceEquals(a.Node, node));
                if (probe is not null)
                {
                    OrderingRules.Actions(world, replica.Container, Tasks.Start, probe,
                        Relation.NestedRemoteProbe, "container before connection");
                }
            }
        }

        return any;
    }

    // Two containers of a bundle may want the same port: none starts where another may still be found.
    private void AfterPeersAreKnown(BundleData data, Replica replica, PlanNode node)
    {
        PlanAction? probe = replica.Container.Actions.Find(
            a => a.Task == Tasks.Monitor && a.IntervalMs == 0 && ReferenceEquals(a.Node, node));
        if (probe is null)
            return;
        foreach (Replica peer in data.Replicas)
        {
            if (!ReferenceEquals(peer, replica))
            {
                OrderingRules.Actions(world, probe, peer.Container, Tasks.Start,
                    Relation.Ordered | Relation.IfOnSameNode, "replicas share a host's ports");
            }
        }
    }

    private bool One(PlanResource resource, PlanNode node)
    {
        if (!MayProbe(resource, node))
            return false;
        PlanResource top = resource.TopBelowBundle is { Kind: ResourceKind.Clone } clone ? clone : resource;
        if (node.IsGuest && !GuestWillAnswer(node, resource.TopBelowBundle))
            return false;
        PlanAction probe = ActionFactory.Resource(
            world, resource, Tasks.Key(resource, Tasks.Monitor), Tasks.Monitor, node, false);
        probe.Clear(Act.Optional);
        Unfencing.Before(world, resource, node, probe, Relation.Ordered);
        probe.ExpectedRc = resource.Running.Contains(node)
            ? resource.Role == ResourceRole.Promoted ? 8 : 0 : 7;
        // What can't be asked now may be active there: nothing new is started,
        // but what runs isn't stopped for it.
        Relation start = !probe.IsRunnable && resource.Running.Count == 0
            ? Relation.Ordered | Relation.UnrunnableFirstBlocks : Relation.Ordered;
        OrderingRules.Actions(world, probe, top, Tasks.Start, start, "probe before start");
        if (resource.Has(Is.Reload))
            OrderingRules.Actions(world, probe, resource, Tasks.ReloadAgent, Relation.Ordered, "probe before reload");
        return true;
    }

    private static bool MayProbe(PlanResource resource, PlanNode node)
    {
        if (node.IsRemote && (resource.IsFenceDevice || resource.IsConnection))
            return false;
        if (node.IsGuest && resource.Filling.Exists(f => f.IsConnection))
            return false;
        if (resource.Container is not null && !resource.IsConnection && !ReferenceEquals(resource.BundleGuest, node))
            return false;
        if (resource.Has(Is.Removed) || IsKnown(resource, node))
            return false;
        bool allowed = resource.Allowed.Has(node.Index);
        if (resource.Has(Is.ExclusiveProbes) || resource.TopBelowBundle.Has(Is.ExclusiveProbes))
        {
            if (!allowed || resource.Allowed.DiscoveryOf(node.Index) != Discovery.Exclusive)
                return false;
        }
        else if (node.Connection?.Replica is not null && resource.BundleGuest is null)
        {
            // A bundle's guest is for its service alone, unless it is named
            // as one of the few nodes to be asked.
            return false;
        }

        return !allowed || resource.Allowed.DiscoveryOf(node.Index) != Discovery.Never;
    }

    // A guest that is down runs nothing; one that will go or move is asked when it is back.
    private bool GuestWillAnswer(PlanNode node, PlanResource top)
    {
        if (node.Connection?.Container is not { } guest)
            return !node.RemoteRequiresReset;
        if (guest.Role == ResourceRole.Stopped)
        {
            // It may yet be found running where it goes; what lives in it must not start before that is
            // known.
            if (guest.Assigned is { } place && guest.Known?.Contains(place.Index) != true)
                OrderingRules.Resources(
                    world, guest, Tasks.Monitor, top, Tasks.Start, Relation.Ordered, "guest known before start");
            return false;
        }

        if (!node.RemoteRequiresReset && guest.NextRole != ResourceRole.Stopped
            && guest.Assigned is not null && guest.Running.Contains(guest.Assigned))
            return true;
        OrderingRules.Resources(world, guest, Tasks.Stop, top, Tasks.Start, Relation.Ordered, GuestStopped);
        return false;
    }
}
