using Truce.Model;
using Truce.Ports;
using Truce.Simulator.Scenarios;
using Truce.Simulator.World;

namespace Truce.Simulator.Checks;

/// <summary>
/// L1: once faults have stopped and a quorate partition exists, everything runs that the configuration
/// allows, is monitored, and stays as it is; and a change of the configuration is taken. Without a bound from
/// failover-time: the limit is a generous one.
/// </summary>
internal sealed class LivenessCheck(SimulatedCluster cluster, Expectations expected)
{
    /// <summary>After the faults everything must run within that.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(420);

    private const int CalmsMax = 3;
    private static readonly TimeSpan s_cleaning = TimeSpan.FromSeconds(70);
    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(75);

    /// <summary>Runs the world on until everything runs, then watches whether it stays so.</summary>
    public void Judge()
    {
        if (!RunUntilEverythingRuns())
        {
            Accuse($"{Limit.TotalSeconds:0} s after the last fault {Missing()}");
            return;
        }

        // Whatever is still under way may end; from then on nothing may happen any more.
        if (!cluster.RunUntil(() => cluster.IsSettled() && EverythingRuns(), 120))
        {
            Accuse("the cluster doesn't come to rest: "
                + string.Join("; ", cluster.Nodes.Values.Select(SimulatedCluster.Describe)));
            return;
        }

        Watch();
    }

    // What hung when the faults stopped may still fail, and count: the operator cleans up now and then.
    private bool RunUntilEverythingRuns()
    {
        for (TimeSpan waited = TimeSpan.Zero; waited < Limit; waited += s_cleaning)
        {
            foreach (SimulatedNode node in cluster.Nodes.Values)
                cluster.Operator.CleanUp(node);
            if (cluster.RunUntil(EverythingRuns, s_cleaning.TotalSeconds))
                return true;
        }

        return false;
    }

    // A failure that is forgotten may move a service once more; what goes on and on is unrest.
    private void Watch()
    {
        int acknowledged = cluster.Operator.Acknowledged;
        cluster.Operator.Change(cluster.Nodes.Values.First());
        List<WorldEvent> since = [];
        for (int i = 0; i < CalmsMax; i++)
        {
            int before = cluster.Ledger.Events.Count;
            cluster.Clock.Run(s_calm);
            since = [.. cluster.Ledger.Events.Skip(before).Select(e => e.Event)];
            if (!since.Any(IsUnrest))
                break;
        }

        if (since.FirstOrDefault(IsUnrest) is { } unrest)
            Accuse($"long after the last fault something happens again and again: {Timeline.Line(unrest)}");
        if (!EverythingRuns())
            Accuse($"in calm time {Missing()}");
        if (cluster.Operator.Acknowledged == acknowledged)
            Accuse("a change of the configuration isn't taken, though everything runs");
        foreach (ExpectedService service in expected.Services.Where(
            s => s.MonitorMs * 3 < s_calm.TotalMilliseconds))
            JudgeMonitors(service, since);
        JudgeDevices(since);
    }

    private void JudgeMonitors(ExpectedService service, List<WorldEvent> since)
    {
        foreach (NodeId node in cluster.Agents.ActiveOn(service.Name))
        {
            bool monitored = since.Any(e => e is WorldEvent.AgentBegan began && began.Node == node
                && began.Spec is { Action: OperationNames.Monitor, IntervalMs: > 0 }
                && SimulatedAgents.BaseName(began.Spec.Resource) == service.Name);
            if (!monitored)
                Accuse($"{service.Name} runs on {node} and isn't monitored");
        }
    }

    private void JudgeDevices(List<WorldEvent> since)
    {
        if (!since.Any(
            e => e is WorldEvent.AgentBegan { Spec: { Kind: AgentKind.Fence, Action: OperationNames.Monitor,
            IntervalMs: > 0 } }))
            Accuse("no fence device is monitored");
    }

    private bool EverythingRuns() => cluster.Nodes.Values.All(n => n.Powered)
        && expected.Services.All(s => cluster.Agents.ActiveOn(s.Name).Count == s.Count);

    private string Missing()
    {
        IEnumerable<string> off = cluster.Nodes.Values.Where(n => !n.Powered).Select(n => $"{n.Id} is off");
        IEnumerable<string> wrong = expected.Services.Where(
            s => cluster.Agents.ActiveOn(s.Name).Count != s.Count)
            .Select(s =>
                $"{s.Name} runs on {cluster.Agents.ActiveOn(s.Name).Count} nodes instead of {s.Count}");
        return string.Join(", ", off.Concat(wrong)) + ": "
            + string.Join("; ", cluster.Nodes.Values.Select(SimulatedCluster.Describe));
    }

    private static bool IsUnrest(WorldEvent happened) =>
        happened is WorldEvent.Shot or WorldEvent.ServiceChanged or WorldEvent.PowerLost or WorldEvent.ProcessEnded;

    private void Accuse(string text) => cluster.Ledger.Accuse("L1", text);
}
