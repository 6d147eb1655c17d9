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
        // When stopping, the action that comes first belongs to the resource that
        // was started then: its order counts.
        PlanResource wishing = then.Task is Tasks.Stop or Tasks.Demote ? a : b;
        return Truce.Model.CibBoolean.Parse(wishing.Meta.GetValueOrDefault("interleave")) ?? false;
    }

    // What is down was where it ran; all else is where it will run.
    private static bool WasThere(PlanAction first) =>
        Told(first) is Tasks.Stopped or Tasks.Demoted;

    private static string Told(PlanAction action) => action.Task is Tasks.Notify or Tasks.Notified
        ? action.MetaValue("notify_key_operation") ?? action.Task : action.Task;

    public Updating.Changed Apply(PlanAction first, PlanAction then, PlanNode? node, Act filter, Relation kind)
    {
        var changed = Updating.Changed.None;
        bool current = WasThere(first);
        string firstTask = Tasks.Begun(Told(first));
        foreach (PlanResource thenInstance in Engine.Instances.Of(then.Resource!).ToList())
        {
            PlanResource? firstInstance = Engine.Instances.Compatible(
                world, thenInstance, first.Resource!, ResourceRole.Unknown, current);
            if (firstInstance is null)
            {
                if (Inhibit(thenInstance, first.Resource!, kind, current))
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

    private bool Inhibit(PlanResource instance, PlanResource missing, Relation kind, bool current)
    {
        if (current || (kind & (Relation.UnrunnableFirstBlocks | Relation.FirstImpliesThen)) == 0)
            return false;
        if (Engine.Instances.Place(instance, false) is null)
            return false;
        foreach (PlanResource each in World.Walk(instance))
            each.Nowhere = new ScoreReason(ScoreRule.Interleave, "", missing);
        return new Assignment(world).Primitives.FinishAll(instance, StopIfNone.Yes);
    }
}
