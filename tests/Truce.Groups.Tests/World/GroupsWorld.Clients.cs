using Truce.Model;

namespace Truce.Groups.Tests.World;

/// <content>Clients.</content>
internal sealed partial class GroupsWorld
{
    /// <summary>A client connects to its node's server.</summary>
    public int Connect(int node, Habit habit = Habit.Approves)
    {
        _clients = _clients.Add(new WorldClient(node, _clients.Count + 1, habit)
        {
            IsOpen = true,
            Boot = _nodes[node].Boots,
        });
        Step(node, new GroupsInput.ClientOpened(_clients.Count));
        return _clients.Count - 1;
    }

    public void Ask(int client, GroupRequest what)
    {
        WorldClient asking = _clients[client];
        if (!asking.IsOpen)
            return;
        long request = asking.LastRequest + 1;
        asking = asking with { LastRequest = request };
        if (what is GroupRequest.TakeClaim take)
            asking = asking with { ClaimsAsked = asking.ClaimsAsked.Set(request, take.Claim) };
        if (what is GroupRequest.TakeClaim { Fence: FenceDemand.Required } fenced)
            Checks = Checks with { Fenced = Checks.Fenced.Add(fenced.Claim) };
        // From here on the claim isn't its own, even if it is granted only now.
        if (what is GroupRequest.ReleaseClaim release)
        {
            asking = asking with
            {
                ClaimsAsked = asking.ClaimsAsked.RemoveAll(c => c.Value == release.Claim),
                Held = asking.Held.Remove(release.Claim),
            };
        }

        asking = what switch
        {
            GroupRequest.Goodbye goodbye => Leaving(asking, goodbye.Group),
            GroupRequest.Leave leave => Leaving(asking, leave.Group),
            GroupRequest.Join join => asking with
            {
                Leaving = asking.Leaving.RemoveAll(g => g == join.Group),
            },
            _ => asking,
        };
        _clients = _clients.SetItem(client, asking);
        Step(asking.Node, new GroupsInput.ClientAsked(asking.Number, request, what));
    }

    /// <summary>A client ends.</summary>
    public void Close(int client)
    {
        if (!_clients[client].IsOpen)
            return;
        _clients = _clients.SetItem(client, _clients[client] with { IsOpen = false, ClosedItself = true });
        Step(_clients[client].Node, new GroupsInput.ClientClosed(_clients[client].Number));
    }

    /// <summary>Its server ends the connection, and it doesn't notice.</summary>
    public void Drop(int client)
    {
        _clients = _clients.SetItem(client, _clients[client] with { IsDropped = true });
        Step(_clients[client].Node, new GroupsInput.ClientDropped(_clients[client].Number));
    }

    private void Change(int node, long number, Func<WorldClient, WorldClient> change)
    {
        int at = _clients.FindIndex(c => c.Node == node && c.Number == number);
        _clients = _clients.SetItem(at, change(_clients[at]));
    }

    private void Told(int node, long number, ClientMessage message)
    {
        switch (message)
        {
            case ClientMessage.Welcome welcome:
                Change(node, number, c =>
                    c with { Id = welcome.Client, Until = welcome.Until.Nanoseconds - Offset(node) });
                break;
            case ClientMessage.Tick tick:
                Change(node, number, c => c with { Until = tick.Until.Nanoseconds - Offset(node) });
                break;
            case ClientMessage.Answer answer:
                Answered(node, number, answer);
                break;
            case ClientMessage.Notified notified:
                Notified(node, number, notified.Notice);
                break;
            case ClientMessage.Snapshot(var group, _, var now):
                Change(node, number, c =>
                    c with { Seen = c.Seen.Add($"{group} {now?.Providers.Count} '{now?.Value}'") });
                break;
            case ClientMessage.SystemSnapshot system:
                Change(node, number, c => c with { Seen = c.Seen.Add(system.Now.GetType().Name) });
                break;
            case ClientMessage.Ping ping:
                if (_clients.Single(c => c.Node == node && c.Number == number).Habit != Habit.IsSilent)
                    Step(node, new GroupsInput.ClientAlive(number, ping.Group, ping.Number));
                break;
        }
    }

    private void Answered(int node, long number, ClientMessage.Answer answer)
    {
        Change(node, number, c => c with { Answers = c.Answers.Add($"{answer.Request} {answer.Outcome}") });
        ClaimName claim = default;
        Change(node, number, c =>
        {
            if (answer.Outcome is not RequestOutcome.Done done || !c.ClaimsAsked.Has(answer.Request))
                return c;
            claim = c.ClaimsAsked.Find(answer.Request);
            return c with { Held = c.Held.Set(claim, done.Epoch) };
        });
        if (claim != default && answer.Outcome is RequestOutcome.Done granted)
            Checks = Checks.Granted(claim, granted.Epoch, Unproven(claim, node, number));
    }

    private static WorldClient Leaving(WorldClient client, GroupName group) => client with
    {
        MemberSince = client.MemberSince.Remove(group),
        Leaving = client.Leaving.Add(group),
    };

    private static EquatableMap<GroupName, long> MemberSince(WorldClient client, Notice notice)
    {
        if (client.Leaving.Contains(notice.Group))
            return client.MemberSince;
        bool isIn = notice.Body is NoticeBody.Ended ended
            && ended.Now.Providers.Any(p => p.Client == client.Id);
        bool joins = notice.Body is NoticeBody.Ended { Verdict: Verdict.Approved } made
            && made.Changes.Any(c => c is Change.Join join && join.Provider.Client == client.Id);
        return isIn && joins ? client.MemberSince.Set(notice.Group, notice.Epoch) : client.MemberSince;
    }

    // Who has held it, never gave it back, and may still act.
    private IEnumerable<WorldClient> Unproven(ClaimName claim, int node, long number) => _clients.Where(c =>
        c.Held.Has(claim) && (c.Node != node || c.Number != number) && !IsOver(c.Node, c.Boot));

    private void Notified(int node, long number, Notice notice)
    {
        int at = _clients.FindIndex(c => c.Node == node && c.Number == number);
        WorldClient client = _clients[at];
        Checks = Checks.Told(client, notice, _clients, Now, c => IsOver(c.Node, c.Boot));
        _clients = _clients.SetItem(at, client with
        {
            Epochs = client.Epochs.Add(notice.Epoch),
            Seen = client.Seen.Add(notice.Body.GetType().Name),
            MemberSince = MemberSince(client, notice),
        });
        if (notice.Body is NoticeBody.DeactivationAsked asked && client.Habit != Habit.IsSilent)
            Ask(at, new GroupRequest.CastVote(
                notice.Group, asked.Protocol, asked.Phase, new Vote(VoteChoice.Approve)));
        if (notice.Body is not NoticeBody.PhaseBegan began || client.Habit == Habit.IsSilent)
            return;
        VoteChoice choice = client.Habit switch
        {
            Habit.Rejects => VoteChoice.Reject,
            Habit.ContinuesOnce when began.Phase == 1 => VoteChoice.Continue,
            Habit.Approves or Habit.ContinuesOnce or Habit.IsSilent => VoteChoice.Approve,
        };
        Ask(at, new GroupRequest.CastVote(notice.Group, began.Protocol, began.Phase, new Vote(choice)));
    }
}
