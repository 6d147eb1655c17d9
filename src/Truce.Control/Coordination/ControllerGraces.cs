using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>How long a node without a controller is waited for: its supervisor may be respawning it, or the node boots.</summary>
internal sealed class ControllerGraces(ControlLimits limits)
{
    private readonly SortedDictionary<NodeId, Instant> _graces = [];

    /// <summary>Another coordinator counts afresh.</summary>
    public void Clear() => _graces.Clear();

    /// <summary>Begins and ends graces; one that is over is told to all, and told again if that had no effect.</summary>
    public void Step(ReplicatedState state, StepWork work)
    {
        foreach (MemberState member in state.Members.Values)
        {
            if (member.Phase is not (MemberPhase.ControllerGone or MemberPhase.Returned))
                _graces.Remove(member.Node);
            else if (!_graces.TryGetValue(member.Node, out Instant until))
                _graces[member.Node] = work.Time.Now.Plus(limits.ControllerGrace);
            else if (until.CompareTo(work.Time.Now) <= 0)
            {
                _graces[member.Node] = work.Time.Now.Plus(limits.ControllerGrace);
                work.Submit(new Command.GraceEnded(member.Node, member.ControllerSession));
            }
        }
    }
}
