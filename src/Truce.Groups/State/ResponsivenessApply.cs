using Truce.Model;

namespace Truce.Groups;

/// <summary>
/// A provider that is no longer responsive, or is so again. Where that is a failure, its own server ends its
/// session once this is committed; where it is a reason to expel it, the servers propose that here.
/// </summary>
internal static class ResponsivenessApply
{
    public static void Apply(ApplyWork work, GroupsCommand.Responsive told)
    {
        if (work.Find(told.Group) is not { } group || !group.HasProvider(told.Client)
            || group.IsGoing(told.Client)
            || group.View.Unresponsive.Contains(told.Client) == (told.Now == Responsiveness.Lost))
            return;
        GroupView view = group.View with
        {
            Unresponsive = told.Now == Responsiveness.Lost
                ? group.View.Unresponsive.Add(told.Client)
                : group.View.Unresponsive.RemoveAll(c => c == told.Client),
        };
        work.Put(told.Group, group with { View = view });
        work.Tell(told.Group, view.Providers.Select(p => p.Client).ToEquatableArray(), Reach.Subscribers,
            new NoticeBody.ResponsivenessChanged(told.Client, told.Now, view));
        if (told.Now == Responsiveness.Lost && view.Attributes.Unresponsive == UnresponsivePolicy.Expel)
            Expel(work, told.Group, told.Client);
    }

    /// <summary>Whether a client's session ends for it.</summary>
    public static bool IsFailure(GroupsState state, GroupsCommand.Responsive told) =>
        told.Now == Responsiveness.Lost
        && state.Groups.Find(told.Group)?.View is
        {
            Attributes.Unresponsive: UnresponsivePolicy.Fail,
        } view && view.Unresponsive.Contains(told.Client);

    private static void Expel(ApplyWork work, GroupName name, ClientId client)
    {
        Group group = work.Get(name);
        if (group.Queue.Concat(group.Running?.Proposals ?? [])
            .Any(p => p.Change is Change.Expel expel && expel.Client == client))
            return;
        GroupAttributes attributes = group.View.Attributes;
        Proposal proposal = new(
            work.Next(), null, 0, new Change.Expel(client, "it isn't responsive"),
            ProtocolRun.TermsOf(attributes, attributes.RemovalPhases));
        work.Put(name, group with { Queue = group.Queue.Add(proposal) });
        ProtocolRun.Next(work, name);
    }
}
