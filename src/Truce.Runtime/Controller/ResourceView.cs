using System.Collections.Immutable;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Runtime.Controller;

/// <summary>Resources as the nodes' histories have them.</summary>
internal static class ResourceView
{
    /// <summary>Every instance that is active somewhere; where one has failed, also after the stop that
    /// followed; configured ones that are active nowhere.</summary>
    public static ImmutableArray<ResourceStatus> Make(ReplicatedState state)
    {
        ImmutableArray<ResourceStatus>.Builder all = ImmutableArray.CreateBuilder<ResourceStatus>();
        MetaAttributes meta = MetaAttributes.Of(state.Cib.Configuration);
        foreach (Resource.Primitive primitive in state.Cib.Configuration.Resources.SelectMany(r =>
            r.Primitives))
        {
            ImmutableArray<ResourceStatus> seen = [.. Seen(state, meta, primitive)];
            ImmutableArray<EnclosingResource> within =
                [.. meta.Above(primitive).Skip(1).Reverse().Select(r =>
                    new EnclosingResource(r.Id.Value, Kind(meta, primitive, r)))];
            string note = WishView.Note(state, meta, primitive);
            all.AddRange((seen.Length > 0 ? seen : [Nowhere(meta, primitive)]).Select(
                r => r with { Within = within, Note = r.IsActive ? "" : note }));
        }

        return all.ToImmutable();
    }

    private static string Kind(MetaAttributes meta, Resource.Primitive primitive, Resource around) =>
        around switch
    {
        Resource.Primitive => "primitive",
        Resource.Group => "group",
        Resource.Cloned => meta.IsPromotable(primitive) ? "promotable" : "clone",
        Resource.Bundle => "bundle",
    };

    private static IEnumerable<ResourceStatus> Seen(
        ReplicatedState state, MetaAttributes meta, Resource.Primitive primitive)
    {
        foreach (MemberState member in NodeWords.InOrder(state))
        {
            NodeState? node = HistoryReading.Node(state.Cib.Status, member.Uuid);
            foreach (ResourceHistory history in node?.History?.Resources ?? [])
            {
                if (InstanceNames.IsOf(history.Id.Value, primitive.Id.Value))
                {
                    ResourceStatus status = Of(state, meta, primitive, member, node!, history);
                    if (status.Role != "Stopped" || status.Failed || status.Pending is not null)
                        yield return status;
                }
            }
        }
    }

    private static ResourceStatus Of(
        ReplicatedState state, MetaAttributes meta, Resource.Primitive primitive, MemberState member,
        NodeState node, ResourceHistory history)
    {
        OperationRecord? failure = HistoryReading.Failure(history);
        OperationRecord? pending = history.Operations.FirstOrDefault(o => o.OpStatus == (int)ExecutionStatus.Pending && o.IntervalMs == 0);
        return new ResourceStatus(
            primitive.Id.Value,
            history.Id.Value,
            member.Node.Value,
            Role(history, meta.IsPromotable(primitive) ? "Unpromoted" : "Started"),
            failure is not null && history.Operations.All(o => IsBeforeOrStop(o, failure)),
            meta.IsManaged(primitive) && !NodeWords.IsMaintained(state, member),
            $"{history.Class}:{(history.Provider is null ? "" : history.Provider + ":")}{history.Type}",
            pending?.Operation ?? (RestartApply.IsMarked(history) ? "restart" : null),
            HistoryReading.FailCount(node, history.Id.Value).ToString(),
            failure?.ExitReason ?? "");
    }

    // A stop only cleans up after a failure; whatever else succeeded later shows that it is over.
    private static bool IsBeforeOrStop(OperationRecord operation, OperationRecord failure) =>
        operation.CallId <= failure.CallId || operation.Operation == OperationNames.Stop;

    // The latest operation that changes or finds the state; one under way is called by what it does.
    private static string Role(ResourceHistory history, string started)
    {
        OperationRecord? last = history.Operations
            .Where(o => o.IntervalMs == 0 && !HistoryReading.IsFailure(o))
            .OrderByDescending(o => o.CallId < 0 ? int.MaxValue : o.CallId).FirstOrDefault();
        bool pending = last?.OpStatus == (int)ExecutionStatus.Pending;
        return (last?.Operation, (AgentExitCode)(last?.RcCode ?? 0)) switch
        {
            (null, _) => "Unknown",
            (OperationNames.Start, _) when pending => "Starting",
            (OperationNames.Stop, _) when pending => "Stopping",
            (OperationNames.Promote, _) when pending => "Promoting",
            (OperationNames.Demote, _) when pending => "Demoting",
            (OperationNames.MigrateTo or OperationNames.MigrateFrom, _) when pending => "Migrating",
            (OperationNames.Monitor, AgentExitCode.NotRunning) => "Stopped",
            (OperationNames.Monitor, AgentExitCode.Promoted or AgentExitCode.PromotedFailed
                or AgentExitCode.PromotedDegraded) => "Promoted",
            (OperationNames.Monitor, AgentExitCode.Ok or AgentExitCode.Degraded) => started,
            (OperationNames.Monitor, _) when pending => "Stopped",
            (OperationNames.Monitor, AgentExitCode.NotInstalled) => "Stopped",
            (OperationNames.Stop, AgentExitCode.Ok) => "Stopped",
            (OperationNames.Stop, _) => started,
            (OperationNames.Promote, AgentExitCode.Ok) => "Promoted",
            (OperationNames.Demote, AgentExitCode.Ok) => "Unpromoted",
            (OperationNames.Start or OperationNames.MigrateFrom, _) => started,
            (OperationNames.MigrateTo, AgentExitCode.Ok) => "Stopped",
            (_, _) => started,
        };
    }

    private static ResourceStatus Nowhere(MetaAttributes meta, Resource.Primitive primitive) => new(
        primitive.Id.Value, primitive.Id.Value, null, "Stopped", false, meta.IsManaged(primitive),
        meta.Agent(primitive)?.ToString() ?? "", null, "0", "");
}
