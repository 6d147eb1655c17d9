using System.Collections.Immutable;
using Truce.Contracts;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Ports;

namespace Truce.Runtime.Controller.Gate;

/// <summary>
/// Holds proposed configurations back until they are judged (promise S9). What is judged is what
/// is committed: the call itself is held, and goes on unchanged. One is judged at a time, those
/// of root first; the loop never waits.
/// </summary>
internal sealed class ConfigurationGate(
    ControlMachine control, GateMeans means, AgentOffers? offers, Action<LinkId, ClientAnswer> reply)
{
    private const int WaitingMax = 16;
    private const int UnprivilegedMax = 2;
    private const int FindingsKeptMax = 1_000;

    // Answers of the planning worker carry numbers of the control machine, from 1 on.
    private readonly LinkedList<HeldCall> _waiting = [];
    private readonly Dictionary<(LinkId, string), ImmutableArray<InputFinding>> _remarks = [];
    private HeldCall? _judged;
    private long _requests;

    /// <summary>Whether the call is held (or answered already); false: it
    /// isn't the gate's business.</summary>
    public bool Takes(LinkId link, ClientCall call, RoleTime time)
    {
        if (call.Request is not ClientRequest.ApplyConfiguration apply || control.State is not { } state)
            return false;
        // Permissions first: users who may change nothing cost no check.
        if (!apply.CheckOnly && new AccessRules(state.Cib, ClientDesk.CallerOf(call.Caller), state.At)
            .AnyChangeObjection() is { } objection)
        {
            reply(link, new ClientAnswer(
                call.Id, new ClientReply.Refused(RefusalKind.Permission, objection, [])));
            return true;
        }

        bool privileged = call.Caller.Privileged || call.Caller.User == 0;
        int before = privileged ? _waiting.Count : _waiting.Count(c => !c.Privileged);
        if (before >= (privileged ? WaitingMax : UnprivilegedMax))
        {
            reply(link, new ClientAnswer(call.Id, new ClientReply.Refused(
                RefusalKind.Busy, "other configurations are being checked; do: try again in a few seconds", [])));
            return true;
        }

        HeldCall held = new(link, call, apply, privileged);
        LinkedListNode<HeldCall>? behind = privileged ? Last(c => c.Privileged) : _waiting.Last;
        if (behind is null)
            _waiting.AddFirst(held);
        else
            _waiting.AddAfter(behind, held);
        JudgeNext(time);
        return true;
    }

    /// <summary>
    /// The worker is done: the call that passed, to go on; null: it is answered, or its client is gone.
    /// </summary>
    public (LinkId Link, ClientCall Call)? Decided(GateVerdict verdict, RoleTime time)
    {
        HeldCall? held = _judged;
        _judged = null;
        JudgeNext(time);
        if (held is null || held.IsAbandoned)
            return null;
        switch (verdict)
        {
            case GateVerdict.Passed(var findings):
                if (findings.Length > 0 && _remarks.Count < FindingsKeptMax)
                    _remarks[(held.Link, held.Call.Id)] = findings;
                return (held.Link, held.Call);
            case GateVerdict.Condemned(var findings):
                Refuse(held, RefusalKind.BadInput, "the configuration is refused", findings);
                return null;
            case GateVerdict.Forbidden(var reason):
                Refuse(held, RefusalKind.Permission, reason, []);
                return null;
            case GateVerdict.Undecided(var reason):
                Refuse(held, RefusalKind.BadInput, reason, []);
                return null;
            default:
                throw new InvariantException($"a verdict of an unknown kind: {verdict.GetType().Name}");
        }
    }

    /// <summary>An answer on its way out, with what the gate had to say about it.</summary>
    public ClientAnswer WithRemarks(LinkId link, ClientAnswer answer) =>
        _remarks.Remove((link, answer.Id), out ImmutableArray<InputFinding> remarks) && answer.Reply is ClientReply.Done done
            ? answer with { Reply = done with { Findings = remarks } }
            : answer;

    /// <summary>A client is gone.</summary>
    public void Closed(LinkId link)
    {
        foreach (HeldCall held in _waiting.Where(c => c.Link == link).ToList())
            _waiting.Remove(held);
        if (_judged?.Link == link)
            _judged = _judged with { IsAbandoned = true };
        foreach ((LinkId, string) key in _remarks.Keys.Where(k => k.Item1 == link).ToList())
            _remarks.Remove(key);
    }

    private void JudgeNext(RoleTime time)
    {
        if (_judged is not null || _waiting.First is not { } first || control.State is not { } state)
            return;
        _waiting.RemoveFirst();
        _judged = first.Value;
        var said = offers?.Others ?? ImmutableSortedDictionary<NodeId, EquatableArray<string>>.Empty;
        GateQuestion question = new(
            first.Value.Apply.Xml, PlanningCib.Compose(state), time.Wall,
            state.Members.Count(m => m.Value.Phase is MemberPhase.Joined && !said.ContainsKey(m.Key)) - 1)
        {
            Offers = said,
            Rights = first.Value.Privileged || first.Value.Apply.CheckOnly
                ? null
                : new GateRights(ClientDesk.CallerOf(first.Value.Call.Caller), state.Cib, state.At),
        };
        IConfigurationJudge judge = means.Judge;
        means.Worker.Request(++_requests, _ => judge.Judge(question));
    }

    private LinkedListNode<HeldCall>? Last(Func<HeldCall, bool> which)
    {
        for (LinkedListNode<HeldCall>? node = _waiting.Last; node is not null; node = node.Previous)
        {
            if (which(node.Value))
                return node;
        }

        return null;
    }

    private void Refuse(HeldCall held, RefusalKind kind, string message, ImmutableArray<InputFinding> findings) =>
        reply(held.Link, new ClientAnswer(held.Call.Id, new ClientReply.Refused(kind, message, findings)));

    private sealed record HeldCall(LinkId Link, ClientCall Call, ClientRequest.ApplyConfiguration Apply, bool Privileged)
    {
        public bool IsAbandoned { get; init; }
    }
}
