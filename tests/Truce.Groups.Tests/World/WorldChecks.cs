using System.Collections.Immutable;
using Truce.Model;

namespace Truce.Groups.Tests.World;

/// <summary>
/// Watches what clients see, never what servers think: the same notices in the same order, none lost or
/// twice; one holder of a claim; nobody removed before its lease has ended and the margin has passed.
/// </summary>
internal sealed record WorldChecks(long MarginNs)
{
    public ImmutableSortedDictionary<long, Notice> Notices { get; init; } =
        ImmutableSortedDictionary<long, Notice>.Empty;

    public EquatableMap<ClaimName, long> LastClaim { get; init; }

    public ImmutableList<string> Violations { get; init; } = [];

    public WorldChecks Told(WorldClient client, Notice notice, IReadOnlyList<WorldClient> all, long now)
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
        }

        return checks with { Notices = checks.Notices.SetItem(notice.Epoch, notice) };
    }

    public WorldChecks Granted(ClaimName claim, long epoch)
    {
        WorldChecks checks = epoch > LastClaim.Find(claim)
            ? this
            : Fail($"{claim} has epoch {epoch} after {LastClaim.Find(claim)}");
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
