using Truce.Model;
using Truce.Model.Fencing;

namespace Truce.Scheduler.Engine;

/// <summary>What the role found in a history and the failures that still count mean
/// for a resource on a node.</summary>
internal sealed class ResourceStateRules(World world, List<(PlanResource, PlanNode?)> containerStops)
{
    /// <param name="resource">The resource.</param>
    /// <param name="node">The node whose history was read.</param>
    /// <param name="onFail">What the failures that still count call for.</param>
    /// <param name="causes">Those of them that call for fencing.</param>
    public void Apply(PlanResource resource, PlanNode node, FailureAction onFail, IReadOnlyList<FenceCause> causes)
    {
        if (resource.Role != ResourceRole.Unknown)
            (resource.Known ??= []).Add(node.Index);
        if (resource.Role > ResourceRole.Stopped && !node.Online && !node.Maintenance && resource.Has(Is.Managed))
            FenceForActive(resource, node);
        FailureAction saved = onFail;
        if (node.Unclean)
            onFail = FailureAction.Ignore;
        Act(resource, node, onFail, causes);
        if (resource.Has(Is.Failed) && resource.RemoteNode is { } remote)
            remote.Unseen = false;
        Place(resource, node, onFail, saved);
    }

    private void FenceForActive(PlanResource resource, PlanNode node)
    {
        string? reason = null;
        bool fence = false;
        if (node.IsGuest)
        {
            resource.Set(Is.Failed | Is.StopRequired);
            fence = true;
        }
        else if (world.Settings.FencingEnabled)
        {
            if (node.Kind == NodeKind.Remote && node.Connection is { } connection && !connection.Has(Is.Failed))
            {
                // The shot is called off if the connection can be made from another node.
                node.Unseen = true;
                reason = $"{resource.Id} is active there (fencing will be revoked if remote connection can be re-established elsewhere)";
            }

            fence = true;
        }

        if (fence)
        {
            Fences.Need(
                world, node, CauseFor(resource, node),
                reason ?? $"{resource.Id} is thought to be active there");
        }
    }

    // A guest is away because its container failed: that something was active in it follows.
    private static FenceCause CauseFor(PlanResource resource, PlanNode node) =>
        node.IsGuest && node.Connection?.Container is { } container && container.Has(Is.Failed)
            ? new FenceCause.ContainerFailed(new ResourceId(container.Id))
            : new FenceCause.ActiveUnreachable(new ResourceId(resource.Id));

    private void Act(PlanResource resource, PlanNode node, FailureAction onFail, IReadOnlyList<FenceCause> causes)
    {
        switch (onFail)
        {
            case FailureAction.Ignore:
                break;
            case FailureAction.Demote:
                resource.Set(Is.Failed);
                ActionFactory.Demote(world, resource, node, false);
                break;
            case FailureAction.Fence when GuardHolds.IsBlocked(world, resource):
                GuardHolds.Block(resource);
                world.Avoided.Add(new AvoidedFence(new NodeId(node.Name), [.. causes]));
                break;
            case FailureAction.Fence:
                foreach (FenceCause cause in causes)
                    Fences.Need(world, node, cause, $"{resource.Id} failed there");
                break;
            case FailureAction.Standby:
                node.Standby = true;
                node.StandbyOnFail = true;
                break;
            case FailureAction.Block:
                resource.Clear(Is.Managed);
                resource.Set(Is.Blocked);
                break;
            case FailureAction.Stop:
                resource.NextRole = ResourceRole.Stopped;
                break;
            case FailureAction.Recover:
                if (resource.Role is not (ResourceRole.Stopped or ResourceRole.Unknown))
                {
                    resource.Set(Is.Failed | Is.StopRequired);
                    ActionFactory.Stop(world, resource, node, false);
                }

                break;
            case FailureAction.RestartContainer:
                resource.Set(Is.Failed | Is.StopRequired);
                if (resource.Container is { } container)
                {
                    if (container.Has(Is.ReplicaContainer))
                        containerStops.Add((container, null));
                    else
                        ActionFactory.Stop(world, container, node, false);
                }
                else if (resource.Role is not (ResourceRole.Stopped or ResourceRole.Unknown))
                {
                    ActionFactory.Stop(world, resource, node, false);
                }

                break;
            case FailureAction.ResetRemote:
                ResetRemote(resource, node);
                break;
        }
    }

    private void ResetRemote(PlanResource resource, PlanNode node)
    {
        resource.Set(Is.Failed | Is.StopRequired);
        if (world.Settings.FencingEnabled && resource.RemoteNode is { } remote && !remote.RemoteFenced)
            Fences.Need(
                world, remote, new FenceCause.ConnectionLost(new ResourceId(resource.Id)),
                "remote connection is unrecoverable");
        if (resource.Role > ResourceRole.Stopped)
            ActionFactory.Stop(world, resource, node, false);
        if (Parameters.ReconnectMs(world, resource) > 0)
            resource.NextRole = ResourceRole.Stopped;
    }

    private void Place(PlanResource resource, PlanNode node, FailureAction onFail, FailureAction saved)
    {
        if (resource.Role is not (ResourceRole.Stopped or ResourceRole.Unknown))
        {
            Activity.Add(world, resource, node, saved != FailureAction.Ignore);
            switch (onFail)
            {
                case FailureAction.Ignore:
                    break;
                case FailureAction.Demote:
                case FailureAction.Block:
                case FailureAction.Recover:
                case FailureAction.RestartContainer:
                case FailureAction.Stop:
                case FailureAction.ResetRemote:
                case FailureAction.Standby:
                case FailureAction.Fence:
                    resource.Set(Is.Failed);
                    break;
            }

            return;
        }

        if (resource.HistoryName?.Contains(':') == true)
        {
            resource.HistoryName = null;
            return;
        }

        foreach (PlanAction action in resource.Actions)
        {
            if (action.Task == Tasks.Stop && (action.Node is null || ReferenceEquals(action.Node, node)))
                action.Set(Engine.Act.Optional);
        }

        // Gone from where it migrated from, it still runs where it migrated to.
        if (resource.Role == ResourceRole.Stopped && ReferenceEquals(resource.PartialSource, node)
            && resource.PartialTarget is { } target && resource.Running.Contains(target))
            resource.Role = ResourceRole.Started;
    }
}
