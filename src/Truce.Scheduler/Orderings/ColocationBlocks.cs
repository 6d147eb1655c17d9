namespace Truce.Scheduler.Engine;

/// <summary>What can't start or be promoted keeps what must be with it from doing so.</summary>
internal sealed class ColocationBlocks(World world, Action<PlanAction> requeue)
{
    public void Run()
    {
        for (int i = world.Actions.Count - 1; i >= 0; i--)
            After(world.Actions[i]);
    }

    public void After(PlanAction action)
    {
        if (action.IsRunnable || action.Task is not (Tasks.Start or Tasks.Promote) || action.Resource is not { } failing)
            return;
        PlanResource whole = failing.Top;
        foreach (PlanResource child in whole.Children)
        {
            world.Budget.Spend();
            PlanAction? of = ActionFlags.First(child, action.Task, null);
            if (of is null || of.IsRunnable)
                return;
        }

        foreach (Colocation colocation in whole.OthersWith)
        {
            if (colocation.Score < Scores.Infinity)
                continue;
            bool promoted = colocation.PrimaryRole == ResourceRole.Promoted;
            if (action.Task == Tasks.Start != !promoted && action.Task == Tasks.Promote)
                continue;
            string blocked = colocation.DependentRole == ResourceRole.Promoted ? Tasks.Promote : Tasks.Start;
            if (action.Task == Tasks.Promote && !promoted)
                continue;
            Mark(colocation.Dependent, blocked, failing.TopBelowBundle);
        }
    }

    private void Mark(PlanResource resource, string task, PlanResource because)
    {
        for (int i = 0; i < resource.Actions.Count; i++)
        {
            PlanAction action = resource.Actions[i];
            if (action.Task != task || !action.IsRunnable || action.IntervalMs > 0)
                continue;
            action.Clear(Act.Runnable);
            action.Cause ??= new ActionCause(
                CauseKind.Colocation, $"colocation with {because.Id}", because.Id);
            After(action);
            requeue(action);
        }

        foreach (PlanResource child in resource.Children)
            Mark(child, task, because);
    }
}
