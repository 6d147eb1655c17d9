using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>Reads colocation constraints: pairs, and sets in which each depends on the one before.</summary>
internal static class ColocationUnpack
{
    public static void Run(World world, Constraint.Colocation constraint)
    {
        if (!constraint.Sets.IsEmpty)
        {
            BySets(world, constraint, References.Sets(world, constraint.Sets));
            return;
        }

        if (constraint.Resource is not { } dependentId || constraint.WithResource is not { } primaryId)
            return;
        List<PlanResource> dependents = References.Resolve(world, dependentId.Value, out bool dependentsPlural);
        List<PlanResource> primaries = References.Resolve(world, primaryId.Value, out bool primariesPlural);
        if (dependentsPlural && primariesPlural)
        {
            world.Warnings.Add($"{constraint.Id}: both sides are templates or tags, so it isn't clear which resources to pair; ignored");
            return;
        }

        int score = constraint.Score?.Value ?? 0;
        foreach (PlanResource dependent in dependents)
        {
            foreach (PlanResource primary in primaries)
            {
                Add(world, constraint.Id, dependent, primary, RoleOf(constraint.Role), RoleOf(constraint.WithRole), score,
                    constraint.NodeAttribute, Influence(constraint, dependent));
            }
        }
    }

    private static bool Influence(Constraint.Colocation constraint, PlanResource dependent) =>
        constraint.Influence ?? dependent.Has(Is.Critical);

    public static ResourceRole RoleOf(Role? role) =>
        role is null or Role.Started ? ResourceRole.Unknown : Roles.Of(role.Value);

    private static void BySets(World world, Constraint.Colocation constraint, List<ResourceSet> sets)
    {
        int fallback = constraint.Score?.Value ?? 0;
        ResourceSet? previous = null;
        foreach (ResourceSet set in sets)
        {
            Within(world, constraint, set, set.Score?.Value ?? fallback);
            if (previous is not null)
                Between(world, constraint, previous, set, constraint.Score?.Value ?? 0);
            previous = set;
        }
    }

    private static void Within(World world, Constraint.Colocation constraint, ResourceSet set, int score)
    {
        if (set.Sequential == false || score == 0)
            return;
        List<PlanResource> members = References.Of(world, set);
        ResourceRole role = RoleOf(set.Role);
        bool listed = set.Ordering == SetOrdering.Listed;
        for (int i = 1; i < members.Count; i++)
        {
            if (score < 0)
            {
                // Each avoids all before it; avoiding only the last would let every other one meet.
                for (int j = 0; j < i; j++)
                    AddIn(members[i], members[j]);
            }
            else if (listed)
            {
                AddIn(members[i - 1], members[i]);
            }
            else
            {
                AddIn(members[i], members[i - 1]);
            }
        }

        void AddIn(PlanResource dependent, PlanResource primary) =>
            Add(world, set.Id ?? constraint.Id, dependent, primary, role, role, score, constraint.NodeAttribute,
                Influence(constraint, dependent));
    }

    // Influence is asked within a set alone: one set always draws the other (kept:
    // sets-always-influence-one-another).
    private static void Between(
        World world, Constraint.Colocation constraint, ResourceSet first, ResourceSet second, int score)
    {
        if (score == 0)
            return;
        List<PlanResource> dependents = References.Of(world, first);
        List<PlanResource> primaries = References.Of(world, second);
        if (dependents.Count == 0 || primaries.Count == 0)
            return;
        if (first.Sequential != false)
            dependents = [dependents[0]];
        if (second.Sequential != false)
            primaries = [primaries[^1]];
        foreach (PlanResource dependent in dependents)
        {
            foreach (PlanResource primary in primaries)
            {
                Add(world, constraint.Id, dependent, primary, RoleOf(first.Role), RoleOf(second.Role), score,
                    constraint.NodeAttribute, influence: true);
            }
        }
    }

    public static void Add(
        World world, string id, PlanResource dependent, PlanResource primary, ResourceRole dependentRole,
        ResourceRole primaryRole, int score, string? attribute, bool influence)
    {
        if (score == 0)
            return;
        var colocation = new Colocation(
            id, dependent, primary, dependentRole, primaryRole, score, attribute, influence, world.Colocations.Count);
        world.Colocations.Add(colocation);
        dependent.WithOthers.Add(colocation);
        primary.OthersWith.Add(colocation);
        if (score > -Scores.Infinity)
            return;
        // What must not meet must not meet in passing either.
        LeaveBefore(world, id, dependent, dependentRole, primary, primaryRole);
        LeaveBefore(world, id, primary, primaryRole, dependent, dependentRole);
    }

    private static void LeaveBefore(
        World world, string id, PlanResource first, ResourceRole firstRole, PlanResource then, ResourceRole thenRole)
    {
        string[] leaving = firstRole switch
        {
            ResourceRole.Promoted => [Tasks.Demote],
            ResourceRole.Unpromoted => [Tasks.Stop, Tasks.Promote],
            ResourceRole.Unknown or ResourceRole.Stopped or ResourceRole.Started => [Tasks.Stop],
        };
        string[] arriving = thenRole switch
        {
            ResourceRole.Promoted => [Tasks.Promote],
            ResourceRole.Unpromoted => [Tasks.Start, Tasks.Demote],
            ResourceRole.Unknown or ResourceRole.Stopped or ResourceRole.Started => [Tasks.Start],
        };
        foreach (string leave in leaving)
        {
            foreach (string arrive in arriving)
                OrderingRules.Resources(world, first, leave, then, arrive, Relation.IfRequiredOnSameNode, id);
        }
    }
}
