using System.Collections.Immutable;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Runtime.Controller;

/// <summary>
/// Whether the desired state is unmet although nothing is in progress: then the cluster isn't settled but
/// held, by one of the holds that the status shows.
/// </summary>
internal static class UnmetView
{
    /// <summary>Whether one of the holds keeps something from being done.</summary>
    public static bool IsHeld(
        ReplicatedState state, ILookup<string, ResourceStatus> seen, ImmutableArray<HoldStatus> holds)
    {
        MetaAttributes meta = MetaAttributes.Of(state.Cib.Configuration);
        return holds.Any(h => h.Kind switch
        {
            // An operator's own request.
            "operator" => false,
            // All runs; it isn't watched as it should be.
            "unsupervised" => false,
            // A resource that runs elsewhere lacks nothing; a clone lacks the instance there.
            "fence-ban" => IsMissing(state, meta, new ResourceId(h.Resource!), seen),
            _ => true,
        });
    }

    /// <summary>Holds for what has failed and is left as it is: nothing is done to it any
    /// more, though it is wanted that it runs, or that it is stopped.</summary>
    public static IEnumerable<HoldStatus> Failures(
        ReplicatedState state, ILookup<string, ResourceStatus> seen, IReadOnlySet<string> told)
    {
        MetaAttributes meta = MetaAttributes.Of(state.Cib.Configuration);
        foreach (Resource.Primitive primitive in Managed(state, meta).Where(p => !told.Contains(p.Id.Value)))
        {
            string id = primitive.Id.Value;
            if (seen[id].FirstOrDefault(r => IsFailedStop(state, r)) is { Node: { } node } stop)
            {
                yield return new HoldStatus("failed-stop", id, node,
                    $"its stop on {node} failed{Because(stop.Reason)}, and the cluster leaves it "
                    + $"alone; do: stop it by hand, then truce resource cleanup {id}");
            }
            else if (!meta.IsDisabled(primitive) && !seen[id].Any(r => r.IsActive || r.Pending is not null)
                && Failed(state, id, seen[id]) is { Length: > 0 } failed)
            {
                string said = seen[id].Select(r => r.Reason).FirstOrDefault(r => r.Length > 0) ?? "";
                yield return new HoldStatus("failures", id, null,
                    $"it isn't running anywhere, after failures on {string.Join(", ", failed)}"
                    + $"{Because(said)}; do: fix the cause, then truce resource cleanup {id}");
            }
        }
    }

    /// <summary>Holds for what the plan wants done to active resources and can't do.</summary>
    public static IEnumerable<HoldStatus> Blocked(ReplicatedState state, IReadOnlySet<string> told)
    {
        MetaAttributes meta = MetaAttributes.Of(state.Cib.Configuration);
        return state.Blocked.Where(s => !told.Contains(InstanceNames.Configured(s.Resource.Value)))
            .Select(s => new HoldStatus(
                "blocked", s.Resource.Value, s.Node.Value,
                $"{s.Action} on {s.Node} can't be done: {Why(state, meta, s)}"));
    }

    /// <summary>Holds for what isn't managed and goes on running, though it is to be stopped there.</summary>
    public static IEnumerable<HoldStatus> LeftRunning(
        ReplicatedState state, ILookup<string, ResourceStatus> seen, IReadOnlySet<string> told)
    {
        MetaAttributes meta = MetaAttributes.Of(state.Cib.Configuration);
        return
            from resource in seen.SelectMany(r => r)
            where resource is { IsActive: true, Managed: false } && !told.Contains(resource.Id)
            let why = WishView.WhyNotOn(state, meta, resource)
            where why.Length > 0
            let alone = LeftAlone.Of(state, meta, resource.Id, resource.Node)
            where alone is not null
            select new HoldStatus(
                "blocked", resource.Instance, resource.Node,
                $"{why}, and {alone.Why}, so it goes on running; do: truce why {resource.Id}");
    }

    private static string Why(ReplicatedState state, MetaAttributes meta, BlockedStep step)
    {
        if (LeftAlone.Of(state, meta, step.Resource.Value, step.Node.Value) is { } own)
            return $"{own.Why}; do: {own.Command}";
        if (step.By is not { } by)
            return $"{(step.Reason.Length > 0 ? step.Reason : "something comes first that can't be done")}; "
                + $"do: truce why {step.Resource}";
        return LeftAlone.Of(state, meta, by.Value, step.Node.Value) is { } first
            ? $"{by} comes first, and {first.Why}; do: {first.Command}"
            : $"{by} comes first, and can't be done; do: truce why {by}";
    }

    private static IEnumerable<Resource.Primitive> Managed(ReplicatedState state, MetaAttributes meta) =>
        state.Cib.Configuration.Resources.SelectMany(r => r.Primitives).Where(meta.IsManaged);

    private static IEnumerable<Resource.Primitive> Wanted(ReplicatedState state, MetaAttributes meta) =>
        Managed(state, meta).Where(p => !meta.IsDisabled(p));

    private static bool IsMissing(
        ReplicatedState state, MetaAttributes meta, ResourceId id, ILookup<string, ResourceStatus> seen) =>
        Wanted(state, meta).Any(p => p.Id == id)
        && (meta.IsCloned(id) || !seen[id.Value].Any(r => r.IsActive));

    private static bool IsFailedStop(ReplicatedState state, ResourceStatus resource) =>
        resource is { Failed: true, Pending: null, Node: { } name }
            && state.Member(new NodeId(name)) is { } member
        && HistoryReading.Of(state.Cib.Status, member.Uuid, new ResourceId(resource.Instance)) is { } history
        && HistoryReading.Failure(history) is { Operation: OperationNames.Stop } failure
        && history.Operations.All(o => o.CallId <= failure.CallId);

    private static string Because(string reason) => reason.Length > 0 ? $" (\"{reason}\")" : "";

    private static string[] Failed(ReplicatedState state, string id, IEnumerable<ResourceStatus> seen) =>
    [
        .. from member in state.Members.Values
           where member.Phase == MemberPhase.Joined
           let count = HistoryReading.FailCount(HistoryReading.Node(state.Cib.Status, member.Uuid), id)
           let failed = seen.Any(r => r.Failed && r.Node == member.Node.Value)
           where count != default || failed
           select count == default ? member.Node.Value : $"{member.Node} ({count})",
    ];
}
