namespace Truce.Scheduler.Engine;

/// <summary>Between interleaved clones, an instance waits only for its peer on the same node.</summary>
internal sealed class Interleaving(World world, Implications implications)
{
    public static bool Applies(PlanAction first, PlanAction then)
    {
        if (first.Resource is not { } a || then.Resource is not { } b || ReferenceEquals(a, b))
            return false;
        if (!a.IsCollective || !b.IsCollective)
            return false;
        bool interleave = Truce.Model.CibBoolean.Parse(
            (FirstMatters(first) ? a : b).Meta.GetValueOrDefault("interleave")) ?? false;
        return interleave;
    }

    // On the way down, what comes first is what was started then: its wish counts.
    private static bool FirstMatters(PlanAction first) =>
        first.Task is Tasks.Stop or Tasks.Stopped or Tasks.Demote or Tasks.Demoted;

    public Updating.Changed Apply(PlanAction first, PlanAction then, PlanNode? node, Act filter, Order kind)
    {
        var changed = Updating.Changed.None;
        bool current = FirstMatters(first);
        string firstTask = Tasks.Begun(first.Task is Tasks.Notify or Tasks.Notified
            ? first.MetaValue("notify_operation") ?? first.Task : first.Task);
        foreach (PlanResource thenInstance in Engine.Instances.Of(then.Resource!).ToList())
        {
            PlanResource? firstInstance = Engine.Instances.Compatible(
                world, thenInstance, first.Resource!, ResourceRole.Unknown, current);
            if (firstInstance is null)
            {
                if (Inhibit(thenInstance, kind, current))
                    changed |= Updating.Changed.Then;
                continue;
            }

            PlanAction? firstAction = Action(first.Resource!, firstInstance, firstTask);
            PlanAction? thenAction = Action(then.Resource!, thenInstance, then.Task);
            if (firstAction is null || thenAction is null)
                continue;
            if (EdgeAdder.Add(firstAction, thenAction, kind, "interleave"))
                changed |= Updating.Changed.First | Updating.Changed.Then;
            Updating.Changed one = implications.PairOf(thenAction.Resource!, firstAction, thenAction, node,
                ActionFlags.Of(firstAction, null), filter, kind);
            changed |= one;
            if (one != Updating.Changed.None)
            {
                for (int i = 0; i < thenAction.After.Count; i++)
                    implications.Requeue(thenAction.After[i].Then);
            }
        }

        return changed;
    }

    private static PlanAction? Action(PlanResource collective, PlanResource instance, string task)
    {
        PlanResource actor = instance;
        if (collective.Bundle is { } bundle && task is Tasks.Promote or Tasks.Demote)
        {
            actor = bundle.Replicas.Find(r => ReferenceEquals(r.Container, instance))?.Child ?? instance;
        }

        return ActionFlags.First(actor, task, null);
    }

    private bool Inhibit(PlanResource instance, Order kind, bool current)
    {
        if (current || (kind & (Order.UnrunnableFirstBlocks | Order.FirstImpliesThen)) == 0)
            return false;
        if (Engine.Instances.Place(instance, false) is null)
            return false;
        return new Assignment(world).Primitives.FinishAll(instance, StopIfNone.Yes);
    }
}
