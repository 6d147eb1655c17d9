using Truce.Model;
using Truce.Ports;
using Truce.Simulator.Scenarios;
using Truce.Simulator.World;

namespace Truce.Simulator.Checks;

/// <summary>
/// L1: once faults have stopped and a quorate partition exists, everything runs that the configuration allows, is
/// monitored, and stays as it is; and a change of the configuration is taken. Without a bound from failover-time: the
/// limit is a generous one.
/// </summary>
internal sealed class LivenessCheck(SimulatedCluster cluster, Expectations expected)
{
    /// <summary>After the faults everything must run within that.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(420);

    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(75);

    /// <summary>Runs the world on until everything runs, then watches whether it stays so.</summary>
    public void Judge()
    {
        if (!cluster.RunUntil(EverythingRuns, Limit.TotalSeconds))
        {
            Accuse($"{Limit.TotalSeconds:0} s after the last fault {Missing()}");
            return;
        }

        // Whatever is still under way may end; from then on nothing may happen any more.
        if (!cluster.RunUntil(() => cluster.IsSettled() && EverythingRuns(), 120))
        {
            Accuse("the cluster doesn't come to rest: " + string.Join("; ", cluster.Nodes.Values.Select(SimulatedCluster.Describe)));
            return;
        }

        Watch();
    }

    private void Watch()
    {
        int before = cluster.Ledger.Events.Count;
        int acknowledged = cluster.Operator.Acknowledged;
        cluster.Operator.Change(cluster.Nodes.Values.First());
        cluster.Clock.Run(s_calm);
        if (!EverythingRuns())
            Accuse($"in calm time {Missing()}");
        if (cluster.Operator.Acknowledged == acknowledged)
            Accuse("a change of the configuration isn't taken, though everything runs");
        List<WorldEvent> since = [.. cluster.Ledger.Events.Skip(before).Select(e => e.Event)];
        foreach (WorldEvent happened in since.Where(IsUnrest))
        {
            Accuse($"in calm time, without any fault: {Timeline.Line(happened)}");
            break;
        }

        foreach (ExpectedService service in expected.Services.Where(s => s.MonitorMs * 3 < s_calm.TotalMilliseconds))
            JudgeMonitors(service, since);
        JudgeDevices(since);
    }

    private void JudgeMonitors(ExpectedService service, List<WorldEvent> since)
    {
        foreach (NodeId node in cluster.Agents.ActiveOn(service.Name))
        {
            bool monitored = since.Any(e => e is WorldEvent.AgentBegan began && began.Node == node
                && began.Spec is { Action: "monitor", IntervalMs: > 0 } && SimulatedAgents.BaseName(began.Spec.Resource) == service.Name);
            if (!monitored)
                Accuse($"{service.Name} runs on {node} and isn't monitored");
        }
    }

    private void JudgeDevices(List<WorldEvent> since)
    {
        if (!since.Any(e => e is WorldEvent.AgentBegan { Spec: { Kind: AgentKind.Fence, Action: "monitor", IntervalMs: > 0 } }))
            Accuse("no fence device is monitored");
    }

    private bool EverythingRuns() => cluster.Nodes.Values.All(n => n.Powered)
        && expected.Services.All(s => cluster.Agents.ActiveOn(s.Name).Count == s.Count);

    private string Missing()
    {
        IEnumerable<string> off = cluster.Nodes.Values.Where(n => !n.Powered).Select(n => $"{n.Id} is off");
        IEnumerable<string> wrong = expected.Services.Where(s => cluster.Agents.ActiveOn(s.Name).Count != s.Count)
            .Select(s => $"{s.Name} runs on {cluster.Agents.ActiveOn(s.Name).Count} nodes instead of {s.Count}");
        return string.Join(", ", off.Concat(wrong)) + ": "
            + string.Join("; ", cluster.Nodes.Values.Select(SimulatedCluster.Describe));
    }

    private static bool IsUnrest(WorldEvent happened) =>
        happened is WorldEvent.Shot or WorldEvent.ServiceChanged or WorldEvent.PowerLost or WorldEvent.ProcessEnded;

    private void Accuse(string text) => cluster.Ledger.Accuse("L1", text);
}
