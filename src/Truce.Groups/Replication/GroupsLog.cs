using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Groups;

/// <summary>
/// The log of commands: delivered in the engine's order, committed once members with a majority have
/// acknowledged them. A delivery alone counts for nothing: it may be the last before being cut off.
/// </summary>
internal sealed record GroupsLog
{
    /// <summary>The view that was agreed on last; null: none.</summary>
    public GroupsAgreement? View { get; init; }

    /// <summary>Whether entries are taken: not while a view is being agreed on.</summary>
    public bool IsOpen { get; init; }

    /// <summary>The last view taken part in, and the last entry.</summary>
    public Standing Standing { get; init; }

    /// <summary>The last entry that is applied.</summary>
    public long Committed { get; init; }

    /// <summary>Entries after that.</summary>
    public EquatableArray<GroupsEntry> Pending { get; init; } = [];

    /// <summary>How far each participant has acknowledged in this view.</summary>
    public EquatableMap<EngineMember, long> Acknowledged { get; init; }

    /// <summary>The index of the own acknowledgement that is on its way; 0: none is.</summary>
    public long OwnOnTheWay { get; init; }

    /// <summary>The last index that was acknowledged by this server.</summary>
    public long OwnSaid { get; init; }

    /// <summary>A view begins: with the entry that says so, which every participant makes itself.</summary>
    public GroupsLog Form(GroupsAgreement view)
    {
        GroupsEntry formed = new(
            view.Base + 1, view.Participants[0], 0, new GroupsCommand.Formed(view.Epoch, view.Participants)
            {
                Boots = view.Boots,
                Configured = view.Configured,
            });
        return this with
        {
            View = view,
            IsOpen = true,
            Standing = new Standing(view.Epoch, formed.Index),
            Pending = Pending.Add(formed),
            Acknowledged = default,
            OwnOnTheWay = 0,
            OwnSaid = 0,
        };
    }

    /// <summary>An entry of this view.</summary>
    public GroupsLog Append(ServerId sender, long number, GroupsCommand command)
    {
        long index = Standing.Index + 1;
        return this with
        {
            Standing = Standing with { Index = index },
            Pending = Pending.Add(new GroupsEntry(index, sender, number, command)),
        };
    }

    /// <summary>An acknowledgement, where it is delivered.</summary>
    public GroupsLog Acknowledge(EngineMember member, long index) =>
        this with { Acknowledged = Acknowledged.Set(member, Math.Max(index, Acknowledged.Find(member))) };

    /// <summary>The largest index that a majority has.</summary>
    public long HeldByMajority()
    {
        if (View is not { } view)
            return 0;
        return Acknowledged.Values
            .Where(at => view.Votes.Where(v => Has(view, v.Node, at)).Sum(v => v.Votes) >= view.Needed)
            .DefaultIfEmpty(0).Max();
    }

    /// <summary>Whether something waits for an acknowledgement that this server hasn't said: any entry but a
    /// beat, whose lease lasts far longer.</summary>
    public bool IsAwaited =>
        Pending.Any(e => e.Index > OwnSaid && e.Command is not GroupsCommand.Beat);

    /// <summary>The first pending entry is applied.</summary>
    public GroupsLog Pop() => this with { Committed = Pending[0].Index, Pending = Pending.RemoveAt(0) };

    /// <summary>Whether an entry of a sender is in the log and not yet applied.</summary>
    public bool Has(ServerId sender, long number) =>
        Pending.Any(e => e.Sender == sender && e.Number == number);

    // While a process of a node goes and the next comes, both must have it: either may be the one that stays.
    private bool Has(GroupsAgreement view, NodeId node, long index) =>
        view.Participants.Where(p => p.Member.Node == node).All(p => Acknowledged.Find(p.Member) >= index);
}
