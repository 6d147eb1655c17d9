using System.Globalization;
using Truce.Contracts;
using Truce.Laboratory;
using Truce.Model;
using Truce.Ports;
using Truce.Simulator.Checks;
using Truce.Simulator.World;

namespace Truce.Simulator.Laboratory;

/// <summary>Makes a scenario's cause persist: nothing that anybody does in the cluster ends it.</summary>
internal sealed class LaboratoryWorld(
    SimulatedCluster cluster, LaboratoryScenario scenario, TimeSpan boot, TimeSpan length)
{
    /// <summary>Why a node lost its power that <c>bad</c> crashed.</summary>
    public const string Crashed = "crashed by bad";

    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_dies = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_turn = TimeSpan.FromSeconds(40);
    private readonly long _endNs = cluster.Clock.NowNs + (length.Ticks * 100);

    /// <summary>From now on it is so. How long the machines are then dark by
    /// the scenario's own doing.</summary>
    public TimeSpan Begin()
    {
        Cause();
        return scenario.Cause switch
        {
            LaboratoryCause.StartUp or LaboratoryCause.EarlyBoot => boot,
            LaboratoryCause.SlowJoin => boot + TimeSpan.FromSeconds(11),
            LaboratoryCause.StarvedBoot => boot + (1.5 * s_minute),
            LaboratoryCause.StopWhenUnmounted or LaboratoryCause.StopAsksElsewhere
                or LaboratoryCause.StopTooSlow
                or LaboratoryCause.StopBroken or LaboratoryCause.LinkCut or LaboratoryCause.LinkFlaps
                or LaboratoryCause.SlowSwitch or LaboratoryCause.LyingDevice or LaboratoryCause.SlowDevice
                or LaboratoryCause.ClockJumps or LaboratoryCause.Crasher or LaboratoryCause.BannedInTurn =>
                    TimeSpan.Zero,
        };
    }

    private void Cause()
    {
        Action cause = scenario.Cause switch
        {
            LaboratoryCause.StopWhenUnmounted => FailUnmounted,
            LaboratoryCause.StopAsksElsewhere => () => FailStop(AgentTroubleKind.Hangs),
            LaboratoryCause.StopTooSlow => SlowStop,
            LaboratoryCause.StopBroken => () => FailStop(AgentTroubleKind.Broken),
            LaboratoryCause.LinkCut => Cut,
            LaboratoryCause.LinkFlaps => () => Every(2 * s_minute, () => Flap(s_minute)),
            LaboratoryCause.SlowSwitch => SlowSwitch,
            LaboratoryCause.StartUp => () => StartAnew(last: boot + s_minute),
            LaboratoryCause.SlowJoin => SlowJoin,
            LaboratoryCause.LyingDevice => Lie,
            LaboratoryCause.SlowDevice => SlowDevice,
            LaboratoryCause.EarlyBoot => BootEarly,
            LaboratoryCause.ClockJumps => JumpAndFail,
            LaboratoryCause.Crasher => CrashOnStart,
            LaboratoryCause.BannedInTurn => BanInTurn,
            LaboratoryCause.StarvedBoot => Starve,
        };
        cause();
    }

    private void FailStop(AgentTroubleKind kind)
    {
        cluster.Agents.Troubles.Add(new AgentTrouble(null, "bad", OperationNames.Stop, kind, 1));
        DieAgainAndAgain();
    }

    private void SlowStop()
    {
        cluster.Agents.Takes = (_, spec) =>
            spec is { Resource: "bad", Action: OperationNames.Stop } ? 2 * spec.Timeout : null;
        DieAgainAndAgain();
    }

    private void Cut() => cluster.Engine.Split(n => n == cluster.Nodes.Keys.First() ? 0 : 1);

    private void SlowSwitch()
    {
        cluster.Ledger.Watch(new OnBoot(CutFor(2 * s_minute)));
        cluster.Nodes.Values.Last().PowerCycle(boot);
    }

    // Those who hear it wait ten seconds for its word.
    private void SlowJoin()
    {
        cluster.Nodes.Values.Last().ControllerDelay = TimeSpan.FromSeconds(11);
        StartAnew(last: boot);
    }

    private void Lie()
    {
        cluster.Agents.DevicesLie = cluster.Rules.DeviceHasLied = true;
        FailUnmounted();
    }

    private void SlowDevice()
    {
        cluster.Agents.Takes = (_, spec) =>
            spec is { Kind: AgentKind.Fence, Action: "off" or "reboot" } ? s_minute : null;
        FailUnmounted();
    }

    private void BootEarly()
    {
        cluster.Agents.Takes = (_, spec) =>
            spec is { Kind: AgentKind.Fence, Action: "off" or "reboot" } ? boot + (s_minute / 2) : null;
        cluster.Nodes.Values.Last().PowerCycle(boot);
    }

    private void JumpAndFail()
    {
        FailUnmounted();
        Every(s_minute / 2, Jump);
    }

    private void BanInTurn()
    {
        cluster.Agents.Fails = (_, resource, action) => resource == "bad" && action == OperationNames.Stop;
        BanInTurn(0);
    }

    // Mounted when started, gone a while later, and the stop calls that an error.
    private void FailUnmounted()
    {
        cluster.Agents.Fails = (node, resource, action) => resource == "bad" && action == OperationNames.Stop
            && cluster.Agents.StateOn("bad", node) == ServiceState.Inactive;
        DieAgainAndAgain();
    }

    private void DieAgainAndAgain()
    {
        cluster.Ledger.Watch(new OnActive("bad", (node, incarnation) => cluster.Clock.After(s_dies, () =>
        {
            if (cluster.Nodes[node].Incarnation == incarnation
                && cluster.Agents.ActiveOn("bad").Contains(node))
                cluster.Agents.Crash("bad");
        }), n => cluster.Nodes[n].Incarnation));
        cluster.Agents.Crash("bad");
    }

    private void CrashOnStart()
    {
        cluster.Ledger.Watch(new OnActive(
            "bad", (node, _) => cluster.Clock.After(TimeSpan.Zero, () => Crash(node)), n =>
                cluster.Nodes[n].Incarnation));
        // It dies where it ran so far, and is started again.
        cluster.Agents.Crash("bad");
    }

    private void Crash(NodeId node)
    {
        cluster.Nodes[node].PowerOff(Crashed);
        cluster.Nodes[node].BootAfter(boot);
    }

    private void BanInTurn(int turn)
    {
        if (cluster.Clock.NowNs > _endNs)
            return;
        SimulatedNode? asked = cluster.Nodes.Values.FirstOrDefault(
            n => n.Control?.Mode == Truce.Control.ViewMode.Quorate);
        int index = 0;
        foreach (NodeId node in cluster.Nodes.Keys)
        {
            string value = index++ == turn % cluster.Nodes.Count ? "1" : "0";
            asked?.Ask($"turn{turn}-{node}", new ClientRequest.SetTransient(node.Value, "turn", value));
        }

        cluster.Clock.After(s_turn, () => BanInTurn(turn + 1));
    }

    private void Flap(TimeSpan cut)
    {
        Cut();
        cluster.Clock.After(cut, cluster.Engine.HealAll);
    }

    // The switch's port of a node that has just booted carries nothing for a while.
    private Action<NodeId> CutFor(TimeSpan time) => node =>
    {
        string incarnation = cluster.Nodes[node].Incarnation;
        cluster.Engine.Split(n => n == node ? 1 : 0);
        cluster.Clock.After(time, () =>
        {
            if (cluster.Nodes[node].Incarnation == incarnation)
                cluster.Engine.HealAll();
        });
    };

    private void StartAnew(TimeSpan last)
    {
        SimulatedNode slow = cluster.Nodes.Values.Last();
        foreach (SimulatedNode node in cluster.Nodes.Values)
        {
            node.PowerOff("blackout");
            node.BootAfter(node == slow ? last : boot);
        }
    }

    private void Starve()
    {
        foreach (SimulatedNode node in cluster.Nodes.Values)
        {
            node.PowerOff("blackout");
            node.ControllerDelay = cluster.Clock.Between(1_000, 25_000);
            node.BootAfter(boot + cluster.Clock.Between(0, 60_000));
        }

        cluster.Clock.After(boot + (2 * s_minute), () =>
        {
            foreach (SimulatedNode node in cluster.Nodes.Values)
                node.ControllerDelay = null;
        });
    }

    private void Jump()
    {
        foreach (SimulatedNode node in cluster.Nodes.Values)
            node.Clock.WallOffset = cluster.Clock.Between(-36_000_000, 36_000_000);
    }

    private void Every(TimeSpan time, Action action)
    {
        if (cluster.Clock.NowNs > _endNs)
            return;
        action();
        cluster.Clock.After(time, () => Every(time, action));
    }

    private sealed class OnActive(
        string resource, Action<NodeId, string> then, Func<NodeId, string> incarnation) : IChecker
    {
        public void Observe(WorldEvent happened, long atMs, Action<Violation> accuse)
        {
            if (happened is WorldEvent.ServiceChanged { State: ServiceState.Active } change
                && change.Resource == resource)
                then(change.Node, incarnation(change.Node));
        }
    }

    private sealed class OnBoot(Action<NodeId> then) : IChecker
    {
        public void Observe(WorldEvent happened, long atMs, Action<Violation> accuse)
        {
            if (happened is WorldEvent.Booted booted)
                then(booted.Node);
        }
    }
}
