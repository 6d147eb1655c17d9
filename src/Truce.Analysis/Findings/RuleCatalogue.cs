using Truce.Analysis.Findings.Rules;
using Truce.Model;

namespace Truce.Analysis.Findings;

/// <summary>Every rule, and every kind of finding that there is.</summary>
public static class RuleCatalogue
{
    /// <summary>The rules, in the order in which they are asked.</summary>
    public static IReadOnlyList<Rule> Rules { get; } =
    [
        new AbsentAgent(),
        new ColocationLoop(),
        new DefaultStopTimeout(),
        new DuplicateMonitor(),
        new Expansion(),
        new FenceActionMapped(),
        new FenceAddressOfTarget(),
        new FenceByOneNode(),
        new FenceFixedPlug(),
        new FenceFromTargetOnly(),
        new FenceOnClusterNetwork(),
        new FenceProvesNothing(),
        new FenceUnknownHost(),
        new FencesAtOnce(),
        new FencesForIncurable(),
        new FencingInGroup(),
        new FencingOff(),
        new FencingUnbounded(),
        new FencingWithoutDevice(),
        new IgnoredQuorum(),
        new ImpossibleAgentName(),
        new LevelWithoutTarget(),
        new MissingParameter(),
        new NeverTrueDate(),
        new OddIdentifier(),
        new OrderLoop(),
        new OrderWithoutColocation(),
        new PlanFails(),
        new PromotionOfUnpromotable(),
        new ShortFencingTimeout(),
        new ShortTimeout(),
        new SilenceOfNothing(),
        new TwoNodesWithoutDelay(),
        new UnfencedNode(),
        new UnknownLocationNode(),
        new UnknownParameter(),
        new UnofferedAgent(),
        new UnpassableParameters(),
        new UnsupportedBundle(),
        new UnsupportedClass(),
        new UnsupportedRemoteNode(),
        new UnusablePattern(),
        new UnwatchedDevice(),
        new WatchdogTimeoutAlone(),
    ];

    /// <summary>What reading and the rules can find, by id.</summary>
    public static IReadOnlyDictionary<string, FindingKind> Kinds { get; } =
        FindingIds.Kinds.Concat(Rules.Select(r => r.Kind)).ToDictionary(k => k.Id);
}
