using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Xml;

namespace Truce.Scheduler.Tests;

/// <summary>
/// Each cause of fencing from the cluster that produces it, alone, and with another cause lying close by: the plan
/// names what it fences for, not what else happens to be in the history.
/// </summary>
public sealed class FenceCauseTests
{
    private const string Here = "in_ccm=\"true\" crmd=\"online\" join=\"member\" expected=\"member\"";
    private const string OldMonitor = "<lrm_rsc_op id=\"db_last_failure_0\" operation_key=\"db_monitor_10000\" operation=\"monitor\" "
        + "interval=\"10000\" call-id=\"4\" rc-code=\"1\" op-status=\"0\" on_node=\"n1\" op-digest=\"m\" "
        + "transition-key=\"3:1:0:a\" transition-magic=\"0:1;3:1:0:a\" last-rc-change=\"1000\"/>";
    private const string Started = "<lrm_rsc_op id=\"db_last_0\" operation_key=\"db_start_0\" operation=\"start\" "
        + "interval=\"0\" call-id=\"3\" rc-code=\"0\" op-status=\"0\" on_node=\"n1\" op-digest=\"d\" "
        + "transition-key=\"2:1:0:a\" transition-magic=\"0:0;2:1:0:a\"/>";
    private const string StopFailed = "<lrm_rsc_op id=\"db_last_failure_0\" operation_key=\"db_stop_0\" operation=\"stop\" "
        + "interval=\"0\" call-id=\"5\" rc-code=\"1\" op-status=\"0\" on_node=\"n1\" op-digest=\"d\" exit-reason=\"target is busy\" "
        + "transition-key=\"4:1:0:a\" transition-magic=\"0:1;4:1:0:a\"/>";

    /// <summary>What is to be seen, and the causes in the order in which they are found.</summary>
    public static TheoryData<string, string> Clusters => new()
    {
        { Status("n1", Here, Started), "" },
        { Status("n1", "in_ccm=\"false\" crmd=\"offline\" join=\"member\" expected=\"member\""), "NodeLost" },
        // A failed stop beside the loss: the node is fenced because it is lost.
        { Status("n1", "in_ccm=\"false\" crmd=\"offline\" join=\"member\" expected=\"member\"", StopFailed), "NodeLost" },
        { "", "UncleanAtStart" },
        { Status("n1", "crmd=\"online\" join=\"member\" expected=\"member\""), "NeverSeen" },
        { Status("n1", "crmd=\"online\" join=\"member\" expected=\"member\"", StopFailed), "NeverSeen" },
        { Status("n1", "in_ccm=\"true\" crmd=\"offline\" join=\"member\" expected=\"member\""), "ControllerLost" },
        { Status("n1", "in_ccm=\"true\" crmd=\"offline\" join=\"member\" expected=\"member\"", Started + OldMonitor), "ControllerLost" },
        { Status("n1", "in_ccm=\"true\" crmd=\"offline\" expected=\"member\""), "Silent" },
        { Status("n1", "in_ccm=\"true\" crmd=\"offline\" expected=\"member\"", Started + OldMonitor),
            "Silent" },
        { Status("n1", "in_ccm=\"1000\" crmd=\"0\" join=\"member\" expected=\"member\"", Started
            + OldMonitor), "JoinTimedOut" },
        { Status("n1", "in_ccm=\"1000\" crmd=\"0\" join=\"member\" expected=\"member\""), "JoinTimedOut" },
        { Status("n1", "in_ccm=\"true\" crmd=\"online\" join=\"banned\" expected=\"member\""), "NotAdmitted" },
        { Status("n1", "in_ccm=\"true\" crmd=\"online\" join=\"strange\" expected=\"member\"", StopFailed), "NotAdmitted" },
        { Status("n1", "in_ccm=\"false\" crmd=\"offline\" join=\"down\" expected=\"down\"", Started), "ActiveUnreachable db" },
        { Status("n1", "in_ccm=\"false\" crmd=\"offline\" join=\"down\" expected=\"down\"", Started
            + OldMonitor), "ActiveUnreachable db" },
        // The stop failed, and long before it a monitor did, which doesn't fence.
        { Status("n1", Here, StopFailed), "FailedStop db stop 1 'target is busy'" },
        { Status("n1", Here, StopFailed + OldMonitor.Replace("db_last_failure_0", "db_monitor_10000", StringComparison.Ordinal)),
            "FailedStop db stop 1 'target is busy'" },
        { Status("n1", Here, Started + OldMonitor), "" },
        { "on-fail" + Status("n1", Here, Started + OldMonitor), "FailedOperation db monitor 1 ''" },
        { "on-fail" + Status("n1", Here, StopFailed), "FailedStop db stop 1 'target is busy'" },
        { "on-failticket" + Status("n1", Here, Started + OldMonitor),
            "FailedOperation db monitor 1 ''; TicketLost shop db" },
        { "ticket" + Status("n1", Here, Started), "TicketLost shop db" },
        // The ticket is lost, and an old failed monitor lies beside it: not that resource's fault.
        { "ticket" + Status("n1", Here, Started + OldMonitor), "TicketLost shop db" },
        { "ticket" + Status("n1", Here, Started + StopFailed), "FailedStop db stop 1 'target is busy'; TicketLost shop db" },
        { "no-quorum" + Status("n1", Here, Started), "NoQuorum" },
        { "no-quorum" + Status("n1", Here, StopFailed), "NoQuorum" },
        { Status("n1", Here, Started, "terminate"), "Requested" },
        { Status("n1", Here, StopFailed, "terminate"), "Requested" },
    };

    [Theory]
    [MemberData(nameof(Clusters))]
    public void The_plan_says_what_it_fences_for(string given, string causes)
    {
        GraphAction.Fence? fence = Plan(given).Graph.Actions.OfType<GraphAction.Fence>().SingleOrDefault(f => f.Node?.Value == "n1");
        Assert.Equal(causes, fence is null ? "" : string.Join("; ", fence.Causes.Select(Text)));
    }

    [Fact]
    public void What_lies_in_the_node_is_stronger_than_what_lies_in_a_resource()
    {
        FenceCause stop = new FenceCause.FailedStop(new ResourceFailure(new ResourceId("db"), "stop", 1, "d", ""));
        Assert.Equal(new FenceCause.NodeLost(), FenceCauses.Strongest([stop, new FenceCause.NodeLost()]));
        Assert.Equal(new FenceCause.NoQuorum(), FenceCauses.Strongest([stop, new FenceCause.NoQuorum()]));
        Assert.Equal(stop, FenceCauses.Strongest([stop]));
        Assert.Equal(new FenceCause.Unrecorded(""), FenceCauses.Strongest([]));
    }

    /// <summary>Guests, remote nodes and unfencing: the resources beside db, the status, who is fenced, and
    /// for what.</summary>
    public static TheoryData<string, string, string, string> Elsewhere => new()
    {
        { Guest, Hosting() + Far("g1", Started), "g1", "" },
        { Guest, Hosting(vm: Failed("vm", "monitor")) + Far("g1", Started), "g1", "ContainerFailed vm" },
        { Guest, Hosting(vm: Failed("vm", "monitor")) + Far("g1", Started + OldMonitor), "g1",
            "ContainerFailed vm" },
        // A guest is fenced by a restart of its container: that the container is to restart is no cause.
        { Guest, Hosting() + Far("g1", Started + StopFailed), "g1", "FailedStop db stop 1 'target is busy'" },
        { Remote, Connected("far", "") + Far("far", Started), "far", "" },
        { Remote, Connected("far", Failed("far", "monitor")) + Far("far", Started), "far",
            "ConnectionLost far" },
        { Remote, Connected("far", Failed("far", "monitor")) + Far("far", Started + OldMonitor), "far",
            "ConnectionLost far" },
        { Remote, Connected("far", "") + Far("far", Started + StopFailed), "far",
            "FailedStop db stop 1 'target is busy'" },
        { Unfenced, Status("n2", Here) + Status("n1", Here), "n1", "Unfencing" },
        // Nothing is known of n1; another node's failed stop isn't its fault.
        { "", Status("n2", Here, Started + StopFailed), "n1", "UncleanAtStart" },
        { Unfenced, Status("n2", Here) + Status("n1", Here, Started + OldMonitor), "n1", "Unfencing" },
    };

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public void The_plan_says_what_it_fences_guests_and_remote_nodes_for(
        string resources, string status, string node, string causes)
    {
        Decision.Fence? fence = Plan(resources, "", Database(monitor: ""), status).Decisions
            .OfType<Decision.Fence>().SingleOrDefault(f => f.Node.Value == node);
        Assert.Equal(causes, fence is null ? "" : string.Join("; ", fence.Causes.Select(Text)));
    }

    [Fact]
    public void Every_cause_is_produced_alone_and_where_another_lies_close()
    {
        // Unrecorded is what a reader makes of another version's record, LostInStart what the guard adds to an
        // intent: no plan has them.
        IEnumerable<string> produced = Clusters.Select(row =>
            row.Data.Item2).Concat(Elsewhere.Select(row => row.Data.Item4))
            .SelectMany(causes => causes.Split("; ", StringSplitOptions.RemoveEmptyEntries)).Select(c =>
                c.Split(' ')[0]);
        Dictionary<string, int> counts = produced.CountBy(kind => kind).ToDictionary();
        IEnumerable<string> causes = typeof(FenceCause).GetNestedTypes().Select(type => type.Name);
        string[] others = [nameof(FenceCause.Unrecorded), nameof(FenceCause.LostInStart)];
        Assert.All(causes.Except(others), c => Assert.True(counts.GetValueOrDefault(c) >= 2, c));
    }

    private const string Guest = """
        <primitive id="vm" class="ocf" provider="heartbeat" type="VirtualDomain">
          <meta_attributes id="vmm"><nvpair id="vmm1" name="remote-node" value="g1"/></meta_attributes>
        </primitive>
        """;

    private const string Remote = """
        <primitive id="far" class="ocf" provider="pacemaker" type="remote">
          <operations><op id="farm" name="monitor" interval="10s"/></operations>
        </primitive>
        """;

    private const string Unfenced = """
        <primitive id="san" class="stonith" type="fence_scsi">
          <meta_attributes id="sanm"><nvpair id="sanm1" name="provides" value="unfencing"/></meta_attributes>
        </primitive>
        """;

    private static string Hosting(string vm = "") => Status("n1", Here) + State("n2", Here,
        History("vm", "VirtualDomain", "heartbeat", Ran("vm", "start") + vm)
        + History("g1", "remote", "pacemaker", Ran("g1", "start")));

    private static string Connected(string name, string more) => Status("n1", Here)
        + State("n2", Here, History(name, "remote", "pacemaker", Ran(name, "start") + more));

    private static string Far(string node, string operations) => State(
        node, "remote_node=\"true\" in_ccm=\"true\"", History("db", "Dummy", "heartbeat", operations));

    private static string Ran(string resource, string operation) => $"""
        <lrm_rsc_op id="{resource}_last_0" operation_key="{resource}_{operation}_0" operation="{operation}"
          interval="0" call-id="3" rc-code="0" op-status="0" op-digest="d" transition-key="2:1:0:a"
          transition-magic="0:0;2:1:0:a"/>
        """;

    private static string Failed(string resource, string operation) => $"""
        <lrm_rsc_op id="{resource}_last_failure_0" operation_key="{resource}_{operation}_10000"
          operation="{operation}" interval="10000" call-id="4" rc-code="1" op-status="0" op-digest="m"
          transition-key="3:1:0:a" transition-magic="0:1;3:1:0:a" last-rc-change="1000"/>
        """;

    private static string Text(FenceCause cause) => cause switch
    {
        FenceCause.FailedStop or FenceCause.FailedOperation or FenceCause.LostInStart =>
            FenceCauses.FailureOf(cause) is { } f
            ? $"{cause.GetType().Name} {f.Resource} {f.Operation} {f.ExitCode} '{f.ExitReason}'" : "",
        FenceCause.TicketLost c => $"TicketLost {c.Ticket} {c.Resource}",
        FenceCause.ActiveUnreachable c => $"ActiveUnreachable {c.Resource}",
        FenceCause.ContainerFailed c => $"ContainerFailed {c.Container}",
        FenceCause.ConnectionLost c => $"ConnectionLost {c.Connection}",
        FenceCause.NodeLost or FenceCause.UncleanAtStart or FenceCause.NeverSeen or FenceCause.ControllerLost
            or FenceCause.Silent or FenceCause.JoinTimedOut or FenceCause.NotAdmitted or FenceCause.NoQuorum
            or FenceCause.Unfencing or FenceCause.Requested or FenceCause.Unrecorded => cause.GetType().Name,
    };

    private static Plan Plan(string given)
    {
        bool onFail = Take(ref given, "on-fail");
        bool ticket = Take(ref given, "ticket");
        bool quorum = !Take(ref given, "no-quorum");
        return Plan(
            Database(onFail ? "on-fail=\"fence\"" : ""),
            ticket ? "<rsc_ticket id=\"t\" rsc=\"db\" ticket=\"shop\" loss-policy=\"fence\"/>" : "",
            "", (quorum ? Status("n2", Here) : "") + given, quorum);
    }

    private static string Database(string monitor) =>
        "<primitive id=\"db\" class=\"ocf\" provider=\"heartbeat\" type=\"Dummy\"><operations>"
        + $"<op id=\"m\" name=\"monitor\" interval=\"10s\" {monitor}/></operations></primitive>";

    private static Plan Plan(string resources, string constraints, string more, string status,
        bool quorum = true)
    {
        string xml = $"""
            <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0" have-quorum="{(quorum ? 1 : 0)}" no-quorum-panic="1">
              <configuration>
                <crm_config><cluster_property_set id="o">
                  <nvpair id="o1" name="no-quorum-policy" value="{(quorum ? "stop" : "fence")}"/>
                  <nvpair id="o2" name="node-pending-timeout" value="60s"/>
                </cluster_property_set></crm_config>
                <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
                <resources><primitive id="power" class="stonith" type="fence_x"/>{resources}{more}</resources>
                <constraints>{constraints}</constraints>
              </configuration>
              <status>{status}</status>
            </cib>
            """;
        Cib cib = Assert.IsType<CibReadResult.Accepted>(CibReader.Parse(xml, "test")).Cib;
        return Planner.Plan(cib, new PlanOptions { Now = DateTimeOffset.FromUnixTimeSeconds(100_000) });
    }

    private static bool Take(ref string given, string word)
    {
        bool found = given.StartsWith(word, StringComparison.Ordinal);
        given = found ? given[word.Length..] : given;
        return found;
    }

    private static string Status(string node, string presence, string operations = "",
        string? attribute = null) => State(
        node, presence, operations.Length == 0 ? "" : History("db", "Dummy", "heartbeat", operations),
            attribute);

    private static string State(string node, string presence, string histories, string? attribute = null) =>
        $"<node_state id=\"{(node[0] == 'n' ? node[1..] : node)}\" uname=\"{node}\" {presence}>"
        + (attribute is null ? "" : $"<transient_attributes id=\"{node[1..]}\"><instance_attributes id=\"t{node}\">"
            + $"<nvpair id=\"t{node}a\" name=\"{attribute}\" value=\"true\"/></instance_attributes></transient_attributes>")
        + $"<lrm id=\"{node}\"><lrm_resources>{histories}</lrm_resources></lrm></node_state>";

    private static string History(string resource, string type, string provider, string operations) => $"""
        <lrm_resource id="{resource}" class="ocf" provider="{provider}" type="{type}">{operations}</lrm_resource>
        """;
}
