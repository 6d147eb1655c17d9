namespace Truce.Scheduler.Engine;

/// <summary>Places a bundle: containers as instances, then what belongs to each, then the
/// service over the guests.</summary>
internal sealed class BundleAssignment(World world, Assignment all)
{
    public void Assign(PlanResource bundle, StopIfNone stopIfNone)
    {
        if (!bundle.Has(Is.Unassigned) || bundle.Has(Is.Assigning))
            return;
        bundle.Set(Is.Assigning);
        BundleData data = bundle.Bundle!;
        Show(bundle);
        List<PlanResource> containers = data.Replicas.ConvertAll(r => r.Container);
        all.Instances.Sort(containers);
        all.Instances.Assign(bundle, containers, data.ReplicaMax, data.PerHost);
        foreach (Replica replica in data.Replicas)
            AssignReplica(replica, stopIfNone);
        if (data.Child is { } inner)
        {
            foreach (PlanNode node in world.Nodes)
            {
                if (!inner.Allowed.Has(node.Index))
                    continue;
                bool own = data.Replicas.Exists(r => ReferenceEquals(r.Node, node));
                inner.SetScore(
                    node.Index, own ? 0 : -Scores.Infinity,
                        new ScoreReason(ScoreRule.InContainer, "", bundle));
            }

            all.Assign(inner, null, stopIfNone);
        }

        bundle.Clear(Is.Assigning | Is.Unassigned);
    }

    /// <summary>Notes the scores of the bundle and all its parts as they are now.</summary>
    public void Show(PlanResource bundle)
    {
        all.ShowScores(bundle, "pcmk__bundle_assign");
        foreach (PlanResource part in bundle.Children)
        {
            if (!ReferenceEquals(part, bundle.Bundle!.Child))
                all.ShowScores(part, "pcmk__bundle_assign");
        }

        if (bundle.Bundle!.Child is not { } inner)
            return;
        all.ShowScores(inner, "pcmk__bundle_assign");
        foreach (PlanResource instance in inner.Children)
            all.ShowScores(instance, "pcmk__bundle_assign");
    }

    private void AssignReplica(Replica replica, StopIfNone stopIfNone)
    {
        PlanNode? host = replica.Container.Assigned;
        if (replica.Ip is not null)
            all.Assign(replica.Ip, null, stopIfNone);
        if (replica.Remote is not null)
        {
            if (host is { IsRemote: true, Connection: { } outer })
            {
                ColocationUnpack.Add(world, "#replica-remote-with-host-remote", replica.Remote, outer,
                    ResourceRole.Unknown, ResourceRole.Unknown, Scores.Infinity, null, true);
            }

            all.Assign(replica.Remote, null, stopIfNone);
        }

        if (replica.Child is not { } child || replica.Node is not { } guest)
            return;
        foreach (PlanResource each in World.Walk(child))
        {
            foreach (PlanNode node in world.Nodes)
            {
                if (!each.Allowed.Has(node.Index))
                    continue;
                if (!ReferenceEquals(node, guest))
                    each.Forbid(node.Index, new ScoreReason(ScoreRule.InContainer, "", replica.Container));
                else if (NodeCriteria.Reached(world, each, node) is null)
                    each.SetScore(
                        node.Index, Scores.Infinity,
                            new ScoreReason(ScoreRule.InContainer, "", replica.Container));
            }
        }

        child.Parent!.Set(Is.Assigning);
        all.Assign(child, guest, stopIfNone);
        child.Parent.Clear(Is.Assigning);
    }
}
