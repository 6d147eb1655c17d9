using Truce.Model;

namespace Truce.Control;

/// <summary>
/// The cluster options that the controller itself uses, taken from <see cref="ClusterOptions"/>. Rules are
/// judged at the time of the entry that was applied last, so that all members read alike.
/// </summary>
public static class ControlOptions
{
    /// <summary>All of them.</summary>
    public static ClusterOptions Of(ReplicatedState state) => ClusterOptions.From(state.Cib.Configuration, state.At);

    /// <summary>Whether lost nodes are fenced at all.</summary>
    public static bool FencingEnabled(ReplicatedState state) => Of(state).FencingEnabled;

    /// <summary>Whether a lost node's resources may start elsewhere unfenced: the
    /// operator accepts damage.</summary>
    public static bool AcceptsDamage(ReplicatedState state) => Of(state).UnfencedRecovery == UnfencedRecovery.AcceptDamage;

    /// <summary>Whether a partition without quorum goes on as if it had it.</summary>
    public static bool IgnoresQuorum(ReplicatedState state) => Of(state).NoQuorumPolicy == NoQuorumPolicy.Ignore;

    /// <summary>
    /// What a side without quorum does. If only controllers are too few, no other side can start what runs
    /// here: it stays up, and is watched.
    /// </summary>
    public static NoQuorumPolicy WithoutQuorum(ReplicatedState state) => Of(state).NoQuorumPolicy switch
    {
        NoQuorumPolicy.Ignore => NoQuorumPolicy.Ignore,
        _ when state.View is { Quorate: false, EngineQuorate: true } => NoQuorumPolicy.Freeze,
        NoQuorumPolicy policy => policy,
    };

    /// <summary>Whether a node that loses quorum resets itself.</summary>
    public static bool PanicsWithoutQuorum(ReplicatedState state) =>
        Of(state) is { FencingEnabled: true, NoQuorumPolicy: NoQuorumPolicy.Fence };

    /// <summary>How often fencing is tried.</summary>
    public static int FencingAttempts(ReplicatedState state) => Of(state).FencingMaxAttempts;

    /// <summary>How long one device may take, unless it has a limit of its own.</summary>
    public static TimeSpan FencingTimeout(ReplicatedState state) => Time(Of(state).FencingTimeoutMs);

    /// <summary>What is meant by fencing where nothing else is said.</summary>
    public static string FencingAction(ReplicatedState state) => Of(state).FencingAction switch
    {
        Model.FencingAction.Off => "off",
        Model.FencingAction.Reboot => "reboot",
    };

    /// <summary>Whether a failed start weighs infinitely.</summary>
    public static bool StartFailureIsFatal(ReplicatedState state) => Of(state).StartFailureIsFatal;

    /// <summary>How often to plan again even if nothing happened.</summary>
    public static TimeSpan RecheckInterval(ReplicatedState state) => Time(Of(state).ClusterRecheckIntervalMs);

    /// <summary>What a result may take beyond the operation's own timeout.</summary>
    public static TimeSpan ClusterDelay(ReplicatedState state) => Time(Of(state).ClusterDelayMs);

    /// <summary>How long a cold start waits for configured nodes.</summary>
    public static TimeSpan StartDelay(ReplicatedState state) => Time(Of(state).DcDeadtimeMs);

    private static TimeSpan Time(long ms) => TimeSpan.FromMilliseconds(Math.Min(ms, int.MaxValue));
}
