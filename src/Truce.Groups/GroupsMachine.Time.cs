using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Groups;

/// <content>What is due, and what is said to the other servers.</content>
public sealed partial class GroupsMachine
{
    /// <summary>When it next wants <see cref="GroupsInput.TimePassed"/>; null: only when an input
    /// comes.</summary>
    public Instant? NextTimer
    {
        get
        {
            Instant? due = Instant.Earliest(
                _clients.Clients.Count > 0 ? _clients.Lease : null, IsWaiting ? _gathering.Deadline : null,
                _log.IsOpen ? _nextBeat : null);
            foreach (MapEntry<long, Instant> going in _clients.Going.Entries)
                due = Instant.Earliest(due, going.Value);
            foreach (MapEntry<PulseKey, Pulse> pulse in _clients.Pulses.Entries)
                due = Instant.Earliest(due, pulse.Value.Due);
            if (_log.IsOpen)
            {
                foreach ((Instant at, _) in Announcements())
                    due = Instant.Earliest(due, at);
            }

            return due;
        }
    }

    private bool IsWaiting => (_gathering.IsOpen && _gathering.IsHelloSaid && !_gathering.IsProceedSaid)
        || (_awaited is not null && !_gathering.IsRegatherAsked);

    // What follows from the new situation, whatever the input was.
    private void Settle(Instant now)
    {
        SayHello(now);
        if (_clients.Clients.Count > 0 && !_clients.HasLease(now))
            EndLease();
        LetGo(now);
        ExpirePulses(now);
        if (IsWaiting && IsDue(_gathering.Deadline, now))
            EndPatience();
        if (!_log.IsOpen)
            return;
        Announce(now);
        Beat(now);
        Flush();
        AcknowledgeOwn();
    }

    // Only once the engine's word on the same ring is there: view and quorum come in either order.
    private void SayHello(Instant now)
    {
        if (!_gathering.IsOpen || _gathering.IsHelloSaid || _gathering.View is not { } view
            || _quorum is not { } quorum || quorum.Ring != view.Ring)
        {
            return;
        }

        _gathering = _gathering with { IsHelloSaid = true, Deadline = now.Plus(_times.Silence) };
        Multicast(new GroupsMessage.Hello(view, Words(quorum.Info)));
    }

    private HelloWords Words(QuorumInfo quorum) => new(
        _id,
        _state?.Lineage,
        _log.Standing,
        _state?.Token ?? 0,
        _life.Stamp,
        quorum.Quorate ? EngineQuorum.Present : EngineQuorum.Missing,
        quorum.Needed,
        quorum.Configured.Select(v => new NodeVotes(v.Key, v.Value)).ToEquatableArray())
    {
        Boot = _life.Boot,
        Owes = _owed,
    };

    private void EndPatience()
    {
        if (_awaited is not null)
        {
            AskRegather();
            return;
        }

        _gathering = _gathering with { IsProceedSaid = true };
        if (_gathering.View is { } view)
            Multicast(new GroupsMessage.Proceed(view, _gathering.Silent));
    }

    private void AskRegather()
    {
        if (_gathering.IsRegatherAsked || _gathering.View is not { } view)
            return;
        _gathering = _gathering with { IsRegatherAsked = true };
        Multicast(new GroupsMessage.Regather(view));
    }

    private void LetGo(Instant now)
    {
        foreach (MapEntry<long, Instant> going in _clients.Going.Entries)
        {
            if (!IsDue(going.Value, now))
                continue;
            _clients = _clients with { Going = _clients.Going.Remove(going.Key) };
            Gone(going.Key);
        }
    }

    private IEnumerable<(Instant At, GroupsCommand Command)> Announcements()
    {
        if (_state is not { } state || _log.View is not { } view)
            return [];
        return _watches.Due(state, _times, TurnIn(view)).Where(a => !_outbox.Has(a.Command));
    }

    private void Announce(Instant now)
    {
        foreach ((Instant at, GroupsCommand command) in Announcements().ToList())
        {
            if (IsDue(at, now))
                Submit(command);
        }
    }

    private void Beat(Instant now)
    {
        _isBeating = IsDue(_nextBeat, now);
        if (!_isBeating)
            return;
        _nextBeat = now.Plus(_times.Tick);
        if (!_outbox.Entries.Any(e => e.Command is GroupsCommand.Beat))
            Submit(new GroupsCommand.Beat(now));
        if (_log.View is not { } view)
            return;
        foreach (GroupsCommand proven in Proofs(view, now).ToList())
            Submit(proven);
        ReportLinks();
        if (view.Participants.Any(p => IsStuck(p.Member, now)))
            AskRegather();
    }

    // With the beat, and not at once: what is waited for is looked for in all groups and claims.
    private IEnumerable<GroupsCommand> Proofs(GroupsAgreement view, Instant now) => _state is { } state
        ? _proofs.Due(state, TurnIn(view), now).Where(c => !_outbox.Has(c))
        : [];

    private TimeSpan TurnIn(GroupsAgreement view) =>
        _times.Stagger * view.Participants.FindIndex(p => p.Member == _self);

    private bool IsStuck(EngineMember member, Instant now) =>
        member != _self && now.Since(_heard.Find(member)) > _times.Stuck;

    // Where this process stood still itself, the others' silence says nothing.
    private void ForgiveOwnStall(Instant now)
    {
        TimeSpan gap = now.Since(_lastStep);
        _lastStep = now;
        if (gap <= _times.Tick * 2)
            return;
        foreach (MapEntry<EngineMember, Instant> heard in _heard.Entries)
            _heard = _heard.Set(heard.Key, heard.Value.Plus(gap));
        _clients = _clients.Forgive(gap);
    }

    private void Submit(GroupsCommand command) => _outbox = _outbox.Add(command);

    private void Flush()
    {
        if (_log.View is not { } view || _outbox.Entries.All(e => e.Sending == Sending.Sent))
            return;
        foreach (OutboxEntry entry in _outbox.Entries.Where(e => e.Sending == Sending.Waits))
            Multicast(new GroupsMessage.Submit(view.Epoch, entry.Number, entry.Command));
        _outbox = _outbox.MarkSent();
    }

    // One acknowledgement is on its way at a time: under load, one stands for many. The servers' beats are
    // acknowledged with this server's own next one. If each were answered at once, an idle cluster would send
    // as many messages as the square of its servers, and Corosync's token would never rest.
    private void AcknowledgeOwn()
    {
        if (_log.OwnOnTheWay > 0 || _log.OwnSaid >= _log.Standing.Index || _log.View is not { } view)
            return;
        if (!_isBeating && !_log.IsAwaited)
            return;
        _log = _log with { OwnOnTheWay = _log.Standing.Index, OwnSaid = _log.Standing.Index };
        Multicast(new GroupsMessage.Acknowledge(view.Epoch, _log.Standing.Index));
    }

    private void Multicast(GroupsMessage message) => _outputs.Add(new GroupsOutput.Multicast(message));

    private static bool IsDue(Instant at, Instant now) => at.CompareTo(now) <= 0;
}
