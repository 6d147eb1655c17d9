using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Scheduler.Tests;

/// <summary>What an agent is told when one of its operations is run by hand.</summary>
public sealed class OperationTests
{
    private const string Cluster = """
        <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0" have-quorum="1">
          <configuration>
            <crm_config/>
            <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
            <resources>
              <template id="t" class="ocf" provider="heartbeat" type="nginx">
                <instance_attributes id="ti"><nvpair id="ti-p" name="port" value="80"/></instance_attributes>
                <operations><op id="t-stop" name="stop" interval="0" timeout="7s"/></operations>
              </template>
              <primitive id="web" template="t">
                <instance_attributes id="on2" score="2">
                  <rule id="on2-r" score="0">
                    <expression id="on2-e" attribute="#uname" operation="eq" value="n2"/>
                  </rule>
                  <nvpair id="on2-c" name="conf" value="two"/>
                </instance_attributes>
                <instance_attributes id="own" score="1">
                  <nvpair id="own-c" name="conf" value="one"/>
                </instance_attributes>
                <operations>
                  <op id="web-monitor" name="monitor" interval="10s" timeout="33s"/>
                  <op id="web-start" name="start" interval="0" timeout="50s">
                    <instance_attributes id="si">
                      <nvpair id="si-d" name="deep" value="yes"/>
                    </instance_attributes>
                  </op>
                </operations>
              </primitive>
              <clone id="c"><primitive id="every" class="ocf" provider="pacemaker" type="Dummy"/></clone>
              <bundle id="box">
                <podman image="i"/>
                <network control-port="3121"/>
                <primitive id="inside" class="ocf" provider="pacemaker" type="Dummy"/>
              </bundle>
            </resources>
            <constraints/>
          </configuration>
          <status/>
        </cib>
        """;

    [Theory]
    [InlineData("n1", "start", "conf=one deep=yes port=80", "50000")]
    [InlineData("n2", "start", "conf=two deep=yes port=80", "50000")]
    [InlineData("n1", "stop", "conf=one port=80", "7000")]
    [InlineData("n1", "monitor", "conf=one port=80", "33000")]
    [InlineData("n1", "validate-all", "conf=one port=80", "20000")]
    public void It_is_told_what_an_order_would_tell_it(string node, string action, string parameters,
        string timeout)
    {
        GraphAction.ResourceOperation operation = Operation("web", node, action)!;
        Assert.Equal(parameters, string.Join(' ', operation.Parameters.Select(p => $"{p.Key}={p.Value}")));
        Assert.Equal(timeout, operation.Meta.Single(m => m.Key == "timeout").Value);
        Assert.Equal(node, operation.Meta.Single(m => m.Key == "on_node").Value);
        Assert.Equal(("web", "nginx"), (operation.Resource.Id, operation.Resource.Type));
    }

    [Fact]
    public void An_instance_is_told_of_its_clone()
    {
        GraphAction.ResourceOperation operation = Operation("every", "n1", "monitor")!;
        Assert.Equal("0", operation.Meta.Single(m => m.Key == "clone").Value);
        Assert.Equal("every", operation.Resource.Id);
    }

    [Theory]
    [InlineData("", "/usr/sbin/pacemaker-remoted", "/etc/pacemaker/authkey",
        "/var/log/pacemaker/bundles/box-0")]
    [InlineData("/opt/pcmk/", "/opt/pcmk/sbin/pacemaker-remoted", "/opt/pcmk/etc/pacemaker/authkey",
        "/opt/pcmk/var/log/pacemaker/bundles/box-0")]
    public void Containers_have_the_paths_of_the_Pacemaker_that_is_installed(
        string prefix, string daemon, string key, string logs)
    {
        string options = prefix.Length == 0 ? "<crm_config/>" : $"""
            <crm_config><cluster_property_set id="p">
              <nvpair id="p1" name="truce-pacemaker-prefix" value="{prefix}"/>
            </cluster_property_set></crm_config>
            """;
        GraphAction.ResourceOperation start = Operation(
            "box-podman-0", "n1", "start",
            Cluster.Replace("<crm_config/>", options, StringComparison.Ordinal))!;
        Assert.Equal(daemon, start.Parameters.Single(p => p.Key == "run_cmd").Value);
        Assert.Equal(logs, start.Parameters.Single(p => p.Key == "mount_points").Value);
        Assert.Contains(
            $" -v {key}:{key} -v {logs}:/var/log", start.Parameters.Single(p => p.Key == "run_opts").Value,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wab", "n1")]
    [InlineData("c", "n1")]
    [InlineData("web", "n9")]
    public void What_is_not_there_has_no_operation(string resource, string node) =>
        Assert.Null(Operation(resource, node, "monitor"));

    private static GraphAction.ResourceOperation? Operation(
        string resource, string node, string action, string cluster = Cluster)
    {
        CibReadResult.Accepted read = Assert.IsType<CibReadResult.Accepted>(CibReader.Parse(cluster));
        return Planner.Operation(
            read.Cib, new PlanOptions { Now = DateTimeOffset.UnixEpoch }, new ResourceId(resource),
            new NodeId(node), action);
    }
}
