using System.Collections.Immutable;
using Truce.Control;
using Truce.Model.Replication;
using Truce.Ports;
using Truce.Simulator.World;

namespace Truce.Simulator.Scenarios;

/// <summary>
/// The states of the three control machines that faults should meet: for coverage and for
/// well-aimed faults, never for judging.
/// </summary>
internal enum Moment
{
    /// <summary>There is no coordinator.</summary>
    NoCoordinator,

    /// <summary>The coordinator waits.</summary>
    CoordinatorIdle,

    /// <summary>It is about to plan, or a plan is being made.</summary>
    CoordinatorPlanning,

    /// <summary>A transition is carried out.</summary>
    CoordinatorExecuting,

    /// <summary>A transition is given up; what is under way goes on.</summary>
    CoordinatorAborting,

    /// <summary>A controller doesn't have its store or its first view yet.</summary>
    JoinStarting,

    /// <summary>The hellos of a view are awaited.</summary>
    JoinGathering,

    /// <summary>A view was agreed on in which nothing can be done.</summary>
    JoinWaiting,

    /// <summary>A minority goes on in a branch.</summary>
    JoinMinority,

    /// <summary>The view is agreed on; its log isn't open yet, or the snapshot hasn't come.</summary>
    JoinInstalling,

    /// <summary>The member has the log and hasn't reported what it runs.</summary>
    JoinReporting,

    /// <summary>All are joined.</summary>
    Joined,

    /// <summary>No node is to be fenced.</summary>
    FencingNone,

    /// <summary>An intent is committed; no device acts yet.</summary>
    FencingAsked,

    /// <summary>A device acts.</summary>
    FencingShooting,

    /// <summary>An attempt has failed, another will follow.</summary>
    FencingRetrying,

    /// <summary>All attempts have failed.</summary>
    FencingFailed,

    /// <summary>A shot was confirmed within the last seconds.</summary>
    FencingConfirmed,
}

/// <summary>Reads the machines' states.</summary>
internal static class Moments
{
    private const int ConfirmedForMs = 3_000;
    private static readonly ImmutableArray<Moment> s_byWeight =
    [
        Moment.NoCoordinator, Moment.CoordinatorIdle, Moment.CoordinatorPlanning, Moment.CoordinatorAborting,
        Moment.CoordinatorExecuting,
    ];

    public static ImmutableArray<Moment> Coordinator { get; } =
    [
        Moment.NoCoordinator, Moment.CoordinatorIdle, Moment.CoordinatorPlanning, Moment.CoordinatorExecuting,
        Moment.CoordinatorAborting,
    ];

    public static ImmutableArray<Moment> Joining { get; } =
    [
        Moment.JoinStarting, Moment.JoinGathering, Moment.JoinWaiting, Moment.JoinMinority, Moment.JoinInstalling,
        Moment.JoinReporting, Moment.Joined,
    ];

    public static ImmutableArray<Moment> Fencing { get; } =
    [
        Moment.FencingNone, Moment.FencingAsked, Moment.FencingShooting, Moment.FencingRetrying, Moment.FencingFailed,
        Moment.FencingConfirmed,
    ];

    /// <summary>Every state in which some machine of the cluster is now.</summary>
    public static IReadOnlySet<Moment> Now(SimulatedCluster cluster) =>
        new SortedSet<Moment>([CoordinatorNow(cluster), .. FencingNow(cluster), .. JoiningNow(cluster)]);

    /// <summary>Whether some machine is in that state.</summary>
    public static bool IsNow(SimulatedCluster cluster, Moment moment) =>
        Coordinator.Contains(moment) ? CoordinatorNow(cluster) == moment
        : (Fencing.Contains(moment) ? FencingNow(cluster) : JoiningNow(cluster)).Contains(moment);

    private static List<Moment> JoiningNow(SimulatedCluster cluster)
    {
        List<Moment> moments = [];
        bool allJoined = true;
        foreach (SimulatedNode node in cluster.InOrder)
        {
            if (!node.Powered)
                continue;
            Moment moment = JoiningNow(node);
            allJoined &= moment == Moment.Joined;
            if (moment != Moment.Joined)
                moments.Add(moment);
        }

        if (allJoined)
            moments.Add(Moment.Joined);
        return moments;
    }

    // Of several, the one that does most.
    private static Moment CoordinatorNow(SimulatedCluster cluster)
    {
        Moment most = Moment.NoCoordinator;
        foreach (SimulatedNode node in cluster.InOrder)
        {
            if (node.Control is not { } control)
                continue;
            Moment moment = CoordinatorNow(control);
            if (Weight(moment) > Weight(most))
                most = moment;
        }

        return most;
    }

    private static Moment CoordinatorNow(ControlMachine control) => control.Transition switch
    {
        { IsOver: false, AbortReason: null } => Moment.CoordinatorExecuting,
        { IsOver: false } => Moment.CoordinatorAborting,
        _ when control.IsPlanning => Moment.CoordinatorPlanning,
        null => Moment.NoCoordinator,
        _ => Moment.CoordinatorIdle,
    };

    private static int Weight(Moment coordinator) => s_byWeight.IndexOf(coordinator);

    private static Moment JoiningNow(SimulatedNode node)
    {
        if (node.Control is not { } control || control.Situation.StartsWith("the store", StringComparison.Ordinal)
            || control.Situation.StartsWith("no view", StringComparison.Ordinal))
            return Moment.JoinStarting;
        if (control.Mode is not { } mode)
            return Moment.JoinGathering;
        return mode switch
        {
            ViewMode.Waiting => Moment.JoinWaiting,
            ViewMode.Minority => Moment.JoinMinority,
            ViewMode.Quorate => control.State?.Member(node.Id)?.Phase switch
            {
                MemberPhase.Joined => Moment.Joined,
                MemberPhase.Joining => Moment.JoinReporting,
                _ => Moment.JoinInstalling,
            },
        };
    }

    private static IEnumerable<Moment> FencingNow(SimulatedCluster cluster)
    {
        ReplicatedState? state = QuorateState(cluster);
        bool shooting = IsShooting(cluster);
        if (shooting)
            yield return Moment.FencingShooting;
        FenceState? open = state?.OpenFences.FirstOrDefault();
        if (open is { Attempts: > 0 })
            yield return Moment.FencingRetrying;
        else if (open is not null && !shooting)
            yield return Moment.FencingAsked;
        else if (open is null && !shooting)
            yield return Moment.FencingNone;
        if (state?.Fences.LastOrDefault()?.Stage == FenceStage.Failed)
            yield return Moment.FencingFailed;
        if (cluster.Ledger.LastConfirmedMs is { } at && cluster.Clock.NowMs - at <= ConfirmedForMs)
            yield return Moment.FencingConfirmed;
    }

    private static ReplicatedState? QuorateState(SimulatedCluster cluster)
    {
        foreach (SimulatedNode node in cluster.InOrder)
        {
            if (node.Control is { Mode: ViewMode.Quorate, State: { } state })
                return state;
        }

        return null;
    }

    private static bool IsShooting(SimulatedCluster cluster)
    {
        foreach (SimulatedNode node in cluster.InOrder)
        {
            if (node.Agents.Count > 0 && node.Agents.Values.Any(r => r.IsRunning
                && r.Spec is { Kind: AgentKind.Fence, Action: "off" or "reboot" }))
                return true;
        }

        return false;
    }
}
