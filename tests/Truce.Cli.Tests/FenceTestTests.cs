using System.Collections.Immutable;
using Truce.Agents.Describing;
using Truce.Cli.Fencing;
using Truce.Contracts;
using Truce.Model;
using Truce.Model.Xml;
using Truce.Ports;

namespace Truce.Cli.Tests;

/// <summary>fence test: the paths, and a node that is fenced for real.</summary>
public sealed class FenceTestTests
{
    private static readonly NodeId[] s_nodes = [new("n1"), new("n2"), new("n3")];
    private readonly Terminal _terminal = new() { Cluster = new ScriptedCluster() };
    private readonly List<OperationSpec> _run = [];

    private ScriptedCluster Cluster => _terminal.Cluster!;

    [Fact]
    public async Task Each_target_s_state_is_asked_through_each_device_of_each_level()
    {
        IReadOnlyList<FencePathJson> lines = await TryAsync(Two(Levels), _ => 0);
        Assert.All(lines, l => Assert.True(l.Ok, l.ToString()));
        Assert.Equal(
            [("n2", 1, "a"), ("n2", 1, "b"), ("n2", 2, "b"), ("n3", 1, "a"), ("n3", 2, "b")],
            lines.Where(l => l.Check == "status").Select(l => (l.Target!, l.Level!.Value, l.Device)));
        Assert.All(_run, o => Assert.Contains(o.Action, (string[])["validate-all", "monitor", "status"]));
    }

    [Fact]
    public async Task A_device_that_fails_for_one_target_is_named_with_its_words()
    {
        IReadOnlyList<FencePathJson> lines =
            await TryAsync(
                Two(""), o => o.Action == "status" && o.Meta["target"] == "n3" && o.Resource == "b" ? 1 : 0);
        FencePathJson failed = Assert.Single(lines, l => !l.Ok);
        Assert.Equal(("b", "n3", "no route"), (failed.Device, failed.Target, failed.Detail));
    }

    [Fact]
    public async Task A_target_that_no_device_fences_from_here_is_a_failure()
    {
        string ban = "<rsc_location id=\"l1\" rsc=\"a\" node=\"n1\" score=\"-INFINITY\"/>"
            + "<rsc_location id=\"l2\" rsc=\"b\" node=\"n1\" score=\"-INFINITY\"/>";
        IReadOnlyList<FencePathJson> lines =
            await TryAsync(
                Two("").Replace(
                "<constraints/>", $"<constraints>{ban}</constraints>", StringComparison.Ordinal), _ => 0);
        Assert.Equal(["n2", "n3"], lines.Where(l => l is { Ok: false, Check: "path" }).Select(l => l.Target));
    }

    [Fact]
    public async Task A_parameter_that_is_missing_is_found_without_asking_the_device()
    {
        IReadOnlyList<FencePathJson> lines = await TryAsync(
            Two("").Replace("name=\"ip\"", "name=\"ipp\"", StringComparison.Ordinal), _ => 0);
        Assert.Contains(
            lines, l => l is { Ok: false, Check: "parameters", Device: "a" }
            && l.Detail.Contains("ip", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_last_real_shot_by_that_path_is_told()
    {
        FenceRecord shot = ScriptedCluster.Fence("n2", "done", ended: true) with { Device = "a" };
        IReadOnlyList<FencePathJson> lines = await TryAsync(Two(""), _ => 0, shot);
        Assert.Equal(
            shot.End, lines.Single(l => l is { Check: "status", Target: "n2", Device: "a" }).LastShot);
        Assert.Null(lines.Single(l => l is { Check: "status", Target: "n3", Device: "a" }).LastShot);
    }

    [Fact]
    public async Task What_came_of_each_path_is_told_to_the_cluster()
    {
        IReadOnlyList<FencePathJson> lines = await TryAsync(
            Two(""), o => o.Action == "status" && o.Meta["target"] == "n3" && o.Resource == "b" ? 1 : 0);
        await FencePathMemory.TellAsync(
            TextWriter.Null, Cluster, s_nodes[0], lines, TestContext.Current.CancellationToken);
        ClientRequest.TellFencePaths told =
            Assert.Single(Cluster.Asked.OfType<ClientRequest.TellFencePaths>());
        Assert.Equal("n1", told.From);
        Assert.Equal(
            ["a n2 ", "a n3 ", "b n2 ", "b n3 no route"],
            told.Paths.Select(p => $"{p.Device} {p.Target} {p.Failure}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_cluster_that_doesnt_take_it_spoils_no_test()
    {
        Cluster.Answer = request => request is ClientRequest.TellFencePaths
            ? new ClientReply.Refused(RefusalKind.Permission, "you may not", []) : null;
        using StringWriter error = new();
        await FencePathMemory.TellAsync(
            error, Cluster, s_nodes[0], await TryAsync(Two(""), _ => 0),
            TestContext.Current.CancellationToken);
        Assert.Contains("didn't record this: you may not", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_device_is_named() =>
        Assert.Equal(ExitCode.BadInput, await _terminal.RunAsync("fence test nonsense --socket s"));

    [Fact]
    public async Task A_node_that_runs_something_is_not_fenced_for_a_test()
    {
        Assert.Equal(ExitCode.Refused, await _terminal.RunAsync("fence test --fence n2 --yes --socket s"));
        Assert.Contains("truce node standby n2", _terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Cluster.Asked, r => r is ClientRequest.FenceNode);
    }

    [Fact]
    public async Task Nobody_fences_for_a_test_by_accident()
    {
        Assert.Equal(ExitCode.Refused, await _terminal.RunAsync("fence test --fence n3 --socket s"));
        Assert.DoesNotContain(Cluster.Asked, r => r is ClientRequest.FenceNode);
    }

    [Fact]
    public async Task A_drained_node_is_fenced_and_must_come_back_as_another_boot()
    {
        Cluster.Answer = request =>
            request is ClientRequest.GetFenceHistory
                ? new ClientReply.FenceHistory([ScriptedCluster.Fence("n3", "done", ended: true)]) : null;
        Assert.Equal(
            ExitCode.TimedOut,
            await _terminal.RunAsync("fence test --fence n3 --yes --timeout 3s --socket s"));
        Cluster.Status = c =>
            Reborn(c.Running(("web", "n1")), c.Asked.OfType<ClientRequest.FenceNode>().Count() > 1);
        Assert.Equal(
            ExitCode.Done, await _terminal.RunAsync("fence test --fence n3 --yes --timeout 3s --socket s"));
        Assert.Contains(
            "n3 was fenced by n1 with power, and is back after a reboot", _terminal.Output,
            StringComparison.Ordinal);
    }

    private static ClusterStatusDocument Reborn(ClusterStatusDocument status, bool isNew) => status with
    {
        Nodes = [.. status.Nodes.Select(n => n.Name == "n3" && isNew ? n with { Incarnation = "i2" } : n)],
    };

    private async Task<IReadOnlyList<FencePathJson>> TryAsync(
        string xml, Func<OperationSpec, int> code, params FenceRecord[] history)
    {
        Cib cib = ((CibReadResult.Accepted)CibReader.Parse(xml, "cib")).Cib;
        FenceAgents agents = new(
            (_, _) => Task.FromResult(MetadataReader.Read(Metadata, AgentKind.Fence)),
            (operation, _) =>
            {
                _run.Add(operation);
                int answer = code(operation);
                return Task.FromResult(new OperationOutcome(
                    operation.OperationId, OperationStatus.Done, answer, answer == 0 ? "" : "no route", "",
                        TimeSpan.Zero));
            });
        return await new FencePaths(cib, s_nodes[0], [], agents)
            .TryAsync(s_nodes, history, TestContext.Current.CancellationToken);
    }

    private const string Levels = "<fencing-topology>"
        + "<fencing-level id=\"l1\" target=\"n2\" index=\"1\" devices=\"a,b\"/><fencing-level id=\"l2\" "
            + "target=\"n2\" index=\"2\" devices=\"b\"/>"
        + "</fencing-topology>";

    private const string Metadata = """
        <resource-agent name="fence_x"><parameters>
          <parameter name="ip" required="1"><content type="string"/></parameter>
        </parameters><actions>
          <action name="on"/><action name="off"/><action name="reboot"/><action name="status"/>
          <action name="monitor"/>
          <action name="validate-all"/><action name="metadata"/>
        </actions></resource-agent>
        """;

    private static string Two(string topology) => $"""
        <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0">
        <configuration><crm_config/>
        <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/><node id="3" uname="n3"/></nodes>
        <resources>{Device("a")}{Device("b")}</resources><constraints/>{topology}</configuration></cib>
        """;

    private static string Device(string id) =>
        $"<primitive id=\"{id}\" class=\"stonith\" type=\"fence_x\"><instance_attributes "
            + $"id=\"{id}-i\"><nvpair id=\"{id}-p\" name=\"ip\" value=\"10.0.0.9\"/>"
        + $"<nvpair id=\"{id}-h\" name=\"pcmk_host_list\" value=\"n1 n2 "
            + "n3\"/></instance_attributes></primitive>";
}
