using Truce.Model;

namespace Truce.Groups;

/// <summary>
/// The protocols of a group, one at a time: those who are gone first, then other changes of membership, then
/// the rest. One of one phase is approved at once. One of many ends when all approve or one rejects; a voter
/// that is gone, or too late, gets the default vote.
/// </summary>
internal static class ProtocolRun
{
    /// <summary>The terms of joins and removals: the group's.</summary>
    public static ProposalTerms TermsOf(GroupAttributes attributes, PhaseCount phases) =>
        new(phases, Collision.Queue, attributes.Limit, attributes.Default);

    /// <summary>Starts what waits, if nothing runs.</summary>
    public static void Next(ApplyWork work, GroupName name)
    {
        while (work.Find(name) is { Running: null } group)
        {
            if (group.Queue.IsEmpty)
            {
                DissolveIfEmpty(work, name, group);
                return;
            }

            EquatableArray<Proposal> chosen = ProtocolChoice.Choose(group);
            work.Put(name, group with { Queue = group.Queue.RemoveAll(p => chosen.Any(c => c.Id == p.Id)) });
            EquatableArray<Proposal> valid = chosen.RemoveAll(p => IsObsolete(work, work.Get(name), p));
            if (!valid.IsEmpty)
                Start(work, name, valid);
        }
    }

    /// <summary>A vote.</summary>
    public static void Cast(ApplyWork work, ClientId client, long request, GroupRequest.CastVote cast)
    {
        if (work.Find(cast.Group) is not { } group)
        {
            work.Refuse(client, request, RefusalCode.UnknownGroup);
            return;
        }

        if (group.Running is not { } running || running.Id != cast.Protocol || running.Phase != cast.Phase
            || running.Awaited.FindIndex(v => v == client) < 0)
        {
            work.Refuse(client, request, RefusalCode.NoVoteAwaited);
            return;
        }

        if (!work.HasRoom(StateSize.Of(cast.Vote)))
        {
            work.Refuse(client, request, RefusalCode.StateFull);
            return;
        }

        work.Answer(client, request, new RequestOutcome.Done(0));
        work.Put(cast.Group, group with { Running = WithVote(running, client, cast.Vote) });
        Resolve(work, cast.Group);
        Next(work, cast.Group);
    }

    private static Protocol WithVote(Protocol running, ClientId client, Vote vote)
    {
        Protocol counted = running with
        {
            Votes = running.Votes.Set(client, new Vote(vote.Choice, vote.Reason)),
        };
        // Who is expelled has no say in what the others have agreed on.
        return running.Stage == ProtocolStage.Deactivating
            ? counted
            : counted with
            {
                Value = vote.Value ?? running.Value,
                Default = vote.Default ?? running.Default,
                Messages = vote.Message.Length == 0
                    ? running.Messages
                    : running.Messages.Add(new VoteMessage(client, vote.Message)),
            };
    }

    /// <summary>A phase's time is over.</summary>
    public static void Expire(ApplyWork work, GroupsCommand.PhaseOver over)
    {
        // Several servers announce it; the vote that was missing may have come before.
        if (work.Find(over.Group) is not { Running: { } running } group
            || running.Id != over.Protocol || running.Phase != over.Phase)
        {
            return;
        }

        work.Tell(over.Group, Audience(group, running.Proposals), Reach.Named,
            new NoticeBody.LimitExceeded(running.Id, running.Phase, running.Awaited, running.Default));
        work.Put(over.Group, group with { Running = WithDefaults(running, _ => true, "too late") });
        Resolve(work, over.Group);
        Next(work, over.Group);
    }

    /// <summary>Clients that are gone no longer vote or join in what runs.</summary>
    public static void Withdraw(ApplyWork work, GroupName name, Predicate<ClientId> isGone)
    {
        Group group = work.Get(name);
        if (group.Running is not { } running)
            return;
        EquatableArray<Proposal> left = running.Proposals.RemoveAll(p =>
            p.Change is Change.Join join && isGone(join.Provider.Client));
        if (left.IsEmpty)
        {
            End(work, name, running, Verdict.Rejected, "who wanted to join is gone");
            return;
        }

        // A joiner that is gone has no vote; a provider has its default vote.
        Protocol rest = running with
        {
            Proposals = left,
            Voters = running.Voters.RemoveAll(v => isGone(v) && !group.HasProvider(v)),
        };
        work.Put(name, group with { Running = WithDefaults(rest, isGone, "gone") });
        Resolve(work, name);
    }

    private static Protocol WithDefaults(Protocol running, Predicate<ClientId> whose, string reason)
    {
        bool approves = running is { Stage: ProtocolStage.Voting, Default: DefaultVote.Approve };
        VoteChoice choice = approves ? VoteChoice.Approve : VoteChoice.Reject;
        EquatableMap<ClientId, Vote> votes = running.Votes;
        foreach (ClientId voter in running.Awaited)
        {
            if (whose(voter))
                votes = votes.Set(voter, new Vote(choice, reason));
        }

        return running with { Votes = votes };
    }

    private static bool IsObsolete(ApplyWork work, Group group, Proposal proposal)
    {
        if (ProtocolChoice.Objection(group, proposal) is not { } objection)
            return false;
        if (proposal.By is { } by)
            work.Refuse(by, proposal.Request, objection);
        return true;
    }

    private static void Start(ApplyWork work, GroupName name, EquatableArray<Proposal> proposals)
    {
        Group group = work.Get(name);
        Proposal first = proposals[0];
        PhaseCount phases = ProtocolChoice.PhasesOf(group.View.Attributes, first);
        Protocol protocol =
            new(first.Id, proposals, 0, first.Terms.Limit, first.Terms.Default, [], default, null, []);
        if (phases == PhaseCount.One)
            Approve(work, name, protocol);
        else
            BeginPhase(work, name, protocol);
    }

    private static void BeginPhase(ApplyWork work, GroupName name, Protocol protocol)
    {
        Group group = work.Get(name);
        EquatableArray<ClientId> voters = ProtocolChoice.Voters(group, protocol.Proposals);
        if (voters.IsEmpty)
        {
            Approve(work, name, protocol);
            return;
        }

        Protocol next =
            protocol with { Phase = protocol.Phase + 1, Voters = voters, Votes = default, Messages = [] };
        work.Put(name, group with { Running = next });
        work.Tell(name, voters, Reach.Named, new NoticeBody.PhaseBegan(
            next.Id, next.Phase, next.Limit, ChangesOf(next), protocol.Messages));
    }

    private static void Resolve(ApplyWork work, GroupName name)
    {
        if (work.Get(name).Running is not { } running)
            return;
        if (running.Stage == ProtocolStage.Deactivating)
        {
            if (running.Awaited.IsEmpty)
                End(work, name, Deactivation.Ended(running), Verdict.Approved, "");
            return;
        }

        ClientId? rejecting = running.Voters.Where(v => running.Votes.Find(v)?.Choice == VoteChoice.Reject)
            .Select(v => (ClientId?)v).FirstOrDefault();
        if (rejecting is { } by)
            End(work, name, running, Verdict.Rejected, $"{by}: {running.Votes.Find(by)?.Reason}");
        else if (!running.Awaited.IsEmpty)
            return;
        else if (!running.Votes.Values.Any(v => v.Choice == VoteChoice.Continue))
            Approve(work, name, running);
        else if (running.Phase >= work.Limits.Phases)
            End(work, name, running, Verdict.Rejected, $"not agreed after {running.Phase} phases");
        else
            BeginPhase(work, name, running);
    }

    // Whoever is expelled is deactivated by its own side first, if it has said how.
    private static void Approve(ApplyWork work, GroupName name, Protocol protocol)
    {
        if (Deactivation.Of(work.Get(name), protocol) is not { } asked)
        {
            End(work, name, protocol, Verdict.Approved, "");
            return;
        }

        work.Put(name, work.Get(name) with { Running = asked.Protocol });
        work.Tell(name, asked.Protocol.Voters, Reach.Named, asked.Notice);
    }

    private static void End(ApplyWork work, GroupName name, Protocol protocol, Verdict verdict, string reason)
    {
        Group group = work.Get(name);
        EquatableArray<ClientId> audience = Audience(group, protocol.Proposals);
        GroupView now = ProtocolResult.Apply(group.View, protocol, verdict);
        work.Put(name, group with { Running = null, View = now });
        work.Tell(name, audience, Reach.Subscribers, new NoticeBody.Ended(
            protocol.Id, verdict, reason, ChangesOf(protocol), protocol.Messages, now));
        RequestOutcome outcome = verdict == Verdict.Approved
            ? new RequestOutcome.Done(work.State.Token)
            : new RequestOutcome.Rejected(work.State.Token, reason);
        foreach (Proposal proposal in protocol.Proposals)
            Settle(work, name, proposal, outcome);
        foreach (Proposal proposal in protocol.Proposals)
        {
            // Where proof is required, the expelled are still there.
            if (verdict == Verdict.Approved && proposal.Change is Change.Expel expel
                && work.Find(name)?.HasProvider(expel.Client) == true)
                ClientRemoval.Begin(work, name, c => c == expel.Client, RemovalCause.Expelled);
        }

        foreach (Provider gone in group.View.Providers.Except(now.Providers))
            ClientRemoval.CastOut(work, name, ClientRemoval.NodeOf(gone.Client));
    }

    private static void Settle(ApplyWork work, GroupName name, Proposal proposal, RequestOutcome outcome)
    {
        if (proposal.By is { } by)
            work.Answer(by, proposal.Request, outcome);
        if (proposal.Terms.Key.Length == 0)
            return;
        Group group = work.Get(name);
        EquatableArray<KeyedOutcome> remembered =
            group.Remembered.Add(new KeyedOutcome(proposal.Terms.Key, outcome));
        if (remembered.Count > work.Limits.RememberedKeys)
            remembered = remembered.RemoveAt(0);
        work.Put(name, group with { Remembered = remembered });
        // What is remembered was never refused; it makes room instead.
        while (!remembered.IsEmpty && !work.HasRoom(0))
        {
            remembered = remembered.RemoveAt(0);
            work.Put(name, work.Get(name) with { Remembered = remembered });
        }
    }

    private static void DissolveIfEmpty(ApplyWork work, GroupName name, Group group)
    {
        if (!group.View.Providers.IsEmpty)
            return;
        work.Remove(name);
        work.Tell(name, [], Reach.Subscribers, new NoticeBody.Dissolved());
    }

    private static EquatableArray<Change> ChangesOf(Protocol protocol) =>
        protocol.Proposals.Select(p => p.Change).ToEquatableArray();

    // Those who join or leave with it are told too.
    private static EquatableArray<ClientId> Audience(Group group, EquatableArray<Proposal> proposals) =>
        group.View.Providers.Select(p => p.Client)
            .Concat(proposals.Select(p => p.Change).OfType<Change.Join>().Select(j => j.Provider.Client))
            .ToEquatableArray();
}
