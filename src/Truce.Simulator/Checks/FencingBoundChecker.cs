using Truce.Model;
using Truce.Simulator.World;

namespace Truce.Simulator.Checks;

/// <summary>
/// S4: fencing is bounded. A fault explains at most so many shots at those whom it strikes; where nothing has gone wrong
/// nobody is shot.
/// </summary>
internal sealed class FencingBoundChecker : IChecker
{
    /// <summary>Shots at one node that one fault may lead to.</summary>
    public const int ShotsPerFault = 3;

    private readonly Dictionary<NodeId, int> _allowed = [];
    private readonly Dictionary<NodeId, string> _last = [];

    public void Observe(WorldEvent happened, long atMs, Action<Violation> accuse)
    {
        switch (happened)
        {
            case WorldEvent.Fault fault:
                foreach (NodeId node in fault.Nodes)
                    (_allowed[node], _last[node]) = (ShotsPerFault, fault.Kind);
                break;
            case WorldEvent.Shot shot:
                int left = _allowed.GetValueOrDefault(shot.Target);
                _allowed[shot.Target] = left - 1;
                if (left <= 0)
                {
                    accuse(new Violation("S4", atMs, _last.TryGetValue(shot.Target, out string? kind)
                        ? $"{shot.By} shoots {shot.Target}: more than {ShotsPerFault} times for one fault ({kind})"
                        : $"{shot.By} shoots {shot.Target}, to which nothing has happened"));
                }

                if (shot.Target == shot.By)
                    accuse(new Violation("S4", atMs, $"{shot.By} shoots itself"));
                break;
        }
    }
}
