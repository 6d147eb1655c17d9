using System.Collections.Immutable;
using Truce.Model;

namespace Truce.Groups.Tests.World;

/// <summary>
/// Servers, their engine and their clients in virtual time. The engine does what it promises and no more:
/// one order within a ring; members that go together have delivered the same; what a member
/// delivers last before it is cut off, nobody else may have. Each node's clock starts elsewhere.
/// </summary>
internal sealed partial class GroupsWorld
{
    public static readonly GroupsTimes Times = new();
    private const long OffsetNs = 77_000_000_000;
    private EquatableArray<WorldNode> _nodes;
    private EquatableArray<WorldClient> _clients = [];
    private EquatableArray<Part> _parts = [];
    private readonly GroupsLimits _limits;
    private ulong _ring = 4;
    private uint _processes = 100;
    private bool _isHeard;

    public GroupsWorld(int servers, GroupsTimes? times = null, Obedience obedience = Obedience.Full,
        GroupsLimits? limits = null)
    {
        Obedience = obedience;
        _limits = limits ?? new GroupsLimits();
        ServerTimes = times ?? Times;
        Checks = new WorldChecks(Times.Margin.Ticks * 100);
        _nodes = [.. Enumerable.Range(1, servers).Select(i =>
            new WorldNode(new EngineMember(new NodeId($"n{i}"), 0), null, 0, false, []))];
        for (int i = 0; i < servers; i++)
            _nodes = _nodes.SetItem(i, Booted(i));
        Split(Loss.Nothing, [.. Enumerable.Range(0, servers)]);
    }

    private GroupsWorld(GroupsWorld other)
    {
        (Obedience, ServerTimes, Checks, Now) = (other.Obedience, other.ServerTimes, other.Checks, other.Now);
        _nodes = [.. other._nodes.Select(n => n with { Server = n.Server?.Fork() })];
        (_clients, _ring, _processes, _limits) =
            (other._clients, other._ring, other._processes, other._limits);
        _parts = other._parts;
    }

    public Obedience Obedience { get; }

    public GroupsTimes ServerTimes { get; }

    public WorldChecks Checks { get; private set; }

    /// <summary>Messages that servers gave to the engine.</summary>
    public long Said { get; private set; }

    /// <summary>The world's clock, in nanoseconds.</summary>
    public long Now { get; private set; } = 1_000_000_000;

    public IReadOnlyList<WorldClient> Clients => _clients;

    public IReadOnlyList<WorldNode> Nodes => _nodes;

    public GroupsMachine Server(int node) => _nodes[node].Server!;

    public GroupsWorld Fork() => new(this);

    /// <summary>Everything that decides what happens next, compared by value.</summary>
    public object Memory()
    {
        _parts = Part.Renew(
            _parts,
            [
                .. _nodes.Select(n => n with { Server = null }), .. _nodes.Select(n => n.Server?.Memory()),
                .. _clients,
            ]);
        return new WorldMemory(_parts, Now, Checks.LastClaim);
    }

    public bool CanDeliver(int node) =>
        _nodes[node] is { Server: not null, IsStopped: false, Queue.Count: > 0 };

    /// <summary>A server takes the next event.</summary>
    public void Deliver(int node)
    {
        WorldEvent next = _nodes[node].Queue[0];
        _nodes = _nodes.SetItem(node, _nodes[node] with { Queue = _nodes[node].Queue.RemoveAt(0) });
        GroupsInput input = next switch
        {
            WorldEvent.Said said => new GroupsInput.Delivered(said.Sender, said.Message),
            WorldEvent.View view => new GroupsInput.ViewChanged(view.Ring, view.Members.Items),
            WorldEvent.Quorum quorum => new GroupsInput.QuorumChanged(quorum.Ring, Info(quorum)),
        };
        Step(node, input);
    }

    /// <summary>A server takes events until something follows from one, or none is left.</summary>
    public void DeliverUntilHeard(int node)
    {
        _isHeard = false;
        while (!_isHeard && CanDeliver(node))
            Deliver(node);
    }

    /// <summary>Everything is delivered and timers run, fairly, for a time.</summary>
    public void Run(TimeSpan time)
    {
        long end = Now + (time.Ticks * 100);
        for (int steps = 0; steps < 1_000_000; steps++)
        {
            if (Enumerable.Range(0, _nodes.Count).Where(CanDeliver).ToList() is { Count: > 0 } ready)
            {
                ready.ForEach(Deliver);
                continue;
            }

            long next = long.MaxValue;
            for (int node = 0; node < _nodes.Count; node++)
                next = Math.Min(next, TimerOf(node));
            if (next > end)
            {
                Now = Math.Max(Now, end);
                Checks = Checks.Holders(_clients, Now, Obedience);
                return;
            }

            Now = Math.Max(Now, next);
            WakeDue();
        }

        throw new InvariantException("the world never rests");
    }

    /// <summary>Time passes without a delivery, for those whose timers are due.</summary>
    public void Pass(TimeSpan time)
    {
        Now += time.Ticks * 100;
        WakeDue();
        Checks = Checks.Holders(_clients, Now, Obedience);
    }

    /// <summary>A server is told something that comes neither from its engine nor from a request.</summary>
    public void Tell(int node, GroupsInput input) => Step(node, input);

    /// <summary>After enough quiet time: nothing may be missing, and nothing may still run.</summary>
    public void Finish()
    {
        Checks = Checks.Complete(_clients);
        foreach (WorldNode node in _nodes.Where(n => n.Server?.IsReady == true))
        {
            foreach (MapEntry<GroupName, Group> group in node.Server!.State!.Groups.Entries)
            {
                if (group.Value.Running is not null || !group.Value.Queue.IsEmpty)
                    Checks = Checks.Fail($"{group.Key} hangs on {node.Member}: {group.Value}");
            }
        }

        if (_nodes.Where(n => n.Server?.IsReady == true).Select(n => n.Server!.State).Distinct().Count() > 1)
            Checks = Checks.Fail("servers that are ready have different states");
    }

    private void WakeDue()
    {
        for (int i = 0; i < _nodes.Count; i++)
        {
            if (TimerOf(i) <= Now)
                Step(i, new GroupsInput.TimePassed());
        }
    }

    private long TimerOf(int node) => _nodes[node] is { Server.NextTimer: { } at, IsStopped: false }
        ? at.Nanoseconds - Offset(node)
        : long.MaxValue;

    private static long Offset(int node) => (node + 1) * OffsetNs;

    private void Step(int node, GroupsInput input)
    {
        if (_nodes[node].Server is not { } server)
            return;
        foreach (GroupsOutput output in server.Step(input, new Instant(Now + Offset(node))))
        {
            _isHeard = true;
            switch (output)
            {
                case GroupsOutput.Multicast multicast:
                    Multicast(node, multicast.Message);
                    break;
                case GroupsOutput.Keep keep:
                    _nodes = _nodes.SetItem(node, _nodes[node] with { Kept = keep.Owes });
                    break;
                case GroupsOutput.Tell tell:
                    Told(node, tell.Client, tell.Message);
                    break;
                case GroupsOutput.Close close:
                    Change(node, close.Client, c => c with { IsOpen = false });
                    break;
            }
        }

        Checks = Checks.Holders(_clients, Now, Obedience);
    }

    private void Multicast(int node, GroupsMessage message)
    {
        Said++;
        WorldEvent said = new WorldEvent.Said(node, _nodes[node].Member, message);
        int ring = _nodes[node].Ring;
        _nodes =
            [.. _nodes.Select(n => n.Server is not null && n.Ring == ring
                ? n with { Queue = n.Queue.Add(said) } : n)];
    }

    private QuorumInfo Info(WorldEvent.Quorum quorum) => new(
        quorum.Present == EngineQuorum.Present, [],
        _nodes.ToImmutableSortedDictionary(n => n.Member.Node, _ => 1),
        0, (_nodes.Count / 2) + 1, false, false);

    private sealed record WorldMemory(
        EquatableArray<Part> Parts, long Now, EquatableMap<ClaimName, long> LastClaim);

    // Most of a world is as it was a step before: its hash is, too.
    private sealed class Part(object? what) : IEquatable<Part>
    {
        private readonly object? _what = what;
        private readonly int _hash = what?.GetHashCode() ?? 0;

        public static EquatableArray<Part> Renew(EquatableArray<Part> before, IReadOnlyList<object?> now) =>
        [
            .. now.Select((what, i) =>
                i < before.Count && Equals(before[i]._what, what) ? before[i] : new Part(what)),
        ];

        public bool Equals(Part? other) =>
            ReferenceEquals(this, other) || (_hash == other?._hash && Equals(_what, other._what));

        public override bool Equals(object? other) => Equals(other as Part);

        public override int GetHashCode() => _hash;
    }
}
