using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// Watches the other members: a coordinator by its ticks, every member by its acknowledgements. A process
/// that is stopped or hangs on a disk remains a member of the engine; only its silence shows it.
/// </summary>
internal sealed class SignsOfLife(ControlIdentity self, ControlLimits limits)
{
    private readonly SortedDictionary<NodeId, (long Index, Instant Since)> _progress = [];
    private Instant? _lastTick;
    private Instant? _nextLook;

    /// <summary>When to look again.</summary>
    public Instant? NextTimer(LogMember log) => log.IsOpen ? _nextLook : null;

    /// <summary>A view began.</summary>
    public void ViewBegan(Instant now)
    {
        _progress.Clear();
        _lastTick = now;
        _nextLook = now.Plus(limits.Tick);
    }

    /// <summary>An entry was committed.</summary>
    public void Applied(AppliedEntry applied, Instant now)
    {
        if (applied.Entry.Submission.Commands.Any(c => c is Command.Tick)
            || CoordinatorRule.Choose(applied.Before) != CoordinatorRule.Choose(applied.After))
        {
            _lastTick = now;
        }
    }

    /// <summary>Says whom it suspects, once per limit.</summary>
    public void Watch(LogMember log, ReplicatedState state, StepWork work)
    {
        Instant now = work.Time.Now;
        if (_nextLook is not { } look || look.CompareTo(now) > 0)
            return;
        _nextLook = now.Plus(limits.Tick);
        if (log.KeepsNothing)
        {
            // Where too few stores work nothing is committed, the coordinator's ticks neither: it isn't
            // stuck. Words said now would be committed all at once later, and cost nodes that are well.
            // Where enough work, the others say them.
            _lastTick = now;
            _progress.Clear();
            return;
        }

        if (state.Member(self.Node) is not { Phase: MemberPhase.Joined } || state.View is not { Quorate: true })
            return;
        if (CoordinatorRule.Choose(state) is { } coordinator && coordinator != self.Node
            && _lastTick is { } tick && now.Since(tick) > limits.Stuck)
        {
            _lastTick = now;
            Suspect(state, coordinator, work);
        }

        foreach (Participant participant in log.Participants.Where(p => p.Member.Node != self.Node))
            Look(participant.Member.Node, log, state, work);
    }

    private void Look(NodeId node, LogMember log, ReplicatedState state, StepWork work)
    {
        // It has reported why it acknowledges nothing, and is about to leave.
        if (state.Member(node) is { StoreTrouble.Length: > 0 })
        {
            _progress.Remove(node);
            return;
        }

        long index = log.AcknowledgedBy(node);
        bool behind = index < state.Index;
        if (!behind || !_progress.TryGetValue(node, out (long Index, Instant Since) seen) || seen.Index != index)
        {
            _progress[node] = (index, work.Time.Now);
            return;
        }

        if (work.Time.Now.Since(seen.Since) <= limits.Stuck)
            return;
        _progress[node] = (index, work.Time.Now);
        Suspect(state, node, work);
    }

    private void Suspect(ReplicatedState state, NodeId node, StepWork work)
    {
        if (state.Member(node) is { Phase: MemberPhase.Joined or MemberPhase.Joining } member)
            work.Submit(new Command.Suspected(node, member.ControllerSession, self.Node));
    }
}
