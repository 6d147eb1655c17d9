using System.Collections.Immutable;
using Truce.Model;
using Truce.Ports;

namespace Truce.Engine.Corosync;

/// <summary>
/// Makes views from CPG's events. A change of nodes comes piecemeal: the members that left, those
/// that joined, and finally the ring; together they make one view. A change of processes is a
/// view of its own, in the current ring.
/// </summary>
internal sealed class Membership
{
    private readonly List<MembershipChange> _joined = [];
    private readonly List<MembershipChange> _left = [];
    private ImmutableArray<EngineMember>? _members;
    private RingId? _ring;
    private bool _awaitsRing;

    /// <summary>The group's processes changed.</summary>
    public EngineEvent.View? Changed(
        ImmutableArray<EngineMember> members,
        ImmutableArray<MembershipChange> joined,
        ImmutableArray<MembershipChange> left)
    {
        _members = members;
        _joined.AddRange(joined);
        _left.AddRange(left);
        _awaitsRing |= joined.Concat(left)
            .Any(c => c.Reason is MembershipReason.NodeUp or MembershipReason.NodeDown);
        return _awaitsRing ? null : View();
    }

    /// <summary>The nodes changed.</summary>
    public EngineEvent.View? RingChanged(RingId ring)
    {
        bool isNews = _awaitsRing || _ring != ring;
        _ring = ring;
        _awaitsRing = false;
        return isNews ? View() : null;
    }

    private EngineEvent.View? View()
    {
        if (_members is not { } members || _ring is not { } ring)
            return null;
        EngineEvent.View view = new(ring, [.. members.Order()], Sorted(_joined), Sorted(_left));
        _joined.Clear();
        _left.Clear();
        return view;
    }

    private static ImmutableArray<MembershipChange> Sorted(List<MembershipChange> changes) =>
        [.. changes.DistinctBy(c => c.Member).OrderBy(c => c.Member)];
}
