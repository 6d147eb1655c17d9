namespace Truce.Scheduler.Engine;

/// <summary>Fills resources' node tables with the nodes they start from.</summary>
internal static class Tables
{
    /// <summary>Binds what is inside bundles to its guests.</summary>
    public static void BindToGuests(World world)
    {
        foreach (PlanResource resource in world.AllResources())
        {
            if (resource.Bundle is { } bundle)
                Replicas(world, bundle);
        }
    }

    /// <summary>
    /// In a symmetric cluster every node counts from the start, but for those known to be bundles' guests by
    /// the time the resource is read; in an opt-in one, only those named later.
    /// </summary>
    public static void Fill(World world, PlanResource resource)
    {
        if (resource.Allowed.Size != world.Nodes.Count)
            resource.NewScores(world.Nodes.Count);
        // Constraints don't name a guest's connection: it may be wherever its container is.
        if (!world.Settings.SymmetricCluster && !(resource.Container is not null && MetaUnpack.IsRemoteAgent(resource)))
            return;
        foreach (PlanNode node in world.Nodes)
        {
            if (node is { BundleGuest: false, Forgotten: false })
                resource.Admit(node.Index, node.ConfiguredScore, new ScoreReason(ScoreRule.NodeScore));
        }
    }

    private const int ReplicaScore = 500;

    private static void Replicas(World world, BundleData bundle)
    {
        foreach (Replica replica in bundle.Replicas)
        {
            if (replica.Child is null || replica.Node is null)
                continue;
            foreach (PlanResource each in World.Walk(replica.Child))
            {
                each.NewScores(world.Nodes.Count);
                each.Admit(
                    replica.Node.Index, ReplicaScore,
                        new ScoreReason(ScoreRule.InContainer, "", replica.Container),
                    Discovery.Exclusive);
            }

            bundle.Child!.Admit(
                replica.Node.Index, -Scores.Infinity,
                new ScoreReason(ScoreRule.InContainer, "", replica.Container));
        }
    }
}
