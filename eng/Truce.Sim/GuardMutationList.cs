using static Truce.Sim.Edits;

namespace Truce.Sim;

/// <summary>The fence guard's rules, each taken away. What must catch it is a probe of the laboratory
/// (<c>GuardProbe</c>): it complains without the rule, and doesn't with it.</summary>
internal static class GuardMutationList
{
    private const string Resources = "Truce.Control/Guards/ResourceCauseRules.cs";
    private const string Held = "Truce.Control/Guards/HeldBack.cs";
    private const string Nodes = "Truce.Control/Guards/NodeCauseRules.cs";
    private const string Quarantine = "Truce.Control/Guards/QuarantineRules.cs";

    public static IReadOnlyList<Mutation> All { get; } =
    [
        new("shots-per-cause-without-limit", "stop-fails-on-three",
            Never(Resources, "if (", "failures.All(f => FenceLedger.ShotsFor(state, f, intent) >= policy"),
            Never(Held, "where ", "shots >= limit")),
        new("first-shot-bans-nothing", "stop-fails-where-it-prefers",
            Always(Held, "if (", "FencePolicy.Of(state).ShotsPerCause == int.MaxValue)")),
        new("no-probation", "never-started",
            Never("Truce.Control/Guards/Probation.cs", "",
                "failure.Operation == OperationNames.Stop && FencePolicy")),
        new("failed-stop-is-always-proven", "stop-fails-while-active",
            Always("Truce.Runtime/Executor/StopProof.cs", "        ", "look is { Status:")),
        new("nodes-are-never-quarantined", "link-flaps",
            (Nodes, "shot < policy.ShotsPerNode && !mutual",
                "(MUTANT || shot < policy.ShotsPerNode) && !mutual")),
        new("no-ceiling-per-target", "link-flaps-without-node-limit",
            Never(Nodes, "bool ceiling = ", "FenceLedger")),
        new("the-quarantined-shoot", "link-flaps",
            (Quarantine,
                "        if (state.Fences.IsEmpty)\n            return false;\n"
                + "        ImmutableArray<MemberState> here",
                "        if (MUTANT || state.Fences.IsEmpty)\n            return false;\n"
                + "        ImmutableArray<MemberState> here")),
        new("the-quarantined-are-shot", "link-flaps",
            Always(Quarantine, "if (", "state.Fences.IsEmpty || !HoldsAlone(")),
        new("the-quarantined-host", "link-flaps-with-a-home",
            Always(Held, "if (", "all.Length == 0)")),
        new("no-crash-ledger", "crasher",
            Never("Truce.Control/Guards/StartSuspicion.cs", "state.Pending.Values.Where(o => ",
                "o.Node == node && StartGuard")),
        new("no-head-start", "link-cut",
            Always("Truce.Model/Fencing/HeadStart.cs", "        if (", "headStart == 0)\n")),
    ];
}
