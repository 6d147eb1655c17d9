using System.Xml.Linq;
using Truce.Contracts;

namespace Truce.Cli.Tests.Verbs;

public sealed class MakingVerbTests : IDisposable
{
    private const string Metadata = """
        <resource-agent name="thing" version="1.0">
          <version>1.1</version>
          <parameters>
            <parameter name="path" required="1"><content type="string"/></parameter>
            <parameter name="port"><content type="integer" default="80"/></parameter>
            <parameter name="mode">
              <content type="select"><option value="fast"/><option value="safe"/></content>
            </parameter>
          </parameters>
          <actions>
            <action name="start" timeout="40s"/>
            <action name="stop" timeout="60s"/>
            <action name="monitor" timeout="20s" interval="15s"/>
            <action name="monitor" timeout="30s" interval="15s" role="Promoted"/>
            <action name="promote" timeout="50s"/>
            <action name="demote" timeout="50s"/>
            <action name="meta-data" timeout="5s"/>
            <action name="validate-all" timeout="5s"/>
          </actions>
        </resource-agent>
        """;

    private readonly string _root = Directory.CreateTempSubdirectory("truce-agents-").FullName;
    private readonly VerbTerminal _verbs = new();

    public MakingVerbTests()
    {
        string agent = Path.Combine(_root, "resource.d", "test", "thing");
        Directory.CreateDirectory(Path.GetDirectoryName(agent)!);
        File.WriteAllText(agent, $"#!/bin/sh\ncat <<'END'\n{Metadata}\nEND\n");
        File.SetUnixFileMode(agent,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        _verbs.Terminal.With("OCF_ROOT", _root);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("resource create x ocf:test:thing path=/srv")]
    [InlineData("resource create x ocf:test:thing path=/srv port=81 op monitor interval=30s meta priority=5")]
    [InlineData("resource create x ocf:test:thing path=/srv --clone meta clone-max=2 priority=3")]
    [InlineData("resource create x ocf:test:thing path=/srv --promotable")]
    [InlineData("resource create x ocf:test:thing path=/srv --group h")]
    [InlineData("resource create x ocf:test:thing path=/srv --group g")]
    [InlineData("resource create x ocf:test:thing path=/srv --group g --after a")]
    [InlineData("resource create x ocf:test:thing path=/srv --after web --with web")]
    [InlineData("resource create x ocf:test:thing path=/srv --promotable --after g --with g")]
    [InlineData("resource create x ocf:test:thing path=/srv --disabled")]
    public async Task Creating_is_one_version_and_deleting_gives_the_configuration_back(string line)
    {
        _verbs.Cluster.Status = c =>
            c.Running(("web", "n1"), ("a", "n2"), ("b", "n2"), ("x", IsStopped(c) ? null : "n3"));
        string before = _verbs.Canonical;
        await _verbs.EndsAsync(ExitCode.Done, line);
        Assert.Equal(8, _verbs.Cluster.Version);
        await _verbs.EndsAsync(ExitCode.Done, line);
        Assert.Equal(8, _verbs.Cluster.Version);
        Assert.Contains("already", _verbs.Output, StringComparison.Ordinal);
        await _verbs.EndsAsync(ExitCode.Done, "resource delete x");
        Assert.Equal(before, _verbs.Canonical);
    }

    [Fact]
    public async Task A_resource_has_the_operations_that_its_agent_suggests_and_those_given_come_first()
    {
        await _verbs.EndsAsync(
            ExitCode.Done,
                "resource create x ocf:test:thing path=/srv op monitor interval=30s "
                + "op stop on-fail=block --no-wait");
        Assert.Equal(
            ["start interval=0s timeout=40s", "stop interval=0s on-fail=block timeout=60s",
                "monitor interval=30s timeout=20s"],
            Operations("x"));
        await _verbs.EndsAsync(ExitCode.Done,
            "resource create y ocf:test:thing path=/srv --promotable --no-wait");
        Assert.Equal(
            [
                "start interval=0s timeout=40s", "stop interval=0s timeout=60s",
                    "promote interval=0s timeout=50s",
                "demote interval=0s timeout=50s", "monitor interval=15s timeout=20s",
                "monitor interval=16s timeout=30s role=Promoted",
            ],
            Operations("y"));
        Assert.Equal("clone", _verbs.Element("y-clone").Name.LocalName);
        Assert.Equal("true",
            (string?)_verbs.Element("y-clone-meta_attributes-promotable").Attribute("value"));
    }

    [Fact]
    public async Task What_is_created_and_does_not_run_is_a_no_with_the_reason()
    {
        _verbs.Cluster.Status = c => c.Running(("x", null)) with
        {
            State = "held",
            Holds = [new HoldStatus("failures", "x", null, "it failed on every node")],
        };
        await _verbs.EndsAsync(ExitCode.No, "resource create x ocf:test:thing path=/srv");
        Assert.Contains("x is created, but doesn't run: it failed on every node", _verbs.Error,
            StringComparison.Ordinal);
        Assert.Contains("truce resource delete x", _verbs.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("resource create x ocf:test:thing", "ocf:test:thing requires path", "add path=…")]
    [InlineData("resource create x ocf:test:thing path=/srv pot=8", "has no parameter pot",
        "did you mean port?")]
    [InlineData("resource create x ocf:test:thing path=/srv port=many",
        "port=many: ocf:test:thing wants a whole number", "--force")]
    [InlineData("resource create x ocf:test:thing path=/srv mode=slow", "wants one of fast, safe", "--force")]
    [InlineData("resource create x thing path=/srv", "thing is not an agent's name", "truce agent list")]
    [InlineData("resource create x foo:thing path=/srv", "no class of agents foo is known", "ocf")]
    [InlineData("resource create x ocf:test:thing path=/srv op frob timeout=3", "no operation frob is known",
        "start")]
    [InlineData("resource create x ocf:test:thing path=/srv meta stickyness=1",
        "no meta attribute stickyness is known", "--force")]
    [InlineData("resource create x ocf:test:thing path=/srv --after wab", "no resource wab is configured",
        "did you mean web?")]
    [InlineData("resource create x ocf:test:thing path=/srv --group web",
        "web exists already, and is not a group", "another id")]
    [InlineData("resource create web ocf:test:thing path=/srv", "web exists already, and differs",
        "truce resource set")]
    [InlineData("resource create n2 ocf:test:thing path=/srv", "n2 is a node", "another id")]
    [InlineData("resource delete wab", "no resource wab is configured", "did you mean web?")]
    [InlineData("resource group add web a", "web exists already, and is not a group", "another id")]
    [InlineData("resource group add h a", "a is in g", "truce resource group remove g a")]
    [InlineData("resource group remove h a", "no group h is configured", "name one of g")]
    public async Task What_is_unknown_or_impossible_is_said_and_nothing_is_changed(string line,
        string problem, string remedy)
    {
        await _verbs.IsRefusedAsync(line, problem, remedy);
        Assert.Equal(7, _verbs.Cluster.Version);
    }

    [Fact]
    public async Task An_agent_that_is_not_on_this_machine_is_left_to_the_cluster_to_judge()
    {
        await _verbs.EndsAsync(ExitCode.Done, "resource create x ocf:test:elsewhere path=/srv --no-wait");
        Assert.Contains("warning: ocf:test:elsewhere can't be asked for its parameters here", _verbs.Error,
            StringComparison.Ordinal);
        Assert.Equal(["monitor interval=10s"], Operations("x"));
    }

    [Fact]
    public async Task Deleting_stops_first_and_takes_the_constraints_along()
    {
        await _verbs.EndsAsync(ExitCode.Done, "constraint order g web");
        await _verbs.EndsAsync(ExitCode.Done, "constraint location a n1");
        _verbs.Cluster.Status = c =>
            c.Running(("web", "n1"), ("a", IsStopped(c) ? null : "n2"), ("b", IsStopped(c) ? null : "n2"));
        await _verbs.EndsAsync(ExitCode.Done, "resource delete g");
        Assert.Equal(["resource delete g: stop it first", "resource delete g"], _verbs.Comments.TakeLast(2));
        Assert.Empty(_verbs.Configuration.Descendants("constraints").Single().Elements());
        Assert.DoesNotContain(_verbs.Configuration.Descendants(), e =>
            (string?)e.Attribute("id") is "g" or "a" or "b");
        Assert.Equal("g is deleted\n", _verbs.Output);
    }

    [Fact]
    public async Task What_does_not_stop_is_not_deleted()
    {
        await _verbs.EndsAsync(ExitCode.No, "resource delete web");
        Assert.Contains("web doesn't stop, and was not deleted", _verbs.Error, StringComparison.Ordinal);
        Assert.Contains("truce resource enable web", _verbs.Error, StringComparison.Ordinal);
        Assert.NotNull(_verbs.Element("web"));
    }

    [Theory]
    [InlineData("resource group add h web", "resource group remove h web")]
    [InlineData("resource group add g power", "resource group remove g power")]
    public async Task Joining_a_group_is_one_version_and_leaving_it_gives_the_configuration_back(string line,
        string undo) =>
        await _verbs.IsUndoneAsync(line, undo);

    [Fact]
    public async Task Members_join_where_it_is_said_and_a_group_ends_with_its_last_one()
    {
        await _verbs.EndsAsync(ExitCode.Done, "resource group add g web --before b");
        Assert.Equal(["a", "web", "b"], Members("g"));
        await _verbs.EndsAsync(ExitCode.Done, "resource group remove g a web b");
        Assert.Equal(["a", "web", "b", "power"], Members("resources"));
        await _verbs.EndsAsync(ExitCode.Done, "resource group add g a b");
        await _verbs.EndsAsync(ExitCode.Done, "constraint location g n1");
        await _verbs.EndsAsync(ExitCode.BadInput, "resource group remove g a b");
        Assert.Contains("truce constraint delete location-g-n1", _verbs.Error, StringComparison.Ordinal);
    }

    private IEnumerable<string?> Members(string of) => (of == "resources"
        ? _verbs.Configuration.Descendants("resources").Single()
        : _verbs.Element(of)).Elements("primitive").Select(e => (string?)e.Attribute("id"));

    private IEnumerable<string> Operations(string id) =>
        _verbs.Element(id).Descendants("op").Select(o => string.Join(' ',
        o.Attributes().Where(a => a.Name != "id" && a.Name != "name").Select(a =>
            $"{a.Name.LocalName}={a.Value}")
            .Prepend((string?)o.Attribute("name"))));

    private static bool IsStopped(ScriptedCluster cluster) =>
        cluster.Configuration.Contains("value=\"Stopped\"", StringComparison.Ordinal);
}
