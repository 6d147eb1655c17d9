using System.Collections.Immutable;
using System.Globalization;
using Truce.Control;
using Truce.Model;
using Truce.Model.Replication;
using Truce.Ports;
using Truce.Simulator.World;

namespace Truce.Simulator.Scenarios;

/// <summary>Carries out faults on the world, and ends them all.</summary>
internal sealed partial class FaultInjector(SimulatedCluster cluster, ImmutableArray<string> resources)
{
    private readonly ImmutableArray<SimulatedNode> _nodes = [.. cluster.Nodes.Values];
    private bool _over;

    /// <summary>How often each kind met each state.</summary>
    public SortedDictionary<(FaultKind Kind, Moment Moment), int> Met { get; } = [];

    public SortedDictionary<FaultKind, int> Counts { get; } = [];

    private Clockwork Clock => cluster.Clock;

    /// <summary>Carries one out now.</summary>
    public void Strike(PlannedFault fault)
    {
        if (_over)
            return;
        foreach (Moment moment in Moments.Now(cluster))
            Met[(fault.Kind, moment)] = Met.GetValueOrDefault((fault.Kind, moment)) + 1;
        Counts[fault.Kind] = Counts.GetValueOrDefault(fault.Kind) + 1;
        SimulatedNode node = _nodes[fault.Node % _nodes.Length];
        SimulatedNode other = _nodes[(fault.Node + 1 + (fault.Other % Math.Max(1, _nodes.Length - 1))) % _nodes.Length];
        switch (fault.Kind)
        {
            case FaultKind.Split or FaultKind.SplitThree or FaultKind.Isolate or FaultKind.Flap or FaultKind.LinkLoss
                or FaultKind.OneWayLoss or FaultKind.Heal or FaultKind.TokenLoss or FaultKind.LongTokenLoss
                or FaultKind.EngineDeath or FaultKind.Choke or FaultKind.DeliveryLag or FaultKind.LateQuorum:
                StrikeEngine(fault, node, other);
                break;
            case FaultKind.FastRestart or FaultKind.PowerCut or FaultKind.Blackout or FaultKind.Unplugged
                or FaultKind.ClockDrift or FaultKind.ClockJump or FaultKind.Suspend:
                StrikeMachine(fault, node);
                break;
            case FaultKind.Ghost or FaultKind.KillController or FaultKind.KillExecutor or FaultKind.KillFencer
                or FaultKind.KillSupervisor or FaultKind.KillAtPoint or FaultKind.CrashLoop or FaultKind.PauseController
                or FaultKind.PauseExecutor or FaultKind.PauseFencer or FaultKind.PauseSupervisor or FaultKind.Lag
                or FaultKind.OrderlyStop or FaultKind.SlowPlanning:
                StrikeProcess(fault, node);
                break;
            case FaultKind.SlowDisk or FaultKind.HangingDisk or FaultKind.FullDisk or FaultKind.ReadOnlyDisk or FaultKind.DamagedDisk or FaultKind.FullDisks
                or FaultKind.DiskReplaced:
                StrikeDisk(fault, node);
                break;
            case FaultKind.ServiceCrash or FaultKind.StartFails or FaultKind.StopFails or FaultKind.MonitorFails
                or FaultKind.MonitorLies or FaultKind.AgentHangs or FaultKind.AgentSticks or FaultKind.HalfStart
                or FaultKind.AgentMissing or FaultKind.AgentSlow:
                StrikeAgents(fault, node);
                break;
            case FaultKind.FenceFails or FaultKind.FenceSlow or FaultKind.FenceHangs or FaultKind.FenceLies:
                StrikeFencing(fault);
                break;
        }
    }

    /// <summary>All is healed; every node is given power; the operator cleans up.</summary>
    public void Stop()
    {
        _over = true;
        cluster.Ledger.Tell(new WorldEvent.FaultsStopped());
        cluster.KillAt = null;
        cluster.PlanningIsSlow = false;
        cluster.Agents.Troubles.Clear();
        cluster.Agents.DevicesLie = false;
        cluster.Engine.HealAll();
        foreach (SimulatedNode node in _nodes)
        {
            Repair(node);
            node.Disk.Trouble = DiskTrouble.None;
            node.IsUnplugged = false;
            node.Clock.Drift(1);
            node.Resume();
            Clock.After(Clock.Between(0, 3_000), node.Boot);
        }

        SwitchOn();
    }

    // A person switches on again what fencing has left off; and resets a node that runs, and that the cluster
    // holds for off on the word of a device that lied: nothing but another view would show that it lives.
    private void SwitchOn() => Clock.After(TimeSpan.FromSeconds(15), () =>
    {
        foreach (SimulatedNode node in _nodes)
        {
            if (cluster.Rules.DeviceHasLied && IsHeldForOff(node))
                node.PowerOff("reset by a person: the cluster holds it for off");
            node.Boot();
        }

        SwitchOn();
    });

    private bool IsHeldForOff(SimulatedNode node) => _nodes.Any(n => n.Control is { Mode: ViewMode.Quorate, State: { } state }
        && state.Member(node.Id) is { Phase: MemberPhase.Down } member && member.Incarnation == node.Incarnation);

    private void Tell(PlannedFault fault, string text, params ReadOnlySpan<SimulatedNode> struck) =>
        cluster.Ledger.Tell(new WorldEvent.Fault(fault.Kind.ToString(), text, [.. struck.ToArray().Select(n => n.Id)], Lasts(fault)));

    private void TellAll(PlannedFault fault, string text) =>
        cluster.Ledger.Tell(new WorldEvent.Fault(fault.Kind.ToString(), text, [.. cluster.Nodes.Keys], Lasts(fault)));

    // Generous: no kind lasts longer, except for splits that aren't healed.
    private static TimeSpan Lasts(PlannedFault fault) => fault.Kind switch
    {
        FaultKind.Split or FaultKind.SplitThree when fault.B >= 0.6 => TimeSpan.FromMinutes(5),
        FaultKind.FenceFails or FaultKind.FenceHangs or FaultKind.FenceSlow or FaultKind.FenceLies => Seconds(fault, 5, 120),
        _ => Seconds(fault, 3, 60),
    };

    private static TimeSpan Seconds(PlannedFault fault, double least, double most) =>
        TimeSpan.FromSeconds(least + (fault.A * (most - least)));

    private static string Words(TimeSpan span) => string.Create(CultureInfo.InvariantCulture, $"{span.TotalSeconds:0.0} s");

#pragma warning disable TRUCE001 // Strike has sorted all kinds: only some come to each of these.

    private void StrikeEngine(PlannedFault fault, SimulatedNode node, SimulatedNode other)
    {
        TimeSpan lasts = Seconds(fault, 1, 60);
        switch (fault.Kind)
        {
            case FaultKind.Split or FaultKind.SplitThree:
                int sides = fault.Kind == FaultKind.Split ? 2 : 3;
                Random drawn = new(fault.Node + (fault.Other << 8));
                Dictionary<NodeId, int> side = cluster.Nodes.Keys.ToDictionary(n => n, _ => drawn.Next(sides));
                TellAll(fault, string.Join(" | ", side.GroupBy(s => s.Value).OrderBy(g => g.Key).Select(g => string.Join(' ', g.Select(s => s.Key).Order()))));
                cluster.Engine.Split(n => side[n]);
                HealAfter(fault.B < 0.6 ? lasts : null);
                break;
            case FaultKind.Isolate:
                TellAll(fault, $"{node.Id} alone for {Words(lasts)}");
                cluster.Engine.Split(n => n == node.Id ? 1 : 0);
                HealAfter(lasts);
                break;
            case FaultKind.Flap:
                Flap(fault, node);
                break;
            case FaultKind.LinkLoss:
                TellAll(fault, $"{node.Id} and {other.Id} don't hear each other");
                cluster.Engine.Cut(node.Id, other.Id);
                cluster.Engine.Cut(other.Id, node.Id);
                HealAfter(lasts);
                break;
            case FaultKind.OneWayLoss:
                TellAll(fault, $"{other.Id} doesn't hear {node.Id}");
                cluster.Engine.Cut(node.Id, other.Id);
                HealAfter(lasts);
                break;
            case FaultKind.Heal:
                Tell(fault, "all links work");
                cluster.Engine.HealAll();
                break;
            case FaultKind.TokenLoss or FaultKind.LongTokenLoss:
                TimeSpan frozen = fault.Kind == FaultKind.TokenLoss ? Seconds(fault, 0.1, 0.95) : Seconds(fault, 1.1, 5);
                TellAll(fault, $"no delivery for {Words(frozen)}");
                cluster.Engine.LoseToken(node.Id, frozen);
                break;
            case FaultKind.EngineDeath:
                TimeSpan back = Seconds(fault, 0.2, 20);
                Tell(fault, $"the engine of {node.Id} dies, back after {Words(back)}", node);
                node.KillEngine(back);
                break;
            case FaultKind.Choke:
                Tell(fault, $"{node.Id} can't send for {Words(Seconds(fault, 0.2, 12))}", node);
                cluster.Engine.Choke(node.Id, Seconds(fault, 0.2, 12));
                break;
            case FaultKind.DeliveryLag:
                TimeSpan lag = TimeSpan.FromMilliseconds(20 + (fault.B * 1_500));
                Tell(fault, $"messages reach {node.Id} {Words(lag)} late", node);
                cluster.Engine.Lag(node.Id, lag);
                Clock.After(lasts, () => cluster.Engine.Lag(node.Id, TimeSpan.Zero));
                break;
            case FaultKind.LateQuorum:
                TellAll(fault, "quorum's word comes late");
                cluster.Engine.QuorumIsLate = true;
                cluster.Engine.LoseToken(node.Id, TimeSpan.FromSeconds(1.2));
                break;
        }
    }

    private void HealAfter(TimeSpan? lasts)
    {
        if (lasts is { } time)
            Clock.After(time, cluster.Engine.HealAll);
    }

    private void Flap(PlannedFault fault, SimulatedNode node)
    {
        int times = 2 + (int)(fault.B * 6);
        TellAll(fault, $"{node.Id} comes and goes {times} times");
        for (int i = 0; i < times; i++)
        {
            TimeSpan at = Seconds(fault, 0.3, 4) * (2 * i);
            Clock.After(at, () => Go(1));
            Clock.After(at + Seconds(fault, 0.3, 4), () => Go(0));
        }

        void Go(int side)
        {
            if (!_over)
                cluster.Engine.Split(n => n == node.Id ? side : 0);
        }
    }

    private void StrikeMachine(PlannedFault fault, SimulatedNode node)
    {
        TimeSpan back = Seconds(fault, 0.5, 40);
        switch (fault.Kind)
        {
            case FaultKind.FastRestart:
                Tell(fault, $"{node.Id} is back at once", node);
                node.PowerOff("restart");
                Clock.After(TimeSpan.FromMilliseconds(50 + (fault.A * 600)), node.Boot);
                break;
            case FaultKind.PowerCut:
                Tell(fault, $"{node.Id} for {Words(back)}", node);
                node.PowerOff();
                if (fault.B < 0.8)
                    Clock.After(back, node.Boot);
                break;
            case FaultKind.Blackout when fault.B < 0.5:
                TellAll(fault, "some nodes miss a change; then every node loses power, and they are back first");
                BlackOutAfterChange(node, losesDisk: false);
                break;
            case FaultKind.Blackout:
                TellAll(fault, "every node loses power");
                foreach (SimulatedNode each in _nodes)
                {
                    each.PowerOff("blackout");
                    Clock.After(Clock.Between(100, 15_000), each.Boot);
                }

                break;
            case FaultKind.Unplugged:
                Tell(fault, $"{node.Id} and its fence device for {Words(back)}", node);
                node.IsUnplugged = true;
                node.PowerOff("its supply is dead");
                Clock.After(back, () =>
                {
                    node.IsUnplugged = false;
                    node.Boot();
                });
                if (fault.B < 0.3)
                    Clock.After(back / 2, () => Vouch(node));
                break;
            case FaultKind.ClockDrift:
                double rate = 0.98 + (fault.B * 0.04);
                Tell(fault, string.Create(CultureInfo.InvariantCulture, $"{node.Id}'s boot clock runs at {rate:0.000}"), node);
                node.Clock.Drift(rate);
                break;
            case FaultKind.ClockJump:
                node.Clock.WallOffset = TimeSpan.FromHours((fault.B - 0.5) * 20);
                Tell(fault, $"{node.Id}'s wall clock is off by {node.Clock.WallOffset}", node);
                break;
            case FaultKind.Suspend:
                Tell(fault, $"{node.Id} for {Words(back)}", node);
                node.Suspend(back);
                break;
        }
    }

    // As many as quorum can spare are off while the configuration changes; then all lose
    // power, and whoever missed the change is back long before the others. Where a disk is
    // lost too, its node is among the first.
    private void BlackOutAfterChange(SimulatedNode first, bool losesDisk)
    {
        int at = _nodes.IndexOf(first);
        SimulatedNode[] order = [.. _nodes.Skip(at), .. _nodes.Take(at)];
        int stale = (_nodes.Length - 1) / 2;
        foreach (SimulatedNode node in order[..stale])
            node.PowerOff();
        Clock.After(Clock.Between(1_500, 2_500), () => cluster.Operator.Change(order[stale]));
        Clock.After(Clock.Between(3_500, 5_500), () =>
        {
            if (_over)
                return;
            foreach (SimulatedNode node in order)
                node.PowerOff("blackout");
            if (losesDisk && MayLoseItsDisk(order[stale]))
                ReplaceDisk(order[stale]);
            int early = stale + (losesDisk ? 1 : 0);
            for (int i = 0; i < order.Length; i++)
                Clock.After(i < early ? Clock.Between(100, 2_000) : Clock.Between(5_000, 40_000), order[i].Boot);
        });
    }

    private void Vouch(SimulatedNode off)
    {
        if (_nodes.FirstOrDefault(n => n != off && n.Control?.Mode == ViewMode.Quorate) is { } asked)
            cluster.Operator.Vouch(asked, off);
    }

#pragma warning restore TRUCE001
}
