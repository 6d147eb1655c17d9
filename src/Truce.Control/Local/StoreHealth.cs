using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// This node's store, when it fails: the other members are informed, and if only this node can't save what it
/// would acknowledge, it leaves in order. A fault that may pass gets a few seconds: if all nodes fill their
/// disks at once, all of them report it within that time, and then none leaves.
/// </summary>
internal sealed class StoreHealth(ControlIdentity self, ControlLimits limits)
{
    private Instant _since;
    private Instant? _next;

    /// <summary>Why it fails; empty: it works.</summary>
    public string Trouble { get; private set; } = "";

    /// <summary>The fault behind <see cref="Trouble"/>.</summary>
    public StoreFault Fault { get; private set; }

    /// <summary>When to look again.</summary>
    public Instant? NextTimer => _next;

    /// <summary>It fails, or fails in another way.</summary>
    public void Fails(StoreFault fault, string reason, Instant now)
    {
        if (Trouble.Length == 0)
            _since = now;
        (Fault, Trouble, _next) = (fault, reason, now);
    }

    /// <summary>It works again.</summary>
    public void Works(Instant now) => (Trouble, _next) = ("", now);

    /// <summary>Tells the others, and leaves where that is the way out.</summary>
    public void Step(ReplicatedState state, StepWork work)
    {
        MemberState? member = state.Member(self.Node);
        bool isKnown = member?.StoreTrouble == Trouble;
        // The last report is compared each time: an earlier one may be
        // committed after the trouble has passed.
        if (Trouble.Length == 0 && isKnown)
            _next = null;
        if ((Trouble.Length == 0 && isKnown) || (_next is { } next && next.CompareTo(work.Time.Now) > 0))
            return;
        _next = work.Time.Now.Plus(limits.Tick);
        if (member is not { Phase: MemberPhase.Joined } || member.ControllerSession != self.Session)
            return;
        if (!isKnown)
            work.Submit(new Command.StoreTold(self.Node, self.Session, Trouble));
        else if (IsPatient(work.Time.Now) && StoreApply.MayLeave(state, self.Node) && !StoreApply.IsLeaving(state, member))
            work.Submit(new Command.StoreLeave(self.Node, self.Session));
    }

    private bool IsPatient(Instant now) => Fault.Stays() || now.Since(_since) >= limits.StorePatience;
}
