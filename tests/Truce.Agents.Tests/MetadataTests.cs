using Truce.Agents.Describing;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Model;
using Truce.Ports;

namespace Truce.Agents.Tests;

public sealed class MetadataTests : IDisposable
{
    private readonly ProcessSpawner _spawner = Fixture.Spawner(
        File.Exists(new ProcessSpawnerOptions().GatePath) ? Hold.GateOnly : Hold.ShellOnly);

    public void Dispose() => _spawner.Dispose();

    [Fact]
    public void Everything_of_ocf_1_1_is_read()
    {
        AgentDescription description = MetadataReader.Read(
            """

            <?xml version="1.0"?>
            <!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">
            <resource-agent name="db" version="2.3">
              <version>1.1</version>
              <longdesc lang="de">Lang</longdesc>
              <longdesc lang="en"> Long </longdesc>
              <shortdesc lang="en">Short</shortdesc>
              <parameters>
                <parameter name="dir" required="1" unique-group="place">
                  <shortdesc lang="en">Where</shortdesc><content type="string" default="/var/db"/>
                </parameter>
                <parameter name="level" reloadable="1">
                  <content type="select"><option value="low"/><option value="high"/></content>
                </parameter>
                <parameter name="old" unique="1"><deprecated><replaced-with name="dir"/></deprecated></parameter>
              </parameters>
              <actions>
                <action name="start" timeout="20s"/><action name="stop" timeout="100"/>
                <action name="monitor" timeout="20s" interval="10s" depth="0" role="Promoted" start-delay="500ms"/>
                <action name="monitor" timeout="20s" interval="11s" depth="0" role="Unpromoted"/>
                <action name="meta-data" timeout="5s"/>
              </actions>
            </resource-agent>
            """,
            AgentKind.Resource);

        Assert.Empty(description.Findings);
        AgentMetadata agent = description.Metadata!;
        Assert.Equal(("db", "2.3", "1.1", "Short", "Long"),
            (agent.Name, agent.Version, agent.OcfVersion, agent.ShortDescription, agent.LongDescription));
        Assert.Equal(["dir place - True/False/False", "level - - False/True/False", "old old dir False/False/True"],
            agent.Parameters.Select(p => $"{p.Name} {p.UniqueGroup ?? "-"} {string.Join(',', p.ReplacedBy.DefaultIfEmpty("-"))} "
                + $"{p.IsRequired}/{p.IsReloadable}/{p.IsDeprecated}"));
        Assert.Equal(["low", "high"], agent.Parameters[1].Options);
        Assert.Equal("/var/db", agent.Parameters[0].Default);
        Assert.Equal(TimeSpan.FromSeconds(100), agent.Actions[1].Timeout);
        Assert.Equal(("0", "Promoted", TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(500)),
            (agent.Actions[2].Depth, agent.Actions[2].Role, agent.Actions[2].Interval, agent.Actions[2].StartDelay));
    }

    [Theory]
    [InlineData("", "not XML")]
    [InlineData("usage: agent {start|stop}", "not XML")]
    [InlineData("<resource-agent><parameters>", "not XML")]
    [InlineData("<html/>", "is a <html>, not a <resource-agent>")]
    [InlineData("<!DOCTYPE a [<!ENTITY x \"y\">]><resource-agent>&x;</resource-agent>", "not XML")]
    public void What_is_no_metadata_is_a_finding(string xml, string message)
    {
        AgentDescription description = MetadataReader.Read(xml, AgentKind.Resource);
        Assert.Null(description.Metadata);
        Assert.Contains(message, Assert.Single(description.Findings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_wrong_in_metadata_is_found_with_its_line()
    {
        AgentDescription description = MetadataReader.Read(
            """
            <resource-agent name="x">
            <parameters><parameter name="a"/>
            <parameter name="a"/></parameters>
            <actions><action name="start" timeout="soon"/><action name="monitor"/><action name="meta-data"/></actions>
            </resource-agent>
            """,
            AgentKind.Resource);
        Assert.Equal(
            ["3: parameter a is listed twice", "4: action start: timeout=\"soon\" is not a duration",
                "0: doesn't list the action stop"],
            description.Findings.Select(f => $"{f.Line}: {f.Message}"));
    }

    [Theory]
    [InlineData("20", 20_000)]
    [InlineData("20s", 20_000)]
    [InlineData("1.5s", 1_500)]
    [InlineData(" 100ms ", 100)]
    [InlineData("2min", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    [InlineData("5 parsecs", null)]
    [InlineData("99999999999999999999h", null)]
    public void Durations_are_read(string text, int? milliseconds) =>
        Assert.Equal(milliseconds, AgentTime.TryParse(text)?.TotalMilliseconds);

    [Theory]
    [InlineData("ocf:heartbeat:Dummy", "state", "1.0")]
    [InlineData("ocf:heartbeat:Filesystem", "device", "1.0")]
    [InlineData("ocf:heartbeat:IPaddr2", "ip", "1.0")]
    [InlineData("ocf:heartbeat:nginx", "configfile", "1.0")]
    [InlineData("ocf:pacemaker:Stateful", "envfile", "1.1")]
    public async Task Debians_agents_describe_themselves(string name, string parameter, string version)
    {
        AgentName agent = AgentName.TryParse(name)!;
        Fixture.Need(File.Exists($"/usr/lib/ocf/resource.d/{agent.Provider}/{agent.Type}"), name);

        AgentDescription description = await new AgentDescriber(_spawner, Fixture.Settings).DescribeAsync(
            agent, TestContext.Current.CancellationToken);

        Assert.True(description.Metadata!.Takes(parameter));
        Assert.Equal(version, description.Metadata.OcfVersion);
        Assert.True(description.Metadata.Supports("monitor"));
    }

    [Fact]
    public async Task An_agent_that_cannot_describe_itself_is_a_finding()
    {
        AgentDescription description = await new AgentDescriber(_spawner, Fixture.Settings).DescribeAsync(
            AgentName.TryParse("ocf:fake:daemon")!, TestContext.Current.CancellationToken);
        Assert.Null(description.Metadata);
        Assert.Contains("failed to print its metadata: code 3", description.Findings[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_catalog_lists_what_is_there()
    {
        AgentCatalog catalog = new(Fixture.Settings with
        {
            FenceDirectories = [Path.Combine(AppContext.BaseDirectory, "fence")],
            InitDirectory = Path.Combine(AppContext.BaseDirectory, "init.d"),
            OcfRoot = "/nonexistent",
        });
        string[] names = [.. catalog.List().Select(n => n.ToString()).Where(n => !n.StartsWith("systemd", StringComparison.Ordinal))];
        Assert.Equal(
            ["lsb:tidy", "ocf:fake:code", "ocf:fake:daemon", "ocf:fake:descriptors", "ocf:fake:environment",
                "ocf:fake:escape", "ocf:fake:hang", "ocf:fake:many", "ocf:fake:noisy", "stonith:fence_fake"],
            names);
        Assert.Equal(["fake"], catalog.Providers());
    }
}
