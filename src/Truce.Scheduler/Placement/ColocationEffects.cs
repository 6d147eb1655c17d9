namespace Truce.Scheduler.Engine;

/// <summary>What the place of a primary does to the scores, or to the
/// promotion, of what depends on it.</summary>
internal sealed class ColocationEffects(World world, Assignment all)
{
    private enum Affects
    {
        Nothing,
        Location,
        Role,
    }

    /// <summary>Applies a colocation to <paramref name="dependent"/>, one primitive
    /// (or clone, for promotion).</summary>
    public void Apply(PlanResource dependent, PlanResource primary, Colocation colocation)
    {
        switch (primary.Kind)
        {
            case ResourceKind.Primitive:
                OnPrimitive(dependent, primary, colocation);
                break;
            case ResourceKind.Group:
                OnGroup(dependent, primary, colocation);
                break;
            case ResourceKind.Clone:
                OnClone(dependent, primary, colocation);
                break;
            case ResourceKind.Bundle:
                OnBundle(dependent, primary, colocation);
                break;
        }
    }

    private void OnPrimitive(PlanResource dependent, PlanResource primary, Colocation colocation)
    {
        switch (Judge(dependent, primary, colocation))
        {
            case Affects.Nothing:
                break;
            case Affects.Location:
                ToScores(dependent, primary, colocation);
                break;
            case Affects.Role:
                ToPriority(dependent, primary, colocation);
                break;
        }
    }

    private static Affects Judge(PlanResource dependent, PlanResource primary, Colocation colocation)
    {
        return primary.Has(Is.Unassigned) ? Affects.Nothing : JudgeAhead(dependent, primary, colocation);
    }

    /// <summary>Whether the colocation binds the dependent's placement, as
    /// far as roles are known now.</summary>
    public static bool WouldPlace(PlanResource dependent, PlanResource primary, Colocation colocation) =>
        JudgeAhead(dependent, primary, colocation) == Affects.Location;

    private static Affects JudgeAhead(PlanResource dependent, PlanResource primary, Colocation colocation)
    {
        PlanResource actor = Actor(dependent);
        if (colocation.DependentRole >= ResourceRole.Unpromoted && actor.Parent is { IsPromotable: true }
            && !actor.Has(Is.Unassigned))
            return Affects.Role;
        if (!dependent.Has(Is.Unassigned))
            return Affects.Nothing;
        if (colocation.DependentRole != ResourceRole.Unknown && colocation.DependentRole != actor.NextRole)
            return Affects.Nothing;
        if (colocation.PrimaryRole != ResourceRole.Unknown && colocation.PrimaryRole != Actor(primary).NextRole)
            return Affects.Nothing;
        return Affects.Location;
    }

    /// <summary>Who has the role that is meant: in a container, the service.</summary>
    private static PlanResource Actor(PlanResource resource) =>
        resource.Has(Is.ReplicaContainer) && resource.Replica?.Child is { } child ? child : resource;

    private void ToScores(PlanResource dependent, PlanResource primary, Colocation colocation)
    {
        PlanNode? place = primary.Assigned;
        if (place is null && colocation.Score < 0)
            return;
        string? value = place is null ? null : NodeValues.Of(place, colocation.AttributeName, primary);
        WorkTable work = dependent.Allowed.Copy();
        foreach (PlanNode node in world.Nodes)
        {
            if (!work.Has(node.Index))
                continue;
            int delta;
            if (place is null)
                delta = -colocation.Score;
            else if (NodeValues.Of(node, colocation.AttributeName, dependent) == value)
                delta = colocation.Score < Scores.Infinity ? colocation.Score : 0;
            else
                delta = colocation.Score >= Scores.Infinity ? -colocation.Score : 0;
            if (delta != 0)
                work.Add(node.Index, delta);
        }

        if (Math.Abs(colocation.Score) >= Scores.Infinity || Availability.AnyAvailable(world, work))
            dependent.Adopt(work, Reason(colocation, primary));
    }

    private static void ToPriority(PlanResource dependent, PlanResource primary, Colocation colocation)
    {
        if (dependent.Assigned is not { } place)
            return;
        if (primary.Assigned is not { } primaryPlace)
        {
            if (colocation.Score >= Scores.Infinity && colocation.DependentRole == ResourceRole.Promoted)
                dependent.SetPromotion(-Scores.Infinity, Reason(colocation, primary));
            return;
        }

        string? a = NodeValues.Of(place, colocation.AttributeName, dependent);
        string? b = NodeValues.Of(primaryPlace, colocation.AttributeName, primary);
        if (a != b)
        {
            if (colocation.Score >= Scores.Infinity && colocation.DependentRole == ResourceRole.Promoted)
                dependent.SetPromotion(-Scores.Infinity, Reason(colocation, primary));
            return;
        }

        if (colocation.PrimaryRole != ResourceRole.Unknown && colocation.PrimaryRole != Actor(primary).NextRole)
            return;
        int sign = colocation.DependentRole == ResourceRole.Unpromoted ? -1 : 1;
        dependent.AddPromotion(sign * colocation.Score, Reason(colocation, primary));
    }

    private void Nowhere(PlanResource dependent, Colocation colocation, PlanResource primary)
    {
        foreach (PlanResource each in World.Walk(dependent))
            each.Nowhere = Reason(colocation, primary);
        all.Primitives.FinishAll(dependent, StopIfNone.Yes);
    }

    private static ScoreReason Reason(Colocation colocation, PlanResource primary) =>
        new(ScoreRule.Colocation, colocation.Id, primary);

    private void OnGroup(PlanResource dependent, PlanResource group, Colocation colocation)
    {
        if (group.Has(Is.Unassigned) || group.Children.Count == 0)
            return;
        if (!group.Group!.Colocated)
        {
            foreach (PlanResource member in group.Children)
                Apply(dependent, member, colocation);
            return;
        }

        // All of a group must be there to be followed for certain; a wish follows where it begins.
        Apply(dependent, colocation.Score >= Scores.Infinity ? group.Children[^1] : group.Children[0], colocation);
    }

    private void OnClone(PlanResource dependent, PlanResource clone, Colocation colocation)
    {
        if (clone.Has(Is.Unassigned))
            return;
        if (clone.IsPromotable && colocation.PrimaryRole != ResourceRole.Unknown)
        {
            if (!dependent.Has(Is.Unassigned))
                FollowPromotedInRole(dependent, clone, colocation);
            else if (colocation.DependentRole == ResourceRole.Unknown || colocation.DependentRole == dependent.NextRole)
                FollowPromoted(dependent, clone, colocation);
            return;
        }

        if (Interleaves(dependent, clone))
        {
            PlanResource? instance = Instances.Compatible(world, dependent, clone, ResourceRole.Unknown, false);
            if (instance is not null)
                Apply(dependent, instance, colocation);
            else if (colocation.Score >= Scores.Infinity)
                Nowhere(dependent, colocation, clone);
            return;
        }

        if (colocation.Score >= Scores.Infinity)
        {
            var places = new List<(PlanNode, int)>();
            foreach (PlanResource instance in clone.Children)
            {
                if (Instances.Place(instance, false) is { } node && !instance.Has(Is.Blocked))
                    places.Add((node, 0));
            }

            Intersect(dependent, clone, colocation, places, merge: false);
            return;
        }

        foreach (PlanResource instance in clone.Children)
            Apply(dependent, instance, colocation);
    }

    private static bool Interleaves(PlanResource dependent, PlanResource clone)
    {
        PlanResource top = dependent.TopBelowBundle;
        if (top.Clone is not { Interleave: true } data || ReferenceEquals(top, clone))
        {
            if (top.Parent?.Bundle is null || !ResourcesUnpack.Flag(top.Parent, "interleave").GetValueOrDefault())
                return false;
            return top.Clone is not null && top.Clone.NodeMax == clone.Clone!.NodeMax;
        }

        return data.NodeMax == clone.Clone!.NodeMax;
    }

    private void Intersect(
        PlanResource dependent, PlanResource primary, Colocation colocation, List<(PlanNode Node, int Score)> places,
        bool merge)
    {
        var values = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((PlanNode node, int score) in places)
        {
            if (NodeValues.Of(node, colocation.AttributeName, primary) is { } value)
                values.TryAdd(value, score);
        }

        foreach (PlanNode node in world.Nodes)
        {
            if (!dependent.Allowed.Has(node.Index))
                continue;
            string? value = NodeValues.Of(node, colocation.AttributeName, dependent);
            if (value is null || !values.TryGetValue(value, out int score))
            {
                dependent.Forbid(node.Index, Reason(colocation, primary));
            }
            else if (merge)
            {
                dependent.AddScore(node.Index, score, Reason(colocation, primary));
            }
        }
    }

    private void FollowPromoted(PlanResource dependent, PlanResource clone, Colocation colocation)
    {
        var places = new List<(PlanNode Node, int Score)>();
        foreach (PlanResource instance in clone.Children)
        {
            if (Instances.Place(instance, false) is { } node && instance.NextRole == colocation.PrimaryRole)
                places.Add((node, Instances.Score(instance)));
        }

        if (colocation.Score >= Scores.Infinity)
        {
            Intersect(dependent, clone, colocation, places, merge: true);
            return;
        }

        foreach ((PlanNode place, _) in places)
        {
            string? value = NodeValues.Of(place, colocation.AttributeName, clone);
            foreach (PlanNode node in world.Nodes)
            {
                if (dependent.Allowed.Has(node.Index)
                    && NodeValues.Of(node, colocation.AttributeName, dependent) == value)
                    dependent.AddScore(node.Index, colocation.Score, Reason(colocation, clone));
            }
        }
    }

    private static void FollowPromotedInRole(PlanResource dependent, PlanResource clone, Colocation colocation)
    {
        if (Instances.Place(dependent, false) is not { } place)
            return;
        string? value = NodeValues.Of(place, colocation.AttributeName, dependent);
        bool together = clone.Children.Exists(i => Instances.Role(i, false) == colocation.PrimaryRole
            && Instances.Place(i, false) is { } node && NodeValues.Of(node, colocation.AttributeName, i) == value);
        if (together)
            dependent.AddPromotion(colocation.Score, Reason(colocation, clone));
        else if (colocation.Score >= Scores.Infinity)
            dependent.SetPromotion(-Scores.Infinity, Reason(colocation, clone));
    }

    private void OnBundle(PlanResource dependent, PlanResource bundle, Colocation colocation)
    {
        if (bundle.Has(Is.Unassigned))
            return;
        BundleData data = bundle.Bundle!;
        if (colocation.Dependent.IsCollective)
        {
            PlanResource? container = Instances.Compatible(world, dependent, bundle, ResourceRole.Unknown, false);
            if (container is not null)
                Apply(dependent, container, colocation);
            else if (colocation.Score >= Scores.Infinity)
                Nowhere(dependent, colocation, bundle);
            return;
        }

        var places = new List<(PlanNode Node, int Score)>();
        foreach (Replica replica in data.Replicas)
        {
            if (replica.Container.Assigned is not { } node || replica.Container.Has(Is.Blocked))
                continue;
            // A bundle without a primitive has no roles that distinguish its replicas.
            if (colocation.PrimaryRole >= ResourceRole.Promoted && replica.Child is { NextRole: < ResourceRole.Promoted })
                continue;
            if (colocation.Score < Scores.Infinity)
                Spread(dependent, colocation, node);
            else
                places.Add((node, 0));
        }

        if (colocation.Score >= Scores.Infinity)
            Intersect(dependent, bundle, colocation, places, merge: false);
    }

    private void Spread(PlanResource dependent, Colocation colocation, PlanNode place)
    {
        string? value = NodeValues.Of(place, colocation.AttributeName, dependent);
        foreach (PlanNode node in world.Nodes)
        {
            if (dependent.Allowed.Has(node.Index) && NodeValues.Of(node, colocation.AttributeName, dependent) == value)
                dependent.AddScore(node.Index, colocation.Score, Reason(colocation, colocation.Primary));
        }
    }
}
