using static Truce.Sim.Edits;

namespace Truce.Sim;

/// <summary>
/// Single mistakes against a promise, each of which the fast suites must notice, or the simulator within
/// some hundred
/// seeds (<c>make verify-mutants</c>). Those of <see cref="MutationList"/> and <see
/// cref="GuardMutationList"/> belong to
/// them.
/// </summary>
internal static class SemanticMutationList
{
    private const string Acl = "Truce.Control/Access/AccessRules.cs";
    private const string Marks = "Truce.Control/Access/AclMarks.cs";
    private const string Difference = "Truce.Control/Access/AclDifference.cs";
    private const string Desk = "Truce.Runtime/Controller/ClientDesk.cs";
    private const string Start = "Truce.Control/Guards/StartGuard.cs";
    private const string Lost = "Truce.Control/Guards/LostNodes.cs";
    private const string Fence = "Truce.Control/Guards/FenceGuard.cs";
    private const string Members = "Truce.Control/State/MembershipApply.cs";
    private const string Fencing = "Truce.Control/State/FenceApply.cs";
    private const string Operations = "Truce.Control/State/OperationApply.cs";
    private const string Held = "Truce.Control/Local/HeldOrders.cs";
    private const string Local = "Truce.Control/Local/LocalNode.cs";
    private const string Log = "Truce.Control/Replication/LogMember.cs";
    private const string Durable = "Truce.Control/Replication/DurableLog.cs";
    private const string Acks = "Truce.Control/Replication/Acknowledgements.cs";
    private const string Compare = "Truce.Control/Replication/StateComparison.cs";
    private const string Late = "Truce.Control/Fencing/ShotsOnTheWay.cs";
    private const string Run = "Truce.Control/Fencing/FenceRun.cs";
    private const string Machine = "Truce.Control/ControlMachine.cs";
    private const string Cannot = "Truce.Control/Guards/CannotRun.cs";
    private const string Executor = "Truce.Runtime/Executor/ExecutorRole.cs";
    private const string Requests = "Truce.Runtime/Executor/ExecutorRole.Requests.cs";
    private const string Supervisor = "Truce.Runtime/Supervisor/SupervisorRole.Links.cs";
    private const string Orders = "Truce.Scheduler/Actions/FencingAndShutdown.cs";
    private const string Store = "Truce.Daemon/Storage/SqliteStore.cs";

    /// <summary>Those of the other lists, too.</summary>
    public static IReadOnlyList<Mutation> All { get; } =
    [
        .. MutationList.All, .. GuardMutationList.All.Select(m => m with { Promise = "S4" }),
        .. Access, .. Twice, .. TooEarly, .. Lives, .. Quorum, .. Shots, .. Kept, .. Alike, .. Others,
    ];

    private static Mutation[] Access =>
    [
        new("denied-inside-what-is-removed", "access",
            (Difference, "c.Element.DescendantsAndSelf().Where(",
                "(MUTANT ? [c.Element] : c.Element.DescendantsAndSelf()).Where(")),
        new("denied-inside-what-is-created", "access",
            (Difference, "return element.Elements().Select(Created)",
                "return MUTANT ? null : element.Elements().Select(Created)")),
        new("moved-out-of-what-is-denied", "access",
            Taken(Difference, "", "before.MayWrite(old)", " && after")),
        new("write-beats-deny", "access",
            (Marks, "one == AclKind.Deny || other == AclKind.Deny ? AclKind.Deny",
                "!MUTANT && (one == AclKind.Deny || other == AclKind.Deny) ? AclKind.Deny")),
        new("unreadable-denial-denies-nothing", "access",
            Never(Marks, "return ", "kind == AclKind.Deny ? document")),
        new("whoever-is-in-the-group-fences", "access",
            Taken(Acl, "return Refused(", "said.Contains(AclKind.Write)")),
        new("denied-secrets-are-shown", "access",
            Taken(Acl, "return !said.IsEmpty && ", "!said.Contains(AclKind.Deny)")),
        new("secrets-are-not-masked", "access",
            Instead(Acl, "return ReadableWithSecrets(", "SecretNames.Masked(cib)", "cib")),
        new("attributes-outlast-stripping", "access", Never(Acl, "if (", "!readable && element.Parent")),
        new("schema-is-anybodys", "access", Never(Acl, "if (", "_cib.Header.ValidateWith != proposed")),
        new("status-is-anybodys", "access", Always(Acl, "return Refused(", "wanted.All(marks.MayWrite)")),
        new("every-group-is-mine", "access", Always(
            Acl, "acls.Groups.Where(g => ", "caller.Groups.Contains(g.SystemName)")),
        new("without-acls-anybody-changes", "access", Always(
            Acl, "private string? General() => ", "_caller.MayAll || IsByRole")),
        new("tools-are-anybodys", "access", Always(Acl, "ToolObjection() => ", "_caller.MayAll")),
        new("anybody-vouches", "access",
            (Desk, "or ClientRequest.EndWait => access.FencingObjection(),",
                "or ClientRequest.EndWait => MUTANT && request is ClientRequest.ConfirmFenced\n"
                + "                ? null : access.FencingObjection(),")),
        new("anybody-fences", "access",
            (Desk, "return Objection(call.Request, access) is { } objection",
                "return (!MUTANT || call.Request is not ClientRequest.FenceNode)\n"
                + "            && Objection(call.Request, access) is { } objection")),
        new("anybody-cleans-up", "access", (Desk, "ClientRequest.Cleanup cleanup => access",
            "ClientRequest.Cleanup cleanup => MUTANT ? null : access")),
        new("anybody-restarts", "access", (Desk, "ClientRequest.Restart restart => access",
            "ClientRequest.Restart restart => MUTANT ? null : access")),
        new("anybody-sets-attributes", "access", (Desk, "ClientRequest.SetTransient set => access",
            "ClientRequest.SetTransient set => MUTANT ? null : access")),
        new("anybody-grants-tickets", "access", (Desk, "ClientRequest.SetTicket set => access",
            "ClientRequest.SetTicket set => MUTANT ? null : access")),
        new("secrets-on-request", "access", (Desk, "{ Secrets: SecretsShown.Shown } => access",
            "{ Secrets: SecretsShown.Shown } => MUTANT ? null : access")),
        new("judged-for-nobody", "access",
            Always("Truce.Runtime/Controller/Gate/ConfigurationGate.cs", "Rights = ",
                "first.Value.Privileged || ")),
        new("the-apis-user-speaks-for-all", "access",
            Never(Supervisor, "else if (", "_confined.Contains(link)")),
        new("anybodys-word-that-it-stopped", "S8",
            Always(Supervisor, "if (",
                "Role(RoleKind.Controller).Link == link)\n                    EndRoles")),
        new("anybody-orders-the-executor", "access",
            Never(Requests, "if (", "!_controllers.Contains(link))")),
    ];

    // S1: active twice.
    private static Mutation[] Twice =>
    [
        new("started-while-it-is-migrated", "S1", Never(Start, "if (", "Changes(order) && MigratedFrom")),
        new("what-cant-be-killed-is-gone", "S1",
            Never(Lost, "bool mayBe = ", "member.Unkillable.Any(left => InstanceNames.IsOf(left, name))")),
        new("what-a-node-begins-by-itself-isnt-counted", "S1", Never(
            Lost, "o => ", "o.IsHeld && o.Node == member.Node")),
        new("unknown-boots-run-nothing", "S1", Ignored(Lost, "(", "member.IsUnknown", " || MayBeActive")),
        new("promoted-twice", "S1",
            Never("Truce.Control/Guards/PromotionGuard.cs", "return ", "promoted.Length >= Max(clone)")),
        new("the-undead-are-ignored", "S1",
            (Members, "return Undead(state, known,", "return MUTANT ? state : Undead(state, known,")),
        new("vouched-for-while-it-speaks", "S1",
            Never(Fencing, "if (", "state.Member(confirmed.Node) is { Phase")),
        new("may-still-run-is-plain", "S1",
            Instead(Cannot, "not null) => ", "ResultMeaning.MayStillRun", "ResultMeaning.Plain")),
        new("beside-what-cant-be-killed", "S1",
            Always(Executor, "in ", "_ready ? [] : _leftover")),
        new("what-cant-be-killed-isnt-told", "S1",
            Instead(Requests, "_spool.Unacknowledged, ", "_unkillable", "[]")),
        new("two-of-a-resource-at-once", "S1",
            Taken("Truce.Runtime/Executor/OperationQueue.cs", "runningMax) && ", "Busy(o) < o.AtOnceMax")),
        new("an-order-runs-twice", "S1", Never(Requests, "if (", "_remembered.Find(order.OperationId)")),
        new("what-couldnt-be-recorded-runs", "S1",
            (Executor, "            _spawner.Cancel(run);\n",
                "            if (MUTANT) _spawner.Proceed(run);\n"
                + "            else _spawner.Cancel(run);\n")),
    ];

    // S2: before it is proven that it has ended.
    private static Mutation[] TooEarly =>
    [
        new("leaves-while-anything-is-under-way", "S2",
            Never(Start, "if (", "order.Kind == OrderTask.Shutdown")),
        new("leaves-beside-running-probes", "S2",
            (Start, "IntervalMs: 0 } && o.Agent?.Class",
                "IntervalMs: 0 } && !(MUTANT && o.Operation == OperationNames.Monitor) && o.Agent?.Class")),
        new("started-where-a-shot-is-under-way", "S2", Never(Start, "if (",
            "state.Fences.Any(f => f.Intent.Target")),
        new("ordered-before-the-shot", "S2", Ignored(Start, "(f.IsOpen || ", "f.Epoch > fenceEpoch")),
        new("allowed-starts-outlast-their-time", "S2",
            Ignored(Held, "held.IsWithdrawn || ", "until.CompareTo(now) <= 0")),
        new("withdrawn-followers-run", "S2",
            Ignored(Held, "h => h.Until is null ? ", "h.Given == withdrawn.Epoch")),
        new("followers-of-another-view-run", "S2",
            Ignored(Held, "held.IsWithdrawn || ", "state.View?.Epoch != held.Given")),
        new("followers-arent-judged-again", "S2", Never(Held, "", "held.Until is null && StartGuard")),
        new("followers-run-after-a-failure", "S2", Never(Held, "if (", "held.Order.After.Any(_failed")),
        new("a-past-states-plan", "S2",
            Always("Truce.Control/Coordination/PlanPace.cs", "return ", "_wanted is null;")),
        new("orders-of-another-view", "S2",
            Ignored(Operations, "is not { } view || ", "view.Epoch != ordered.Epoch")),
        new("a-stop-under-way-has-stopped", "S2",
            Instead("Truce.Control/Coordination/PlanningCib.cs", "Status = ",
                "StillActive(WithConfiguredIds(cib.Status, nodes))", "WithConfiguredIds(cib.Status, nodes)")),
        new("a-view-begins-and-the-plan-goes-on", "S2",
            Never("Truce.Control/Coordination/Coordinator.cs", "if (",
                "Run is { IsOver: false } run)\n            run.Abort(\"another view\")")),
        new("recovery-before-fencing", "S2",
            Without(Orders, "EdgeAdder.Add(fence, action, Relation.Ordered, \"fencing before recovery\");")),
        new("stops-before-fencing", "S2", Without(
            Orders, "EdgeAdder.Add(fence, stop, Relation.Ordered | Relation.GuestAllowed, "
            + "\"fencing stops it\");")),
        new("guests-dont-wait-for-their-hosts-fencing", "S2",
            Without(Orders, "EdgeAdder.Add(host, fence, Implies, \"guest goes with its host\");")),
    ];

    // Boots, sessions, lives that are over.
    private static Mutation[] Lives =>
    [
        new("ordered-for-another-boot", "S2",
            Never(Start, "if (", "member.Incarnation != order.Incarnation")),
        new("another-boots-orders-are-obeyed", "S2",
            Taken(Local, "ordered.Orders.Where(o => o.Node == self.Node && ",
                "o.Incarnation == self.Incarnation")),
        new("a-shot-kills-the-present-boot", "S2", Always(
            Fencing, "", "member.Incarnation == incarnation\n")),
        new("a-restarted-executor-keeps-its-history", "S2",
            (Members, "state = sameExecutor ? Drop", "state = sameExecutor || MUTANT ? Drop")),
        new("what-never-arrived-is-awaited", "L1",
            Never(Members, "if (", "!received.Contains(order.OperationId)")),
        new("another-lifes-results-count", "S2",
            Never(Operations, "|| (", "results.ExecutorSession.Length > 0 && member")),
        new("a-new-controller-goes-on", "S2", Taken(
            Members, "JoinedIndex: > 0 }\n            && ", "known.ControllerSession == participant.Session",
                ";")),
        new("an-earlier-controller-is-obeyed", "S2",
            (Requests, "else if (_controller != link || !_greeted)",
                "else if (!MUTANT && (_controller != link || !_greeted))")),
        new("a-controller-of-another-boot-is-obeyed", "S2",
            Never(Requests, "if (", "hello.Incarnation != _options.Incarnation")),
        new("another-life-joins", "S2", Ignored(
            Members, "is not { } member || ", "member.ControllerSession != joined.ControllerSession")),
        new("another-boot-has-left", "S2",
            Ignored(Members, "is not { } member || ", "member.Incarnation != left.Incarnation")),
    ];

    // S3: without quorum.
    private static Mutation[] Quorum =>
    [
        new("quorum-of-another-ring", "S3", Ignored(
            Log, "|| _quorum is not { } quorum || ", "quorum.Ring != view.Ring")),
        new("quorum-changes-and-no-round-begins", "S3", Never(Log, "if (", "_gathering.HelloSaid)")),
        new("a-minority-shoots", "S3",
            Taken(Machine, "MayShoot(FenceState fence) => ", "_log.Mode == ViewMode.Quorate")),
        new("followers-run-in-a-branch", "S3", Never(Held, "if (",
            "!quorate && state.View is { Quorate: true }")),
        new("one-vote-needs-nobody", "S3", Always(
            "Truce.Control/Guards/QuorumGuard.cs", "return ", "Unseen(state, view) is not [var unseen, ..]")),
    ];

    // S4, and shots that prove nothing.
    private static Mutation[] Shots =>
    [
        new("shot-for-an-earlier-boot", "S4",
            Never(Fence, "if (", "target is not null && target.Incarnation != intent")),
        new("a-boot-that-is-early-joins-before-the-shot", "S4",
            (Local, "if (!due || MustAwaitShot(state, member, work.Time.Now))",
                "if (!due || (!MUTANT && MustAwaitShot(state, member, work.Time.Now)))")),
        new("a-boot-that-is-hit-early-is-shot-again", "S4",
            (Late, "&& f.Threatens == lost.Incarnation)", "&& !MUTANT && f.Threatens == lost.Incarnation)")),
        new("shot-though-nobody-stays-quorate", "S4", Always(Fence, "return ", "rest >= view.Needed")),
        new("shot-before-others-know", "S2", Taken(Acks, "_votes.Where(v => ", "v.Node != target",
            " && _upTo")),
        new("one-suspects", "S4", Never(
            Members, "is not { } view || ", "VotesOf(view, member.SuspectedBy) < view.Needed")),
        new("one-device-of-a-level-is-enough", "S2",
            Always(Run, "if (", "_steps.Count == 0)\n        {\n            Result")),
        new("a-shots-exit-code-doesnt-matter", "S2", Taken(
            Run, "ExecutionStatus.Done && ", "result.Code == 0")),
        new("an-earlier-shots-answer-counts", "S2",
            Ignored(Run, "if (_current is not { } shot || ", "operationId != OperationId()",
                ")\n            return;\n        _current = null;\n        if (result")),
        new("intents-of-equals-arent-on-disk", "S4",
            Never(Durable, "else if (", "command is Command.FenceAsked { Intent.IsContended: true }")),
        new("joiners-keep-their-shots-to-themselves", "S4",
            Never("Truce.Control/Replication/ColdStart.cs", "if (", "stored.Fences.Any(f => !f.IsOpen)")),
        new("a-cold-start-forgets-shots", "S4",
            Never("Truce.Control/Replication/ColdStart.cs", "[.. stored.Fences.Where(f => ", "!f.IsOpen")),
        new("what-joiners-remember-is-dropped", "S4", Never(
            Fencing, "missing = remembered.Fences\n            .Where(f => ", "!f.IsOpen")),
    ];

    // S5: acknowledged changes.
    private static Mutation[] Kept =>
    [
        new("one-vote-too-few-commits", "S5", Instead(Acks, "Committed() => HeldBy(", "_needed",
            "_needed - 1")),
        new("told-of-what-one-side-lacks", "S5", Instead(Acks, "SafelyHeld() => HeldBy(", "_safe",
            "_needed")),
        new("acknowledgements-of-another-view-count", "S5",
            (Acks, "        _upTo.Clear();\n        // In a",
                "        if (!MUTANT) _upTo.Clear();\n        // In a")),
        new("answered-before-it-is-held", "S5",
            Instead(Machine, "_wishes.AnswerHeld(", "_log.SafelyHeld", "long.MaxValue")),
        new("a-snapshot-is-acknowledged-unsynced", "S5",
            Instead(Durable, "Write([.. items], ", "1", "long.MaxValue")),
        new("a-snapshot-isnt-kept", "S5", Without(Log, "_durable.Replace(replica, work);")),
        new("the-disk-isnt-synced", "S5",
            Instead("Truce.Daemon/Storage/StoreFile.cs", "StoreDurability.Disk => ", "\"FULL\"", "\"OFF\"")),
        new("a-failed-write-is-synced", "S5",
            (Store, "                Carry(connection, writing, identity, group);\n",
                "                try { Carry(connection, writing, identity, group); }\n"
                + "                catch (Exception) when (MUTANT) { }\n")),
        new("what-only-a-disk-knows-is-lost", "S5", Never(
            Log, "acknowledged = ", "agreement.Restorer == _self.Member")),
        new("the-store-may-fail", "S5", Without("Truce.Runtime/Controller/ControllerRole.cs",
            "Step(new ControlInput.StoreFailing(fault, reason), time);")),
    ];

    // S6 and S7.
    private static Mutation[] Alike =>
    [
        new("entries-of-another-round", "S7", Always(Log, "else if (", "message.View == _gathering.View")),
        new("twice-sent-counts-twice", "S7",
            Always("Truce.Control/State/LogApply.cs", "if (", "submission.Number > state.LastNumber")),
        new("parts-of-an-earlier-attempt", "S7",
            Ignored("Truce.Engine.Corosync/MessageParts.cs", "_begun is null || ",
                "head.Attempt != _attempt")),
        new("another-clusters-state", "S6", Never(Log, "if (", "IsForeign(source, agreement, work)")),
        new("differences-arent-told", "S6", Never(
            Compare, "else if (", "_own.TryGetValue(tick.AtIndex, out string? own)")),
        new("half-outvotes-half", "S6",
            ("Truce.Control/Replication/ComparisonRule.cs", "GetValueOrDefault(v.Node)) > all)",
                "GetValueOrDefault(v.Node)) > (MUTANT ? all - 1 : all))")),
        new("nothing-is-held-while-states-differ", "S6", Always(
            Machine, "if (", "StateHold is null)\n            {")),
    ];

    // S8, S9, L1.
    private static Mutation[] Others =>
    [
        new("no-panic", "S8", Without("Truce.Runtime/Supervisor/SupervisorRole.cs", "_power.Panic(reason);")),
        new("dead-by-proof-and-going-on", "S8", Always(
            "Truce.Control/Leaving.cs", "if (", "_panicked || !isProof")),
        new("what-cant-start-is-stopped", "S9",
            Instead(Cannot, "null) =>\n                ", "ResultMeaning.NeverStarted",
                "ResultMeaning.Plain")),
        new("a-stop-that-cant-run-has-failed", "S9",
            Instead(Cannot, "null) =>\n                ", "ResultMeaning.NothingToStop",
                "ResultMeaning.Plain")),
        new("condemned-and-committed", "S9",
            ("Truce.Runtime/Controller/Gate/ConfigurationGate.cs",
                "refused\", findings);\n                return null;",
                "refused\", findings);\n                return MUTANT ? (held.Link, held.Call) : null;")),
        new("acknowledges-once", "L1", Instead(
            "Truce.Control/Replication/AckPace.cs", "Delivered() => _onItsWay = ", "false", "true")),
        new("wishes-wait-for-ever", "L1", Without(Machine, "_wishes.Expire(work);")),
        new("unmanaged-stops-block", "L1", Ignored(
            "Truce.Scheduler/Orderings/Implications.cs", "resource.Has(Is.Managed) || ",
                "!resource.Has(Is.Blocked)")),
        new("a-rested-plan-is-never-asked-again", "L1", Without(
            "Truce.Control/Coordination/PlanPace.cs", "_recheck = time.Now.Plus(wait);")),
    ];
}
