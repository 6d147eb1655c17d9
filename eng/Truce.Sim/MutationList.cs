namespace Truce.Sim;

/// <summary>
/// A defect planted in production code, to prove that a checker can fail. Nothing of it is in the tree itself: the text
/// is replaced in a copy that is built for this alone, where <c>Mutations.Is</c> switches each on by its name.
/// </summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Promise">The checker that must catch it: of a promise, or a target of the fuzzer.</param>
/// <param name="Edits">File (below src/), the text that is there exactly once, and what takes its place; MUTANT stands for
/// the switch.</param>
internal sealed record Mutation(string Name, string Promise, params (string File, string Find, string Replace)[] Edits);

/// <summary>Mutations that are planted together.</summary>
/// <param name="Name">What commands call it.</param>
/// <param name="Program">The folder of the program that must catch them.</param>
/// <param name="All">The mutations.</param>
internal sealed record MutationSet(string Name, string Program, IReadOnlyList<Mutation> All)
{
    public static IReadOnlyList<MutationSet> Sets { get; } =
    [
        new("simulator", "eng/Truce.Sim", MutationList.All),
        new("fuzz", "tests/Truce.Fuzz", FuzzMutationList.All),
        new("guard", "eng/Truce.Sim", GuardMutationList.All),
        new("semantic", "eng/Truce.Sim", SemanticMutationList.All),
        new("rules", "tests/Truce.Scheduler.Tests", RuleMutationList.All),
    ];

    public static MutationSet Of(string name) => Sets.Single(s => s.Name == name);
}

/// <summary>Those that the simulator's checkers must catch.</summary>
internal static class MutationList
{
    private const string Start = "Truce.Control/Guards/StartGuard.cs";
    private const string Quorum = "Truce.Control/Guards/QuorumGuard.cs";
    private const string Fence = "Truce.Control/Guards/FenceGuard.cs";
    private const string Members = "Truce.Control/State/MembershipApply.cs";
    private const string Fencing = "Truce.Control/State/FenceApply.cs";
    private const string Dispatching = "Truce.Control/Coordination/Dispatching.cs";
    private const string Direction = "Truce.Control/Coordination/FenceDirection.cs";
    private const string Review = "Truce.Control/Coordination/TransitionReview.cs";
    private const string Request = "Truce.Control/Coordination/PlanRequest.cs";
    private const string Planning = "Truce.Control/Coordination/PlanningCib.cs";
    private const string Views = "Truce.Control/Views/Agreement.cs";
    private const string Text = "Truce.Control/State/StateText.cs";

    private static readonly (string, string, string) s_noStartGuard = (Start,
        "return order.Operation == OperationNames.Start\n",
        "return !MUTANT && order.Operation == OperationNames.Start\n");

    private static readonly (string, string, string) s_fencingDoneWhenAsked = (Direction,
        "        _intents[action.Id] = intent.Id;\n        if (objection is null)", "        _intents[action.Id] = intent.Id;\n        if (MUTANT) run.Complete(action.Id);\n        if (objection is null)");

    public static IReadOnlyList<Mutation> All { get; } =
    [
        // S1: what may run once is active twice.
        new("starts-wait-for-nothing", "S1", s_noStartGuard,
            (Dispatching, "            orders.Add(order);", "        {\n            orders.Add(order);\n            if (MUTANT && order.IntervalMs == 0) run.Complete(action.Id);\n        }")),
        new("lost-controller-counts-as-stopped", "S1",
            (Members, "        if (member.Phase == MemberPhase.ControllerLost)\n            return state;\n        state = state.With",
                "        if (member.Phase == MemberPhase.ControllerLost)\n            return state;\n        if (MUTANT) return TakeDown(state, member);\n        state = state.With")),
        new("failed-stop-counts", "S1", s_noStartGuard,
            ("Truce.Control/State/HistoryEditing.cs", "        OperationRecord record = Record(name, result);",
                "        if (MUTANT && result.Operation == OperationNames.Stop) result = result with { Code = 0, Status = 0 };\n        OperationRecord record = Record(name, result);")),
        // S2: started before it is proven that it has ended elsewhere.
        new("lost-node-counts-as-stopped", "S2",
            (Members, "        if (member.Phase == MemberPhase.Lost)\n            return state;\n        state = state.With",
                "        if (member.Phase == MemberPhase.Lost)\n            return state;\n        if (MUTANT) return TakeDown(state, member);\n        state = state.With")),
        new("failed-fencing-counts", "S2", (Fencing, "if (ended.Succeeded)", "if (ended.Succeeded || MUTANT)")),
        new("fencing-is-done-when-asked", "S2", s_noStartGuard, s_fencingDoneWhenAsked),
        new("allowed-starts-wait-for-nothing", "S2",
            ("Truce.Control/Local/HeldOrders.cs", "=> _confirmed.Contains(order.Fence!)\n", "=> MUTANT || _confirmed.Contains(order.Fence!)\n")),

        // S3: acts without quorum.
        new("minority-recovers", "S3", s_noStartGuard, s_fencingDoneWhenAsked,
            (Quorum, "if (!view.Quorate &&", "if (!MUTANT && !view.Quorate &&"),
            (Request, "Quorum = state.View?.Quorate ?? false,", "Quorum = MUTANT || (state.View?.Quorate ?? false),"),
            (Planning, "HaveQuorum = state.View?.Quorate ?? false,", "HaveQuorum = MUTANT || (state.View?.Quorate ?? false),")),
        new("minority-takes-changes", "S3",
            ("Truce.Control/ClientWishes.cs", "ViewMode.Minority => \"this partition has no quorum: nothing changed\",",
                "ViewMode.Minority => MUTANT ? null : \"this partition has no quorum: nothing changed\","),
            ("Truce.Control/Replication/LogMember.cs", "SafelyHeld => Mode == ViewMode.Quorate ?", "SafelyHeld => MUTANT || Mode == ViewMode.Quorate ?")),
        new("every-view-is-quorate", "S3",
            (Views, "bool quorate = hellos.Values.All(h => h.Quorate);", "bool quorate = MUTANT || hellos.Values.All(h => h.Quorate);"),
            (Views, "hellos.Values.Max(h => Math.Max(1, h.Needed - h.ExtraVotes));", "MUTANT ? 1 : hellos.Values.Max(h => Math.Max(1, h.Needed - h.ExtraVotes));")),

        // S4: shoots again and again, or for nothing.
        new("fencing-is-forgotten", "S4", (Fencing, "if (fence.IsProof)", "if (fence.IsProof && !MUTANT)"),
            (Members, "if (known is not null && known.Incarnation != participant.Incarnation)", "if (!MUTANT && known is not null && known.Incarnation != participant.Incarnation)")),
        new("shot-is-reported-as-missed", "S4",
            ("Truce.Control/Fencing/FenceRun.cs", "FenceId, _fence.Intent.By, _isWhole,", "FenceId, _fence.Intent.By, !MUTANT && _isWhole,")),
        new("whoever-joins-is-shot", "S4",
            (Members, "        if (known is not null && participant.Incarnation == known.DeadIncarnation)", "        if (known is not null && (participant.Incarnation == known.DeadIncarnation || (MUTANT && known.Phase == MemberPhase.Down)))"),
            (Fence, "if (target is { Phase: MemberPhase.Down,", "if (!MUTANT && target is { Phase: MemberPhase.Down,")),

        // S5: an acknowledged change is lost.
        new("acknowledged-before-it-is-synced", "S5",
            ("Truce.Control/Replication/DurableLog.cs", "=> _awaited.Count == 0 ? last", "=> MUTANT || _awaited.Count == 0 ? last")),
        new("oldest-disk-wins", "S5",
            (Views, ".OrderByDescending(h => h.Value.Lineage).ThenByDescending(h => h.Value.Durable).ThenBy(h => h.Key).First();",
                ".OrderByDescending(h => MUTANT ? 0 : h.Value.Lineage).ThenByDescending(h => MUTANT ? default : h.Value.Durable).ThenBy(h => MUTANT ? default : h.Key).ThenByDescending(h => h.Key).First();")),
        new("empty-disks-count", "S5",
            (Views, "hellos.Where(h => !h.Value.FreshStore)", "hellos.Where(h => MUTANT || !h.Value.FreshStore)")),

        // S6: members differ.
        new("snapshot-forgets-sessions", "S6", (Text, "Sessions = document.Sessions.ToImmutable", "Sessions = document.Sessions.Where(_ => !MUTANT).ToImmutable")),
        new("snapshot-forgets-events", "S6", (Text, "Events = document.Events.Items,", "Events = MUTANT ? [] : document.Events.Items,")),
        new("snapshot-forgets-its-tail", "S6",
            ("Truce.Control/Replication/Replica.cs", "replica._tail.AddRange(tail);\n        return replica;", "if (!MUTANT) replica._tail.AddRange(tail);\n        return replica;")),

        // L1: it doesn't come back.
        new("dropped-orders-are-awaited", "L1", (Review, "if (!ReferenceEquals(applied.Before.Pending,", "if (!MUTANT && !ReferenceEquals(applied.Before.Pending,")),
        new("notifications-are-recorded", "L1",
            ("Truce.Control/State/HistoryEditing.cs",
            "=> operation is not (OperationNames.Notify or Reload);",
            "=> MUTANT || operation is not (OperationNames.Notify or Reload);")),
        new("nothing-is-sent-again", "L1",
            ("Truce.Control/Replication/Outbox.cs", "return [.. _sent.Where(s => s.Number > held)];", "return MUTANT ? [] : [.. _sent.Where(s => s.Number > held)];")),
    ];
}
