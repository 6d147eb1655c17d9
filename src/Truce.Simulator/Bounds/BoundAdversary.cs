using System.Globalization;
using Truce.Analysis.Failover;
using Truce.Contracts;
using Truce.Model;
using Truce.Ports;
using Truce.Simulator.Checks;
using Truce.Simulator.World;

namespace Truce.Simulator.Bounds;

/// <summary>Strikes one cause, and in the adversarial mode drives each step of
/// the recovery to its limit.</summary>
internal sealed class BoundAdversary(
    BoundScenario scenario, SimulatedCluster cluster, string resource, FailoverBound bound,
    RecoveryBoundChecker checker) : IChecker
{
    // All but the whole timeout: the operation still succeeds.
    private const double Limit = 0.985;
    private static readonly TimeSpan s_never = TimeSpan.FromHours(2);
    private readonly NodeId _node = cluster.Agents.ActiveOn(resource).First();
    private bool _waitsForMonitor;
    private int _startsToFail;
    private bool _stopFails;

    private bool IsHard => scenario.Mode == BoundMode.Adversarial;

    /// <summary>Strikes: at once, or as soon as the worst moment comes.</summary>
    public void Strike()
    {
        cluster.Agents.Fails = Fails;
        _startsToFail = scenario.Cause == FailoverCause.StartFailure
            ? (bound.Terms.FirstOrDefault(t => t.Name == "start timeout")?.Count ?? 1) - 1
            : 0;
        _stopFails = scenario.Cause == FailoverCause.StopFailure;
        bool monitored =
            scenario.Cause is FailoverCause.ResourceFailure or FailoverCause.StartFailure or FailoverCause.StopFailure;
        if (!monitored)
        {
            Begin();
            StrikeNode();
        }
        else if (IsHard)
        {
            _waitsForMonitor = true;
            cluster.Ledger.Watch(this);
        }
        else
        {
            cluster.Clock.After(cluster.Clock.Between(0, 30_000), Crash);
        }
    }

    /// <summary>The worst moment for a failure: right after a monitor has said that all is well.</summary>
    public void Observe(WorldEvent happened, long atMs, Action<Violation> accuse)
    {
        if (!_waitsForMonitor
            || happened is not WorldEvent.AgentEnded { Spec: { Action: OperationNames.Monitor,
            IntervalMs: > 0 } } ended
            || SimulatedAgents.BaseName(ended.Spec.Resource) != resource)
            return;
        _waitsForMonitor = false;
        cluster.Clock.After(TimeSpan.FromMilliseconds(1), Crash);
    }

    private void Begin()
    {
        checker.Began(_node, cluster.Clock.NowMs);
        if (IsHard)
            cluster.Agents.Takes = Takes;
    }

    private void Crash()
    {
        Begin();
        cluster.Agents.Crash(resource);
    }

    private void StrikeNode()
    {
        SimulatedNode node = cluster.Nodes[_node];
        switch (scenario.Cause)
        {
            case FailoverCause.NodeDeath:
                node.PowerOff();
                break;
            case FailoverCause.LinkSplit:
                cluster.Engine.Split(n => n == _node ? 1 : 0);
                break;
            case FailoverCause.ProcessDeath or FailoverCause.CoordinatorDeath:
                node.KillController(IsHard ? s_never : cluster.Clock.Between(50, 2_000));
                break;
            case FailoverCause.Move:
                cluster.Configure(Banned(), Number(Other()));
                break;
            case FailoverCause.Maintenance:
                cluster.Ask(Number(Other()), new ClientRequest.SetTransient(_node.Value, "standby", "on"));
                break;
            case FailoverCause.ResourceFailure or FailoverCause.StartFailure or FailoverCause.StopFailure:
                break;
        }
    }

    private NodeId Other() => cluster.Nodes.Keys.First(n => n != _node);

    private static int Number(NodeId node) => int.Parse(node.Value.AsSpan(1), CultureInfo.InvariantCulture);

    // The configuration as it was drawn, and that its top-level resource keeps off the node.
    private string Banned()
    {
        string xml = TimedConfiguration.Draw(scenario.Configuration).Xml;
        string top = xml.Contains($"<group id=\"{resource[..^1]}\">", StringComparison.Ordinal)
            ? resource[..^1] : resource;
        string ban = $"<rsc_location id=\"ban\" rsc=\"{top}\" node=\"{_node}\" score=\"-INFINITY\"/>";
        return xml.Replace("<constraints>", $"<constraints>{ban}", StringComparison.Ordinal);
    }

    // Healthy services are monitored as ever; what recovers, or fences, takes its time.
    private TimeSpan? Takes(NodeId node, OperationSpec spec)
    {
        bool healthy = spec is { Action: OperationNames.Monitor, IntervalMs: > 0 }
            && SimulatedAgents.BaseName(spec.Resource) != resource;
        return healthy || spec.Action is OperationNames.List or OperationNames.Status
            or OperationNames.FenceMetadata
            || (spec.Kind == AgentKind.Fence
                && spec.Action is OperationNames.Monitor or OperationNames.Start or OperationNames.Stop)
            ? null
            : spec.Timeout * Limit;
    }

    private bool Fails(NodeId node, string of, string action)
    {
        if (SimulatedAgents.BaseName(of) != resource || checker.MeasuredMs is not null)
            return false;
        if (action == OperationNames.Stop && _stopFails && node == _node)
        {
            _stopFails = false;
            return true;
        }

        return action == OperationNames.Start && _startsToFail-- > 0;
    }
}
