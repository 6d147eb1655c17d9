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
        foreach (Provider provider in group.View.Providers)
        {
            if (isGone(provider.Client) && !group.IsGoing(provider.Client))
                group = Enqueue(work, group, null, 0, new Change.Removal(provider.Client, cause));
        }

        work.Put(name, group);
        ProtocolRun.Withdraw(work, name, isGone);
        ProtocolRun.Next(work, name);
    }

    /// <summary>A provider says goodbye.</summary>
    public static void Goodbye(ApplyWork work, GroupName name, ClientId client, long request)
    {
        Change change = new Change.Removal(client, RemovalCause.Goodbye);
        work.Put(name, Enqueue(work, work.Get(name), client, request, change));
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

    // Removals always find room: there are no more than providers.
    private static Group Enqueue(ApplyWork work, Group group, ClientId? by, long request, Change change) =>
        group with
        {
            Queue = group.Queue.Add(new Proposal(
                work.Next(), by, request, change,
                    ProtocolRun.TermsOf(group.View.Attributes, PhaseCount.Many))),
        };
}
