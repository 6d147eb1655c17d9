using Truce.Contracts.Groups;
using Truce.Groups;

namespace Truce.Runtime.Groups;

/// <summary>A client's line as a request of the protocol.</summary>
internal static class WireReading
{
    /// <summary>The request and its id; null: it is none of the protocol's, or names an impossible
    /// time.</summary>
    /// <param name="line">What the client wrote.</param>
    /// <param name="target">Finds a provider of a group by its name; default: nobody.</param>
    public static (long Id, GroupRequest What)? Read(
        GroupsRequest line, Func<GroupName, string, ClientId> target) => line switch
        {
            GroupsRequest.Join r when TryRead(r.Settings, out GroupAttributes? settings) =>
                (r.Id, new GroupRequest.Join(new(r.Group), r.Instance, settings)
                {
                    Check = CheckOf(r.Responsiveness),
                    Deactivate = r.Deactivate,
                }),
            GroupsRequest.Leave r when Terms(r.Terms) is { } terms =>
                (r.Id, new GroupRequest.Leave(new(r.Group), terms)),
            GroupsRequest.Goodbye r => (r.Id, new GroupRequest.Goodbye(new(r.Group))),
            GroupsRequest.Expel r when Terms(r.Terms) is { } terms =>
                (r.Id, new GroupRequest.Expel(new(r.Group), target(new(r.Group), r.Client), r.Reason, terms)),
            GroupsRequest.SetValue r when Terms(r.Terms) is { } terms =>
                (r.Id, new GroupRequest.ChangeValue(new(r.Group), r.IfVersion, r.Value, terms)),
            GroupsRequest.Attributes r when Terms(r.Terms) is { } terms
                && TryRead(r.Settings, out GroupAttributes? settings) && settings is not null =>
                (r.Id, new GroupRequest.ChangeAttributes(new(r.Group), settings, terms)),
            GroupsRequest.Broadcast r when Terms(r.Terms) is { } terms =>
                (r.Id, new GroupRequest.Broadcast(new(r.Group), r.Message, terms)),
            GroupsRequest.Vote r =>
                (r.Id, new GroupRequest.CastVote(new(r.Group), r.Protocol, r.Phase, VoteOf(r))),
            GroupsRequest.Watch r => (r.Id, new GroupRequest.Subscribe(new(r.Group))),
            GroupsRequest.Unwatch r => (r.Id, new GroupRequest.Unsubscribe(new(r.Group))),
            GroupsRequest.Claim r => (r.Id, new GroupRequest.TakeClaim(
                new(r.Name), r.Patience == WirePatience.Wait ? ClaimPatience.Wait : ClaimPatience.Refuse,
                Fence(r.Fence))),
            GroupsRequest.Release r => (r.Id, new GroupRequest.ReleaseClaim(new(r.Name))),
            GroupsRequest.Join or GroupsRequest.Leave or GroupsRequest.Expel or GroupsRequest.SetValue
                or GroupsRequest.Attributes or GroupsRequest.Broadcast or GroupsRequest.Hello
                or GroupsRequest.List or GroupsRequest.Show or GroupsRequest.Alive => null,
        };

    // What is out of any range is refused with the rest of the bounds.
    private static ResponsivenessTerms? CheckOf(WireResponsiveness? given) => given is null
        ? null
        : new ResponsivenessTerms(
            given.By == WireCheck.Ping ? ResponsivenessBy.Ping : ResponsivenessBy.Counter,
            Limit(given.EveryMs) ?? TimeSpan.Zero, Limit(given.LimitMs) ?? TimeSpan.Zero);

    private static UnresponsivePolicy Policy(WireUnresponsive given) => given switch
    {
        WireUnresponsive.Tell => UnresponsivePolicy.Tell,
        WireUnresponsive.Fail => UnresponsivePolicy.Fail,
        WireUnresponsive.Expel => UnresponsivePolicy.Expel,
    };

    private static Vote VoteOf(GroupsRequest.Vote vote) => new(Choice(vote.Choice), vote.Reason)
    {
        Value = vote.Value,
        Message = vote.Message,
        Default = vote.Default is { } given ? Default(given) : null,
    };

    private static ProposalTerms? Terms(WireTerms? terms)
    {
        terms ??= new WireTerms();
        return Limit(terms.LimitMs) is { } limit
            ? new ProposalTerms(
                Phases(terms.Phases),
                terms.Collision == WireCollision.Queue ? Collision.Queue : Collision.Refuse,
                limit, Default(terms.Default), terms.Key)
            : null;
    }

    // Null is a value of its own: whatever the group has.
    private static bool TryRead(WireAttributes? given, out GroupAttributes? read)
    {
        read = null;
        if (given is null)
            return true;
        if (Limit(given.LimitMs) is not { } limit)
            return false;
        read = new GroupAttributes(
            Phases(given.JoinPhases), Phases(given.RemovalPhases), limit, Default(given.Default),
            Batch(given.Batching), given.Source is { } source ? new GroupName(source) : null,
            Fence(given.Fence), Policy(given.Unresponsive));
        return true;
    }

    private static TimeSpan? Limit(long ms) =>
        ms is > 0 and <= GroupsWire.TimeMsMax ? TimeSpan.FromMilliseconds(ms) : null;

    private static PhaseCount Phases(WirePhases phases) =>
        phases == WirePhases.One ? PhaseCount.One : PhaseCount.Many;

    private static DefaultVote Default(WireDefault given) =>
        given == WireDefault.Approve ? DefaultVote.Approve : DefaultVote.Reject;

    private static FenceDemand Fence(WireFence fence) =>
        fence == WireFence.Required ? FenceDemand.Required : FenceDemand.None;

    private static VoteChoice Choice(WireChoice choice) => choice switch
    {
        WireChoice.Approve => VoteChoice.Approve,
        WireChoice.Reject => VoteChoice.Reject,
        WireChoice.Continue => VoteChoice.Continue,
    };

    private static Batching Batch(WireBatching batching) => batching switch
    {
        WireBatching.None => Batching.None,
        WireBatching.Joins => Batching.Joins,
        WireBatching.Removals => Batching.Removals,
        WireBatching.Both => Batching.Both,
    };
}
