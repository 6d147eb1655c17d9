namespace Truce.Scheduler.Engine;

/// <summary>What one ordering implies for its two actions, given their flags.</summary>
internal sealed class Implications(World world)
{
    /// <summary>Called with actions whose surroundings have changed.</summary>
    public Action<PlanAction> Requeue { get; set; } = _ => { };

    public Updating.Changed Apply(PlanAction first, PlanAction then, Act firstFlags, Act thenFlags, Edge edge)
    {
        Relation kind = edge.Kind;
        var changed = Updating.Changed.None;
        PlanNode? node = then.Node;
        if ((kind & Relation.FirstImpliesSameNodeThen) != 0)
        {
            kind = (kind & ~Relation.FirstImpliesSameNodeThen) | Relation.FirstImpliesThen;
            node = first.Node;
        }

        if ((kind & Relation.FirstImpliesThen) != 0)
        {
            if (then.Resource is not null)
                changed |= Update(then.Resource, first, then, node, firstFlags & Act.Optional, Act.Optional, Relation.FirstImpliesThen);
            else if ((firstFlags & Act.Optional) == 0 && then.IsOptional)
                changed |= Require(then, first);
        }

        if ((kind & Relation.IntermediateStop) != 0 && then.Resource is not null)
            changed |= Update(then.Resource, first, then, node, firstFlags, Act.Optional | Act.Runnable, Relation.IntermediateStop);
        if ((kind & Relation.ThenImpliesFirst) != 0)
        {
            if (first.Resource is not null)
                changed |= Update(first.Resource, first, then, node, firstFlags, Act.Optional, Relation.ThenImpliesFirst);
            else if ((thenFlags & Act.Optional) == 0 && first.IsOptional)
            {
                first.Clear(Act.Optional);
                changed |= Updating.Changed.First;
            }
        }

        if ((kind & Relation.PromotedThenImpliesFirst) != 0 && then.Resource is not null)
        {
            changed |= Update(then.Resource, first, then, node, firstFlags & Act.Optional, Act.Optional,
                Relation.PromotedThenImpliesFirst);
        }

        if ((kind & Relation.MinRunnable) != 0)
            changed |= Enough(first, then, node, firstFlags);
        if ((kind & Relation.NestedRemoteProbe) != 0 && then.Resource is not null)
        {
            if ((firstFlags & Act.Runnable) == 0 && first.Resource is { Running.Count: > 0 })
                edge.Kind = Relation.None;
            else
                changed |= Update(then.Resource, first, then, node, firstFlags, Act.Runnable, Relation.UnrunnableFirstBlocks);
        }

        if ((kind & Relation.UnrunnableFirstBlocks) != 0)
        {
            if (then.Resource is not null)
                changed |= Update(then.Resource, first, then, node, firstFlags, Act.Runnable, Relation.UnrunnableFirstBlocks);
            else if ((firstFlags & Act.Runnable) == 0 && then.IsRunnable)
                changed |= Block(then, first);
        }

        if ((kind & Relation.UnmigratableThenBlocks) != 0 && then.Resource is not null)
            changed |= Update(then.Resource, first, then, node, firstFlags, Act.Optional, Relation.UnmigratableThenBlocks);
        if ((kind & Relation.FirstOrElse) != 0 && then.Resource is not null)
            changed |= Update(then.Resource, first, then, node, firstFlags, Act.Optional, Relation.FirstOrElse);
        // This implies nothing itself; but an order of interleaved clones holds for their instances.
        if ((kind & Relation.Ordered) != 0 && then.Resource is { IsCollective: true } && Interleaving.Applies(first, then))
            changed |= Update(then.Resource, first, then, node, firstFlags, Act.Runnable, Relation.Ordered);
        if ((kind & Relation.Asymmetric) != 0 && then.Resource is not null)
            changed |= Update(then.Resource, first, then, node, firstFlags, Act.Runnable, Relation.Asymmetric);
        Graphed(first, then, firstFlags, thenFlags, kind);
        changed |= UnmanagedStop(first, then, kind);
        return changed;
    }

    private static void Graphed(PlanAction first, PlanAction then, Act firstFlags, Act thenFlags, Relation kind)
    {
        if ((kind & Relation.FirstImpliesThenGraphed) != 0 && (firstFlags & Act.Runnable) != 0
            && (firstFlags & Act.Optional) == 0)
            then.Set(Act.PrintAlways);
        if ((kind & Relation.ThenImpliesFirstGraphed) != 0 && (thenFlags & Act.Optional) == 0)
            first.Set(Act.PrintAlways);
    }

    private static Updating.Changed UnmanagedStop(PlanAction first, PlanAction then, Relation kind)
    {
        if ((kind & (Relation.FirstImpliesThen | Relation.ThenImpliesFirst | Relation.IntermediateStop)) == 0)
            return Updating.Changed.None;
        if (first.Resource is not { } resource || resource.Has(Is.Managed) || !resource.Has(Is.Blocked)
            || first.IsRunnable || first.Task != Tasks.Stop || !then.IsRunnable || ReferenceEquals(then.Resource, resource))
            return Updating.Changed.None;
        then.Clear(Act.Runnable);
        then.BarredBy ??= resource;
        return Updating.Changed.Then;
    }

    private Updating.Changed Enough(PlanAction first, PlanAction then, PlanNode? node, Act firstFlags)
    {
        if (then.Resource is not null)
            return Update(then.Resource, first, then, node, firstFlags, Act.Runnable, Relation.MinRunnable);
        if ((firstFlags & Act.Runnable) == 0)
            return Updating.Changed.None;
        then.RunnableBefore++;
        if (then.RunnableBefore < then.RequiredRunnable || then.IsRunnable)
            return Updating.Changed.None;
        then.Set(Act.Runnable);
        return Updating.Changed.Then;
    }

    private static Updating.Changed Require(PlanAction then, PlanAction because)
    {
        then.Clear(Act.Optional);
        then.Cause ??= CauseOf(CauseKind.Required, because);
        return Updating.Changed.Then;
    }

    private static Updating.Changed Block(PlanAction then, PlanAction because)
    {
        then.Clear(Act.Runnable);
        then.BlockedBy ??= because.Resource;
        then.Cause ??= CauseOf(CauseKind.CannotRun, because);
        return Updating.Changed.Then;
    }

    private static ActionCause CauseOf(CauseKind kind, PlanAction action)
    {
        string what = kind switch
        {
            CauseKind.Required => "required",
            CauseKind.CannotRun => "unrunnable",
            _ => "unmigrateable",
        };
        return new ActionCause(kind, $"{what} {Describe(action)}", action.Resource?.Id, action.Task);
    }

    private static string Describe(PlanAction action) =>
        action.Resource is { } resource ? $"{resource.Id} {action.Task}" : action.Task;

    private Updating.Changed Update(
        PlanResource owner, PlanAction first, PlanAction then, PlanNode? node, Act flags, Act filter, Relation kind)
    {
        switch (owner.Kind)
        {
            case ResourceKind.Primitive:
                return Pair(first, then, flags, filter, kind);
            case ResourceKind.Group:
                return Group(owner, first, then, node, flags, filter, kind);
            case ResourceKind.Clone:
            case ResourceKind.Bundle:
                return Collective(owner, first, then, node, flags, filter, kind);
            default:
                return Updating.Changed.None;
        }
    }

    private Updating.Changed Group(
        PlanResource owner, PlanAction first, PlanAction then, PlanNode? node, Act flags, Act filter, Relation kind)
    {
        Updating.Changed changed = Pair(first, then, flags, filter, kind);
        if (!ReferenceEquals(then.Resource, owner))
            return changed;
        var around = new List<PlanAction>();
        foreach (PlanResource member in owner.Children)
        {
            if (ActionFlags.First(member, then.Task, node) is { } action)
            {
                Updating.Changed one = Update(member, first, action, node, flags, filter, kind);
                changed |= one;
                if ((one & Updating.Changed.Then) != 0)
                    around.Add(action);
            }
        }

        // Only now: what holds the whole group is the reason for each of its members.
        around.ForEach(RequeueAround);
        return changed;
    }

    private Updating.Changed Collective(
        PlanResource owner, PlanAction first, PlanAction then, PlanNode? node, Act flags, Act filter, Relation kind)
    {
        if (then.Resource is null || !ReferenceEquals(then.Resource, owner) && !ReferenceEquals(first.Resource, owner))
            return Updating.Changed.None;
        if (!ReferenceEquals(then.Resource, owner))
            return Pair(first, then, flags, filter, kind);
        if (first.Resource is { IsCollective: true } other && !ReferenceEquals(other, owner)
            && Interleaving.Applies(first, then))
            return new Interleaving(world, this).Apply(first, then, node, filter, kind);
        Updating.Changed changed = Pair(first, then, flags, filter, kind);
        foreach (PlanResource instance in ActionFlags.InstancesFor(owner, then.Task))
        {
            PlanAction? action = ActionFlags.First(instance, then.Task, instance.IsPrimitive ? node : null);
            if (action is null || (ActionFlags.Of(action, node) & Act.Runnable) == 0)
                continue;
            Updating.Changed one = Update(instance, first, action, node, flags, filter, kind);
            changed |= one;
            if ((one & Updating.Changed.Then) != 0)
                RequeueAround(action);
        }

        return changed;
    }

    private void RequeueAround(PlanAction action)
    {
        for (int i = action.After.Count - 1; i >= 0; i--)
            Requeue(action.After[i].Then);
    }

    public Updating.Changed PairOf(PlanResource owner, PlanAction first, PlanAction then, PlanNode? node, Act flags, Act filter, Relation kind) =>
        Update(owner, first, then, node, flags, filter, kind);

    private Updating.Changed Pair(PlanAction first, PlanAction then, Act flags, Act filter, Relation kind)
    {
        Act firstBefore = first.Flags;
        Act thenBefore = then.Flags;
        bool optional = (filter & Act.Optional) != 0;
        bool runnable = (filter & Act.Runnable) != 0;
        if ((kind & Relation.Asymmetric) != 0)
            Asymmetric(first, then);
        // What stays behind can't go on with who must be gone before.
        if ((kind & Relation.ThenImpliesFirst) != 0 && optional && !then.IsOptional && first.Is(Act.Migratable)
            && !then.Is(Act.Migratable))
        {
            first.Clear(Act.Migratable);
            Because(first, CauseKind.CannotMigrate, then);
        }

        if ((kind & Relation.PromotedThenImpliesFirst) != 0 && optional && !then.IsOptional
            && then.Resource is { Role: ResourceRole.Promoted })
        {
            MakeRequired(first, then);
            if (first.Is(Act.Migratable) && !then.Is(Act.Migratable))
                first.Clear(Act.Migratable);
        }

        if ((kind & Relation.UnmigratableThenBlocks) != 0 && optional)
        {
            if (!(then.Is(Act.Migratable) && then.IsRunnable))
                first.Clear(Act.Runnable);
            if (!then.IsOptional)
                MakeRequired(first, then);
        }

        if ((kind & Relation.FirstOrElse) != 0 && optional && (flags & Act.Runnable) == 0)
        {
            then.Clear(Act.Migratable);
            then.Clear(Act.Pseudo);
        }

        if ((kind & (Relation.UnrunnableFirstBlocks | Relation.MinRunnable)) != 0 && runnable && then.IsRunnable
            && (flags & Act.Runnable) == 0)
        {
            then.Clear(Act.Runnable);
            Because(then, CauseKind.CannotRun, first);
            then.Clear(Act.Migratable);
        }

        if ((kind & Relation.FirstImpliesThen) != 0 && optional && then.IsOptional && (flags & Act.Optional) == 0
            && !first.Is(Act.Migratable))
        {
            then.Clear(Act.Optional);
            Because(then, CauseKind.Required, first);
        }

        if ((kind & Relation.IntermediateStop) != 0)
            RestartRules(first, then, filter);
        return Result(first, then, firstBefore, thenBefore);
    }

    private Updating.Changed Result(PlanAction first, PlanAction then, Act firstBefore, Act thenBefore)
    {
        var changed = Updating.Changed.None;
        if (then.Flags != thenBefore)
        {
            changed |= Updating.Changed.Then;
            if (then.Resource?.Parent is not null)
                Requeue(then);
        }

        if (first.Flags != firstBefore)
            changed |= Updating.Changed.First;
        return changed;
    }

    private static void MakeRequired(PlanAction first, PlanAction because)
    {
        if (!first.IsOptional)
            return;
        first.Clear(Act.Optional);
        Because(first, CauseKind.Required, because);
    }

    private static void Asymmetric(PlanAction first, PlanAction then)
    {
        if (then.Resource is not { } resource || first.IsRunnable)
            return;
        if (then.IsOptional)
        {
            ResourceRole role = resource.Role;
            if (then.Task == Tasks.Stop && role == ResourceRole.Stopped)
                return;
            if (then.Task == Tasks.Start && role >= ResourceRole.Started && then.Node is not null
                && resource.Running is [PlanNode only] && ReferenceEquals(only, then.Node))
                return;
        }

        if (then.IsOptional)
        {
            then.Clear(Act.Optional);
            then.Cause ??= CauseOf(CauseKind.Required, first);
        }

        if (then.IsRunnable)
        {
            then.Clear(Act.Runnable);
            then.BlockedBy ??= first.Resource;
            then.Cause = CauseOf(CauseKind.CannotRun, first);
        }
    }

    /// <summary>Stop and start of a restart: one isn't done without the other.</summary>
    private static void RestartRules(PlanAction first, PlanAction then, Act filter)
    {
        if ((filter & Act.Runnable) == 0)
            return;
        bool restart = !then.IsOptional;
        bool lastStop = !then.IsRunnable && then.Resource is { } resource && resource.Has(Is.Managed)
            && ReferenceEquals(first.Resource, resource);
        if (!restart && !lastStop)
            return;
        if (first.IsRunnable || restart)
            MakeRequired(first, then);

        if (!then.Is(Act.Migratable) && first.Is(Act.Migratable))
        {
            first.Clear(Act.Migratable);
            Because(first, CauseKind.CannotMigrate, then);
        }

        if (!first.IsOptional && !first.IsRunnable && then.IsRunnable)
        {
            then.Clear(Act.Runnable);
            Because(then, CauseKind.CannotRun, first);
        }
    }

    // What a resource does to itself explains nothing.
    private static void Because(PlanAction action, CauseKind what, PlanAction cause)
    {
        if (ReferenceEquals(action.Resource, cause.Resource))
            return;
        action.Cause ??= CauseOf(what, cause);
        if (what == CauseKind.CannotRun)
            action.BlockedBy ??= cause.Resource;
    }
}
