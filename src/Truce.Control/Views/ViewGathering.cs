using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control;

/// <summary>
/// Gathers the hellos of a view. View and quorum come from the engine in either order; the hello is said once
/// both are there for one ring. A member that stays silent (a ghost of the engine) delays the others no
/// longer than the limit: members with a quorum of votes agree to continue without it.
/// </summary>
internal sealed class ViewGathering(TimeSpan silenceMax)
{
    private readonly SortedDictionary<EngineMember, HelloFacts> _hellos = [];
    private readonly SortedDictionary<EngineMember, ImmutableSortedSet<EngineMember>> _proceeds = [];
    private bool _proceedSaid;

    /// <summary>The view that is gathered for, or was agreed on; null before the first.</summary>
    public ViewTag? View { get; private set; }

    /// <summary>Its members.</summary>
    public ImmutableArray<EngineMember> Members { get; private set; } = [];

    /// <summary>Whether own hello was sent for this round.</summary>
    public bool HelloSaid { get; private set; }

    /// <summary>Whether hellos are still awaited.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>When to stop waiting for the silent; null: not waiting.</summary>
    public Instant? Deadline { get; private set; }

    /// <summary>A new membership: gather from the start.</summary>
    public void Begin(RingId ring, ImmutableArray<EngineMember> members, Instant now)
    {
        Members = members;
        Restart(new ViewTag(ring, Digest(members), 1), now);
    }

    /// <summary>Another round in the same membership: votes changed, or a silent member said hello.</summary>
    public void NextRound(int round, Instant now)
    {
        ViewTag view = View ?? throw new InvariantException("a round without a view");
        Restart(view with { Round = round }, now);
    }

    /// <summary>Own hello is sent.</summary>
    public void MarkSaid() => HelloSaid = true;

    /// <summary>A hello was delivered; true: for a newer round of this
    /// membership, which now begins.</summary>
    public bool IsNewerRound(ViewTag tag) =>
        View is { } view && tag.Ring == view.Ring && tag.Members == view.Members && tag.Round > view.Round;

    /// <summary>A hello of this round: kept. A late one, after the
    /// agreement, asks for another round.</summary>
    public void Hear(EngineMember sender, HelloFacts facts) => _hellos[sender] = facts;

    /// <summary>Whether a member's hello was among those that were agreed on.</summary>
    public bool HasHeard(EngineMember member) => _hellos.ContainsKey(member);

    /// <summary>The hellos by member.</summary>
    public IReadOnlyDictionary<EngineMember, HelloFacts> Hellos => _hellos;

    /// <summary>What a member said of itself.</summary>
    public HelloFacts Facts(EngineMember member) => _hellos[member];

    /// <summary>A member has waited long enough.</summary>
    public void HearProceed(EngineMember sender, IEnumerable<EngineMember> without) =>
        _proceeds[sender] = [.. without];

    /// <summary>Members whose time is up, to be announced once; empty if
    /// there are none, or not yet.</summary>
    public ImmutableArray<EngineMember> Overdue(Instant now)
    {
        if (!IsOpen || _proceedSaid || !HelloSaid || Deadline is not { } deadline || deadline.CompareTo(now) > 0)
            return [];
        _proceedSaid = true;
        Deadline = null;
        return Silent();
    }

    /// <summary>The agreement, once all members have said hello or a quorum of those that have no
    /// longer waits; otherwise null.</summary>
    public Agreement? TryAgree()
    {
        if (!IsOpen || View is not { } view || _hellos.Count == 0)
            return null;
        ImmutableArray<EngineMember> silent = Silent();
        if (silent.Length > 0 && !QuorumProceeds(silent))
            return null;
        IsOpen = false;
        Deadline = null;
        return AgreementRule.Decide(
            view,
            _hellos.ToImmutableSortedDictionary(h => h.Key, h => h.Value),
            silent);
    }

    private ImmutableArray<EngineMember> Silent() => [.. Members.Where(m => !_hellos.ContainsKey(m))];

    private bool QuorumProceeds(ImmutableArray<EngineMember> silent)
    {
        ImmutableHashSet<NodeId> agreed =
            [.. _proceeds.Where(p => silent.All(p.Value.Contains)).Select(p => p.Key.Node)];
        HelloFacts any = _hellos.Values.First();
        int needed = _hellos.Values.Max(h => Math.Max(1, h.Needed - h.ExtraVotes));
        bool quorate = _hellos.Values.All(h => h.Quorate);
        // Without quorum there is nothing to agree on but to stop; every member that says hello takes part.
        return quorate
            ? any.Votes.Where(v => agreed.Contains(v.Node)).Sum(v => v.Votes) >= needed
            : _hellos.Keys.All(m => agreed.Contains(m.Node));
    }

    private void Restart(ViewTag view, Instant now)
    {
        View = view;
        _hellos.Clear();
        _proceeds.Clear();
        _proceedSaid = false;
        HelloSaid = false;
        IsOpen = true;
        Deadline = now.Plus(silenceMax);
    }

    private static ulong Digest(ImmutableArray<EngineMember> members)
    {
        ulong hash = 14_695_981_039_346_656_037;
        foreach (char c in string.Join(',', members))
            hash = unchecked((hash ^ c) * 1_099_511_628_211);
        return hash;
    }
}
