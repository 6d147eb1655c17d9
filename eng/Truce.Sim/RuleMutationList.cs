using static Truce.Sim.Edits;

namespace Truce.Sim;

/// <summary>
/// The scheduler's rules, each taken away. A rule bears the name of the golden case that shows it
/// (tests/Truce.Scheduler.Tests/cases), and that case must notice: <c>make verify-everyday ROWS=rules</c>.
/// </summary>
internal static class RuleMutationList
{
    private const string Criteria = "Truce.Scheduler/Placement/NodeCriteria.cs";
    private const string Effects = "Truce.Scheduler/Placement/ColocationEffects.cs";
    private const string Lists = "Truce.Scheduler/Placement/ColocationLists.cs";
    private const string Placing = "Truce.Scheduler/Placement/Assignment.cs";
    private const string Primitives = "Truce.Scheduler/Placement/PrimitiveAssignment.cs";
    private const string Instances = "Truce.Scheduler/Placement/InstanceAssignment.cs";
    private const string Promoting = "Truce.Scheduler/Placement/Promotion.cs";
    private const string Loads = "Truce.Scheduler/Placement/Utilization.cs";
    private const string Nodes = "Truce.Scheduler/Placement/NodeOrder.cs";
    private const string Health = "Truce.Scheduler/Placement/HealthRules.cs";
    private const string Internal = "Truce.Scheduler/Orderings/InternalOrderings.cs";
    private const string Implied = "Truce.Scheduler/Orderings/Implications.cs";
    private const string Interleaved = "Truce.Scheduler/Orderings/Interleaving.cs";
    private const string Remote = "Truce.Scheduler/Orderings/RemoteOrders.cs";
    private const string Apart = "Truce.Scheduler/Constraints/ColocationUnpack.cs";
    private const string Ordered = "Truce.Scheduler/Constraints/OrderUnpack.cs";
    private const string Located = "Truce.Scheduler/Constraints/LocationUnpack.cs";
    private const string Ticketed = "Truce.Scheduler/Constraints/TicketUnpack.cs";
    private const string Counts = "Truce.Scheduler/Unpack/FailureCounts.cs";
    private const string Meta = "Truce.Scheduler/Unpack/MetaUnpack.cs";
    private const string States = "Truce.Scheduler/Unpack/NodeStatesUnpack.cs";
    private const string Members = "Truce.Scheduler/Unpack/NodesUnpack.cs";
    private const string Reading = "Truce.Scheduler/Unpack/OperationReading.cs";
    private const string Results = "Truce.Scheduler/Unpack/ResultMeaning.cs";
    private const string Found = "Truce.Scheduler/Unpack/ResourceStateRules.cs";
    private const string Active = "Truce.Scheduler/Unpack/Activity.cs";
    private const string Made = "Truce.Scheduler/Unpack/ResourcesUnpack.cs";
    private const string Gone = "Truce.Scheduler/Unpack/HistoryResource.cs";
    private const string History = "Truce.Scheduler/Unpack/HistoryUnpack.cs";
    private const string OnFail = "Truce.Scheduler/Actions/OperationRules.cs";
    private const string Actions = "Truce.Scheduler/Actions/ActionFactory.cs";
    private const string Steps = "Truce.Scheduler/Actions/PrimitiveActions.cs";
    private const string Changes = "Truce.Scheduler/Actions/ConfigChanges.cs";
    private const string Probing = "Truce.Scheduler/Actions/Probes.cs";
    private const string Notified = "Truce.Scheduler/Actions/Notifications.cs";
    private const string Unfenced = "Truce.Scheduler/Actions/Unfencing.cs";
    private const string Down = "Truce.Scheduler/Actions/FencingAndShutdown.cs";
    private const string Recurring = "Truce.Scheduler/Actions/RecurringActions.cs";
    private const string Bans = "Truce.Scheduler/Unpack/HistoryBansUnpack.cs";
    private const string Migrated = "Truce.Scheduler/Unpack/MigrationHistory.cs";
    private const string Tables = "Truce.Scheduler/Engine/Tables.cs";
    private const string Graph = "Truce.Scheduler/Output/GraphBuilder.cs";
    private const string World = "Truce.Scheduler/Engine/World.cs";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Mutation> All { get; } =
    [
        .. Preferences, .. Colocations, .. Room, .. Asked, .. Quorum, .. Fencing, .. Failures, .. Twice,
        .. Changed, .. Orders, .. Clones, .. Promotions, .. Migration, .. Tickets, .. Departures,
    ];

    private static Mutation[] Preferences =>
    [
        Rule("stays-where-it-runs",
            Always(Criteria, "if (", "!resource.Has(Is.Managed) || resource.Stickiness < 1")),
        Rule("leaves-where-it-failed-too-often",
            Always(Criteria, "if (", "count <= 0 || count < resource.MigrationThreshold")),
        Rule("old-failure-count-says-nothing",
            Instead(Counts, "named ? text[..hash] : ", "null", "text", ";")),
        Rule("old-failures-no-longer-count",
            Never(Counts, "if (", "count > 0 && last > 0 && resource.FailureTimeoutMs > 0")),
        Rule("runs-only-where-named-in-an-opt-in-cluster",
            Never(Tables, "if (", "!world.Settings.SymmetricCluster && !(resource")),
        Rule("the-more-important-chooses-first",
            Instead(World, "OrderByDescending(r => ", "r.Priority", "0", ")")),
        Rule("leaves-an-unhealthy-node", Instead(Health, "\"red\" => ", "red", "0", ",")),
        Rule("may-stay-on-an-unhealthy-node", Never(Health, "bool exempt = ", "health < 0")),
        Rule("leaves-a-node-in-standby", Without(States, "node.Standby = On(node, \"standby\");")),
        Rule("discovery-never-asks-nothing-there",
            Always(Probing, "return ", "!allowed || resource.Allowed.DiscoveryOf")),
        Rule("exclusive-discovery-names-all-nodes",
            Ignored(Criteria, "if ", "(resource.Has(Is.ExclusiveProbes) || resource.TopBelowBundle"
                + ".Has(Is.ExclusiveProbes))")),
        Rule("score-attribute-that-a-node-lacks",
            Instead(Located, "SettingsUnpack.Number(value, 0) : ", "null", "-Scores.Infinity", ";")),
    ];

    private static Mutation[] Colocations =>
    [
        Rule("goes-where-it-must-be-with-another",
            Instead(Effects, "delta = ", "colocation.Score >= Scores.Infinity ? -colocation.Score : 0", "0",
                ";")),
        Rule("prefers-to-be-with-another",
            Instead(Effects, "delta = ", "colocation.Score < Scores.Infinity ? colocation.Score : 0", "0",
                ";")),
        Rule("keeps-away-from-what-it-must-not-meet",
            (Effects, "else if (NodeValues.Of(node, colocation.AttributeName, dependent) == value)",
                "else if (!(MUTANT && colocation.Score < 0)\n"
                + "                && NodeValues.Of(node, colocation.AttributeName, dependent) == value)")),
        Rule("nowhere-without-what-it-must-be-with",
            Instead(Effects, "delta = ", "-colocation.Score", "0", ";\n            else if")),
        Rule("leaves-before-the-other-comes", Always(Apart, "if (", "score > -Scores.Infinity)")),
        Rule("of-a-set-apart-each-avoids-all", Instead(Apart, "int j = ", "0", "i - 1", "; j < i")),
        Rule("where-followers-prefer-to-be-counts",
            Always(Placing, "if (", "!ColocationLists.Influences(colocation, null))")),
        Rule("a-follower-without-influence-moves-nothing", Always(Lists, "if (", "colocation.Influence)")),
        Rule("a-group-stays-together",
            Never(Internal, "if (", "previous is not null && group.Group!.Colocated)")),
        Rule("members-of-a-group-start-in-turn",
            Never(Internal, "if (", "group.Group.Ordered && previous is not null)")),
        Rule("group-banned-where-its-member-s-companion-is",
            Without(Placing, "AvoidWhereGroupCannotBegin(primary, colocation);")),
    ];

    private static Mutation[] Room =>
    [
        Rule("goes-where-there-is-room",
            Always(Loads, "!IsOpen(resource, node) || ", "Fits(node, any ? needs")),
        Rule("room-for-all-that-must-be-together",
            Instead(Loads, "each in ", "together.All", "together.All.Take(1)", ")")),
        Rule("balanced-takes-the-node-with-most-room", Never(Nodes, "if (", "capacity != 0)")),
        Rule("minimal-uses-as-few-nodes-as-possible",
            Always(Nodes, "if (", "world.Settings.Placement != \"minimal\")")),
        Rule("spreads-evenly", Never(Nodes, "if (", "a.Load != b.Load)")),
    ];

    private static Mutation[] Asked =>
    [
        Rule("the-disabled-is-stopped", Never(Meta, "return ", "role is ResourceRole.Stopped or")),
        Rule("all-stop-where-so-asked", Never(Primitives, "else if (", "world.Settings.StopAllResources)")),
        Rule("unpromoted-where-so-asked",
            Taken(Meta, "role == ResourceRole.Unpromoted && ", "!InPromotable(resource)", ")")),
        Rule("the-unmanaged-is-not-stopped",
            Instead(Meta, "bool managed = ", "Flag(\"is-managed\") ?? true", "true", ";")),
        Rule("a-resource-in-maintenance-is-left-alone",
            Ignored(Meta, "if ", "(Flag(\"maintenance\") ?? world.Settings.MaintenanceMode)")),
        Rule("maintenance-mode-holds-for-all", Never(Meta, "if (", "world.Settings.MaintenanceMode)")),
        Rule("maintenance-of-one-node-ends-monitors-everywhere",
            Without(States, "node.Maintenance = On(node, \"maintenance\");")),
        Rule("maintenance-of-one-node-begins-no-monitors",
            Never(Recurring, "|| ", "resource.Running.Exists(n => n.Maintenance)")),
        Rule("shutdown-lock-in-an-opt-in-cluster",
            Never(Criteria, "resource.Allowed.Has(each.Index) || ", "!world.Settings.SymmetricCluster")),
    ];

    private static Mutation[] Quorum =>
    [
        Rule("without-quorum-all-stops", Never(Actions, "if (", "policy == NoQuorum.Stop)")),
        Rule("without-quorum-the-frozen-goes-on", Never(Actions, "if (", "policy == NoQuorum.Freeze)")),
        Rule("without-quorum-the-promoted-is-demoted",
            Never(Actions, "if (", "resource.NextRole > ResourceRole.Unpromoted)")),
        Rule("without-quorum-nodes-fence-themselves",
            Always(States, "if (", "world.Settings.HaveQuorum || world.Settings.NoQuorum !=")),
    ];

    private static Mutation[] Fencing =>
    [
        Rule("a-lost-node-is-fenced", Without(States,
            "Fences.Need(world, node, new FenceCause.NodeLost(), "
            + "\"peer is no longer part of the cluster\");")),
        Rule("a-node-never-seen-is-fenced",
            Never(Members, "MayRunAnything(World world) => ", "world.Settings is")),
        Rule("fences-before-recovery", Without(Down,
            "EdgeAdder.Add(fence, action, Relation.Ordered, \"fencing before recovery\");")),
        Rule("one-node-at-a-time-is-fenced",
            Never(Down, "if (", "!world.Settings.ConcurrentFencing && _fencing.Count > 0)")),
        Rule("guest-of-a-lost-host",
            Without(Down, "EdgeAdder.Add(host, fence, Implies, \"guest goes with its host\");")),
        Rule("last-of-several-stops-waits-for-every-fencing", Without(Down,
            "EdgeAdder.Add(fence, topStop, Relation.Ordered | Relation.GuestAllowed, "
            + "\"fencing stops it\");")),
        Rule("a-failed-stop-is-fenced",
            Instead(OnFail, "return ",
                "world.Settings.FencingEnabled ? FailureAction.Fence : FailureAction.Block",
                "FailureAction.Block", ";")),
        Rule("without-fencing-a-failed-stop-blocks",
            (Found, "case FailureAction.Block:\n                resource.Clear(Is.Managed);",
                "case FailureAction.Block:\n                if (MUTANT) break;\n"
                + "                resource.Clear(Is.Managed);")),
        Rule("let-in-again-before-anything-starts", Never(Unfenced, "if (", "!done && node is")),
        Rule("changed-device-of-a-lost-node-lets-others-in",
            (Unfenced, "if (resource.Allowed.Has(each.Index) && CanBeLetIn(each))",
                "if (!MUTANT && resource.Allowed.Has(each.Index) && CanBeLetIn(each))")),
    ];

    private static Mutation[] Failures =>
    [
        Rule("a-failed-monitor-restarts-it",
            Instead(OnFail, "return ", "FailureAction.Recover", "FailureAction.Ignore", ";")),
        Rule("on-fail-ignore-changes-nothing",
            Instead(OnFail, "\"ignore\" => ", "FailureAction.Ignore", "FailureAction.Recover", ",")),
        Rule("on-fail-block-waits-for-people",
            Instead(OnFail, "\"block\" => ", "FailureAction.Block", "FailureAction.Recover", ",")),
        Rule("on-fail-stop-stops-it-for-good",
            Instead(OnFail, "\"stop\" => ", "FailureAction.Stop", "FailureAction.Recover", ",")),
        Rule("on-fail-standby-empties-the-node",
            Instead(OnFail, "\"standby\" => ", "FailureAction.Standby", "FailureAction.Recover", ",")),
        Rule("on-fail-demote-promotes-again",
            Instead(OnFail, "\"demote\" => ", "FailureAction.Demote", "FailureAction.Recover", ",")),
        Rule("on-fail-fence-fences-the-node",
            Instead(OnFail, "\"fence\" => ",
                "world.Settings.FencingEnabled ? FailureAction.Fence : FailureAction.Stop",
                "FailureAction.Recover", ",")),
        Rule("where-its-agent-is-missing-it-cannot-run",
            Never(Reading, "if (", "status == (int)ExecutionStatus.ErrorHard)")),
        Rule("what-is-configured-wrong-runs-nowhere",
            Never(Reading, "if (", "status == (int)ExecutionStatus.ErrorFatal)")),
        Rule("ignored-probe-is-asked-again",
            Never(Reading, "strategy == FailureAction.Ignore && ", "probe)")),
        Rule("a-probe-without-its-agent-ends-a-migration",
            Never(Migrated, "|| (", "monitor.IntervalMs == 0 && ResultMeaning")),
        Rule("an-orphan-that-may-stay-is-placed-first",
            Taken(Bans, "in ", "world.Settings.StopRemovedResources", " ? world")),
        Rule("probe-with-wrong-parameters-finds-nothing",
            (Results, "exit is (int)AgentExitCode.NotInstalled or (int)AgentExitCode.InvalidParameters;",
                "exit is (int)AgentExitCode.NotInstalled\n"
                + "        || (!MUTANT && exit is (int)AgentExitCode.InvalidParameters);")),
    ];

    private static Mutation[] Twice =>
    [
        Rule("active-twice-stops-everywhere-and-starts-once",
            Never(Steps, "if (", "resource.MultiplyActive is MultiplyActive.StopStart)")),
        Rule("active-twice-and-only-stopped",
            Instead(Meta, "\"stop_only\" => ", "MultiplyActive.StopOnly", "MultiplyActive.StopStart", ",")),
        Rule("stop-only-also-where-not-admitted",
            (Active, "if (!resource.Allowed.Has(node.Index))",
                "if (MUTANT && !resource.Allowed.Has(node.Index))\n                        continue;\n"
                + "                    if (!resource.Allowed.Has(node.Index))")),
        Rule("active-twice-and-blocked",
            Instead(Meta, "\"block\" => ", "MultiplyActive.Block", "MultiplyActive.StopStart", ",")),
        Rule("active-twice-and-only-the-unexpected-stops",
            Instead(Meta, "\"stop_unexpected\" => ", "MultiplyActive.StopUnexpected",
                "MultiplyActive.StopStart", ",")),
        Rule("blocked-only-where-it-may-be-active-twice",
            Always(Active, "Counted(PlanResource resource) => ", "resource.Has(Is.NeedsFencing)")),
    ];

    private static Mutation[] Changed =>
    [
        Rule("what-is-no-longer-configured-is-stopped",
            Always(Gone, "if (", "!world.Settings.StopRemovedResources)")),
        Rule("what-is-no-longer-watched-is-cancelled",
            Never(Changes, "if (", "world.Settings.StopRemovedActions)")),
        Rule("changed-parameters-restart-it",
            Always(Changes, "if (", "change == Change.None || OnlySecretsDiffer")),
        Rule("reloads-what-its-agent-can-take", Never(Changes, "if (", "change == Change.Reload)")),
        Rule("every-node-is-asked-before-it-starts", Without(Probing,
            "OrderingRules.Actions(world, probe, top, Tasks.Start, start, \"probe before start\");")),
    ];

    private static Mutation[] Orders =>
    [
        Rule("starts-after-what-comes-first", Without(Ordered,
            "OrderingRules.Resources(world, first, firstTask, then, thenTask, flags, constraint.Id);")),
        Rule("a-serialized-order-leaves-a-mandatory-one-standing",
            Instead(Ordered, "return ", "Relation.Serialize", "Relation.Serialize | Relation.Ordered", ";")),
        Rule("stops-in-the-reverse-order", Without(Ordered,
            "OrderingRules.Resources(world, then, inverseFirst, first, Inverse(firstTask), inverse, "
            + "constraint.Id);")),
        Rule("an-order-of-one-direction-says-nothing-of-stops",
            Taken(Ordered, "kind != OrderKind.Serialize && ", "(constraint.Symmetrical ?? true)")),
        Rule("restarts-with-what-it-comes-after",
            Instead(
                Ordered, "Symmetric => Relation.Ordered | ", "Relation.FirstImpliesThen", "Relation.None"),
            Instead(Ordered, "Inverse => Relation.Ordered | ", "Relation.ThenImpliesFirst", "Relation.None")),
        Rule("an-optional-order-restarts-nothing",
            Instead(Ordered, "case OrderKind.Optional:\n                return ", "Relation.Ordered",
                "Relation.Ordered | Relation.FirstImpliesThen", ";")),
        Rule("does-not-start-without-what-comes-first",
            Instead(Ordered, "Tasks.Start or Tasks.Promote ? ", "Relation.UnrunnableFirstBlocks",
                "Relation.None", " :")),
        Rule("no-two-of-a-serialized-set-at-a-time",
            Never(Ordered, "if (", "kind == OrderKind.Serialize)")),
        Rule("members-of-an-unordered-set-start-at-once",
            Never(Ordered, "if (", "set.Sequential == false)")),
        Rule("one-of-a-set-is-enough", Never(Ordered, "if (", "!requireAll && !inverse)")),
    ];

    private static Mutation[] Clones =>
    [
        Rule("one-instance-on-a-node",
            Taken(Instances, "&& ", "collective.Allowed.Count(node.Index) < perNode", ";")),
        Rule("no-more-instances-than-clone-max",
            Instead(Made, " Max = ", "Number(resource, \"clone-max\")", "null")),
        Rule("instances-of-an-ordered-clone-start-in-turn", Never(Internal, "if (", "data.Ordered)")),
        Rule("interleaved-instances-wait-for-their-own",
            (Interleaved, "return Truce.Model.CibBoolean.Parse("
                + "wishing.Meta.GetValueOrDefault(\"interleave\")) ?? false;",
                "return !MUTANT\n            && (Truce.Model.CibBoolean.Parse("
                + "wishing.Meta.GetValueOrDefault(\"interleave\")) ?? false);")),
        Rule("instances-are-notified", Always(Notified, "if (", "!owner.Has(Is.Notify))")),
        Rule("several-instances-on-a-node-are-unique",
            Never(Meta, "?? ",
                "SettingsUnpack.Number(resource.Meta.GetValueOrDefault(\"clone-node-max\"), 1) > 1")),
    ];

    private static Mutation[] Promotions =>
    [
        Rule("promotes-the-instance-with-the-best-score",
            Never(Promoting, "if (", "a.SortIndex != b.SortIndex)")),
        Rule("promotes-no-more-than-promoted-max",
            Always(Promoting, "PlanNode? chosen = ", "promoted < data.PromotedMax")),
        Rule("promotes-nothing-without-a-score",
            Ignored(Promoting, "if ", "(top.SortIndex < 0 || top.PromotionPriority < 0)")),
        Rule("goes-where-the-promoted-instance-is",
            Taken(Effects, "is { } node && ", "instance.NextRole == colocation.PrimaryRole", ")")),
        Rule("is-promoted-before-what-comes-after-starts",
            Instead(Ordered, "string firstTask = ", "Text(constraint.FirstAction)", "Tasks.Start", ";")),
        Rule("member-beside-a-promoted-one-is-merely-started",
            Never(History, "if (", "parts.Exists(p => p.Role == ResourceRole.Promoted))")),
    ];

    private static Mutation[] Migration =>
    [
        Rule("moves-live-where-its-agent-can",
            Ignored(Meta, "if ", "(Flag(\"allow-migrate\") ?? IsRemoteAgent(resource))")),
        Rule("what-failed-does-not-move-live",
            Taken(Steps, "resource.Has(Is.AllowMigrate) && ", "!resource.Has(Is.Failed)")),
        Rule("does-not-move-live-without-what-it-needs",
            Never(
                Implied, "if (",
                "(kind & Relation.ThenImpliesFirst) != 0 && optional && !then.IsOptional")),
    ];

    private static Mutation[] Tickets =>
    [
        Rule("stops-without-its-ticket", (Ticketed, "case LossPolicy.Stop:\n                Ban(",
            "case LossPolicy.Stop:\n                if (!MUTANT) Ban(")),
        Rule("is-frozen-without-its-ticket", (Ticketed, "resource.Clear(Is.Managed);",
            "if (MUTANT) break;\n                resource.Clear(Is.Managed);")),
        Rule("a-frozen-group-still-follows-its-members", (Ticketed, "if (!matches || !resource.IsPrimitive)",
            "if (!matches || !MUTANT && !resource.IsPrimitive)")),
        Rule("is-demoted-without-its-ticket",
            Never(Promoting, "if (", "need.Role == ResourceRole.Promoted && (!need.Ticket.Granted")),
        Rule("its-node-is-fenced-for-a-lost-ticket",
            (Ticketed, "resource.Running)\n                    Fences",
                "resource.Running)\n                    if (!MUTANT) Fences")),
    ];

    private static Mutation[] Departures =>
    [
        Rule("a-node-leaves-after-its-resources", Without(Down,
            "OrderingRules.Actions(world, action, shutdown, Relation.Ordered "
            + "| Relation.UnrunnableFirstBlocks, "
            + "\"stop before shutdown\");")),
        Rule("a-resource-waits-for-its-node-to-come-back",
            Never(Criteria, "if (", "world.Settings.ShutdownLock)")),
        Rule("a-remote-node-needs-its-connection", Without(Remote,
            "StartThen(world, connection, action, state == State.Failed ? Relation.FirstImpliesThen "
            + ": Relation.None);")),
        Rule("what-unpromoted-ones-avoid-decides-promotion",
            (Effects, "colocation.DependentRole != actor.NextRole)\n            return",
                "colocation.DependentRole != actor.NextRole\n            && !(MUTANT && actor.NextRole "
                + "== ResourceRole.Unknown))\n            return")),
        Rule("a-guest-starts-before-what-runs-inside-it",
            (Graph, " || StartsItsOwnGround(first, then)", " || !MUTANT && StartsItsOwnGround(first, then)")),
        Rule("an-unmanaged-connection-bars-no-remote-node",
            Never(
                Criteria, "if (",
                "!resource.Has(Is.Managed))\n                continue;\n            if ("
                + "!resource.IsConnection")),
    ];

    private static Mutation Rule(
        string name, params (string File, string Find, string Replace)[] edits) => new(name, "rule", edits);
}
