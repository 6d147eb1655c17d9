namespace Truce.Scheduler.Engine;

/// <summary>How the preferences of other resources count while scores are added up.</summary>
[Flags]
internal enum Wishes
{
    None = 0,

    /// <summary>Go on to what the source follows; else to what follows the source.</summary>
    OfFollowed = 1,

    /// <summary>Wishes that would leave no node are dropped.</summary>
    KeepActive = 2,

    /// <summary>Other resources' preferences must not turn a good node into a bad one.</summary>
    NonNegative = 4,
}

/// <summary>How what a colocation's dependents prefer adds to the scores of what they follow.</summary>
internal sealed class ColocationScores(World world)
{
    // Stands for "another resource's preference made it negative"; once all are
    // added, such a node counts a little.
    private const int Unwanted = -100 * Scores.Infinity;

    /// <summary>The scores of <paramref name="source"/> with the
    /// preferences of all that it follows.</summary>
    public NodeTable Of(PlanResource source) => Add(source, source, null, null, 1, Wishes.OfFollowed);

    /// <summary>
    /// Adds to <paramref name="table"/>, that of <paramref name="target"/>, times
    /// <paramref name="factor"/>, the scores of <paramref name="source"/> and, through it, of all it is
    /// bound to. Returns the table to use.
    /// </summary>
    public NodeTable Add(
        PlanResource source, PlanResource target, NodeTable? table, Colocation? colocation, double factor, Wishes wishes)
    {
        world.Budget.Spend(world.Nodes.Count);
        world.Budget.Descend();
        if (source.Kind == ResourceKind.Group)
            return Group(source, target, table, colocation, factor, wishes);
        if (source.Has(Is.UpdatingScores))
            return table ?? source.Allowed.Copy();
        source.Set(Is.UpdatingScores);
        NodeTable result = Single(source, target, table, colocation, factor, wishes);
        source.Clear(Is.UpdatingScores);
        return result;
    }

    // The members follow each other, so one end of the chain stands for all.
    private NodeTable Group(
        PlanResource source, PlanResource target, NodeTable? table, Colocation? colocation, double factor, Wishes wishes)
    {
        if (source.Has(Is.UpdatingScores) || source.Children.Count == 0)
            return table ?? source.Allowed.Copy();
        source.Set(Is.UpdatingScores);
        PlanResource member = table is null ? source.Children[^1] : source.Children[0];
        NodeTable result = Add(member, table is null ? member : target, table, colocation, factor, wishes);
        source.Clear(Is.UpdatingScores);
        return result;
    }

    private NodeTable Single(
        PlanResource source, PlanResource target, NodeTable? table, Colocation? colocation, double factor, Wishes wishes)
    {
        WorkTable own = (table ?? source.Allowed).Copy();
        NodeTable work = own;
        if (table is not null)
            Matching(own, source, target, colocation!, factor, (wishes & Wishes.NonNegative) != 0);
        if (Availability.AnyAvailable(world, work))
            work = Onward(source, target, work, factor, wishes | Wishes.KeepActive);
        else if ((wishes & Wishes.KeepActive) != 0)
            return table ?? work;
        if ((wishes & Wishes.NonNegative) == 0)
            return work;
        WorkTable? rounded = null;
        for (int i = 0; i < work.Size; i++)
        {
            if (work.Has(i) && work[i] == Unwanted)
                (rounded ??= work.Copy()).Put(i, 1);
        }

        return rounded ?? work;
    }

    private NodeTable Onward(PlanResource source, PlanResource target, NodeTable work, double factor, Wishes wishes)
    {
        bool follow = (wishes & Wishes.OfFollowed) != 0;
        foreach (Colocation each in follow ? ColocationLists.WithOthers(source) : ColocationLists.OthersWith(source))
        {
            if (!follow && !ColocationLists.Influences(each, null))
                continue;
            PlanResource other = follow ? each.Primary : each.Dependent;
            work = Add(other, target, work, each, factor * each.Score / Scores.Infinity, wishes);
        }

        return work;
    }

    private void Matching(
        WorkTable work, PlanResource source, PlanResource target, Colocation colocation, double factor,
            bool onlyPositive)
    {
        foreach (PlanNode node in world.Nodes)
        {
            int i = node.Index;
            if (!work.Has(i))
                continue;
            int score = BestMatching(source, colocation, node, target);
            if (factor < 0 && score < 0 && !WorthAvoiding(colocation, score))
                continue;
            if (work[i] == Unwanted)
                continue;
            int sum = Scores.Add(Weighted(score, factor), work[i]);
            if (onlyPositive && sum < 0 && work[i] >= 0)
            {
                if (work[i] > 0)
                    work.Put(i, Unwanted);
                continue;
            }

            work.Put(i, sum);
        }
    }

    /// <summary>
    /// Rounded, but a preference isn't lost to a small factor: in that case only the factor's sign counts, so
    /// that a slight dislike has the same effect as a slight preference (kept:
    /// slight-dislike-of-a-follower-draws).
    /// </summary>
    private static int Weighted(int score, double factor)
    {
        double weighted = factor * score;
        int delta = (int)(weighted < 0 ? weighted - 0.5 : weighted + 0.5);
        return delta != 0 || score == 0 ? delta : Math.Sign(factor);
    }

    /// <summary>
    /// Where a dependent that must stay away from its primary can't run itself, the primary needn't prefer to
    /// be; unless the dependent has no other node, then the primary may make room.
    /// </summary>
    private bool WorthAvoiding(Colocation colocation, int score) =>
        colocation.Primary.Stickiness < -score && ColocationLists.Influences(colocation, null)
        && OnOneNodeOnly(colocation.Dependent);

    private bool OnOneNodeOnly(PlanResource resource)
    {
        int allowed = 0;
        foreach (PlanNode node in world.Nodes)
        {
            if (resource.Allowed.Has(node.Index) && resource.Allowed[node.Index] >= 0)
                allowed++;
        }

        return allowed == 1;
    }

    private int BestMatching(PlanResource source, Colocation colocation, PlanNode node, PlanResource target)
    {
        NodeTable allowed = source.Allowed;
        string? value = NodeValues.Of(node, colocation.AttributeName, target);
        if (colocation.Attribute is null)
        {
            PlanNode? same = value == node.Name ? node : world.NodeByName(value);
            return same is not null && allowed.Has(same.Index) && Availability.CanRun(same)
                ? allowed[same.Index] : -Scores.Infinity;
        }

        int best = -Scores.Infinity;
        foreach (PlanNode other in world.Nodes)
        {
            if (allowed.Has(other.Index) && allowed[other.Index] > best && Availability.CanRun(other)
                && NodeValues.Of(other, colocation.Attribute, source) == value)
                best = allowed[other.Index];
        }

        return best;
    }
}

/// <summary>Node attributes as colocation sees them: those of a guest may be its host's.</summary>
internal static class NodeValues
{
    public static string? Of(PlanNode node, string attribute, PlanResource resource)
    {
        if (node.IsGuest && ByHost(node, resource) && node.Connection?.Container is { } container
            && (container.Assigned ?? (container.Running.Count > 0 ? container.Running[0] : null)) is { } host)
            return attribute == "#uname" ? host.Name : host.Attribute(attribute);
        return attribute == "#uname" ? node.Name : node.Attribute(attribute);
    }

    // What is with a bundle's service is where the container is: nothing else can be on the guest.
    private static bool ByHost(PlanNode guest, PlanResource resource) =>
        resource.Meta.GetValueOrDefault("container-attribute-target") == "host"
        || guest.Connection?.Replica is not null && resource.Parent is not null && resource.Top.Kind == ResourceKind.Bundle;
}
