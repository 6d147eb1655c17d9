using Truce.Model;

namespace Truce.Groups;

/// <summary>Takes clients' requests: refuses, answers from memory, or puts a proposal in the queue.</summary>
internal static class Admission
{
    public static void Take(ApplyWork work, ClientId client, long request, GroupRequest what)
    {
        switch (what)
        {
            case GroupRequest.Join join:
                Join(work, client, request, join);
                break;
            case GroupRequest.Leave leave:
                Propose(work, leave.Group, client, request, new Change.Leave(client), leave.Terms);
                break;
            case GroupRequest.Goodbye goodbye:
                Goodbye(work, client, request, goodbye.Group);
                break;
            case GroupRequest.Expel expel:
                Expel(work, client, request, expel);
                break;
            case GroupRequest.ChangeValue change:
                Propose(work, change.Group, client, request,
                    new Change.State(change.Expected, change.Value), change.Terms);
                break;
            case GroupRequest.ChangeAttributes change:
                Propose(work, change.Group, client, request, new Change.Attributes(change.Attributes),
                    change.Terms);
                break;
            case GroupRequest.Broadcast broadcast:
                Propose(work, broadcast.Group, client, request, new Change.Message(broadcast.Message),
                    broadcast.Terms);
                break;
            case GroupRequest.CastVote cast:
                ProtocolRun.Cast(work, client, request, cast);
                break;
            case GroupRequest.TakeClaim take:
                ClaimApply.Take(work, client, request, take);
                break;
            case GroupRequest.ReleaseClaim release:
                ClaimApply.Release(work, client, request, release.Claim);
                break;
            case GroupRequest.Subscribe or GroupRequest.Unsubscribe:
                throw new InvariantException("subscriptions are the server's own, and were submitted");
        }
    }

    private static void Join(ApplyWork work, ClientId client, long request, GroupRequest.Join join)
    {
        Group? known = work.Find(join.Group);
        if (ObjectionToJoin(work, client, join, known) is { } objection)
        {
            work.Refuse(client, request, objection);
            return;
        }

        Group group = known ?? new Group(
            new GroupView([], "", 0, join.Attributes ?? GroupAttributes.Plain), null, [], []);
        ProposalTerms terms = ProtocolRun.TermsOf(group.View.Attributes, PhaseCount.Many);
        Add(work, join.Group, group,
            new Proposal(work.Next(), client, request, new Change.Join(ProviderOf(client, join)), terms));
    }

    private static Provider ProviderOf(ClientId client, GroupRequest.Join join) =>
        new(client, join.Instance) { Check = join.Check, Deactivate = join.Deactivate };

    private static RefusalCode? ObjectionToJoin(
        ApplyWork work, ClientId client, GroupRequest.Join join, Group? group)
    {
        GroupAttributes attributes = group?.View.Attributes ?? join.Attributes ?? GroupAttributes.Plain;
        if (attributes.Source is { } source && !IsSourceOn(work, source, ClientRemoval.NodeOf(client)))
            return RefusalCode.SourceMissing;
        if (group is null)
            return work.State.Groups.Count >= work.Limits.Groups
                ? RefusalCode.Full
                : ProofApply.Objection(work.State, FencedNames.Of(join.Group), attributes.Fence)
                    ?? ObjectionToSize(
                        work, client, join, new Group(new([], "", 0, attributes), null, [], []));
        if (join.Attributes is { } wanted && wanted != attributes)
            return RefusalCode.AttributesDiffer;
        List<ClientId> joining = [.. Open(group)
            .Select(p => p.Change).OfType<Change.Join>().Select(j => j.Provider.Client)];
        if (group.HasProvider(client) || joining.Contains(client))
            return RefusalCode.Already;
        bool full = joining.Count + group.View.Providers.Count >= work.Limits.Providers
            || IsFull(work, group);
        return full ? RefusalCode.Full : ObjectionToSize(work, client, join, null);
    }

    private static RefusalCode? ObjectionToSize(
        ApplyWork work, ClientId client, GroupRequest.Join join, Group? made)
    {
        Proposal proposal = new(
            0, client, 0, new Change.Join(ProviderOf(client, join)),
            ProtocolRun.TermsOf(GroupAttributes.Plain, PhaseCount.One));
        return work.HasRoom(StateSize.Of(join.Group, made) + StateSize.Of(proposal))
            ? null
            : RefusalCode.StateFull;
    }

    private static bool IsSourceOn(ApplyWork work, GroupName source, NodeId node) =>
        work.Find(source)?.View.Providers.Any(p => ClientRemoval.NodeOf(p.Client) == node) == true;

    private static void Goodbye(ApplyWork work, ClientId client, long request, GroupName name)
    {
        if (Provided(work, client, request, name) is not { } group)
            return;
        if (group.IsGoing(client) && !group.IsHeld(client))
            work.Refuse(client, request, RefusalCode.Already);
        else
            ClientRemoval.Goodbye(work, name, client, request);
    }

    private static void Expel(ApplyWork work, ClientId client, long request, GroupRequest.Expel expel)
    {
        if (Provided(work, client, request, expel.Group) is not { } group)
            return;
        if (!group.HasProvider(expel.Target))
            work.Refuse(client, request, RefusalCode.UnknownTarget);
        else
            Propose(work, expel.Group, client, request, new Change.Expel(expel.Target, expel.Reason),
                expel.Terms);
    }

    // The group, if the client is a provider of it; otherwise the client is refused.
    private static Group? Provided(ApplyWork work, ClientId client, long request, GroupName name)
    {
        Group? group = work.Find(name);
        if (group is null)
            work.Refuse(client, request, RefusalCode.UnknownGroup);
        else if (!group.HasProvider(client))
            work.Refuse(client, request, RefusalCode.NotAProvider);
        else
            return group;
        return null;
    }

    private static void Propose(
        ApplyWork work, GroupName name, ClientId client, long request, Change change, ProposalTerms terms)
    {
        if (Provided(work, client, request, name) is not { } group)
            return;
        if (terms.Key.Length > 0 && IsKnown(work, name, group, client, request, terms.Key))
            return;
        if (terms.Collision == Collision.Refuse && (group.Running is not null || !group.Queue.IsEmpty))
            work.Refuse(client, request, RefusalCode.Busy);
        else if (IsFull(work, group))
            work.Refuse(client, request, RefusalCode.Full);
        else
            AddIfItFits(work, name, group, new Proposal(work.Next(), client, request, change, terms));
    }

    // Who leaves always may: there is more room afterwards.
    private static void AddIfItFits(ApplyWork work, GroupName name, Group group, Proposal proposal)
    {
        if (proposal is { Change: not Change.Leave, By: { } by } && !work.HasRoom(StateSize.Of(proposal)))
            work.Refuse(by, proposal.Request, RefusalCode.StateFull);
        else
            Add(work, name, group, proposal);
    }

    private static void Add(ApplyWork work, GroupName name, Group group, Proposal proposal)
    {
        work.Put(name, group with { Queue = group.Queue.Add(proposal) });
        ProtocolRun.Next(work, name);
    }

    private static bool IsFull(ApplyWork work, Group group) =>
        group.Queue.Count(p => p.Change is not Change.Removal) >= work.Limits.Queue;

    private static IEnumerable<Proposal> Open(Group group) =>
        group.Queue.Concat(group.Running?.Proposals ?? []);

    // A client that lost its answer asks again: it gets the first outcome, or waits for it.
    private static bool IsKnown(
        ApplyWork work, GroupName name, Group group, ClientId client, long request, string key)
    {
        if (group.Remembered.FirstOrDefault(r => r.Key == key) is { } ended)
        {
            work.Answer(client, request, ended.Outcome);
            return true;
        }

        if (Open(group).FirstOrDefault(p => p.Terms.Key == key) is not { } waiting)
            return false;
        if (waiting.By is { } before)
            work.Refuse(before, waiting.Request, RefusalCode.Withdrawn);
        work.Put(name, group with
        {
            Queue = Redirect(group.Queue),
            Running = group.Running is { } running
                ? running with { Proposals = Redirect(running.Proposals) }
                : null,
        });
        return true;

        EquatableArray<Proposal> Redirect(EquatableArray<Proposal> proposals) =>
            proposals.Select(p => p.Terms.Key != key ? p : p with { By = client, Request = request })
                .ToEquatableArray();
    }
}
