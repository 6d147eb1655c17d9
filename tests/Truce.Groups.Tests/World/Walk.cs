namespace Truce.Groups.Tests.World;

/// <summary>Something that may happen once, at any point of a walk.</summary>
internal sealed record Chance(string Name, Action<GroupsWorld> Do);

/// <summary>What a walk has found.</summary>
internal sealed record WalkResult(int States, int Ends, int DepthMax, string? Violation, bool IsExhausted)
{
    public override string ToString() =>
        $"{States} states, depth {DepthMax}, bound {(IsExhausted ? "exhausted" : "not exhausted")}, "
        + $"{(Violation is null ? 0 : 1)} violations";
}

/// <summary>
/// Takes a world through all orders of deliveries and chances within a bound, each state once. The first
/// server that has something to deliver is served; to serve another instead is a detour, and the bound is how
/// many of these a path may have. Chances may come at any point. A server delivers until something follows.
/// From every end, where nothing is left to happen but time, time passes: no protocol may hang, and nothing
/// may be missing.
/// </summary>
internal sealed class Walk(IReadOnlyList<Chance> chances, int detours, int statesMax)
{
    private readonly HashSet<(uint Done, int Detours, object Memory)> _seen = [];
    private readonly List<string> _path = [];
    private int _ends;
    private int _depth;
    private bool _isExhausted = true;
    private string? _violation;

    public WalkResult Explore(GroupsWorld root)
    {
        Visit(root, 0, detours);
        return new WalkResult(_seen.Count, _ends, _depth, _violation, _isExhausted);
    }

    private void Visit(GroupsWorld world, uint done, int left)
    {
        if (_violation is not null || !_seen.Add((done, left, world.Memory())))
            return;
        if (_seen.Count > statesMax)
        {
            _isExhausted = false;
            return;
        }

        _depth = Math.Max(_depth, _path.Count);
        List<int> ready = [.. Enumerable.Range(0, world.Nodes.Count).Where(world.CanDeliver)];
        foreach (int node in left > 0 ? ready : ready.Take(1))
        {
            Go(world, done, node == ready[0] ? left : left - 1, $"deliver to n{node + 1}", w =>
                w.DeliverUntilHeard(node));
        }

        for (int i = 0; i < chances.Count; i++)
        {
            if ((done & (1u << i)) == 0)
                Go(world, done | (1u << i), left, chances[i].Name, chances[i].Do);
        }

        if (ready.Count == 0 && done == (1u << chances.Count) - 1)
            End(world);
    }

    private void Go(GroupsWorld world, uint done, int left, string name, Action<GroupsWorld> step)
    {
        if (_violation is not null)
            return;
        GroupsWorld next = world.Fork();
        _path.Add(name);
        step(next);
        Judge(next);
        Visit(next, done, left);
        _path.RemoveAt(_path.Count - 1);
    }

    private void End(GroupsWorld world)
    {
        _ends++;
        GroupsWorld end = world.Fork();
        end.Run(TimeSpan.FromSeconds(20));
        end.Finish();
        Judge(end);
    }

    private void Judge(GroupsWorld world)
    {
        if (world.Checks.Violations.Count > 0)
            _violation ??= string.Join('\n', [.. world.Checks.Violations, .. _path]);
    }
}
