namespace Truce.EndToEnd.World;

/// <summary>
/// Promise S1, from the agents' own record: a resource is never active on two nodes that both have power. It counts
/// as active from the begin of a start until a stop is done or the node's power is certainly off, and whatever
/// shows itself alive outside of that is a finding, too.
/// </summary>
internal sealed class ActivityChecker
{
    private readonly Dictionary<string, Dictionary<string, WorldEvent>> _activeByResource = [];
    private readonly List<string> _findings = [];

    /// <summary>Findings in the order of time; empty if the promise was kept.</summary>
    public static IReadOnlyList<string> Check(IEnumerable<WorldEvent> events)
    {
        ActivityChecker checker = new();
        foreach (WorldEvent one in events)
            checker.Take(one);
        return checker._findings;
    }

    private void Take(WorldEvent one)
    {
        if (one.Resource is null)
            TakePower(one);
        else
            TakeActivity(one, ActiveOf(one.Resource));
    }

    private void TakePower(WorldEvent one)
    {
        if (one.What != "power-off")
            return;
        foreach (Dictionary<string, WorldEvent> active in _activeByResource.Values)
            active.Remove(one.Node);
    }

    private void TakeActivity(WorldEvent one, Dictionary<string, WorldEvent> active)
    {
        switch (one.What)
        {
            case "start":
                NoticeOthers(one, active);
                active[one.Node] = one;
                break;
            case "stopped":
                active.Remove(one.Node);
                break;
            case "started":
            case "alive":
            case "monitor" when one.Process > 0:
                NoticeGhost(one, active);
                break;
            default:
                break;
        }
    }

    private void NoticeOthers(WorldEvent start, Dictionary<string, WorldEvent> active)
    {
        foreach (WorldEvent other in active.Values.Where(o => o.Node != start.Node))
            _findings.Add($"active twice: [{start}] while [{other}] had neither been stopped nor lost its power");
    }

    // Told once per life: a ghost shows itself ten times a second.
    private void NoticeGhost(WorldEvent sign, Dictionary<string, WorldEvent> active)
    {
        if (active.ContainsKey(sign.Node))
            return;
        _findings.Add($"alive though stopped or without power: [{sign}]");
        active[sign.Node] = sign;
    }

    private Dictionary<string, WorldEvent> ActiveOf(string resource)
    {
        if (!_activeByResource.TryGetValue(resource, out Dictionary<string, WorldEvent>? active))
            _activeByResource[resource] = active = [];
        return active;
    }
}
