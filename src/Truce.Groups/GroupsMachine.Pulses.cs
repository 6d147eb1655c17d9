using Truce.Model;

namespace Truce.Groups;

/// <content>Whether this server's clients are responsive, and what this node's links are.</content>
public sealed partial class GroupsMachine
{
    private void Alive(GroupsInput.ClientAlive alive, Instant now)
    {
        PulseKey key = new(alive.Client, alive.Group);
        if (_clients.Pulses.Find(key) is { } pulse)
            Do(key, pulse.Hear(alive.Number, now));
    }

    private void ExpirePulses(Instant now)
    {
        foreach (MapEntry<PulseKey, Pulse> pulse in _clients.Pulses.Entries)
        {
            if (IsDue(pulse.Value.Due, now))
                Do(pulse.Key, pulse.Value.Expire(now));
        }
    }

    private void Do(PulseKey key, (Pulse Next, PulseWork Work) step)
    {
        _clients = _clients.Put(key, step.Next);
        switch (step.Work)
        {
            case PulseWork.Ping:
                Tell(key.Client, new ClientMessage.Ping(key.Group, step.Next.Number));
                break;
            case PulseWork.SayLost:
                Say(key, Responsiveness.Lost);
                break;
            case PulseWork.SayPresent:
                Say(key, Responsiveness.Present);
                break;
            case PulseWork.None:
                break;
        }
    }

    private void Say(PulseKey key, Responsiveness state)
    {
        if (_id is { } id)
            Submit(new GroupsCommand.Responsive(new ClientId(id, key.Client), key.Group, state));
    }

    // From its join on, and until it isn't a provider any more.
    private void FollowPulses(Notice notice)
    {
        if (notice.Body is not NoticeBody.Ended ended)
            return;
        foreach (Change.Join join in ended.Changes.OfType<Change.Join>())
        {
            if (ended.Verdict == Verdict.Approved && join.Provider.Check is { } check
                && IsOwn(join.Provider.Client))
                _clients = _clients.Put(
                    new PulseKey(join.Provider.Client.Number, notice.Group), Pulse.Begin(check, _lastStep));
        }

        _clients = _clients.Keep(notice.Group, client =>
            ended.Now.Providers.Any(p => p.Client.Number == client && p.Client.Server == _id));
    }

    // Its session ends, and it has the rest of its lease to stop in.
    private void FailIfUnresponsive(GroupsCommand.Responsive told)
    {
        if (_state is not { } state || !IsOwn(told.Client) || !ResponsivenessApply.IsFailure(state, told))
            return;
        _outputs.Add(new GroupsOutput.Close(told.Client.Number, CloseReason.Unresponsive));
        Drop(told.Client.Number);
    }

    // With the beat: what the others know of this node's links is what its engine reported last.
    private void ReportLinks()
    {
        if (_state is not { } state || _id is not { } id
            || state.Servers.Find(id) is not { Presence: ServerPresence.Present }
            || _outbox.Entries.Any(e => e.Command is GroupsCommand.LinksTold))
            return;
        if (state.Links.RemoveAll(l => l.From != _self.Node) != _links)
            Submit(new GroupsCommand.LinksTold(id, _links));
    }

    private void TakeLinks(EquatableArray<HostLink> links) => _links = links
        .Where(l => l.From == _self.Node).OrderBy(l => l.To).ThenBy(l => l.Number).Take(_limits.Links)
        .ToEquatableArray();
}
