namespace Truce.Scheduler.Engine;

/// <summary>Adds edges between actions, each kind once.</summary>
internal static class EdgeAdder
{
    /// <summary>True if the two weren't ordered that way before.</summary>
    public static bool Add(PlanAction first, PlanAction then, Relation kind, string why)
    {
        if (kind == Relation.None || ReferenceEquals(first, then))
            return false;
        first.Budget?.Spend();
        if (first.HasEdgeTo(then, kind))
            return false;
        var edge = new Edge(first, then, kind, why);
        first.AddAfter(edge);
        then.Before.Add(edge);
        return true;
    }
}
