using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Groups;

/// <summary>
/// The introductions of a view's members. One that stays silent holds up the others for a limited time: then
/// those with a majority agree to go on without it.
/// </summary>
internal sealed record Gathering
{
    /// <summary>The view; null before the first.</summary>
    public ViewTag? View { get; init; }

    /// <summary>Everybody the engine has in it.</summary>
    public EquatableArray<EngineMember> Members { get; init; } = [];

    /// <summary>Who has introduced itself.</summary>
    public EquatableMap<EngineMember, HelloWords> Hellos { get; init; }

    /// <summary>Whom members no longer wait for.</summary>
    public EquatableMap<EngineMember, EquatableArray<EngineMember>> Proceeds { get; init; }

    /// <summary>Whether introductions are awaited.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Whether own introduction is sent.</summary>
    public bool IsHelloSaid { get; init; }

    /// <summary>Whether own patience has been said to be over.</summary>
    public bool IsProceedSaid { get; init; }

    /// <summary>Whether another round has been asked for.</summary>
    public bool IsRegatherAsked { get; init; }

    /// <summary>When patience ends.</summary>
    public Instant Deadline { get; init; }

    /// <summary>Members that haven't introduced themselves.</summary>
    public EquatableArray<EngineMember> Silent => Members.RemoveAll(m => Hellos.Has(m));

    /// <summary>The first round of a membership.</summary>
    public static Gathering Of(RingId ring, ImmutableArray<EngineMember> members, Instant deadline) =>
        Begin(new ViewTag(ring, Digest(members), 1), members, deadline);

    /// <summary>Another round of the same membership.</summary>
    public Gathering Again(Instant deadline) =>
        View is { } view ? Begin(view with { Round = view.Round + 1 }, Members, deadline) : this;

    /// <summary>A member's introduction.</summary>
    public Gathering Hear(EngineMember sender, HelloWords words) =>
        this with { Hellos = Hellos.Set(sender, words) };

    /// <summary>A member's patience is over.</summary>
    public Gathering HearProceed(EngineMember sender, EquatableArray<EngineMember> without) =>
        this with { Proceeds = Proceeds.Set(sender, without) };

    /// <summary>Whether all that can be heard is: no more is waited for.</summary>
    public bool IsComplete => IsOpen && Hellos.Count > 0 && (Silent.IsEmpty || IsSilenceAgreed());

    // Members with a majority; without quorum there is nothing to agree on but to wait.
    private bool IsSilenceAgreed()
    {
        EquatableArray<EngineMember> silent = Silent;
        HashSet<NodeId> agreed =
            [.. Proceeds.Entries.Where(p => silent.All(s => p.Value.Contains(s))).Select(p => p.Key.Node)];
        EquatableArray<NodeVotes> votes = Hellos.Entries[0].Value.Votes;
        return votes.Where(v => agreed.Contains(v.Node)).Sum(v => v.Votes) > votes.Sum(v => v.Votes) / 2;
    }

    private static Gathering Begin(ViewTag view, EquatableArray<EngineMember> members, Instant deadline) =>
        new() { View = view, Members = members, IsOpen = true, Deadline = deadline };

    private static ulong Digest(ImmutableArray<EngineMember> members)
    {
        ulong hash = 14_695_981_039_346_656_037;
        foreach (char c in string.Join(',', members))
            hash = unchecked((hash ^ c) * 1_099_511_628_211);
        return hash;
    }
}
