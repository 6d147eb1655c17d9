using Truce.Model;
using Truce.Simulator.World;

namespace Truce.Simulator.Checks;

/// <summary>S1: a resource that may run once is never active on two nodes that are both alive.</summary>
internal sealed class RunsOnceChecker(CheckRules rules) : IChecker
{
    private readonly SortedDictionary<string, SortedDictionary<NodeId, ServiceState>> _active =
        new(StringComparer.Ordinal);

    public void Observe(WorldEvent happened, long atMs, Action<Violation> accuse)
    {
        if (happened is not WorldEvent.ServiceChanged change)
            return;
        if (!_active.TryGetValue(change.Resource, out SortedDictionary<NodeId, ServiceState>? nodes))
            _active[change.Resource] = nodes = [];
        if (change.State == ServiceState.Inactive)
            nodes.Remove(change.Node);
        else
            nodes[change.Node] = change.State;
        if (change.State == ServiceState.Inactive || rules.DeviceHasLied)
            return;
        Judge("active", rules.Limits.Active(change.Resource), [.. nodes.Keys]);
        Judge("promoted", rules.Limits.Promoted(change.Resource),
            [.. nodes.Where(n => n.Value == ServiceState.Promoted).Select(n => n.Key)]);

        void Judge(string what, int limit, NodeId[] where)
        {
            if (where.Length > limit)
                accuse(new Violation(
                    "S1", atMs, $"{change.Resource} is {what} on {string.Join(" and ", where)}"));
        }
    }
}
