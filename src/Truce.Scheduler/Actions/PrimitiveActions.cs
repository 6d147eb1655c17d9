namespace Truce.Scheduler.Engine;

/// <summary>Makes the actions of one primitive: down and up again if it must restart,
/// then on to its next role.</summary>
internal sealed class PrimitiveActions(World world)
{
    private readonly RecurringActions _recurring = new(world);
    private readonly Migration _migration = new(world);

    public void Create(PlanResource resource)
    {
        if (resource.NextRole == ResourceRole.Unknown)
        {
            resource.NextRole = resource.Assigned is null ? ResourceRole.Stopped : ResourceRole.Started;
        }

        PlanNode? current = resource.Current;
        bool needPromote = false;
        foreach (PlanNode dangling in resource.DanglingMigrations)
        {
            PlanAction stop = ActionFactory.Stop(world, resource, dangling, false);
            stop.Set(Act.Dangling);
        }

        bool migrate = Migrates(resource, ref current, out bool multiplyActive, out bool needStop);
        if (multiplyActive)
        {
            if (resource.MultiplyActive is MultiplyActive.StopStart)
                needStop = true;
            else if (resource.MultiplyActive is MultiplyActive.StopUnexpected)
                needStop = UnexpectedStops(resource);
        }

        if (resource.Has(Is.StartPending) && !resource.AgentChanged)
        {
            PlanAction start = ActionFactory.Start(world, resource, resource.Assigned, true);
            start.Set(Act.PrintAlways);
        }

        if (current is not null && resource.Assigned is not null && !ReferenceEquals(current, resource.Assigned)
            && resource.NextRole >= ResourceRole.Stopped)
        {
            needStop = true;
        }
        else if (resource.Has(Is.Failed))
        {
            if (resource.Has(Is.StopRequired))
                needStop = true;
            if (!resource.Has(Is.FailureIgnored))
            {
                if (resource.NextRole == ResourceRole.Promoted)
                    needPromote = true;
            }
        }
        else if (resource.Has(Is.Blocked))
        {
            needStop = true;
        }
        else if (resource.Role > ResourceRole.Started && current is not null && resource.Assigned is not null)
        {
            PlanAction start = ActionFactory.Start(world, resource, resource.Assigned, true);
            if (!start.IsOptional)
                needStop = true;
        }

        Restart(resource, needStop, needPromote);
        Transition(resource);
        _recurring.Create(resource);
        if (migrate && current is not null)
            _migration.Create(resource, current);
    }

    private static bool UnexpectedStops(PlanResource resource)
    {
        resource.Set(Is.StopUnexpected);
        return true;
    }

    private static bool Migrates(
        PlanResource resource, ref PlanNode? current, out bool multiplyActive, out bool forced)
    {
        multiplyActive = forced = false;
        bool migrate = resource.Has(Is.AllowMigrate) && !resource.Has(Is.Failed) && !resource.Has(Is.StartPending)
            && resource.Has(Is.Managed);
        int active = resource.Running.Count;
        if (active == 2 && current is not null && resource.Assigned is not null && resource.PartialSource is not null
            && resource.PartialTarget is not null
            && (ReferenceEquals(current, resource.PartialSource) || ReferenceEquals(current, resource.PartialTarget))
            && ReferenceEquals(resource.Assigned, resource.PartialTarget))
        {
            current = resource.PartialSource;
            if (migrate)
                return true;
            // The operation can't be finished any more: stop it everywhere, and start it again.
            resource.PartialSource = resource.PartialTarget = null;
            forced = true;
            return false;
        }

        if (resource.PartialSource is not null || resource.PartialTarget is not null)
        {
            // The target has changed, so what was begun is undone everywhere, where it belongs too.
            forced = active > 1
                && resource.MultiplyActive is MultiplyActive.StopStart or MultiplyActive.StopUnexpected;
            resource.PartialSource = resource.PartialTarget = null;
            return false;
        }

        int clean = resource.Running.Count(n => n.Online && !n.Unclean);
        if (active > 1 && (resource.Has(Is.NeedsFencing) ? active > 1 : clean > 1))
        {
            multiplyActive = true;
            return false;
        }

        return migrate;
    }

    private void Restart(PlanResource resource, bool needStop, bool needPromote)
    {
        ResourceRole role = resource.Role;
        resource.Set(Is.Restarting);
        while (role > ResourceRole.Stopped)
        {
            ResourceRole next = Steps.Next(role, ResourceRole.Stopped);
            Step(resource, role, next, !needStop, resource.Assigned);
            role = next;
        }

        role = role < ResourceRole.Stopped ? ResourceRole.Stopped : role;
        while (resource.Role <= resource.NextRole && role != resource.Role && resource.Role > ResourceRole.Stopped
            && !resource.Has(Is.Blocked))
        {
            ResourceRole next = Steps.Next(role, resource.Role);
            bool required = needStop || (needPromote && next == ResourceRole.Promoted);
            Step(resource, role, next, !required, resource.Assigned);
            role = next;
        }

        resource.Clear(Is.Restarting);
    }

    private void Transition(PlanResource resource)
    {
        ResourceRole role = resource.Role < ResourceRole.Stopped ? ResourceRole.Stopped : resource.Role;
        while (role != resource.NextRole)
        {
            ResourceRole next = Steps.Next(role, resource.NextRole);
            Step(resource, role, next, false, resource.Assigned);
            if (next == role)
                break;
            role = next;
        }
    }

    private void Step(PlanResource resource, ResourceRole from, ResourceRole to, bool optional, PlanNode? node)
    {
        switch (Steps.Of(from, to))
        {
            case Tasks.Start:
                Start(resource, node, optional);
                break;
            case Tasks.Stop:
                Stop(resource, optional);
                break;
            case Tasks.Promote:
                Promote(resource, node, optional);
                break;
            case Tasks.Demote:
                foreach (PlanNode running in resource.Running)
                    ActionFactory.Demote(world, resource, running, optional);
                break;
        }
    }

    private void Start(PlanResource resource, PlanNode? node, bool optional)
    {
        PlanAction start = ActionFactory.Start(world, resource, node, true);
        Unfencing.Before(world, resource, node, start, Relation.FirstImpliesThen);
        if (start.IsRunnable && !optional)
            start.Clear(Act.Optional);
        // Only the others are stopped: where it belongs it runs already. Pacemaker takes that for granted,
        // also where it goes to another node (random clusters answered by 3.0.2).
        if (resource.Has(Is.Restarting) && resource.Has(Is.StopUnexpected) && resource.NextRole > ResourceRole.Stopped
            && node is not null && ReferenceEquals(node, resource.Assigned))
            start.Set(Act.Pseudo);
    }

    private void Promote(PlanResource resource, PlanNode? node, bool optional)
    {
        bool runnable = true;
        foreach (PlanAction action in resource.Actions)
        {
            if (action.Task == Tasks.Start && ReferenceEquals(action.Node, node) && !action.IsRunnable)
                runnable = false;
        }

        if (runnable && node is not null)
        {
            ActionFactory.Promote(world, resource, node, optional);
            return;
        }

        if (node is not null)
        {
            foreach (PlanAction action in resource.Actions)
            {
                if (action.Task == Tasks.Promote && ReferenceEquals(action.Node, node))
                    action.Clear(Act.Runnable);
            }
        }
    }

    private void Stop(PlanResource resource, bool optional)
    {
        foreach (PlanNode node in resource.Running.ToList())
        {
            bool optionalHere = optional;
            if (resource.Has(Is.Restarting) && resource.Has(Is.StopUnexpected) && ReferenceEquals(node, resource.Assigned))
                continue;
            if (resource.PartialTarget is not null)
            {
                if (ReferenceEquals(node, resource.PartialTarget) && ReferenceEquals(node, resource.Assigned))
                    continue;
                optionalHere = false;
            }

            PlanAction stop = ActionFactory.Stop(world, resource, node, optionalHere);
            if (resource.Assigned is null)
                stop.Cause = new ActionCause(CauseKind.NoNode, "node availability");
            else if (resource.Has(Is.Restarting) && resource.Has(Is.StopUnexpected))
                stop.Cause ??= new ActionCause(CauseKind.ActiveTwice, "being multiply active");
            if (!resource.Has(Is.Managed))
                stop.Clear(Act.Runnable);
            if (world.Settings.RemoveAfterStop)
                Cleanup.Schedule(world, resource, node, optionalHere);
            Unfencing.After(world, resource, node, stop);
        }
    }
}

/// <summary>The way from one role to another, step by step.</summary>
internal static class Steps
{
    public static ResourceRole Next(ResourceRole from, ResourceRole to) => (from, to) switch
    {
        (ResourceRole.Unknown or ResourceRole.Stopped, ResourceRole.Promoted) => ResourceRole.Unpromoted,
        (ResourceRole.Unknown or ResourceRole.Stopped, _) => to == ResourceRole.Unknown ? ResourceRole.Stopped : to,
        (ResourceRole.Started, ResourceRole.Stopped or ResourceRole.Unknown) => ResourceRole.Stopped,
        (ResourceRole.Started, _) => to,
        (ResourceRole.Unpromoted, ResourceRole.Stopped or ResourceRole.Unknown or ResourceRole.Started) =>
            ResourceRole.Stopped,
        (ResourceRole.Unpromoted, _) => to,
        (ResourceRole.Promoted, ResourceRole.Promoted) => ResourceRole.Promoted,
        _ => ResourceRole.Unpromoted,
    };

    public static string? Of(ResourceRole from, ResourceRole to) => (from, to) switch
    {
        (ResourceRole.Unknown or ResourceRole.Stopped, ResourceRole.Started or ResourceRole.Unpromoted) => Tasks.Start,
        (ResourceRole.Started or ResourceRole.Unpromoted, ResourceRole.Stopped) => Tasks.Stop,
        (ResourceRole.Started or ResourceRole.Unpromoted, ResourceRole.Promoted) => Tasks.Promote,
        (ResourceRole.Promoted, ResourceRole.Unpromoted) => Tasks.Demote,
        _ => null,
    };
}
