using Truce.Cli.Alerts;
using Truce.Contracts;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Cli.Tests.Alerts;

public sealed class AlertFactsTests
{
    private const string History = """
        <status>
          <node_state id="1" uname="n1">
            <lrm id="1"><lrm_resources>
              <lrm_resource id="web" class="ocf" provider="pacemaker" type="Dummy">
                <lrm_rsc_op id="web_last_0" operation="start" interval="0"
                  call-id="5" rc-code="0" op-status="0" exec-time="812"/>
                <lrm_rsc_op id="web_last_failure_0" operation="monitor" interval="10000"
                  call-id="8" rc-code="7" op-status="0" exec-time="31"
                  transition-key="4:5:8:x"/>
              </lrm_resource>
              <lrm_resource id="slow" class="ocf" provider="pacemaker" type="Dummy">
                <lrm_rsc_op id="slow_last_failure_0" operation="stop" interval="0"
                  call-id="9" rc-code="1" op-status="2" exec-time="20000"/>
              </lrm_resource>
            </lrm_resources></lrm>
          </node_state>
        </status>
        """;

    private static readonly DateTimeOffset s_at = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("node-joined", "member")]
    [InlineData("node-left", "lost")]
    [InlineData("node-lost", "lost")]
    [InlineData("controller-lost", "lost")]
    public void Every_node_tells_of_nodes(string kind, string state)
    {
        AlertFact fact = Assert.Single(Facts(Moment("n2"), Event(kind, "n3")));
        Assert.Equal(("node", "why"), (fact.Kind, fact.Variables["truce_detail"]));
        Assert.Equal(
            "desc=lost node=n3 nodeid=3".Replace("lost", state, StringComparison.Ordinal),
                Text(fact));
    }

    [Theory]
    [InlineData("fence-confirmed", "0", "OK")]
    [InlineData("fence-failed", "1", "Error occurred")]
    public void Every_node_tells_of_fencing(string kind, string code, string result)
    {
        AlertFact fact = Assert.Single(Facts(Moment("n2"), Event(kind, "n3")));
        Assert.Equal(
            $"desc=Operation reboot of n3 by n1 for truce@n1: {result} (ref=f1) "
                + $"node=n3 rc={code} task=reboot",
            Text(fact));
    }

    [Fact]
    public void An_operation_is_told_where_it_ran()
    {
        ClusterEvent started = Event("start-done", "n1", "web");
        AlertFact fact = Assert.Single(Facts(Moment("n1"), started));
        Assert.Equal(
            "desc=ok exec_time=812 interval=0 node=n1 rc=0 rsc=web status=0 target_rc=0 task=start",
                Text(fact));
        Assert.Empty(Facts(Moment("n2"), started));
    }

    [Fact]
    public void An_operation_whose_record_is_gone_is_told_all_the_same()
    {
        AlertFact fact = Assert.Single(Facts(Moment("n1"), Event("stop-done", "n1", "web")));
        Assert.Equal(
            "desc=ok exec_time= interval=0 node=n1 rc=0 rsc=web status=0 target_rc=0 task=stop", Text(fact));
    }

    [Theory]
    [InlineData("web",
        "desc=not running exec_time=31 interval=10000 node=n1 rc=7 rsc=web "
            + "status=0 target_rc=8 task=monitor")]
    [InlineData("slow",
        "desc=Timed Out exec_time=20000 interval=0 node=n1 rc=1 rsc=slow status=2 target_rc=0 task=stop")]
    [InlineData("gone",
        "desc=error exec_time= interval=0 node=n1 rc=1 rsc=gone status=4 target_rc=0 task=unknown")]
    public void A_failure_has_the_numbers_of_the_history(string resource, string expected) =>
        Assert.Equal(expected,
            Text(Assert.Single(Facts(Moment("n1"), Event("operation-failed", "n1", resource)))));

    [Theory]
    [InlineData("start-asked")]
    [InlineData("view")]
    [InlineData("notify-done")]
    public void Other_events_are_not_told(string kind) =>
        Assert.Empty(Facts(Moment("n1"), Event(kind, "n1", "web")));

    [Fact]
    public void What_only_truce_has_the_coordinator_tells()
    {
        ClusterEvent slower = Event("operation-slower", "n2", "web");
        AlertFact fact = Assert.Single(Facts(Moment("n1"), slower));
        Assert.Equal(("truce", new AlertTopic.Event(AlertEvents.Resources)), (fact.Kind, fact.Topic));
        Assert.Equal("desc=why node=n2 rsc=web task=operation-slower", Text(fact));
        Assert.Empty(Facts(Moment("n2"), slower));
    }

    [Fact]
    public void Holds_are_told_when_they_begin_and_when_they_end()
    {
        HoldStatus stop = new("failed-stop", "web", "n1", "stop it"), quarantine =
            new("quarantine", null, "n3", "shot twice");
        AlertMoment none = Moment("n1"), held =
            none with { Status = none.Status with { Holds = [stop, quarantine] } };
        AlertFact[] begun = Facts(none, held);
        Assert.Equal(
            [
                "desc=stop it node=n1 rsc=web task=hold-begun truce_hold=failed-stop",
                "desc=shot twice node=n3 rsc= task=hold-begun truce_hold=quarantine",
            ], begun.Select(Text));
        Assert.Equal([AlertEvents.Resources, AlertEvents.Nodes],
            begun.Select(f => ((AlertTopic.Event)f.Topic).Events));
        Assert.Equal("desc=shot twice node=n3 rsc= task=hold-ended truce_hold=quarantine",
            Text(Assert.Single(Facts(held, none with { Status = none.Status with { Holds = [stop] } }))));
        // The reason may change while it lasts: attempts are counted in it.
        Assert.Empty(
            Facts(held,
                held with { Status =
                    held.Status with { Holds = [stop with { Reason = "other" }, quarantine] } }));
    }

    [Fact]
    public void Without_a_coordinator_everyone_tells()
    {
        AlertMoment none = Moment("n2") is var m ? m with { Status = m.Status with { Coordinator = null } }
            : null!;
        AlertMoment held =
            none with { Status =
                none.Status with { Holds = [new HoldStatus("no-quorum", null, null, "2 of 3")] } };
        Assert.Equal("desc=2 of 3 node= rsc= task=hold-begun truce_hold=no-quorum",
            Text(Assert.Single(Facts(none, held))));
    }

    [Fact]
    public void Attributes_that_changed_are_told_by_the_coordinator()
    {
        AlertMoment before = Attributes("n1", "a"), after = Attributes("n1", "b");
        AlertFact fact = Assert.Single(Facts(before, after));
        Assert.Equal(new AlertTopic.Attribute("rack"), fact.Topic);
        Assert.Equal("attribute_name=rack attribute_value=b node=n2", Text(fact));
        Assert.Equal("attribute_name=rack attribute_value= node=n2",
            Text(Assert.Single(Facts(before, Moment("n1")))));
        Assert.Empty(Facts(before, before));
        Assert.Empty(Facts(Attributes("n2", "a"), Attributes("n2", "b")));
    }

    private static AlertMoment Attributes(string here, string value) => Moment(here, xml => xml.Replace(
        """<node id="2" uname="n2"/>""",
        $"""
            <node id="2" uname="n2">
              <instance_attributes id="x"><nvpair id="y" name="rack" value="{value}"/></instance_attributes>
            </node>
            """,
        StringComparison.Ordinal));

    private static AlertMoment Moment(string here, Func<string, string>? edit = null)
    {
        string xml = ScriptedCluster.Xml.Replace("<status/>", History, StringComparison.Ordinal);
        CibReadResult.Accepted read =
            Assert.IsType<CibReadResult.Accepted>(CibReader.Parse(edit?.Invoke(xml) ?? xml));
        return new AlertMoment(new ScriptedCluster().Running(("web", "n1")) with { AnsweredBy = here },
            read.Cib);
    }

    private static AlertFact[] Facts(AlertMoment moment, params ClusterEvent[] events) =>
        Facts(moment, moment, events);

    private static AlertFact[] Facts(AlertMoment before, AlertMoment now, params ClusterEvent[] events) =>
        [.. new AlertFacts(before, now, [ScriptedCluster.Fence("n3", "done", ended: true)],
            s_at).All(events)];

    private static ClusterEvent Event(string kind, string node, string? resource = null) =>
        new(5, s_at, 0, kind, node, resource, "why");

    private static string Text(AlertFact fact) =>
        string.Join(' ',
            fact.Variables.Where(v => v.Key != "truce_detail").Select(v => $"{v.Key}={v.Value}"));
}
