using Truce.Model;

namespace Truce.Groups;

/// <content>This server's clients: their requests, their leases, and what they are told.</content>
public sealed partial class GroupsMachine
{
    private void ClientOpened(long client, Instant now)
    {
        if (!IsReady || !_clients.HasLease(now) || _id is not { } id || _clients.Lease is not { } until)
        {
            _outputs.Add(new GroupsOutput.Close(client, CloseReason.NotReady));
        }
        else if (_clients.Clients.Count >= _limits.Clients)
        {
            _outputs.Add(new GroupsOutput.Close(client, CloseReason.Full));
        }
        else
        {
            _clients = _clients.Put(client, new LocalClient(0, []));
            Tell(client, new ClientMessage.Welcome(new ClientId(id, client), until));
        }
    }

    private void ClientClosed(long client)
    {
        if (!_clients.Clients.Has(client))
            return;
        _clients = _clients.Close(client);
        if (_id is { } id)
            _outbox = _outbox.Forget(new ClientId(id, client));
        Gone(client);
    }

    private void Gone(long client)
    {
        if (_id is { } id)
            Submit(new GroupsCommand.ClientGone(new ClientId(id, client)));
    }

    private void ClientAsked(GroupsInput.ClientAsked asked)
    {
        if (_clients.Clients.Find(asked.Client) is not { } client || _id is not { } id)
            return;
        if (!RequestBounds.Fits(asked.What, _limits))
            Refuse(asked, RefusalCode.OutOfBounds);
        else if (MembersGroupOf(asked.What) is { } named && SystemGroups.Has(named))
            Refuse(asked, RefusalCode.SystemGroup);
        else if (asked.What is GroupRequest.Subscribe subscribe)
            Subscribe(asked, client, subscribe.Group);
        else if (asked.What is GroupRequest.Unsubscribe unsubscribe)
            Unsubscribe(asked, client, unsubscribe.Group);
        else if (client.InFlight >= _limits.RequestsInFlight || _outbox.Entries.Count >= _limits.Outbox
            || _outbox.RequestBytes + StateSize.Of(asked.What) > _limits.OutboxBytes)
            Refuse(asked, RefusalCode.Full);
        else
            Forward(asked, client, id);
    }

    // The group in which it asks to be, or is; null: none.
    private static GroupName? MembersGroupOf(GroupRequest request) => request switch
    {
        GroupRequest.Join r => r.Group,
        GroupRequest.Leave r => r.Group,
        GroupRequest.Goodbye r => r.Group,
        GroupRequest.Expel r => r.Group,
        GroupRequest.ChangeValue r => r.Group,
        GroupRequest.ChangeAttributes r => r.Group,
        GroupRequest.Broadcast r => r.Group,
        GroupRequest.CastVote r => r.Group,
        GroupRequest.Subscribe or GroupRequest.Unsubscribe or GroupRequest.TakeClaim
            or GroupRequest.ReleaseClaim => null,
    };

    private void Forward(GroupsInput.ClientAsked asked, LocalClient client, ServerId id)
    {
        _clients = _clients.Put(asked.Client, client with { InFlight = client.InFlight + 1 });
        Submit(new GroupsCommand.Asked(new ClientId(id, asked.Client), asked.Request, asked.What));
    }

    private void Subscribe(GroupsInput.ClientAsked asked, LocalClient client, GroupName group)
    {
        if (client.Subscriptions.Count >= _limits.Subscriptions)
        {
            Refuse(asked, RefusalCode.Full);
            return;
        }

        if (!client.Subscriptions.Contains(group))
            _clients =
                _clients.Put(asked.Client, client with { Subscriptions = client.Subscriptions.Add(group) });
        // First the group: who has the answer knows what it watches.
        long epoch = _state?.Token ?? 0;
        Tell(asked.Client, _state is { } state && SystemGroups.Now(state, group) is { } now
            ? new ClientMessage.SystemSnapshot(epoch, now)
            : new ClientMessage.Snapshot(group, epoch, _state?.Groups.Find(group)?.View));
        Answer(asked, new RequestOutcome.Done(0));
    }

    private void Unsubscribe(GroupsInput.ClientAsked asked, LocalClient client, GroupName group)
    {
        _clients = _clients.Put(asked.Client, client with
        {
            Subscriptions = client.Subscriptions.RemoveAll(g => g == group),
        });
        Answer(asked, new RequestOutcome.Done(0));
    }

    private void Pass(GroupsEffect effect)
    {
        switch (effect)
        {
            case GroupsEffect.Answered answered:
                if (IsOwn(answered.Client))
                {
                    _clients = _clients.Answered(answered.Client.Number);
                    Tell(answered.Client.Number,
                        new ClientMessage.Answer(answered.Request, answered.Outcome));
                }

                break;
            case GroupsEffect.Told told:
                Notify(told.Notice);
                FollowPulses(told.Notice);
                break;
        }
    }

    private void Notify(Notice notice)
    {
        foreach (MapEntry<long, LocalClient> client in _clients.Clients.Entries)
        {
            bool watches = notice.Reach == Reach.Subscribers
                && client.Value.Subscriptions.Contains(notice.Group);
            if (watches || notice.To.Any(c => c.Number == client.Key && c.Server == _id))
                Tell(client.Key, new ClientMessage.Notified(notice));
        }
    }

    private bool IsOwn(ClientId client) => client.Server == _id && _clients.Clients.Has(client.Number);

    private void GrantLease(Instant until)
    {
        _clients = _clients with { Lease = until };
        foreach (long client in _clients.Clients.Keys)
            Tell(client, new ClientMessage.Tick(until));
    }

    private void EndLease()
    {
        foreach (long client in _clients.Clients.Keys)
        {
            _outputs.Add(new GroupsOutput.Close(client, CloseReason.LeaseEnded));
            Drop(client);
        }
    }

    // What it asked and nobody has heard is forgotten: nothing is done for a client whose session is over.
    private void Drop(long client)
    {
        _clients = _clients.Drop(client, _times.Margin);
        if (_id is { } id)
            _outbox = _outbox.Forget(new ClientId(id, client));
    }

    private void Refuse(GroupsInput.ClientAsked asked, RefusalCode code) =>
        Answer(asked, new RequestOutcome.Refused(code));

    private void Answer(GroupsInput.ClientAsked asked, RequestOutcome outcome) =>
        Tell(asked.Client, new ClientMessage.Answer(asked.Request, outcome));

    private void Tell(long client, ClientMessage message) =>
        _outputs.Add(new GroupsOutput.Tell(client, message));
}
