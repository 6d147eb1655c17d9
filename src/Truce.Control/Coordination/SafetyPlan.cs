using System.Collections.Immutable;
using System.Globalization;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control;

/// <summary>
/// What is done while no plan can be made, from the state alone and without the scheduler: nodes that are
/// lost are fenced, and what must not run is stopped, where nothing that runs is bound to it. Nothing is
/// started, moved or promoted. docs/decisions/0051.
/// </summary>
internal static class SafetyPlan
{
    /// <summary>The graph; without actions where nothing is to be done.</summary>
    public static TransitionGraph Make(ReplicatedState state)
    {
        ImmutableArray<GraphAction>.Builder actions = ImmutableArray.CreateBuilder<GraphAction>();
        foreach (MemberState lost in Lost(state))
            actions.Add(Fence(actions.Count + 1, lost, state));
        StartedResources resources = new(new ConfigurationIndex(state.Cib.Configuration));
        foreach (StartedAs unwanted in Unwanted(state, resources))
            actions.Add(Stop(actions.Count + 1, unwanted, resources));
        return new TransitionGraph("60s", "60s", "INFINITY", "INFINITY", null, null, null, actions.ToImmutable());
    }

    private static IEnumerable<MemberState> Lost(ReplicatedState state) =>
        ControlOptions.FencingEnabled(state) && QuorumGuard.Objection(state) is null
            ? state.Members.Values.Where(m => m.Phase is MemberPhase.Lost or MemberPhase.ControllerLost)
            : [];

    // In leaves first: what runs and is bound to it would be stopped before it by a
    // plan. Its end brings the next round.
    private static IEnumerable<StartedAs> Unwanted(ReplicatedState state, StartedResources resources)
    {
        bool all = StopsWithoutQuorum(state);
        ImmutableArray<StartedAs> running = [.. state.Started.Values.Where(s => s.ParametersKnown && Runs(state, s))];
        bool maintained = ControlOptions.Of(state).MaintenanceMode;
        return running.Where(s => !maintained && (all || resources.IsDisabled(s)) && resources.IsManaged(s)
            && !running.Any(other => other != s
                && IsBound(resources, resources.Configured(s), resources.Configured(other))));
    }

    private static bool Runs(ReplicatedState state, StartedAs started) =>
        state.Member(started.Node) is { Phase: MemberPhase.Joined } member
        && HistoryReading.Of(state.Cib.Status, member.Uuid, started.Resource) is { } history
        && HistoryReading.MayBeActive(history)
        && !state.Pending.Values.Any(o => o.Resource == started.Resource && o.Node == started.Node && o is { Kind: OrderTask.Run, IntervalMs: 0 });

    private static bool StopsWithoutQuorum(ReplicatedState state) => state.View is { Quorate: false }
        && ControlOptions.WithoutQuorum(state) == NoQuorumPolicy.Stop;

    // Whether the second may need the first: a later member of its group, or named together with it in any
    // order or colocation, whichever way. That keeps more running than must be, never less.
    private static bool IsBound(StartedResources resources, ResourceId id, ResourceId other)
    {
        ConfigurationIndex index = resources.Index;
        HashSet<ResourceId> first = [.. resources.Chain(id).Select(r => r.Id)];
        HashSet<ResourceId> second = [.. resources.Chain(other).Select(r => r.Id)];
        if (id == other)
            return false;
        if (resources.Chain(id).OfType<Resource.Group>().FirstOrDefault() is { } group
            && second.Contains(group.Id))
            return group.Members.FindIndex(m => m.Id == other) > group.Members.FindIndex(m => m.Id == id);
        return index.Configuration.Constraints.Any(c => c switch
        {
            Constraint.Ordering { First: { } before, Then: { } then } =>
                IsMeant(index, first, before) && IsMeant(index, second, then),
            Constraint.Colocation { Resource: { } dependent, WithResource: { } primary } =>
                IsMeant(index, first, primary) && IsMeant(index, second, dependent),
            Constraint.Ordering or Constraint.Colocation => c.Sets.SelectMany(s => index.Resolve(s).Resources)
                is var all
                && all.Any(r => IsMeant(index, first, r)) && all.Any(r => IsMeant(index, second, r)),
            Constraint.Location or Constraint.Ticket => false,
        });
    }

    // A tag or a template may mean anything.
    private static bool IsMeant(ConfigurationIndex index, HashSet<ResourceId> chain, ResourceId named) =>
        chain.Contains(named) || index.Resource(named) is null;

    private static GraphAction.Fence Fence(int id, MemberState lost, ReplicatedState state)
    {
        string action = ControlOptions.FencingAction(state);
        return new GraphAction.Fence
        {
            Id = id,
            Operation = "stonith",
            OperationKey = $"stonith-{lost.Node}-{action}",
            Node = lost.Node,
            Action = action,
            Reason = "it is lost, and planning fails",
            Causes = [lost.Phase == MemberPhase.Lost ? new FenceCause.NodeLost() : new FenceCause.ControllerLost()],
            Attributes = [],
            Inputs = [],
        };
    }

    private static GraphAction.ResourceOperation Stop(
        int id, StartedAs started, StartedResources resources) =>
        new()
    {
        Id = id,
        Operation = OperationNames.Stop,
        OperationKey = $"{started.Resource}_stop_0",
        Node = started.Node,
        Resource = new GraphResource(started.Resource.Value, null, started.Agent.Class, started.Agent.Provider, started.Agent.Type),
        Instance = started.Resource,
        Attributes =
            [new("CRM_meta_timeout",
                resources.TimeoutMs(started, OperationNames.Stop).ToString(CultureInfo.InvariantCulture))],
        Inputs = [],
    };
}
