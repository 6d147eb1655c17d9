namespace Truce.Scheduler.Engine;

/// <summary>How what a colocation's dependents prefer adds to the scores of what they follow.</summary>
internal sealed class ColocationScores(World world)
{
    /// <summary>
    /// Adds to <paramref name="table"/>, times <paramref name="factor"/>, the scores of <paramref name="source"/> and,
    /// through it, of all it is bound to. Returns the table to use: a change that would leave no node is dropped.
    /// </summary>
    public NodeTable Add(
        PlanResource source, NodeTable? table, Colocation? colocation, double factor, bool follow, bool nonNegative = true,
        bool keepActive = false)
    {
        switch (source.Kind)
        {
            case ResourceKind.Group:
                return Group(source, table, colocation, factor, follow, nonNegative, keepActive);
            case ResourceKind.Primitive:
            case ResourceKind.Clone:
            case ResourceKind.Bundle:
            default:
                return Single(source, table, colocation, factor, follow, nonNegative, keepActive);
        }
    }

    private NodeTable Group(
        PlanResource source, NodeTable? table, Colocation? colocation, double factor, bool follow, bool nonNegative,
        bool keepActive)
    {
        if (source.Has(Is.UpdatingScores) || source.Children.Count == 0)
            return table ?? source.Allowed.Copy();
        source.Set(Is.UpdatingScores);
        PlanResource member = table is null ? source.Children[^1] : source.Children[0];
        NodeTable result = Add(member, table, colocation, factor, follow, nonNegative, keepActive);
        source.Clear(Is.UpdatingScores);
        return result;
    }

    private NodeTable Single(
        PlanResource source, NodeTable? table, Colocation? colocation, double factor, bool follow, bool nonNegative,
        bool keepActive)
    {
        if (source.Has(Is.UpdatingScores))
            return table ?? source.Allowed.Copy();
        source.Set(Is.UpdatingScores);
        NodeTable work;
        if (table is null)
        {
            work = source.Allowed.Copy();
        }
        else
        {
            work = table.Copy();
            Matching(work, source, colocation!, factor, factor >= 0 && nonNegative && keepActive);
        }

        if (Availability.AnyAvailable(world, work))
        {
            List<Colocation> next = follow ? ColocationLists.WithOthers(source) : ColocationLists.OthersWith(source);
            foreach (Colocation each in next)
            {
                PlanResource other = follow ? each.Primary : each.Dependent;
                if (!follow && !ColocationLists.Influences(each, null))
                    continue;
                double otherFactor = factor * each.Score / Scores.Infinity;
                work = Add(other, work, each, otherFactor, follow, nonNegative, true);
            }
        }
        else if (keepActive)
        {
            source.Clear(Is.UpdatingScores);
            return table ?? work;
        }

        source.Clear(Is.UpdatingScores);
        if (nonNegative)
        {
            for (int i = 0; i < work.Size; i++)
            {
                if (work.Has(i) && work[i] == Unwanted)
                    work[i] = 1;
            }
        }

        return work;
    }

    private const int Unwanted = -100 * Scores.Infinity;

    private void Matching(NodeTable work, PlanResource source, Colocation colocation, double factor, bool onlyPositive)
    {
        foreach (PlanNode node in world.Nodes)
        {
            int i = node.Index;
            if (!work.Has(i) || work[i] == Unwanted)
                continue;
            int score = BestMatching(source, colocation, node);
            if (factor < 0 && score < 0)
                continue;
            double weighted = factor * score;
            int delta = (int)(weighted < 0 ? weighted - 0.5 : weighted + 0.5);
            if (delta == 0 && score != 0)
                delta = factor > 0 ? 1 : factor < 0 ? -1 : 0;
            int sum = Scores.Add(delta, work[i]);
            if (onlyPositive && sum < 0 && work[i] > 0)
            {
                // Someone else's wish must not stop what could run; until all have spoken it counts as no.
                work[i] = Unwanted;
                continue;
            }

            if (onlyPositive && sum < 0 && work[i] == 0)
                continue;
            work[i] = sum;
        }
    }

    private int BestMatching(PlanResource source, Colocation colocation, PlanNode node)
    {
        if (colocation.Attribute is null)
        {
            return source.Allowed.Has(node.Index) && Availability.CanRun(node)
                ? source.Allowed[node.Index] : -Scores.Infinity;
        }

        string? value = NodeValues.Of(node, colocation.Attribute, source);
        int best = -Scores.Infinity;
        foreach (PlanNode other in world.Nodes)
        {
            if (source.Allowed.Has(other.Index) && source.Allowed[other.Index] > best && Availability.CanRun(other)
                && NodeValues.Of(other, colocation.Attribute, source) == value)
                best = source.Allowed[other.Index];
        }

        return best;
    }
}

/// <summary>Node attributes as colocation sees them: those of a guest may be its host's.</summary>
internal static class NodeValues
{
    public static string? Of(PlanNode node, string attribute, PlanResource resource)
    {
        if (attribute == "#uname")
            return node.Name;
        if (resource.Meta.GetValueOrDefault("container-attribute-target") == "host" && node.IsGuest
            && node.Connection?.Container?.Running is [PlanNode host, ..])
            return host.Attribute(attribute);
        return node.Attribute(attribute);
    }
}
