using Truce.Model;

namespace Truce.Groups;

/// <summary>The clients of this server, and those that it has let go whose leases may still last.</summary>
internal sealed record ClientTable
{
    /// <summary>By number.</summary>
    public EquatableMap<long, LocalClient> Clients { get; init; }

    /// <summary>Clients that count as gone at a time: their connection was ended from this side, and they
    /// may not know it yet.</summary>
    public EquatableMap<long, Instant> Going { get; init; }

    /// <summary>Clients that show that they are responsive.</summary>
    public EquatableMap<PulseKey, Pulse> Pulses { get; init; }

    /// <summary>The end of the lease that all clients have; null: none was ever granted.</summary>
    public Instant? Lease { get; init; }

    /// <summary>Whether a lease lasts.</summary>
    public bool HasLease(Instant now) => Lease is { } until && until.CompareTo(now) > 0;

    /// <summary>A client that is known.</summary>
    public ClientTable Put(long number, LocalClient client) =>
        this with { Clients = Clients.Set(number, client) };

    /// <summary>A client closed its end: it knows.</summary>
    public ClientTable Close(long number) => this with
    {
        Clients = Clients.Remove(number),
        Pulses = Pulses.RemoveAll(p => p.Key.Client == number),
    };

    /// <summary>A client shows from now on that it is responsive, or did so once more.</summary>
    public ClientTable Put(PulseKey key, Pulse pulse) => this with { Pulses = Pulses.Set(key, pulse) };

    /// <summary>Those who aren't in a group any more needn't.</summary>
    public ClientTable Keep(GroupName group, Predicate<long> isIn) => Pulses.Count == 0
        ? this
        : this with { Pulses = Pulses.RemoveAll(p => p.Key.Group == group && !isIn(p.Key.Client)) };

    /// <summary>This server stood still.</summary>
    public ClientTable Forgive(TimeSpan gap)
    {
        EquatableMap<PulseKey, Pulse> pulses = Pulses;
        foreach (MapEntry<PulseKey, Pulse> pulse in Pulses.Entries)
            pulses = pulses.Set(pulse.Key, pulse.Value.Forgive(gap));
        return this with { Pulses = pulses };
    }

    /// <summary>A client's connection was ended from this side: it counts as gone when its lease has ended
    /// and the margin has passed.</summary>
    public ClientTable Drop(long number, TimeSpan margin)
    {
        Instant end = Lease ?? throw new InvariantException("a client without a lease");
        return Close(number) with { Going = Going.Set(number, end.Plus(margin)) };
    }

    /// <summary>A request is answered.</summary>
    public ClientTable Answered(long number) => Clients.Find(number) is { } client
        ? Put(number, client with { InFlight = client.InFlight - 1 })
        : this;
}

/// <summary>A client of this server.</summary>
/// <param name="InFlight">Requests that aren't answered yet.</param>
/// <param name="Subscriptions">Groups that it watches.</param>
internal sealed record LocalClient(int InFlight, EquatableArray<GroupName> Subscriptions);
