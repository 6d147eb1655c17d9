using System.Collections.Immutable;
using Truce.Cli.Cluster;
using Truce.Contracts;

namespace Truce.Cli.Tests;

/// <summary>
/// A cluster that keeps a configuration as the real one does (versions, conflicts), and whose status a test decides.
/// </summary>
internal sealed class ScriptedCluster : ICluster
{
    public const string Xml = """
        <cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="1" num_updates="0">
          <configuration>
            <crm_config/>
            <nodes><node id="1" uname="n1"/><node id="2" uname="n2"/><node id="3" uname="n3"/></nodes>
            <resources>
              <primitive id="web" class="ocf" provider="pacemaker" type="Dummy">
                <operations><op id="web-monitor" name="monitor" interval="10s"/></operations>
              </primitive>
              <group id="g">
                <primitive id="a" class="ocf" provider="pacemaker" type="Dummy"/>
                <primitive id="b" class="ocf" provider="pacemaker" type="Dummy"/>
              </group>
              <primitive id="power" class="stonith" type="fence_truce_lab"/>
            </resources>
            <constraints/>
          </configuration>
          <status/>
        </cib>
        """;

    /// <summary>What was asked, in order.</summary>
    public List<ClientRequest> Asked { get; } = [];

    /// <summary>The configuration in force.</summary>
    public string Configuration { get; set; } = Xml;

    /// <summary>Its version.</summary>
    public long Version { get; set; } = 7;

    /// <summary>Answers for requests that a test wants to decide itself; null: the ordinary answer.</summary>
    public Func<ClientRequest, ClientReply?> Answer { get; set; } = _ => null;

    /// <summary>The status for the configuration in force.</summary>
    public Func<ScriptedCluster, ClusterStatusDocument> Status { get; set; } = c =>
        c.Configuration.Contains("stop-all-resources", StringComparison.Ordinal) ? c.Running()
            : c.Running(("web", "n1"), ("a", "n2"), ("b", "n2"));

    public string Socket => "/run/truce/api.sock";

    public Task<ClientReply> AskAsync(ClientRequest request, CancellationToken cancel)
    {
        Asked.Add(request);
        return Task.FromResult(Answer(request) ?? Ordinary(request));
    }

    /// <summary>What a follower is told; then the node goes.</summary>
    public List<ClusterEvent> ToCome { get; } = [];

    public async IAsyncEnumerable<ClusterEvent> EventsAsync(
        long after, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (ClusterEvent one in ToCome.Where(e => e.Index > after))
            yield return one;
        await Task.CompletedTask;
        throw new CommandException(ExitCode.Unreachable, "the stream ended", "follow it through another node");
    }

    public async IAsyncEnumerable<ClusterStatusDocument> StatusesAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        yield return Status(this);
        await Task.CompletedTask;
        throw new CommandException(ExitCode.Unreachable, "the stream ended", "follow it through another node");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A settled status with resources on nodes.</summary>
    public ClusterStatusDocument Running(params (string Resource, string? Node)[] where) => new(
        Quorate: true, Coordinator: "n1", State: "settled",
        Nodes: [Node("n1"), Node("n2"), Node("n3")],
        Resources: [.. where.Select(w => new ResourceStatus(
            w.Resource, w.Resource, w.Node, w.Node is null ? "Stopped" : "Started", false, true, "ocf:pacemaker:Dummy", null, "0", ""))],
        Holds: [], Quarantined: [], Cluster: "lab", Lineage: "L1", Index: 40, ClusterTimeMs: 1000,
        ConfigurationVersion: Version, Transition: null, Pending: [], Fencing: [], Links: [], Votes: new VoteStatus(3, 2, 3));

    /// <summary>A fencing.</summary>
    public static FenceRecord Fence(string target, string result, bool ended) => new(
        "f1", target, "i1", "n1", new FenceCauseRecord("operator", "", "", ""), "asked for by hand", "power", "reboot", result,
        new DateTimeOffset(2026, 3, 1, 11, 59, 0, TimeSpan.Zero),
        ended ? new DateTimeOffset(2026, 3, 1, 11, 59, 2, TimeSpan.Zero) : null, "", 1, "", 1);

    private static NodeStatus Node(string name) => new(name, "online", "i1", "s1", 1, 1);

    private ClientReply Ordinary(ClientRequest request) => request switch
    {
        ClientRequest.GetStatus => new ClientReply.Status(Status(this)),
        ClientRequest.GetConfiguration => new ClientReply.Configuration(Version, Configuration),
        ClientRequest.ApplyConfiguration apply => Apply(apply),
        ClientRequest.GetFenceHistory => new ClientReply.FenceHistory([]),
        ClientRequest.GetEvents => new ClientReply.Events([], 0),
        ClientRequest.GetConfigurationHistory => new ClientReply.ConfigurationHistory([.. _versions]),
        ClientRequest.FenceNode => new ClientReply.Done(41, Version, "f1", []),
        ClientRequest.SetTransient or ClientRequest.Cleanup or ClientRequest.ConfirmFenced or ClientRequest.SetTicket
            or ClientRequest.Restart or ClientRequest.ReleaseFencing or ClientRequest.ResyncNode
            or ClientRequest.TellFencePaths or ClientRequest.EndWait =>
            new ClientReply.Done(41, Version, "", []),
        ClientRequest.Greet or ClientRequest.RunTool or ClientRequest.Watch
            or ClientRequest.MayChange or ClientRequest.GetDeaths => throw new NotSupportedException(),
    };

    private readonly List<ConfigurationEntry> _versions = [];

    private ClientReply Apply(ClientRequest.ApplyConfiguration apply)
    {
        if (apply.ExpectedVersion is { } expected && expected != Version)
            return new ClientReply.Refused(RefusalKind.Conflict, "somebody else was faster", []);
        if (!apply.CheckOnly)
        {
            (Configuration, Version) = (apply.Xml, Version + 1);
            _versions.Add(new ConfigurationEntry(Version, DateTimeOffset.UnixEpoch, "root", apply.Comment));
        }

        return new ClientReply.Done(41, Version, "", ImmutableArray<InputFinding>.Empty);
    }
}
