using Truce.Model;

namespace Truce.Groups;

/// <summary>Clients that are gone: out of every group and every line.</summary>
internal static class ClientRemoval
{
    public static void Remove(ApplyWork work, Predicate<ClientId> isGone, RemovalCause cause)
    {
        foreach (GroupName name in work.State.Groups.Keys.ToList())
        {
            if (work.Find(name) is not { } group)
                continue;
            // Nobody is left to be answered; what already runs goes on without its proposer.
            work.Put(name, group with
            {
                Queue = group.Queue.RemoveAll(p =>
                    p is { By: { } by, Change: not Change.Removal } && isGone(by)),
            });
            Begin(work, name, isGone, cause);
        }

        ClaimApply.Remove(work, isGone);
    }

    /// <summary>Removes those providers of one group that match.</summary>
    public static void Begin(ApplyWork work, GroupName name, Predicate<ClientId> isGone, RemovalCause cause)
    {
        Group group = work.Get(name);
        List<HeldRemoval> held = [];
        foreach (Provider provider in group.View.Providers)
        {
            if (!isGone(provider.Client) || group.IsGoing(provider.Client))
                continue;
            if (IsHeldBack(work, group, provider.Client))
                held.Add(new(provider.Client, cause, ProofApply.BootOf(work.State, provider.Client)));
            else
                group = Enqueue(work, group, null, 0, new Change.Removal(provider.Client, cause));
        }

        work.Put(name, Held(group, group.View.Held.Concat(held).ToEquatableArray()));
        ProtocolRun.Withdraw(work, name, isGone);
        if (held.Count > 0)
            TellHeld(work, name, held);
        ProtocolRun.Next(work, name);
    }

    /// <summary>Held removals whose proof has come take their turn.</summary>
    public static void Release(
        ApplyWork work, GroupName name, Predicate<HeldRemoval> isProven, string evidence)
    {
        Group group = work.Get(name);
        EquatableArray<HeldRemoval> all = group.View.Held;
        group = Held(group, all.RemoveAll(isProven));
        foreach (HeldRemoval held in all.Where(h => isProven(h)))
        {
            group = Enqueue(work, group, null, 0,
                new Change.Removal(held.Client, held.Cause) { Proof = evidence });
        }

        work.Put(name, group);
        ProtocolRun.Next(work, name);
    }

    /// <summary>A provider says goodbye.</summary>
    public static void Goodbye(ApplyWork work, GroupName name, ClientId client, long request)
    {
        Change change = new Change.Removal(client, RemovalCause.Goodbye);
        Group group = work.Get(name);
        // Cast out or expelled, and it says itself that it has stopped.
        group = Held(group, group.View.Held.RemoveAll(h => h.Client == client));
        work.Put(name, Enqueue(work, group, client, request, change));
        ProtocolRun.Withdraw(work, name, c => c == client);
        ProtocolRun.Next(work, name);
    }

    /// <summary>After a provider of a source group has gone: without another on its node, its target groups
    /// lose theirs there.</summary>
    public static void CastOut(ApplyWork work, GroupName source, NodeId node)
    {
        if (work.Find(source)?.View.Providers.Any(p => NodeOf(p.Client) == node) == true)
            return;
        foreach (GroupName name in work.State.Groups.Keys.ToList())
        {
            if (work.Find(name)?.View.Attributes.Source == source)
                Begin(work, name, c => NodeOf(c) == node, RemovalCause.CastOut);
        }
    }

    public static NodeId NodeOf(ClientId client) => client.Server.Member.Node;

    private static bool IsHeldBack(ApplyWork work, Group group, ClientId client) =>
        group.View.Attributes.Fence == FenceDemand.Required && ProofApply.IsAwaited(work.State, client);

    private static Group Held(Group group, EquatableArray<HeldRemoval> held) =>
        group with { View = group.View with { Held = held } };

    private static void TellHeld(ApplyWork work, GroupName name, List<HeldRemoval> held)
    {
        GroupView now = work.Get(name).View;
        work.Tell(name, now.Providers.Select(p => p.Client).ToEquatableArray(), Reach.Subscribers,
            new NoticeBody.Unproven(
                held.Select(h => (Change)new Change.Removal(h.Client, h.Cause)).ToEquatableArray(), now));
    }

    // Removals always find room: there are no more than providers.
    private static Group Enqueue(ApplyWork work, Group group, ClientId? by, long request, Change change) =>
        group with
        {
            Queue = group.Queue.Add(new Proposal(
                work.Next(), by, request, change,
                    ProtocolRun.TermsOf(group.View.Attributes, PhaseCount.Many))),
        };
}
