using Truce.Contracts.Groups;
using Truce.Groups;
using Truce.Model;
using Truce.Ports;

namespace Truce.Runtime.Groups;

/// <content>The clients' connections: who may ask what, and what their lines mean.</content>
public sealed partial class GroupsRole
{
    private static readonly ClientId s_nobody =
        new(new ServerId(new EngineMember(new NodeId(""), 0), default), 0);

    private readonly SortedDictionary<long, GroupsSession> _sessions = [];

    private Instant? FirstHelloLimit
    {
        get
        {
            Instant? first = null;
            foreach (GroupsSession session in _sessions.Values)
            {
                if (session.Phase == SessionPhase.New && (first is not { } known
                    || session.Since.CompareTo(known) < 0))
                    first = session.Since;
            }

            return first?.Plus(_options.HelloLimit);
        }
    }

    private void FromLink(LinkEvent linked, Instant now)
    {
        switch (linked)
        {
            case LinkEvent.Opened { Peer: RoleKind.Groups } opened:
                Opened(opened, now);
                break;
            case LinkEvent.Opened { Peer: RoleKind.Controller, Link: var controller }:
                _deaths.Opened(controller);
                break;
            case LinkEvent.Received(var link, var payload):
                if (_deaths.Received(link, payload.Span, now) is { } proofs)
                    Step(new GroupsInput.ProofsTold(proofs), now);
                if (_sessions.TryGetValue(link.Value, out GroupsSession? session))
                {
                    Received(link, session, payload.Span, now);
                    _clients.Taken(link);
                }

                break;
            case LinkEvent.Closed closed:
                _deaths.Closed(closed.Link);
                Closed(closed, now);
                break;
            case LinkEvent.Opened:
                break;
        }
    }

    private void Opened(LinkEvent.Opened opened, Instant now)
    {
        if (_options.CallerOf(opened.Credentials) is { } caller)
            _sessions[opened.Link.Value] = new GroupsSession(caller, now);
        else
            Refuse(opened.Link, "permission", "this user may not use Group Services; do: add it to the group "
                + "that administers the cluster, or to groups_access in truce.conf");
    }

    private void Closed(LinkEvent.Closed closed, Instant now)
    {
        if (!_sessions.Remove(closed.Link.Value, out GroupsSession? session)
            || session.Phase != SessionPhase.Open)
            return;
        // Only who closed its own end certainly knows it.
        Step(closed.End == LinkEnd.Peer
            ? new GroupsInput.ClientClosed(closed.Link.Value)
            : new GroupsInput.ClientDropped(closed.Link.Value), now);
    }

    private void Received(LinkId link, GroupsSession session, ReadOnlySpan<byte> line, Instant now)
    {
        if (GroupsWire.ReadRequest(line, out string error) is not { } request)
            EndSession(link, session, "malformed", $"{error}; do: see docs/reference/groups-wire.md", now);
        else if (request is GroupsRequest.Hello hello && session.Phase == SessionPhase.New)
            Greet(link, session, hello, now);
        else if (request is GroupsRequest.Hello || session.Phase == SessionPhase.New)
            EndSession(link, session, "malformed", "the first line, and no other, is a hello", now);
        else if (request is GroupsRequest.List list)
            Tell(link, GroupsReadings.List(list.Id, _machine, name => May(session, name)));
        else if (request is GroupsRequest.Show show)
            Show(link, session, show);
        else if (request is GroupsRequest.Alive alive && session.Phase == SessionPhase.Open)
            Step(new GroupsInput.ClientAlive(link.Value, new GroupName(alive.Group), alive.Number), now);
        else
            Ask(link, session, request, now);
    }

    private void Greet(LinkId link, GroupsSession session, GroupsRequest.Hello hello, Instant now)
    {
        if (hello.Version < GroupsWire.Version)
        {
            EndSession(
                link, session, "version", $"this server speaks version {GroupsWire.Version}", now);
            return;
        }

        Tell(link, new GroupsReply.Hello(
            GroupsWire.Version, _options.Node.Value, (long)_options.Times.Lease.TotalMilliseconds,
            (long)_options.Times.Margin.TotalMilliseconds, GroupsWire.RequestBytesMax));
        session.Phase = hello.Use == ConnectionUse.Look ? SessionPhase.Looking : SessionPhase.Open;
        if (session.Phase == SessionPhase.Open)
            Step(new GroupsInput.ClientOpened(link.Value), now);
    }

    private void Show(LinkId link, GroupsSession session, GroupsRequest.Show show) =>
        Tell(link, May(session, show.Group)
            ? GroupsReadings.Show(show.Id, _machine, new GroupName(show.Group))
            : Denied(show.Id));

    private void Ask(LinkId link, GroupsSession session, GroupsRequest request, Instant now)
    {
        if (WireReading.Read(request, Target) is not var (id, what))
            EndSession(link, session, "malformed", "a time is out of range: 1 ms to one day", now);
        else if (session.Phase != SessionPhase.Open)
            EndSession(link, session, "malformed", "without a session, only list and show are answered", now);
        else if (!IsForAll(what) && !May(session, AccessNameOf(what)))
            Tell(link, Denied(id));
        else
            Step(new GroupsInput.ClientAsked(link.Value, id, what), now);
    }

    private ClientId Target(GroupName group, string client)
    {
        foreach (Provider provider in _machine.State?.Groups.Find(group)?.View.Providers ?? [])
        {
            if (provider.Client.ToString() == client)
                return provider.Client;
        }

        return s_nobody;
    }

    private bool May(GroupsSession session, string name) => session.Caller.Reach == CallerReach.All
        || _options.Access.Any(a => a.Covers(name) && a.Names(session.Caller));

    // Which nodes and links there are is no secret among clients.
    private static bool IsForAll(GroupRequest request) =>
        request is GroupRequest.Subscribe or GroupRequest.Unsubscribe
        && SystemGroups.Has(new GroupName(AccessNameOf(request)));

    private static string AccessNameOf(GroupRequest request) => request switch
    {
        GroupRequest.Join r => r.Group.Value,
        GroupRequest.Leave r => r.Group.Value,
        GroupRequest.Goodbye r => r.Group.Value,
        GroupRequest.Expel r => r.Group.Value,
        GroupRequest.ChangeValue r => r.Group.Value,
        GroupRequest.ChangeAttributes r => r.Group.Value,
        GroupRequest.Broadcast r => r.Group.Value,
        GroupRequest.CastVote r => r.Group.Value,
        GroupRequest.Subscribe r => r.Group.Value,
        GroupRequest.Unsubscribe r => r.Group.Value,
        GroupRequest.TakeClaim r => AccessEntry.Claim + r.Claim.Value,
        GroupRequest.ReleaseClaim r => AccessEntry.Claim + r.Claim.Value,
    };

    private static GroupsReply.Answer Denied(long id) => new(id, WireResult.Refused, 0, "permission");

    private void Tell(LinkId link, GroupsReply reply)
    {
        if (_clients.TrySend(link, GroupsWire.Line(reply)))
            return;
        if (_sessions.Remove(link.Value, out GroupsSession? session) && session.Phase == SessionPhase.Open)
            _dropped.Enqueue(link);
    }

    // The machine knows already.
    private void Close(LinkId link, GroupsReply.Bye bye)
    {
        _sessions.Remove(link.Value);
        Refuse(link, bye.Code, bye.Reason);
    }

    // It may have asked before: to the others it is going, not gone.
    private void EndSession(LinkId link, GroupsSession session, string code, string reason, Instant now)
    {
        _sessions.Remove(link.Value);
        LogRefused(link, session.Caller.User, code, reason);
        Refuse(link, code, reason);
        if (session.Phase == SessionPhase.Open)
            Step(new GroupsInput.ClientDropped(link.Value), now);
    }

    private void Refuse(LinkId link, string code, string reason)
    {
        _clients.TrySend(link, GroupsWire.Line(new GroupsReply.Bye(code, reason)));
        _clients.Close(link);
    }

    private void EndSilentConnections(Instant now)
    {
        foreach ((long link, GroupsSession session) in _sessions.ToList())
        {
            if (session.Phase == SessionPhase.New && now.Since(session.Since) >= _options.HelloLimit)
                EndSession(new LinkId(link), session, "silent", "no hello came", now);
        }
    }

    private void CloseAll(string code, string reason)
    {
        foreach (long link in _sessions.Keys.ToList())
            Close(new LinkId(link), new GroupsReply.Bye(code, reason));
    }
}
