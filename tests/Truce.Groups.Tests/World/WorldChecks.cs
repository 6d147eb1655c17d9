using System.Collections.Immutable;
using Truce.Model;

namespace Truce.Groups.Tests.World;

/// <summary>
/// Watches what clients see, never what servers think: the same notices in the same order, none lost or
/// twice; one holder of a claim; nobody removed before its lease has ended and the margin has passed; where
/// proof is required, nobody removed or replaced while anything of the boot in which it acted may still run.
/// </summary>
internal sealed record WorldChecks(long MarginNs)
{
    public ImmutableSortedDictionary<long, Notice> Notices { get; init; } =
        ImmutableSortedDictionary<long, Notice>.Empty;

    public EquatableMap<ClaimName, long> LastClaim { get; init; }

    /// <summary>Claims that are asked for with proof.</summary>
    public ImmutableSortedSet<ClaimName> Fenced { get; init; } = [];

    public ImmutableList<string> Violations { get; init; } = [];

    public WorldChecks Told(
        WorldClient client, Notice notice, IReadOnlyList<WorldClient> all, long now,
        Predicate<WorldClient> isOver)
    {
        WorldChecks checks = this;
        if (client.Epochs.Count > 0 && client.Epochs[^1] >= notice.Epoch)
            checks = checks.Fail($"{client.Id} was told {notice.Epoch} after {client.Epochs[^1]}");
        if (Notices.TryGetValue(notice.Epoch, out Notice? other) && other != notice)
            checks = checks.Fail($"two notices {notice.Epoch}: {other} and {notice}");
        if (notice.Body is NoticeBody.Ended ended)
        {
            foreach (Change.Removal removal in ended.Changes.OfType<Change.Removal>())
                checks = checks.Removed(removal, all, now);
            if (ended.Now.Attributes.Fence == FenceDemand.Required)
                checks = checks.Replaced(notice, ended.Now, all.Where(c => !isOver(c)));
        }

        return checks with { Notices = checks.Notices.SetItem(notice.Epoch, notice) };
    }

    public WorldChecks Granted(ClaimName claim, long epoch, IEnumerable<WorldClient> unproven)
    {
        WorldChecks checks = epoch > LastClaim.Find(claim)
            ? this
            : Fail($"{claim} has epoch {epoch} after {LastClaim.Find(claim)}");
        if (Fenced.Contains(claim) && unproven.Select(c => c.Id).FirstOrDefault() is { } before)
            checks = checks.Fail($"{claim} is granted, and nothing proves that the node of {before} is off");
        return checks with { LastClaim = checks.LastClaim.Set(claim, epoch) };
    }

    /// <param name="clients">All clients.</param>
    /// <param name="now">The world's clock.</param>
    /// <param name="obedience">Whether clients stop when their lease ends.</param>
    public WorldChecks Holders(IReadOnlyList<WorldClient> clients, long now, Obedience obedience)
    {
        WorldChecks checks = this;
        foreach (IGrouping<ClaimName, ClientId?> claim in clients
            .Where(c => c.IsOpen && (obedience == Obedience.None || c.Until > now))
            .SelectMany(c => c.Held.Keys.Select(k => (k, c.Id))).GroupBy(c => c.k, c => c.Id))
        {
            if (claim.Count() > 1)
                checks = checks.Fail($"{claim.Key} is held by {string.Join(" and ", claim)}");
        }

        return checks;
    }

    /// <summary>What an open client should have been told by now, once everything is delivered.</summary>
    public WorldChecks Complete(IEnumerable<WorldClient> clients)
    {
        WorldChecks checks = this;
        foreach (
            WorldClient client in clients.Where(c => c is { IsOpen: true, IsDropped: false, Id: not null }))
        {
            foreach (Notice notice in Notices.Values.Where(n =>
                n.To.Contains(client.Id!.Value) && !client.Epochs.Contains(n.Epoch)))
            {
                checks = checks.Fail($"{client.Id} was never told {notice}");
            }
        }

        return checks;
    }

    public WorldChecks Fail(string what) => 
        Violations.Contains(what) ? this : this with { Violations = Violations.Add(what) };

    // Whoever was told that it is a member, and hasn't asked to leave, still acts as one.
    private WorldChecks Replaced(Notice notice, GroupView now, IEnumerable<WorldClient> acting)
    {
        WorldClient? missing = acting.FirstOrDefault(c =>
            c.MemberSince.Has(notice.Group) && c.MemberSince.Find(notice.Group) < notice.Epoch
            && now.Providers.All(p => p.Client != c.Id) && !HasLeft(notice, c));
        return missing is null
            ? this
            : Fail($"{missing.Id} isn't in {notice.Group} any more, and nothing proves that its node is off");
    }

    // It asked to leave, and to join again before it was told of either.
    private static bool HasLeft(Notice notice, WorldClient client) => notice.Body is NoticeBody.Ended ended
        && ended.Changes.Any(c => c switch
        {
            Change.Leave(var who) => who == client.Id,
            Change.Removal { Cause: RemovalCause.Goodbye } gone => gone.Client == client.Id,
            _ => false,
        });

    private WorldChecks Removed(Change.Removal removal, IReadOnlyList<WorldClient> all, long now)
    {
        if (removal.Cause is RemovalCause.Goodbye or RemovalCause.CastOut)
            return this;
        WorldClient gone = all.Single(c => c.Id == removal.Client);
        bool knows = removal.Cause == RemovalCause.ClientFailed && gone.ClosedItself;
        return knows || now >= gone.Until + MarginNs
            ? this
            : Fail($"{removal} at {now}, its lease ends at {gone.Until}");
    }
}

/// <summary>Whether clients stop acting when their lease ends.</summary>
internal enum Obedience
{
    Full,
    None,
}
