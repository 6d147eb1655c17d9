namespace Truce.Groups;

/// <summary>
/// Every bound of Group Services. Servers of one cluster use the same numbers: those marked (all) decide
/// what becomes of a request, and would tear the replicated state apart if they differed.
/// </summary>
public sealed record GroupsLimits
{
    /// <summary>Clients of one server.</summary>
    public int Clients { get; init; } = 1_000;

    /// <summary>Requests of one client that aren't answered yet.</summary>
    public int RequestsInFlight { get; init; } = 64;

    /// <summary>Groups that one client watches.</summary>
    public int Subscriptions { get; init; } = 64;

    /// <summary>What one server has submitted and not yet seen committed.</summary>
    public int Outbox { get; init; } = 4_096;

    /// <summary>Process groups (all).</summary>
    public int Groups { get; init; } = 1_000;

    /// <summary>Providers of one group (all).</summary>
    public int Providers { get; init; } = 256;

    /// <summary>Proposals that wait in one group; removals of lost members always find room (all).</summary>
    public int Queue { get; init; } = 64;

    /// <summary>Keys of ended proposals that a group remembers (all).</summary>
    public int RememberedKeys { get; init; } = 64;

    /// <summary>Phases after which a protocol that is still continued counts as rejected (all).</summary>
    public int Phases { get; init; } = 64;

    /// <summary>Claims (all).</summary>
    public int Claims { get; init; } = 1_000;

    /// <summary>Clients that wait for one claim (all).</summary>
    public int Waiters { get; init; } = 64;

    /// <summary>What all servers hold alike, as <see cref="GroupsState.Bytes"/> counts it (all). What would
    /// let it grow further is refused.</summary>
    public long StateBytes { get; init; } = 20L * 1024 * 1024;

    /// <summary>Requests of clients that one server has submitted and not yet seen committed, counted
    /// alike.</summary>
    public long OutboxBytes { get; init; } = 384 * 1024;

    /// <summary>Network links that one server reports.</summary>
    public int Links { get; init; } = 256;

    /// <summary>Bytes of a group's, claim's or instance's name, or of a key, in UTF-8.</summary>
    public int NameBytes { get; init; } = 64;

    /// <summary>Bytes of a group's state.</summary>
    public int ValueBytes { get; init; } = 4_096;

    /// <summary>Bytes of a broadcast message.</summary>
    public int MessageBytes { get; init; } = 16_384;

    /// <summary>Bytes of a reason, or of the message in a vote.</summary>
    public int ReasonBytes { get; init; } = 512;

    /// <summary>The longest time that a phase may be given, and the longest between two signs of
    /// responsiveness.</summary>
    public TimeSpan PhaseLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The shortest time between two signs of responsiveness, and for one.</summary>
    public TimeSpan CheckLeast { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The largest snapshot that a joining server is sent, as one message of the engine: the state; what
    /// servers have on their way, clients' requests and their own words about clients and phases; and what
    /// stands around it, with hosts and links. A test holds it to the engines' largest message.
    /// </summary>
    /// <param name="servers">Servers of the cluster.</param>
    public long SnapshotBytesMax(int servers)
    {
        const long ownCommandBytes = 448;
        const long envelopeBytes = 1024 * 1024;
        long onTheWay = OutboxBytes + ((Clients + Groups) * ownCommandBytes);
        return StateBytes + (servers * onTheWay) + envelopeBytes;
    }
}

/// <summary>
/// How long things may take. The lease must be longer than the engine's silence at the loss of a node
/// (Corosync: token and consensus) plus <see cref="Silence"/>, or the loss of any node costs every client its
/// session.
/// </summary>
public sealed record GroupsTimes
{
    /// <summary>A server asks for a new lease that often; it is also its sign of life. The others grant it
    /// with their own next beat, so a lease may take one more tick.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A lease lasts that long from when it was asked for.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Peers take over no earlier than this after the end of the last lease: what a client needs
    /// to clean up, and what clocks differ by in the meantime.</summary>
    public TimeSpan Margin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A server of the view that is silent that long is left out.</summary>
    public TimeSpan Stuck { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long a new view waits for the introduction of a silent member.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Servers take turns in announcing what is due, so that it is announced once.</summary>
    public TimeSpan Stagger { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Why these times can't hold together, with the arithmetic; null: they do.</summary>
    public string? Objection
    {
        get
        {
            if (new[] { Tick, Lease, Margin, Stuck, Silence, Stagger }.Any(t => t <= TimeSpan.Zero))
                return "every time of Group Services must be longer than nothing";
            if (Tick * 3 > Stuck)
                return $"tick {Tick} x 3 > stuck {Stuck}: servers would be left out for one lost tick";
            return Stuck + Silence + (Tick * 2) > Lease
                ? $"stuck {Stuck} + silence {Silence} + two ticks {Tick * 2} > lease {Lease}: "
                    + "one stuck server would cost every client its session"
                : null;
        }
    }
}
