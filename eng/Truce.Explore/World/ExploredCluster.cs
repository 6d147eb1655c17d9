using System.Collections.Immutable;
using System.Globalization;
using Truce.Control;
using Truce.Control.Components;
using Truce.Model;
using Truce.Ports;
using Truce.Simulator.Checks;
using Truce.Simulator.World;

namespace Truce.Explore.World;

/// <summary>
/// A state of the explored world: production control machines, and around them no more of a world than they
/// can tell apart. Everything that may happen next is a <see cref="Move"/>; what follows at once, within one
/// node, is part of it. A state is copied whole.
/// </summary>
internal sealed partial class ExploredCluster
{
    private static readonly DateTimeOffset s_epoch = DateTimeOffset.UnixEpoch.AddYears(56);
    private readonly ExploredBounds _bounds;
    private readonly ExploredNode[] _nodes;
    private readonly CheckRules _rules = new();
    private readonly List<IChecker> _checkers = [];
    private readonly SortedDictionary<string, List<NodeId>> _active = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _stopsFail = new(StringComparer.Ordinal);
    private readonly List<LateShot> _lateShots = [];
    private readonly Queue<(ExploredNode Node, ControlInput Input)> _inputs = [];
    private long _nowNs = 1_000_000_000;
    private long _restlessNs;
    private int _faults;

    public ExploredCluster(ExploredBounds bounds)
    {
        _bounds = bounds;
        _nodes =
        [
            .. Enumerable.Range(1, bounds.Nodes).Select(
                i => new ExploredNode(new NodeId(string.Create(CultureInfo.InvariantCulture, $"n{i}")), i)),
        ];
        _rules.HalvesCanBeQuorate = bounds.Nodes == 2;
        _checkers.AddRange(
        [
            new RunsOnceChecker(_rules), new RecoveryChecker(_rules), new QuorumChecker(_rules),
            new FencingBoundChecker(), new ShotsPerCauseChecker(), new DefectChecker(),
        ]);
    }

    public IReadOnlyList<ExploredNode> Nodes => _nodes;

    public IReadOnlyDictionary<string, List<NodeId>> Active => _active;

    /// <summary>Promises broken.</summary>
    public List<Violation> Violations { get; } = [];

    /// <summary>What happened, where somebody wants to tell it.</summary>
    public List<(long AtMs, WorldEvent Event)>? Story { get; set; }

    public long NowNs => _nowNs;

    public long NowMs => _nowNs / 1_000_000;

    public DateTimeOffset Wall => s_epoch.AddTicks(_nowNs / 100);

    public int FaultsLeft => _bounds.Faults - _faults;

    /// <summary>What is spent of faults and of time: of two states that are the same but for this, the one
    /// that has spent less leads wherever the other does.</summary>
    public long Spent => (_faults * 1_000_000L) + ((_nowNs - _restlessNs) / 1_000_000);

    /// <summary>Takes a step.</summary>
    public void Take(Move move)
    {
        if (move.IsFault)
        {
            _faults++;
            TellFault(move);
        }

        ExploredNode? node = move.Node is { } id ? Node(id) : null;
        if (move.Kind is not (MoveKind.Wait or MoveKind.Fire or MoveKind.Deliver or MoveKind.Plan
            or MoveKind.Quorum))
            _restlessNs = _nowNs;
        Act(move, node);
        Settle();
        HandOverIdle();
        Trim();
    }

    /// <summary>Asks a node's controller as a client does.</summary>
    public void Ask(ExploredNode node, ControlRequest request)
    {
        Feed(node, new ControlInput.Wanted(new ClientTicket(0), request));
        Settle();
    }

    /// <summary>From here on faults count, and what was judged before is as if it had always been
    /// so.</summary>
    public void Begin() => (_faults, _restlessNs) = (0, _nowNs);

    public ExploredNode Node(NodeId id) => _nodes.First(n => n.Id == id);

    private void Act(Move move, ExploredNode? node)
    {
        Action act = move.Kind switch
        {
            MoveKind.Deliver => () => Deliver(node!),
            MoveKind.Quorum => () => TellQuorum(node!),
            MoveKind.Form => Form,
            MoveKind.Plan => () => Plan(node!),
            MoveKind.End => () => End(node!, Operation(node!, move.What), succeeds: true),
            MoveKind.Switch => () => Switch(node!, Shot(node!, move.What)),
            MoveKind.Confirm => () => Confirm(node!, Shot(node!, move.What)),
            MoveKind.Begin => () => BeginController(node!),
            MoveKind.Fire => () => Fire(node!),
            MoveKind.Wait or MoveKind.Late => Wait,
            MoveKind.Boot => () => Boot(node!),
            MoveKind.Heal => () => Sides(_ => 0),
            MoveKind.Thaw => () => Thaw(node!),
            MoveKind.SwitchLate => () => SwitchLate(move.What),
            MoveKind.CutPower => () => PowerOff(node!, "power cut"),
            MoveKind.KillController => () => EndController(node!, "killed"),
            MoveKind.KillExecutor => () => KillExecutor(node!),
            MoveKind.KillFencer => () => KillFencer(node!),
            MoveKind.Split => () => Sides(n => n == node ? 1 : 0),
            MoveKind.Fail => () => End(node!, Operation(node!, move.What), succeeds: false),
            MoveKind.FailHalf => () => FailHalf(node!, Operation(node!, move.What)),
            MoveKind.DeviceFails => () => DeviceFails(node!, Shot(node!, move.What)),
            MoveKind.Pause => () => node!.IsPaused = true,
            MoveKind.Die => () => Die(node!, move.What),
            MoveKind.StopsFail => () => _stopsFail.Add(move.What),
        };
        act();
    }

    private void TellFault(Move move) => Tell(new WorldEvent.Fault(
        move.Kind == MoveKind.StopsFail ? "StopFails" : move.Kind.ToString(), move.ToString(),
        move.Node is { } node && move.Kind is not (MoveKind.Split or MoveKind.DeviceFails)
            ? [node] : [.. _nodes.Select(n => n.Id)], TimeSpan.Zero));

    private void Tell(WorldEvent happened)
    {
        Story?.Add((NowMs, happened));
        foreach (IChecker checker in _checkers)
            checker.Observe(happened, NowMs, Violations.Add);
    }

    // What a step leads to within nodes happens at once: local links and disks are quicker than anything
    // else.
    private void Settle()
    {
        while (_inputs.TryDequeue(out (ExploredNode Node, ControlInput Input) next))
            Step(next.Node, next.Input);
    }

    private void Feed(ExploredNode node, ControlInput input)
    {
        if (node.IsPaused)
            node.Inbox.Add(input);
        else if (node.Control is not null)
            _inputs.Enqueue((node, input));
    }

    private void Step(ExploredNode node, ControlInput input)
    {
        if (node.Control is not { } control)
            return;
        if (input is ControlInput.ViewChanged view)
            Tell(new WorldEvent.ViewTaken(node.Id, view.Ring, view.Members));
        else if (input is ControlInput.QuorumChanged quorum)
            Tell(new WorldEvent.QuorumTaken(node.Id, quorum.Ring, quorum.Info.Quorate));
        ImmutableArray<ControlOutput> outputs;
        try
        {
            outputs = control.Step(input, new ControlTime(new Instant(_nowNs), Wall));
        }
#pragma warning disable CA1031 // As the role's top loop: whatever it was, it is a defect, and told as one.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            Tell(new WorldEvent.Defect(node.Id, RoleKind.Controller, thrown));
            return;
        }

        foreach (ControlOutput output in outputs)
        {
            if (node.Control == control)
                Do(node, output);
        }
    }

    private void Fire(ExploredNode node)
    {
        node.IsDue = false;
        Feed(node, new ControlInput.TimePassed());
    }

    private void Wait()
    {
        _lateShots.Clear();
        _nowNs = Math.Max(_nowNs, NextNs()!.Value);
        MarkDue();
    }

    private void MarkDue()
    {
        foreach (ExploredNode node in _nodes)
        {
            node.IsDue = node is { IsPaused: false, Control: { NextTimer: { } at } }
                && at.Nanoseconds <= _nowNs;
        }
    }

    private long? NextNs() => _nodes.Where(n => !n.IsPaused).Min(n => n.Control?.NextTimer?.Nanoseconds);

    private void Thaw(ExploredNode node)
    {
        node.IsPaused = false;
        ControlInput[] inbox = [.. node.Inbox];
        node.Inbox.Clear();
        foreach (ControlInput input in inbox)
            Feed(node, input);
        MarkDue();
    }

    private void Plan(ExploredNode node)
    {
        ControlOutput.RequestPlan request = node.Plans[0];
        node.Plans.RemoveAt(0);
        Feed(node, new ControlInput.Planned(request.Request, Plans.For(request)));
    }

    private void BeginController(ExploredNode node)
    {
        node.StartsController = false;
        node.Lives++;
        string session = string.Create(CultureInfo.InvariantCulture, $"{node.Id}-c{node.Lives}");
        node.Member = new EngineMember(node.Id, (uint)node.Lives);
        node.Control = new ControlMachine(
            new ControlIdentity(
                node.Id, new NodeUuid(node.Number.ToString(CultureInfo.InvariantCulture)), node.Member,
                session,
                node.Incarnation, "test", WireVersion: 1, FeatureLevel: 1),
            Limits);
        node.IsDue = false;
        Tell(new WorldEvent.ProcessBegan(node.Id, RoleKind.Controller, node.Member.Process));
        Feed(node, new ControlInput.Loaded(node.Disk.Read()));
        Feed(node, new ControlInput.ExecutorUp(ExecutorKind.Resources, node.Executor.Inventory()));
        Feed(node, new ControlInput.ExecutorUp(ExecutorKind.Fencing, node.Fencer.Inventory()));
        Join(node);
        TellWords();
    }

    /// <summary>Ticks are rarer than by default, for fewer steps; nothing else differs.</summary>
    private static ControlLimits Limits { get; } = new() { Tick = TimeSpan.FromSeconds(3) };

    private void EndController(ExploredNode node, string why)
    {
        if (node.Control is null)
            return;
        node.Control = null;
        node.IsPaused = false;
        node.IsDue = false;
        node.Inbox.Clear();
        node.Plans.Clear();
        node.StartsController = true;
        Tell(new WorldEvent.ProcessEnded(node.Id, RoleKind.Controller, node.Member.Process, why));
        Leave(node);
        TellWords();
    }

    // What the supervisors say of each other's controllers is known at once.
    private void TellWords()
    {
        foreach (ExploredNode node in _nodes.Where(n => n.Control is not null))
        {
            foreach (ExploredNode peer in _nodes.Where(n => n != node))
                Feed(node, new ControlInput.PeerSaid(peer.Id, WordOf(peer, node)));
        }
    }

    private static ControllerWord WordOf(ExploredNode peer, ExploredNode to) =>
        !peer.IsPowered || peer.Station.Side != to.Station.Side ? ControllerWord.Unknown
        : peer.StaysOut ? ControllerWord.Gone
        : peer.Control is null && peer.Lives > 1 ? ControllerWord.Respawning : ControllerWord.Running;

    private void Boot(ExploredNode node)
    {
        node.Boot++;
        node.IsPowered = true;
        node.StaysOut = false;
        node.StartsController = true;
        node.Executor = new ExploredExecutor(NextLife(node, "e"));
        node.Fencer = new ExploredExecutor(NextLife(node, "f"));
        Tell(new WorldEvent.Booted(node.Id, node.Incarnation));
        node.Station = new Station { Side = node.Station.Side };
        _reformDue = true;
    }

    private static string NextLife(ExploredNode node, string role) =>
        string.Create(CultureInfo.InvariantCulture, $"{node.Id}-{role}{++node.Lives}");

    private void PowerOff(ExploredNode node, string why)
    {
        if (!node.IsPowered)
            return;
        node.IsPowered = false;
        foreach (RunningOperation shot in node.Fencer.Operations.Where(o => o.SwitchedOff is null))
            _lateShots.Add(new LateShot(node.Id, new NodeId(shot.Asked.Meta["target"]), shot.Asked.Resource));
        node.Control = null;
        node.IsPaused = node.IsDue = node.StartsController = false;
        node.Inbox.Clear();
        node.Plans.Clear();
        (node.Executor, node.Fencer) = (new ExploredExecutor(""), new ExploredExecutor(""));
        Break(node.Station.Ring);
        node.Station = new Station { Side = node.Station.Side };
        _reformDue = true;
        Tell(new WorldEvent.ProcessEnded(node.Id, RoleKind.Controller, node.Member.Process, "power lost"));
        foreach (string resource in _active.Where(a => a.Value.Contains(node.Id)).Select(a => a.Key).ToList())
            Set(node, resource, ServiceState.Inactive, "power");
        Tell(new WorldEvent.PowerLost(node.Id, node.Incarnation, why));
    }
}

/// <summary>A node asked a device for a shot, and has lost its power since: the device may still
/// act.</summary>
internal sealed record LateShot(NodeId By, NodeId Target, string Device);
