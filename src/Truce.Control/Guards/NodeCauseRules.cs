using System.Globalization;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// The fence guard's rules for a node that is lost or unclean. Its fencing is never refused, since
/// recovery of what it ran needs it; what follows is that a node which is lost again and again, or
/// that shoots in turn, is quarantined.
/// </summary>
internal static class NodeCauseRules
{
    public static FenceVerdict Judge(ReplicatedState state, FenceIntent intent, NodeId orderedBy)
    {
        return JudgeNode(state, intent, orderedBy) switch
        {
            FenceVerdict.AsAsked asked =>
                asked with { After = StartSuspicion.Add(state, intent, asked.After) },
            FenceVerdict.AnotherAction other =>
                other with { After = StartSuspicion.Add(state, intent, other.After) },
            FenceVerdict.Avoided avoided => avoided,
            FenceVerdict.Refused refused => refused,
        };
    }

    private static FenceVerdict JudgeNode(ReplicatedState state, FenceIntent intent, NodeId orderedBy)
    {
        FencePolicy policy = FencePolicy.Of(state);
        if (policy.ShotsPerNode == int.MaxValue)
            return new FenceVerdict.AsAsked(FenceAftermath.None);
        int shot = FenceLedger.ShotsForNode(state, intent) + 1;
        bool mutual = FenceLedger.IsMutual(state, orderedBy, intent.Target);
        bool ceiling = FenceLedger.ShotsAt(state, intent) + 1 >= policy.ShotsPerTarget;
        if (shot < policy.ShotsPerNode && !mutual && !ceiling)
            return new FenceVerdict.AsAsked(FenceAftermath.None);
        // The last usable node is never quarantined: one must continue.
        if (!IsAnyoneAble(state, intent.Target))
            return new FenceVerdict.AsAsked(FenceAftermath.None with
            {
                Sentence = $"{intent.Target} is not quarantined, because no other node could take over",
            });
        FenceAftermath after = FenceAftermath.None with
        {
            Quarantine = mutual ? FenceQuarantine.Links : QuarantineRules.Kind(state),
            Sentence = Sentence(intent, shot, policy.ShotsPerNode, mutual ? orderedBy : null),
        };
        // That the rest stays quorate without the target is what every intent is held to.
        return policy.QuarantineAction == "off" && intent.Action == "reboot"
            ? new FenceVerdict.AnotherAction("off", after)
            : new FenceVerdict.AsAsked(after);
    }

    /// <summary>Whether a member other than that node is there to take over:
    /// joined, and not quarantined.</summary>
    public static bool IsAnyoneAble(ReplicatedState state, NodeId but) => state.Members.Values.Any(
        m => m.Node != but && m.Phase == MemberPhase.Joined && !QuarantineRules.IsQuarantined(state, m.Node));

    private static string Sentence(FenceIntent intent, int shot, int limit, NodeId? mutualWith) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(mutualWith is { } other ? $"{intent.Target} and {other} have shot each other" : $"this is shot {shot} of {limit} for causes that lie in {intent.Target}")}: {intent.Target} is quarantined: it keeps its vote and hosts nothing until it is released (truce fence release {intent.Target})");
}
