using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>Reads order constraints into orderings between tasks, with their inverse
/// where they are symmetrical.</summary>
internal static class OrderUnpack
{
    private enum Symmetry
    {
        Asymmetric,
        Symmetric,
        Inverse,
    }

    public static void Run(World world, Constraint.Ordering constraint)
    {
        if (!constraint.Sets.IsEmpty)
        {
            BySets(world, constraint, References.Sets(world, constraint.Sets));
            return;
        }

        if (constraint.First is not { } firstId || constraint.Then is not { } thenId)
            return;
        List<PlanResource> firsts = References.Resolve(world, firstId.Value, out bool firstPlural);
        List<PlanResource> thens = References.Resolve(world, thenId.Value, out bool thenPlural);
        if ((firstPlural || thenPlural) && constraint.RequireAll == false && firstPlural)
        {
            AnyOf(world, constraint.Id, firsts, Text(constraint.FirstAction), thens,
                Text(constraint.ThenAction ?? constraint.FirstAction));
            return;
        }

        foreach (PlanResource first in firsts)
        {
            foreach (PlanResource then in thens)
                Pair(world, constraint, first, then);
        }
    }

    private static string Text(OrderAction? action) => (action ?? OrderAction.Start) switch
    {
        OrderAction.Start => Tasks.Start,
        OrderAction.Promote => Tasks.Promote,
        OrderAction.Demote => Tasks.Demote,
        OrderAction.Stop => Tasks.Stop,
    };

    public static string Inverse(string task) => task switch
    {
        Tasks.Start => Tasks.Stop,
        Tasks.Stop => Tasks.Start,
        Tasks.Promote => Tasks.Demote,
        Tasks.Demote => Tasks.Promote,
        _ => task,
    };

    private static OrderKind KindOf(OrderKind? kind, Truce.Model.Score? score) =>
        kind ?? (score is { } s && s.Value == 0 ? OrderKind.Optional : OrderKind.Mandatory);

    private static bool Symmetrical(Constraint.Ordering constraint, OrderKind kind) =>
        kind != OrderKind.Serialize && (constraint.Symmetrical ?? true);

    private static Relation Flags(OrderKind kind, string first, Symmetry symmetry)
    {
        switch (kind)
        {
            case OrderKind.Optional:
                return Relation.Ordered;
            case OrderKind.Serialize:
                return Relation.Serialize;
            case OrderKind.Mandatory:
                return symmetry switch
                {
                    Symmetry.Asymmetric => Relation.Asymmetric | Relation.Ordered,
                    Symmetry.Symmetric => Relation.Ordered | Relation.FirstImpliesThen
                        | (first is Tasks.Start or Tasks.Promote ? Relation.UnrunnableFirstBlocks : Relation.None),
                    Symmetry.Inverse => Relation.Ordered | Relation.ThenImpliesFirst,
                };
            default:
                throw new InvariantException($"order kind {kind}");
        }
    }

    private static void Pair(
        World world, Constraint.Ordering constraint, PlanResource first, PlanResource then)
    {
        string firstTask = Text(constraint.FirstAction);
        string thenTask = constraint.ThenAction is null ? firstTask : Text(constraint.ThenAction);
        OrderKind kind = KindOf(constraint.Kind, constraint.Score);
        bool symmetrical = Symmetrical(constraint, kind);
        Relation flags = Flags(kind, firstTask, symmetrical ? Symmetry.Symmetric : Symmetry.Asymmetric);
        int minimum = Minimum(first, constraint);
        if (minimum > 0)
            AtLeast(world, constraint.Id, first, firstTask, then, thenTask, flags, minimum);
        else
            OrderingRules.Resources(world, first, firstTask, then, thenTask, flags, constraint.Id);
        if (!symmetrical)
            return;
        string inverseFirst = Inverse(thenTask);
        Relation inverse = Flags(kind, inverseFirst, Symmetry.Inverse);
        if (kind == OrderKind.Optional && then.Has(Is.AllowMigrate))
            inverse |= Relation.FirstElseThen;
        OrderingRules.Resources(world, then, inverseFirst, first, Inverse(firstTask), inverse, constraint.Id);
    }

    private static int Minimum(PlanResource first, Constraint.Ordering constraint)
    {
        if (first.Kind != ResourceKind.Clone)
            return 0;
        int minimum = ResourcesUnpack.Number(first, "clone-min") ?? 0;
        if (minimum > 0)
            return minimum;
        return constraint.RequireAll == false ? 1 : 0;
    }

    private static void AtLeast(
        World world, string id, PlanResource first, string firstTask, PlanResource then, string thenTask, Relation flags,
        int minimum)
    {
        PlanAction enough = ActionFactory.Pseudo(world, "clone-one-or-more:" + id);
        enough.Set(Act.MinRunnable);
        enough.RequiredRunnable = minimum;
        foreach (PlanResource instance in first.Children)
        {
            world.Orderings.Add(new Ordering(instance, Tasks.Key(instance, firstTask), null, null, null, enough,
                Relation.MinRunnable | Relation.FirstImpliesThenGraphed, id));
        }

        world.Orderings.Add(new Ordering(null, null, enough, then, Tasks.Key(then, thenTask), null,
            flags | Relation.UnrunnableFirstBlocks, id));
    }

    private static void AnyOf(
        World world, string id, List<PlanResource> firsts, string firstTask, List<PlanResource> thens, string thenTask)
    {
        PlanAction enough = ActionFactory.Pseudo(world, "one-or-more:" + id);
        enough.Set(Act.MinRunnable);
        foreach (PlanResource first in firsts)
        {
            world.Orderings.Add(new Ordering(first, Tasks.Key(first, firstTask), null, null, null, enough,
                Relation.MinRunnable | Relation.FirstImpliesThenGraphed, id));
        }

        foreach (PlanResource then in thens)
        {
            world.Orderings.Add(new Ordering(null, null, enough, then, Tasks.Key(then, thenTask), null,
                Relation.UnrunnableFirstBlocks, id));
        }
    }

    private static void BySets(World world, Constraint.Ordering constraint, List<ResourceSet> sets)
    {
        OrderKind kind = KindOf(constraint.Kind, constraint.Score);
        bool symmetrical = Symmetrical(constraint, kind);
        ResourceSet? previous = null;
        foreach (ResourceSet set in sets)
        {
            Within(world, constraint, set, kind, symmetrical);
            if (previous is not null)
            {
                Between(world, constraint, previous, set, kind, symmetrical ? Symmetry.Symmetric : Symmetry.Asymmetric);
                if (symmetrical)
                    Between(world, constraint, set, previous, kind, Symmetry.Inverse);
            }

            previous = set;
        }
    }

    private static void Within(
        World world, Constraint.Ordering constraint, ResourceSet set, OrderKind kind, bool symmetrical)
    {
        kind = set.Kind ?? kind;
        List<PlanResource> members = References.Of(world, set);
        string task = Text(set.Action);
        string inverse = Inverse(task);
        string id = set.Id ?? constraint.Id;
        Relation flags = Flags(kind, task, symmetrical ? Symmetry.Symmetric : Symmetry.Asymmetric);
        if (kind == OrderKind.Serialize)
        {
            // No two at a time, whichever come first.
            for (int i = 0; i < members.Count; i++)
            {
                for (int j = i + 1; j < members.Count; j++)
                    OrderingRules.Resources(world, members[i], task, members[j], task, flags, id);
            }

            return;
        }

        if (set.Sequential == false)
            return;
        for (int i = 1; i < members.Count; i++)
            OrderingRules.Resources(world, members[i - 1], task, members[i], task, flags, id);
        if (!symmetrical)
            return;
        flags = Flags(kind, inverse, Symmetry.Inverse);
        for (int i = members.Count - 1; i > 0; i--)
            OrderingRules.Resources(world, members[i], inverse, members[i - 1], inverse, flags, id);
    }

    private static void Between(
        World world, Constraint.Ordering constraint, ResourceSet first, ResourceSet then, OrderKind kind,
        Symmetry symmetry)
    {
        bool inverse = symmetry == Symmetry.Inverse;
        string firstTask = inverse ? Inverse(Text(first.Action)) : Text(first.Action);
        string thenTask = inverse ? Inverse(Text(then.Action)) : Text(then.Action);
        List<PlanResource> firsts = References.Of(world, first);
        List<PlanResource> thens = References.Of(world, then);
        if (firsts.Count == 0 || thens.Count == 0)
            return;
        bool requireAll = first.RequireAll ?? true;
        if (!requireAll && !inverse)
        {
            AnyOf(world, first.Id ?? constraint.Id, firsts, firstTask, thens, thenTask);
            return;
        }

        if (first.Sequential == true)
            firsts = [inverse ? firsts[0] : firsts[^1]];
        if (then.Sequential == true)
            thens = [inverse ? thens[^1] : thens[0]];
        Relation flags = Flags(kind, firstTask, symmetry);
        foreach (PlanResource a in firsts)
        {
            foreach (PlanResource b in thens)
                OrderingRules.Resources(world, a, firstTask, b, thenTask, flags, constraint.Id);
        }
    }
}
