namespace Truce.Laboratory;

/// <summary>A cause for which nodes are shot again and again where nothing limits it.</summary>
internal enum LaboratoryCause
{
    /// <summary>The stop returns an error when there is nothing to stop.</summary>
    StopWhenUnmounted,

    /// <summary>The stop consults a part of the system that hangs.</summary>
    StopAsksElsewhere,

    /// <summary>The stop needs twice its timeout.</summary>
    StopTooSlow,

    /// <summary>The agent's stop has a syntax error.</summary>
    StopBroken,

    /// <summary>The link of two nodes is cut, and stays cut.</summary>
    LinkCut,

    /// <summary>The link of two nodes comes and goes.</summary>
    LinkFlaps,

    /// <summary>A switch carries a node's traffic only two minutes after the node's reboot.</summary>
    SlowSwitch,

    /// <summary>One node's machine needs longer than the others wait at a cold start.</summary>
    StartUp,

    /// <summary>A node is heard, and says who it is only when the others are about to give up.</summary>
    SlowJoin,

    /// <summary>The fence device says yes, and does nothing.</summary>
    LyingDevice,

    /// <summary>The fence device needs a minute.</summary>
    SlowDevice,

    /// <summary>A node that lost its power is back before the fence device has done its work.</summary>
    EarlyBoot,

    /// <summary>Wall clocks jump.</summary>
    ClockJumps,

    /// <summary>A resource crashes the node that it starts on.</summary>
    Crasher,

    /// <summary>A rule bans nodes in turn, and the resource can't be stopped.</summary>
    BannedInTurn,

    /// <summary>Sixteen nodes boot at once on a starved machine.</summary>
    StarvedBoot,
}

/// <summary>
/// One scenario of the deathmatch laboratory, written once for the simulator and the lab: the
/// configuration, in which <c>bad</c> is what the cause lies in, and <c>web</c> and <c>db</c> are
/// services that have nothing to do with it.
/// </summary>
/// <param name="Cause">What goes wrong.</param>
/// <param name="Name">What SCENARIOS= names.</param>
/// <param name="Nodes">How many.</param>
/// <param name="Sentence">The cause, for people.</param>
/// <param name="ShotsMax">Shots that it may cost over all nodes together.</param>
/// <param name="Agent">The type of <c>bad</c>'s agent below tests/Truce.EndToEnd/agents/laboratory; null:
/// there is no <c>bad</c>.</param>
internal sealed record LaboratoryScenario(
    LaboratoryCause Cause, string Name, int Nodes, string Sentence, int ShotsMax, string? Agent)
{
    // truce-fence-shots-per-cause and truce-fence-shots-per-node, by default.
    private const int PerCause = 2;
    private const int PerNode = 3;

    /// <summary>Whether it goes on forever without the guard's limits and wait_for_all. The others end by
    /// other rules: no node is shot twice in one boot, and a node reported off isn't shot again.</summary>
    public bool LoopsWithoutLimits => Cause is not (
        LaboratoryCause.LinkCut or LaboratoryCause.SlowSwitch or LaboratoryCause.StartUp
        or LaboratoryCause.SlowJoin or LaboratoryCause.LyingDevice or LaboratoryCause.EarlyBoot
        or LaboratoryCause.StarvedBoot);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<LaboratoryScenario> All { get; } =
    [
        new(LaboratoryCause.StopWhenUnmounted, "stop-unmounted", 2,
            "the stop fails when nothing is mounted", PerCause, "unmounted"),
        new(LaboratoryCause.StopAsksElsewhere, "stop-asks-df", 2,
            "the stop asks df, which hangs on a dead mount", PerCause, "asks-df"),
        new(LaboratoryCause.StopTooSlow, "stop-slow", 2,
            "the stop needs twice its timeout", PerCause, "slow-stop"),
        new(LaboratoryCause.StopBroken, "stop-broken", 2,
            "the stop has a syntax error", PerCause, "broken-stop"),
        new(LaboratoryCause.LinkCut, "link-cut", 2,
            "the link of two nodes is cut for good", 1, null),
        new(LaboratoryCause.LinkFlaps, "link-flaps", 2,
            "the link of two nodes is cut every other minute", PerNode, null),
        new(LaboratoryCause.SlowSwitch, "slow-switch", 2,
            "the switch needs two minutes after a reboot", PerCause, null),
        new(LaboratoryCause.StartUp, "start-up", 3,
            "one node boots long after the others", PerCause, null),
        new(LaboratoryCause.SlowJoin, "slow-join", 3,
            "a boot takes as long as the others wait for a join", PerCause, null),
        new(LaboratoryCause.LyingDevice, "lying-device", 3,
            "the fence device says yes and does nothing", PerCause, "unmounted"),
        new(LaboratoryCause.SlowDevice, "slow-device", 2,
            "the fence device needs a minute", PerCause, "unmounted"),
        new(LaboratoryCause.EarlyBoot, "early-boot", 3,
            "a node loses its power and boots faster than the fence device works", PerCause, null),
        new(LaboratoryCause.ClockJumps, "clock-jumps", 2,
            "wall clocks jump by hours while a stop fails", PerCause, "unmounted"),
        new(LaboratoryCause.Crasher, "crasher", 3,
            "a resource crashes the node it starts on", PerCause, "crasher"),
        new(LaboratoryCause.BannedInTurn, "banned-in-turn", 2,
            "a rule bans both nodes in turn, and the stop fails", PerCause, "unmounted"),
        new(LaboratoryCause.StarvedBoot, "starved-boot", 16,
            "sixteen nodes boot at once on a starved machine", PerCause, null),
    ];

    /// <summary>The configuration.</summary>
    /// <param name="guard">With the fence guard's limits, or without any.</param>
    public string Configuration(LaboratoryGuard guard)
    {
        string members = string.Concat(Enumerable.Range(1, Nodes)
            .Select(i => $"<node id=\"{i}\" uname=\"n{i}\"/>"));
        string bad = Agent is null ? "" : Service("bad", Agent);
        return "<cib validate-with=\"pacemaker-3.9\" "
            + "admin_epoch=\"0\" epoch=\"1\" num_updates=\"0\">"
            + "<configuration><crm_config><cluster_property_set id=\"o\">"
            + "<nvpair id=\"o-f\" name=\"stonith-enabled\" value=\"true\"/>"
            + $"{Limits(guard)}</cluster_property_set></crm_config><nodes>{members}</nodes>"
            + $"<resources>{Device}{bad}{Service("web", "healthy")}{Service("db", "healthy")}</resources>"
            + $"<constraints>{Constraints}</constraints><rsc_defaults><meta_attributes id=\"d\">"
            + "<nvpair id=\"d-s\" name=\"resource-stickiness\" value=\"1\"/></meta_attributes></rsc_defaults>"
            + "</configuration><status/></cib>";
    }

    /// <summary>The configuration with a priority for db, which prefers a node:
    /// what matters runs there.</summary>
    /// <param name="guard">With the fence guard's limits, or without any.</param>
    /// <param name="important">The node.</param>
    public string Configuration(LaboratoryGuard guard, string important) => Configuration(guard)
        .Replace(
            "type=\"healthy\"><operations><op id=\"db-m\"",
            "type=\"healthy\"><meta_attributes id=\"db-p\">"
                + "<nvpair id=\"db-p1\" name=\"priority\" value=\"10\"/>"
                + "</meta_attributes><operations><op id=\"db-m\"",
            StringComparison.Ordinal)
        .Replace(
            "<constraints>",
            $"<constraints><rsc_location id=\"l\" rsc=\"db\" node=\"{important}\" score=\"100\"/>",
            StringComparison.Ordinal);

    // A node whose attribute says that it is its turn may not run it.
    private string Constraints => Cause == LaboratoryCause.BannedInTurn
        ? "<rsc_location id=\"ban\" rsc=\"bad\"><rule id=\"ban-r\" score=\"-INFINITY\">"
            + "<expression id=\"ban-e\" attribute=\"turn\" operation=\"eq\" value=\"1\"/></rule>"
            + "</rsc_location>"
        : "";

    private string Device => "<primitive id=\"power\" class=\"stonith\" type=\"fence_truce_lab\">"
        + Cause switch
        {
            LaboratoryCause.SlowDevice => Timeouts("120s"),
            LaboratoryCause.EarlyBoot => Timeouts("600s"),
            _ => "",
        }
        + "<operations><op id=\"power-m\" name=\"monitor\" interval=\"60s\" timeout=\"20s\"/>"
        + "</operations></primitive>";

    private static string Timeouts(string time) => "<instance_attributes id=\"power-i\">"
        + $"<nvpair id=\"power-r\" name=\"pcmk_reboot_timeout\" value=\"{time}\"/>"
        + $"<nvpair id=\"power-o\" name=\"pcmk_off_timeout\" value=\"{time}\"/></instance_attributes>";

    private static string Service(string id, string type) =>
        $"<primitive id=\"{id}\" class=\"ocf\" provider=\"laboratory\" type=\"{type}\"><operations>"
        + $"<op id=\"{id}-m\" name=\"monitor\" interval=\"5s\" timeout=\"20s\"/>"
        + $"<op id=\"{id}-s\" name=\"start\" interval=\"0\" timeout=\"20s\"/>"
        + $"<op id=\"{id}-t\" name=\"stop\" interval=\"0\" timeout=\"10s\"/></operations></primitive>";

    private string Limits(LaboratoryGuard guard) => guard switch
    {
        // Where the device or the clock is what goes wrong, there must be something to shoot for.
        LaboratoryGuard.On => Cause is LaboratoryCause.LyingDevice or LaboratoryCause.SlowDevice
            or LaboratoryCause.ClockJumps ? NoLook : "",
        LaboratoryGuard.LimitsAlone => NoLook,
        LaboratoryGuard.Off => NoLook
            + string.Concat(s_limits.Select(n => $"<nvpair id=\"o-{n}\" name=\"{n}\" value=\"0\"/>")),
    };

    private const string NoLook = "<nvpair id=\"o-look\" name=\"truce-stop-look\" value=\"false\"/>";

    private static readonly string[] s_limits =
        ["truce-fence-shots-per-cause", "truce-fence-shots-per-node", "truce-fence-shots-per-target"];
}

/// <summary>Whether the fence guard limits anything.</summary>
internal enum LaboratoryGuard
{
    /// <summary>By default.</summary>
    On,

    /// <summary>All its limits hold, but a stop that failed isn't looked at.</summary>
    LimitsAlone,

    /// <summary>All its limits are off, and a stop that failed isn't looked at.</summary>
    Off,
}
