using System.Collections.Immutable;

using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>What is decided for one primitive, in one word, with the reason.</summary>
internal static class PrimitiveDecision
{
    public static void Add(PlanResource resource, ImmutableArray<Decision>.Builder decisions)
    {
        PlanNode? current = resource.Current;
        PlanNode? next = resource.Assigned;
        if (resource.PartialSource is { } source && resource.PartialTarget is not null)
            current = source;
        bool moving = current is not null && next is not null && !ReferenceEquals(current, next);
        if (current is null && next is null)
            return;
        PlanAction? Find(string task, PlanNode? node) =>
            node is null ? null : resource.Actions.FindLast(a => a.Task == task && ReferenceEquals(a.Node, node) && a.IntervalMs == 0);
        PlanAction? start = Find(Tasks.Start, next);
        PlanAction? stop = start is null && next is null || current is not null
            ? Find(Tasks.Stop, current) ?? resource.Actions.FindLast(a => a.Task == Tasks.Stop)
            : resource.Actions.FindLast(a => a.Task == Tasks.Stop);
        PlanAction? promote = Find(Tasks.Promote, next);
        PlanAction? demote = Find(Tasks.Demote, current) ?? resource.Actions.FindLast(a => a.Task == Tasks.Demote);
        PlanAction? migrate = Find(Tasks.MigrateTo, current) ?? Find(Tasks.MigrateFrom, next);

        void Say(ResourceChange change, PlanAction? source, ChangeForm form, PlanNode? from, PlanNode? to) =>
            decisions.Add(new Decision.Resource(
                new ResourceId(resource.Id), change, Name(from), resource.Role, Name(to), resource.NextRole, form,
                source?.Reason, Blocked(source)) { Cause = CauseOf(source), BlockedBy = BlockerOf(source) });

        ResourceRole role = resource.Role < ResourceRole.Stopped ? ResourceRole.Stopped : resource.Role;
        bool promotable = role > ResourceRole.Started || resource.NextRole > ResourceRole.Started;
        if (role == resource.NextRole)
        {
            if (next is null || current is not null && !resource.Has(Is.Managed))
            {
                Leave(resource, decisions, role, current);
            }
            else if (current is null)
            {
                // It is nowhere and will be nowhere.
            }
            else if (moving && start is not null && start.Is(Act.Migratable) && !start.IsOptional && migrate is not null)
            {
                Say(ResourceChange.Migrate, start, Form(ChangeForm.NodeToNode, promotable), current, next);
            }
            else if (resource.Has(Is.Reload) && resource.Actions.FindLast(a => a.Task == Tasks.ReloadAgent) is { IsOptional: false } reload)
            {
                Say(ResourceChange.Reload, null, Form(ChangeForm.Node, promotable), current, next);
            }
            else if (start is null || start.IsOptional)
            {
                if (demote is { IsOptional: false } && promote is { IsOptional: false })
                    Say(ResourceChange.Promote, null, ChangeForm.RoleNode, current, next);
                else
                    Leave(resource, decisions, role, current);
            }
            else if (!start.IsRunnable)
            {
                // It was to go on, and can't: said once, however many stops that takes.
                PlanAction? first = Find(Tasks.Stop, resource.Running[0]) ?? stop;
                StopOn(resource, decisions, current, first, start, promotable);
            }
            else if (moving)
            {
                Say(resource.Has(Is.Failed) ? ResourceChange.Recover : ResourceChange.Move, stop, Form(ChangeForm.NodeToNode, promotable), current, next);
            }
            else if (resource.Has(Is.Failed))
            {
                Say(ResourceChange.Recover, stop, Form(ChangeForm.Node, promotable), current, next);
            }
            else
            {
                Say(ResourceChange.Restart, start, Form(ChangeForm.Node, promotable), current, next);
            }

            return;
        }

        if (stop is { IsOptional: false } && current is not null)
        {
            if (resource.NextRole == ResourceRole.Stopped || start is { IsRunnable: false })
            {
                Stop(resource, decisions, stop, start, promotable);
                return;
            }

            ResourceChange change = resource.Has(Is.Failed) ? ResourceChange.Recover
                : moving ? ResourceChange.Move : ResourceChange.Restart;
            // A restart of its own accord is explained by what it is for.
            PlanAction? cause = stop.Reason is null && start is { IsOptional: false } ? start : stop;
            Say(change, cause, moving ? ChangeForm.RoleNodeToRoleNode : ChangeForm.RoleToRole, current, next);
            return;
        }

        if (role == ResourceRole.Promoted)
        {
            // Where nobody may demote it, it stays as it is.
            if (demote is { IsOptional: false })
                Say(ResourceChange.Demote, demote, ChangeForm.RoleToRole, current, next);
        }
        else if (resource.NextRole == ResourceRole.Promoted)
            decisions.Add(Promotion(resource, current, next, promote));
        else if (role == ResourceRole.Stopped && resource.NextRole > ResourceRole.Stopped)
            Say(current is null ? ResourceChange.Start : ResourceChange.Restart, start, ChangeForm.Node, null, next);
    }

    private static NodeId? Name(PlanNode? node) => node is null ? null : new NodeId(node.Name);

    private static Decision.Resource Promotion(
        PlanResource resource, PlanNode? current, PlanNode? next, PlanAction? promote) => new(
        new ResourceId(resource.Id), ResourceChange.Promote, Name(current), resource.Role, Name(next),
        resource.NextRole, ChangeForm.RoleToRole, promote?.Reason, promote is not { IsRunnable: true })
    {
        Cause = CauseOf(promote),
    };

    private static DecisionCause? CauseOf(PlanAction? action) => action?.Cause is { } cause
        ? new DecisionCause(cause.Kind, cause.Resource is { } id ? new ResourceId(id) : null, cause.Task)
        : action?.BarredBy is { } missing
            ? new DecisionCause(CauseKind.NeverComes, new ResourceId(missing.Id), null)
            : null;

    private static ResourceId? BlockerOf(PlanAction? action) =>
        action is { IsRunnable: false, BlockedBy: { } blocker } ? new ResourceId(blocker.Id) : null;

    private static bool Blocked(PlanAction? action) => action is not null && !action.IsRunnable;

    private static ChangeForm Form(ChangeForm plain, bool promotable) => !promotable ? plain
        : plain == ChangeForm.NodeToNode ? ChangeForm.NodeToNodeRole : ChangeForm.RoleNode;

    private static void Leave(
        PlanResource resource, ImmutableArray<Decision>.Builder decisions, ResourceRole role, PlanNode? node) =>
        decisions.Add(new Decision.Leave(new ResourceId(resource.Id), role, Name(node)));

    private static void Stop(
        PlanResource resource, ImmutableArray<Decision>.Builder decisions, PlanAction? stop, PlanAction? start,
        bool promotable)
    {
        foreach (PlanNode node in resource.Running)
        {
            // Its stop failed for good: that it can't be stopped now is no news, and no decision.
            if (resource.Has(Is.Blocked))
            {
                Leave(resource, decisions, resource.Role, node);
                continue;
            }

            PlanAction? here = resource.Actions.FindLast(a => a.Task == Tasks.Stop && ReferenceEquals(a.Node, node)) ?? stop;
            StopOn(resource, decisions, node, here, start, promotable);
        }
    }

    private static void StopOn(
        PlanResource resource, ImmutableArray<Decision>.Builder decisions, PlanNode node, PlanAction? stop,
        PlanAction? start, bool promotable)
    {
        PlanAction? source = stop?.Reason is null && start is not null && !start.IsRunnable ? start : stop;
        decisions.Add(new Decision.Resource(
            new ResourceId(resource.Id), ResourceChange.Stop, new NodeId(node.Name), resource.Role,
            Name(resource.Assigned), ResourceRole.Stopped, promotable ? ChangeForm.RoleNode : ChangeForm.Node,
            source?.Reason, stop is { IsRunnable: false })
        {
            Cause = CauseOf(source) ?? CauseOf(stop),
            BlockedBy = BlockerOf(stop),
        });
    }
}
