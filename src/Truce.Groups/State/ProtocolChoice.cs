using Truce.Model;

namespace Truce.Groups;

/// <summary>Which protocol is next, who votes in it, and what is no longer worth one.</summary>
internal static class ProtocolChoice
{
    /// <summary>What runs next of a queue that isn't empty: several only if the group batches them.</summary>
    public static EquatableArray<Proposal> Choose(Group group)
    {
        Proposal first = group.Queue.OrderBy(p => Rank(p.Change)).First();
        Batching batching = group.View.Attributes.Batching;
        return first.Change switch
        {
            Change.Removal when batching is Batching.Removals or Batching.Both =>
                group.Queue.Where(p => p.Change is Change.Removal).ToEquatableArray(),
            Change.Join when batching is Batching.Joins or Batching.Both =>
                group.Queue.Where(p => p.Change is Change.Join).ToEquatableArray(),
            Change.Removal or Change.Join or Change.Leave or Change.Expel or Change.State or Change.Attributes
                or Change.Message => [first],
        };
    }

    /// <summary>Why a proposal can't start any more; null: it can.</summary>
    public static RefusalCode? Objection(Group group, Proposal proposal) => proposal.Change switch
    {
        Change.Removal removal => group.HasProvider(removal.Client) ? null : RefusalCode.Withdrawn,
        Change.Join join => group.HasProvider(join.Provider.Client) ? RefusalCode.Already : null,
        Change.Leave leave => IsStaying(group, leave.Client) ? null : RefusalCode.Withdrawn,
        Change.Expel expel when !IsStaying(group, expel.Client) => RefusalCode.UnknownTarget,
        Change.State { Expected: { } version } when version != group.View.Version =>
            RefusalCode.VersionDiffers,
        // Proposed by the servers, and it is responsive again.
        Change.Expel expel when proposal.By is null =>
            group.View.Unresponsive.Contains(expel.Client) ? null : RefusalCode.Withdrawn,
        Change.Expel or Change.State or Change.Attributes or Change.Message =>
            proposal.By is { } by && IsStaying(group, by) ? null : RefusalCode.Withdrawn,
    };

    /// <summary>Whether the providers are asked.</summary>
    public static PhaseCount PhasesOf(GroupAttributes attributes, Proposal proposal) => proposal.Change switch
    {
        Change.Join => attributes.JoinPhases,
        Change.Removal => attributes.RemovalPhases,
        Change.Leave or Change.Expel or Change.State or Change.Attributes or Change.Message =>
            proposal.Terms.Phases,
    };

    /// <summary>Who votes: the providers that stay, and those who join. The target of an expulsion has no
    /// vote, nor has one whose removal is on its way.</summary>
    public static EquatableArray<ClientId> Voters(Group group, EquatableArray<Proposal> proposals)
    {
        HashSet<ClientId> expelled =
            [.. proposals.Select(p => p.Change).OfType<Change.Expel>().Select(e => e.Client)];
        HashSet<ClientId> removed =
            [.. proposals.Select(p => p.Change).OfType<Change.Removal>().Select(r => r.Client)];
        return group.View.Providers.Select(p => p.Client)
            .Where(c => !expelled.Contains(c) && !removed.Contains(c) && !group.IsGoing(c))
            .Concat(proposals.Select(p => p.Change).OfType<Change.Join>().Select(j => j.Provider.Client))
            .ToEquatableArray();
    }

    private static bool IsStaying(Group group, ClientId client) =>
        group.HasProvider(client) && !group.IsGoing(client);

    private static int Rank(Change change) => change switch
    {
        Change.Removal => 0,
        Change.Join or Change.Leave or Change.Expel => 1,
        Change.State or Change.Attributes or Change.Message => 2,
    };
}
