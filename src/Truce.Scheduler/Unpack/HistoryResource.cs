using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>Finds the instance that a history entry is about; makes removed
/// resources where there is none.</summary>
internal static class HistoryResource
{
    public static PlanResource? Find(World world, PlanNode node, ResourceHistory entry)
    {
        string id = entry.Id.Value;
        PlanResource? found = world.Find(id);
        PlanResource? clone = null;
        if (found is null)
        {
            string zero = Base(id) + ":0";
            PlanResource? first = world.Find(zero);
            if (first is not null && !first.Has(Is.Unique))
                clone = InnermostClone(first);
        }
        else if (!found.IsPrimitive)
        {
            return null;
        }
        else if (!found.Has(Is.Unique))
        {
            clone = InnermostClone(found);
        }

        if (clone is not null)
            found = Instance(world, node, clone, Base(id));
        if (found is not null && id != found.HistoryId)
            found.HistoryName = id;
        return found;
    }

    private static string Base(string id)
    {
        int colon = id.LastIndexOf(':');
        if (colon <= 0)
            return id;
        for (int i = colon + 1; i < id.Length; i++)
        {
            if (!char.IsAsciiDigit(id[i]))
                return id;
        }

        return colon + 1 < id.Length ? id[..colon] : id;
    }

    private static PlanResource? InnermostClone(PlanResource resource)
    {
        PlanResource? parent = resource.Parent;
        while (parent is not null && parent.Kind != ResourceKind.Clone)
            parent = parent.Parent;
        return parent;
    }

    private static PlanResource? Instance(World world, PlanNode node, PlanResource clone, string configId)
    {
        PlanResource? active = null;
        PlanResource? inactive = null;
        bool skipInactive = false;
        foreach (PlanResource child in clone.Children)
        {
            PlanResource? candidate = Member(child, configId);
            if (candidate is null)
                continue;
            if (candidate.BundleHost(node) is { } host)
            {
                if (host)
                    active = candidate;
                continue;
            }

            PlanNode? place = Instances.Place(child, true);
            if (place is null)
            {
                if (!skipInactive && inactive is null && !child.Has(Is.Blocked)
                    && (candidate.PendingNode is null || candidate.PendingTask == Tasks.Monitor
                        || ReferenceEquals(candidate.PendingNode, node)))
                    inactive = candidate;
                continue;
            }

            if (!ReferenceEquals(place, node))
                continue;
            // A second history of the same on one node is an instance too many, though numbers may be free.
            if (candidate.Running.Count > 0)
            {
                skipInactive = true;
                active = null;
            }
            else
            {
                active ??= candidate;
            }
        }

        PlanResource? found = active ?? (skipInactive ? null : inactive);
        // A node that needs no fencing for this resource must not use up an
        // instance that could start elsewhere.
        if (found is not null && !found.Has(Is.NeedsFencing) && (!node.Online || node.Unclean) && !node.IsGuest
            && clone.Clone!.Max != world.Nodes.Count)
            found = null;
        // What a bundle runs is in its guests; found elsewhere, it is nothing of the bundle's.
        return found ?? (clone.Parent is { Kind: ResourceKind.Bundle } ? null : OrphanInstance(world, clone, configId));
    }

    private static PlanResource? Member(PlanResource child, string configId)
    {
        if (child.IsPrimitive)
            return child.ConfigId == configId ? child : null;
        return child.Children.Find(m => m.ConfigId == configId);
    }

    // More instances are active than are configured: one more that will be stopped.
    private static PlanResource OrphanInstance(World world, PlanResource clone, string configId)
    {
        PlanResource instance = ResourcesUnpack.AddInstance(world, clone, clone.Children.Count);
        foreach (PlanResource each in World.Walk(instance))
        {
            each.Set(Is.Removed | Is.RemovedInstance);
            Tables.Fill(world, each);
        }

        PlanResource member = Member(instance, configId) ?? instance;
        return member;
    }

    /// <summary>A resource that has a history but is no longer configured.</summary>
    public static PlanResource Orphan(World world, ResourceHistory entry)
    {
        var primitive = new Resource.Primitive(entry.Id)
        {
            Agent = new AgentName(entry.Class ?? "", entry.Provider, entry.Type ?? ""),
        };
        if (entry.Container is not null && primitive.Agent.Type == "remote")
            NodesUnpack.AddRemote(world, entry.Id.Value, NodeKind.Guest);
        PlanResource resource = ResourcesUnpack.Make(world, primitive, null, "");
        resource.Set(Is.Removed);
        Tables.Fill(world, resource);
        // A device that is no longer configured still fences until it is stopped.
        world.HaveFencing |= resource.IsFenceDevice;
        if (MetaUnpack.IsRemoteAgent(resource) && world.NodeByName(resource.Id) is { } remote)
        {
            GuestUnpack.Bind(resource, remote);
            remote.Shutdown = true;
        }

        if (entry.Container is { } containerId)
        {
            if (world.Find(containerId.Value) is { } container)
            {
                resource.Container = container;
                container.Filling.Add(resource);
            }
            else
            {
                resource.RemovedContainer = true;
            }
        }

        if (!world.Settings.StopRemovedResources)
            resource.Clear(Is.Managed);
        world.Resources.Add(resource);
        world.OrphanBans.Add(resource);
        return resource;
    }
}
