using Truce.Model;

namespace Truce.Control;

/// <summary>The configured limits of the fence guard (docs/reference/configuration.md).</summary>
/// <param name="ShotsPerCause">Shots that one failing operation of a
/// resource may cost, over all nodes.</param>
/// <param name="ShotsPerNode">Shots at one node for causes that lie in it, before it is quarantined.</param>
/// <param name="ShotsPerTarget">Shots at one node, whatever the causes, before no
/// resource may cost it another.</param>
/// <param name="ProvenAfterMs">How long a resource must run elsewhere before it is trusted with a node again
/// that was lost while it was starting there.</param>
/// <param name="SuspectWaitMs">How long what was starting on a lost node waits for that node to return, where
/// the loss of another would cost the quorum.</param>
/// <param name="QuarantineAction">What is done to a node that is quarantined: reboot, or off.</param>
/// <param name="HasProbation">Whether what was never started and stopped with success costs no node.</param>
public sealed record FencePolicy(
    int ShotsPerCause, int ShotsPerNode, int ShotsPerTarget, long ProvenAfterMs, long SuspectWaitMs,
    string QuarantineAction, bool HasProbation)
{
    /// <summary>As a configuration says; 0 means no limit.</summary>
    public static FencePolicy Of(ReplicatedState state) => new(
        Limit(state, "truce-fence-shots-per-cause", 2),
        Limit(state, "truce-fence-shots-per-node", 3),
        Limit(state, "truce-fence-shots-per-target", 6),
        Interval.ParseMilliseconds(ControlOptions.Of(state).Text("truce-start-proven-after")) ?? 600_000,
        Interval.ParseMilliseconds(ControlOptions.Of(state).Text("truce-suspect-wait")) ?? 600_000,
        ControlOptions.Of(state).Text("truce-quarantine-action") == "off" ? "off" : "reboot",
        CibBoolean.Parse(ControlOptions.Of(state).Text("truce-probation")) ?? true);

    private static int Limit(ReplicatedState state, string name, int otherwise) =>
        Numbers.ParseInt(ControlOptions.Of(state).Text(name)) switch
        {
            null => otherwise,
            <= 0 => int.MaxValue,
            { } limit => limit,
        };
}
