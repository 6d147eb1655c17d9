namespace Truce.Scheduler.Engine;

/// <summary>Notes that a resource is active on a node, and what follows if
/// it is active on too many.</summary>
internal static class Activity
{
    public static void Add(World world, PlanResource resource, PlanNode node, bool failed)
    {
        if (resource.Running.Contains(node))
            return;
        resource.Running.Add(node);
        if (resource.IsPrimitive)
        {
            node.Running.Add(resource);
            int priority = resource.Priority;
            if (resource.Role == ResourceRole.Promoted)
                priority++;
            if (!failed)
            {
                node.Priority += priority;
                // What a guest runs is lost with its host.
                foreach (PlanNode host in node.Connection?.Container?.Running ?? [])
                    host.Priority += priority;
            }
        }

        if (node.Maintenance && resource.IsPrimitive)
        {
            resource.Clear(Is.Managed);
        }

        if (!resource.Has(Is.Managed))
        {
            // It stays where it is, whatever anyone wants, and others are to know that.
            if (resource.IsPrimitive)
                Locations.Add(world, resource, node, Scores.Infinity, new ScoreReason(ScoreRule.NotManaged));
            AddToParent(world, resource, node);
            return;
        }

        if (resource.IsPrimitive && Counted(resource) > 1)
            TooMany(world, resource);
        AddToParent(world, resource, node);
    }

    private static void AddToParent(World world, PlanResource resource, PlanNode node)
    {
        if (resource.Parent is { } parent)
            Add(world, parent, node, false);
    }

    // What needs no fencing does no harm on a node that nobody hears of.
    private static int Counted(PlanResource resource) => resource.Has(Is.NeedsFencing)
        ? resource.Running.Count
        : resource.Running.Count(n => n.Online && !n.Unclean);

    private static void TooMany(World world, PlanResource resource)
    {
        switch (resource.MultiplyActive)
        {
            case MultiplyActive.StopOnly:
                // Also where it wasn't admitted: in an opt-in cluster nothing else may admit it there.
                ScoreReason reason = new(ScoreRule.ActiveTwice, "multiple-active");
                foreach (PlanNode node in world.Nodes)
                {
                    if (!resource.Allowed.Has(node.Index))
                        resource.Admit(node.Index, 0, reason);
                    resource.Forbid(node.Index, reason);
                }

                resource.BannedEverywhere = true;
                break;
            case MultiplyActive.Block:
                resource.Clear(Is.Managed);
                resource.Set(Is.Blocked);
                if (resource.Parent is { Kind: ResourceKind.Group or ResourceKind.Bundle, MultiplyActive: MultiplyActive.Block } whole)
                {
                    foreach (PlanResource member in whole.Children)
                    {
                        member.Clear(Is.Managed);
                        member.Set(Is.Blocked);
                    }
                }

                break;
            case MultiplyActive.StopStart:
            case MultiplyActive.StopUnexpected:
                break;
        }
    }
}
