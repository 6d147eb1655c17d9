namespace Truce.Scheduler.Engine;

/// <summary>Questions about instances of clones and replicas of bundles.</summary>
internal static class Instances
{
    /// <summary>The instances of a collective resource: of a bundle, its containers.</summary>
    public static IReadOnlyList<PlanResource> Of(PlanResource collective) => collective.Bundle is { } bundle
        ? bundle.Replicas.ConvertAll(r => r.Container) : collective.Children;

    /// <summary>Where an instance is (or will be) as a whole.</summary>
    public static PlanNode? Place(PlanResource instance, bool current)
    {
        if (instance.IsPrimitive)
            return current ? (instance.Running.Count > 0 ? instance.Running[0] : null) : instance.Assigned;
        foreach (PlanResource child in instance.Children)
        {
            if (Place(child, current) is { } node)
                return node;
        }

        return null;
    }

    public static int Score(PlanResource instance) =>
        instance.IsPrimitive || instance.Children.Count == 0 ? instance.AssignedScore : instance.Children[0].AssignedScore;

    public static ResourceRole Role(PlanResource instance, bool current) => current ? instance.Role : instance.NextRole;

    /// <summary>The instance of <paramref name="collective"/> on the node of <paramref name="match"/>,
    /// or else where it may go.</summary>
    public static PlanResource? Compatible(
        World world, PlanResource match, PlanResource collective, ResourceRole role, bool current)
    {
        PlanNode? node = Place(match, current);
        if (node is not null)
            return On(collective, MatchNode(node, collective), role, current);
        foreach (PlanNode candidate in NodeOrder.Sorted(world, match.Allowed, null))
        {
            if (On(collective, candidate, role, current) is { } found)
                return found;
        }

        return null;
    }

    private static PlanNode MatchNode(PlanNode node, PlanResource collective)
    {
        // A replica's guest is on the host of its container.
        if (node.IsGuest && collective.Bundle is not null && node.Connection?.Container?.Assigned is { } host)
            return host;
        return node;
    }

    private static PlanResource? On(PlanResource collective, PlanNode node, ResourceRole role, bool current)
    {
        foreach (PlanResource instance in Of(collective))
        {
            instance.Budget.Spend();
            if (role != ResourceRole.Unknown && Role(instance, current) != role)
                continue;
            if (instance.Has(Is.Blocked))
                continue;
            if (ReferenceEquals(Place(instance, current), node))
                return instance;
        }

        return null;
    }
}
