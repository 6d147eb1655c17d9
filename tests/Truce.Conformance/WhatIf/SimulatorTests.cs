using Truce.Analysis.Execution;
using Truce.Analysis.WhatIf;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Conformance.WhatIf;

/// <summary>What is supposed and what fails, told as Debian's crm_simulate tells it.</summary>
public sealed class SimulatorTests
{
    private const string TwoNodes =
        """
        <cib validate-with="pacemaker-3.0" epoch="1" num_updates="1" admin_epoch="0" have-quorum="true">
          <configuration>
            <crm_config>
              <cluster_property_set id="o"><nvpair id="o1" name="stonith-enabled" value="false"/></cluster_property_set>
            </crm_config>
            <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
            <resources>
              <primitive id="ip" class="ocf" provider="heartbeat" type="IPaddr2"/>
              <primitive id="web" class="ocf" provider="heartbeat" type="nginx"/>
            </resources>
            <constraints>
              <rsc_location id="l1" rsc="ip" node="n1" score="100"/>
              <rsc_location id="l2" rsc="web" node="n2" score="100"/>
            </constraints>
          </configuration>
          <status>
            <node_state id="1" uname="n1" crmd="online" in_ccm="true" join="member" expected="member"/>
            <node_state id="2" uname="n2" crmd="online" in_ccm="true" join="member" expected="member"/>
          </status>
        </cib>
        """;

    [Fact]
    public void A_cold_start_ends_with_everything_where_it_is_preferred()
    {
        SimulationResult result = Run();
        Assert.True(result.Execution!.IsComplete);
        Assert.Contains("  * Start      ip      (    n1 )\n", result.Summary, StringComparison.Ordinal);
        Assert.EndsWith(
            "    * ip\t(ocf:heartbeat:IPaddr2):\t Started n1\n    * web\t(ocf:heartbeat:nginx):\t Started n2\n",
            result.Summary,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Attributes_and_fail_counts_are_listed_under_the_status()
    {
        Cib cib = Run(failures: [OperationSpec.Parse("ip_start_0@n1=1")!]).Execution!.After;
        string summary = Run(cib: cib, parts: SummaryParts.Attributes | SummaryParts.FailCounts).Summary;
        Assert.Matches(
            @"\n\n  \* Migration Summary:\n    \* Node: n1:\n"
            + @"      \* ip: migration-threshold=1000000 fail-count=1 last-failure='\w{3} \w{3} \d+ \d\d:\d\d:\d\d \d{4}'\n\nTransition Summary:\n",
            summary);
    }

    [Fact]
    public void What_was_executed_needs_no_further_plan()
    {
        SimulationResult again = Run(cib: Run().Execution!.After);
        Assert.Empty(again.Plan.Graph.Actions);
    }

    [Fact]
    public void After_an_operation_that_fails_nothing_more_is_begun()
    {
        SimulationResult result = Run(failures: [OperationSpec.Parse("ip_start_0@n1=1")!]);
        Assert.Contains(
            "failed with rc=1\n  * Injecting attribute fail-count-ip#start_0=value++ into /node_state '1'\n"
            + "  * Injecting attribute last-failure-ip#start_0=1000 into /node_state '1'\n\nRevised",
            result.Summary,
            StringComparison.Ordinal);
        Assert.Contains("ip\t(ocf:heartbeat:IPaddr2):\t FAILED n1\n", result.Summary, StringComparison.Ordinal);
        Assert.DoesNotContain("web             start", result.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_promotion_that_fails_the_instances_are_told_all_the_same()
    {
        string cluster = TwoNodes
            .Replace("</resources>", """
                <clone id="db-ha">
                  <meta_attributes id="db-ha-m">
                    <nvpair id="db-ha-m1" name="promotable" value="true"/>
                    <nvpair id="db-ha-m2" name="notify" value="true"/>
                  </meta_attributes>
                  <primitive id="db" class="ocf" provider="heartbeat" type="pgsql"/>
                </clone>
              </resources>
              """, StringComparison.Ordinal)
            .Replace("join=\"member\" expected=\"member\"/>\n    <node_state id=\"2\"", """
                join="member" expected="member">
                  <transient_attributes id="1"><instance_attributes id="a1">
                    <nvpair id="a1-1" name="master-db" value="10"/>
                  </instance_attributes></transient_attributes>
                </node_state><node_state id="2"
                """, StringComparison.Ordinal);
        SimulationResult result = Run(
            Assert.IsType<CibReadResult.Accepted>(CibReader.Parse(cluster)).Cib,
            failures: [OperationSpec.Parse("db_promote_0@n1=1")!]);
        Assert.Contains(
            """
              * Pseudo action:   db-ha_promoted_0
              * Pseudo action:   db-ha_post_notify_promoted_0
              * Resource action: db:0            notify on n1
              * Resource action: db:1            notify on n2
              * Pseudo action:   db-ha_confirmed-post_notify_promoted_0

            Revised
            """, result.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Suppositions_are_told_and_planned_for()
    {
        SimulationResult result = Run(
            changes:
            [
                new Modification.Quorum(true),
                new Modification.NodeFail(new NodeId("n2")),
                new Modification.NodeUp(new NodeId("n3")),
                new Modification.Ticket(new TicketId("t"), TicketChange.Grant),
            ]);
        Assert.Contains(
            "Performing Requested Modifications:\n  * Setting quorum: true\n  * Failing node n2\n"
            + "  * Bringing node n3 online\n  * Granting ticket t\n\nTransition Summary:\n",
            result.Summary,
            StringComparison.Ordinal);
        Assert.Contains("    * Online: [ n1 n3 ]\n    * OFFLINE: [ n2 ]\n", result.Summary, StringComparison.Ordinal);
        Assert.Equal(true, Assert.Single(result.Input.Status.Tickets.Items).Granted);
    }

    [Fact]
    public void An_injected_failure_counts_and_is_recovered_from()
    {
        SimulationResult result = Run(
            cib: Run().Execution!.After,
            changes: [new Modification.Inject(OperationSpec.Parse("ip_monitor_10000@n1=7")!)]);
        Assert.Contains(
            "  * Injecting ip_monitor_10000@n1=7 into the configuration\n"
            + "  * Injecting attribute fail-count-ip#monitor_10000=value++ into /node_state '1'\n",
            result.Summary,
            StringComparison.Ordinal);
        Assert.Contains("  * Recover    ip      (    n1 )\n", result.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void An_injected_result_changes_no_parameters()
    {
        SimulationResult result = Run(
            cib: Run().Execution!.After,
            changes: [new Modification.Inject(OperationSpec.Parse("ip_start_0@n1=1")!)]);
        Assert.DoesNotContain("clear_failcount", result.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ip_monitor_10000@n1=7", "ip", "monitor", 10_000)]
    [InlineData("a_b:0_migrate_to_0@n.x=1", "a_b:0", "migrate_to", 0)]
    public void An_operation_with_its_result_is_read_from_its_text(string text, string resource, string operation, long interval)
    {
        OperationSpec spec = OperationSpec.Parse(text)!;
        Assert.Equal((resource, operation, interval), (spec.Resource.Value, spec.Operation, spec.IntervalMs));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ip_monitor@n1=7")]
    [InlineData("ip_monitor_10000=7")]
    [InlineData("ip_monitor_10000@n1=x")]
    [InlineData("ip_monitor_10000@=7")]
    public void What_is_no_operation_with_a_result_is_refused(string text) => Assert.Null(OperationSpec.Parse(text));

    private static SimulationResult Run(
        Cib? cib = null, IReadOnlyList<Modification>? changes = null, IReadOnlyList<OperationSpec>? failures = null,
        SummaryParts parts = SummaryParts.None) =>
        Simulator.Run(new SimulationRequest
        {
            Cib = cib ?? Assert.IsType<CibReadResult.Accepted>(CibReader.Parse(TwoNodes)).Cib,
            Now = DateTimeOffset.FromUnixTimeSeconds(1000),
            Modifications = changes ?? [],
            Failures = failures ?? [],
            Parts = parts,
        });
}
