using Truce.Control;
using Truce.Model;
using Truce.Ports;
using Truce.Simulator.World;

namespace Truce.Simulator.Scenarios;

/// <summary>Faults of processes, disks, agents and devices.</summary>
internal sealed partial class FaultInjector
{
    private void StrikeProcess(PlannedFault fault, SimulatedNode node)
    {
        TimeSpan lasts = Seconds(fault, 0.05, 4);
#pragma warning disable TRUCE001 // Strike has sorted all kinds: only these come here.
        switch (fault.Kind)
#pragma warning restore TRUCE001
        {
            case FaultKind.Ghost:
                Tell(fault, $"{node.Id}'s controller dies and stays a member", node);
                node.KillAsGhost();
                break;
            case FaultKind.KillController or FaultKind.KillExecutor or FaultKind.KillFencer or FaultKind.KillSupervisor:
                RoleKind killed = RoleOf(fault.Kind);
                Tell(fault, $"{killed} of {node.Id}, back after {Words(lasts)}", node);
                node.Kill(killed, lasts);
                break;
            case FaultKind.KillAtPoint:
                KillAtPoint(fault, node);
                break;
            case FaultKind.CrashLoop:
                RoleKind looping = fault.B < 0.5 ? RoleKind.Controller : RoleKind.Executor;
                Tell(fault, $"{looping} of {node.Id} dies again and again", node);
                CrashLoop(node, looping, 2 + (int)(fault.A * 8));
                break;
            case FaultKind.PauseController or FaultKind.PauseExecutor or FaultKind.PauseFencer or FaultKind.PauseSupervisor:
                TimeSpan still = Seconds(fault, 0.3, 25);
                RoleKind paused = RoleOf(fault.Kind);
                Tell(fault, $"{paused} of {node.Id} for {Words(still)}", node);
                node.Process(paused)?.Pause(still);
                break;
            case FaultKind.Lag:
                TimeSpan lag = TimeSpan.FromMilliseconds(20 + (fault.B * 1_500));
                RoleKind slow = (fault.Other % 4) switch
                {
                    0 => RoleKind.Controller,
                    1 => RoleKind.Executor,
                    2 => RoleKind.Supervisor,
                    _ => RoleKind.Fencer,
                };
                Tell(fault, $"{slow} of {node.Id} is {Words(lag)} slow", node);
                node.Process(slow)?.Lag(lag, Seconds(fault, 2, 40));
                break;
            case FaultKind.OrderlyStop:
                TimeSpan back = Seconds(fault, 5, 60);
                Tell(fault, $"{node.Id} is asked to stop; booted again after {Words(back)}", node);
                node.Stop();
                Clock.After(back, () =>
                {
                    node.PowerOff("rebooted by a person");
                    Clock.After(TimeSpan.FromSeconds(1), node.Boot);
                });
                break;
            case FaultKind.SlowPlanning:
                TellAll(fault, "plans take seconds");
                cluster.PlanningIsSlow = true;
                Clock.After(Seconds(fault, 5, 60), () => cluster.PlanningIsSlow = false);
                break;
        }
    }

    private static RoleKind RoleOf(FaultKind kind) => kind switch
    {
        FaultKind.KillController or FaultKind.PauseController => RoleKind.Controller,
        FaultKind.KillExecutor or FaultKind.PauseExecutor => RoleKind.Executor,
        FaultKind.KillFencer or FaultKind.PauseFencer => RoleKind.Fencer,
        FaultKind.KillSupervisor or FaultKind.PauseSupervisor => RoleKind.Supervisor,
        _ => throw new InvariantException($"{kind} strikes no role"),
    };

    private void KillAtPoint(PlannedFault fault, SimulatedNode node)
    {
        string point = PausePoint.All[fault.Other % PausePoint.All.Count];
        Tell(fault, $"{node.Id}'s controller dies at {point}", node);
        cluster.KillAt = (n, p) =>
        {
            if (n != node.Id || p != point)
                return false;
            cluster.KillAt = null;
            return true;
        };
    }

    private void CrashLoop(SimulatedNode node, RoleKind role, int times)
    {
        if (_over || times == 0)
            return;
        node.Kill(role, TimeSpan.FromMilliseconds(50));
        Clock.After(TimeSpan.FromSeconds(1.5), () => CrashLoop(node, role, times - 1));
    }

    private void StrikeDisk(PlannedFault fault, SimulatedNode node)
    {
        if (fault.Kind == FaultKind.DiskReplaced)
        {
            if (!MayLoseItsDisk(node))
                return;
            if (fault.B < 0.4 && _nodes.Length > 2)
            {
                TellAll(fault, "some nodes miss a change; every node loses power, one its disk; these are back first");
                BlackOutAfterChange(node, losesDisk: true);
                return;
            }

            Tell(fault, $"{node.Id} comes back with an empty disk", node);
            node.PowerOff("its disk is replaced");
            ReplaceDisk(node);
            Clock.After(Seconds(fault, 2, 30), node.Boot);
            return;
        }

        if (fault.Kind == FaultKind.FullDisks)
        {
            TimeSpan full = Seconds(fault, 5, 60);
            TellAll(fault, $"every disk for {Words(full)}");
            FillAll(full);
            return;
        }

        if (fault.Kind == FaultKind.DamagedDisk)
        {
            if (!LeavesAMajority(node))
                return;
            Tell(fault, $"{node.Id}, until an operator repairs it", node);
            node.Disk.Trouble = DiskTrouble.Damaged;
            Clock.After(Seconds(fault, 20, 90), () => Repair(node));
            return;
        }

        // What is damaged can't get worse, and stays so until it is repaired.
        if (node.Disk.Trouble == DiskTrouble.Damaged)
            return;
        DiskTrouble trouble = fault.Kind switch
        {
            FaultKind.SlowDisk => DiskTrouble.Slow,
            FaultKind.HangingDisk => DiskTrouble.Hanging,
            FaultKind.FullDisk => DiskTrouble.Full,
            _ => DiskTrouble.ReadOnly,
        };
        TimeSpan lasts = Seconds(fault, 0.5, 30);
        Tell(fault, $"{node.Id} for {Words(lasts)}", node);
        node.Disk.Trouble = trouble;
        Clock.After(lasts, () => Mend(node));
    }

    // The last copy of the configuration isn't taken away: nothing could be expected after that.
    private bool MayLoseItsDisk(SimulatedNode node) =>
        _nodes.Any(n => n != node && KeepsAConfiguration(n));

    // A node whose store was repaired waits for a snapshot, and in a cold start for a majority of stores:
    // without one an operator has to say which changes may be lost, and none does here.
    private bool LeavesAMajority(SimulatedNode node) => _nodes.Length < 2 * _nodes.Count(
        n => n != node && n.Disk.Trouble != DiskTrouble.Damaged && KeepsAConfiguration(n));

    private static bool KeepsAConfiguration(SimulatedNode node) =>
        node.Disk.Records.Keys.Any(k => k.Table == StoreTable.Configuration);

    private void FillAll(TimeSpan lasts)
    {
        foreach (SimulatedNode node in _nodes.Where(n => n.Disk.Trouble != DiskTrouble.Damaged))
        {
            node.Disk.Trouble = DiskTrouble.Full;
            Clock.After(lasts, () => Mend(node));
        }
    }

    // What another fault damaged meanwhile stays so.
    private static void Mend(SimulatedNode node)
    {
        if (node.Disk.Trouble != DiskTrouble.Damaged)
            node.Disk.Trouble = DiskTrouble.None;
    }

    private void Repair(SimulatedNode node)
    {
        if (node.Disk.Trouble != DiskTrouble.Damaged)
            return;
        node.RepairStore();
        cluster.Ledger.Tell(new WorldEvent.DiskReplaced(node.Id));
    }

    private void ReplaceDisk(SimulatedNode node)
    {
        node.Disk.Replace();
        cluster.Ledger.Tell(new WorldEvent.DiskReplaced(node.Id));
    }

    private void StrikeAgents(PlannedFault fault, SimulatedNode node)
    {
        string resource = resources[fault.Other % resources.Length];
        if (fault.Kind == FaultKind.ServiceCrash)
        {
            TellAll(fault, resource);
            cluster.Agents.Crash(resource);
            return;
        }

        // On one node, or on all of them: agents differ.
        NodeId? where = fault.B < 0.7 ? node.Id : null;
        TimeSpan lasts = Seconds(fault, 3, 60);
        (string? action, AgentTroubleKind kind, double often) = fault.Kind switch
        {
            FaultKind.StartFails => (OperationNames.Start, AgentTroubleKind.Fails, 0.7),
            FaultKind.StopFails => (OperationNames.Stop, AgentTroubleKind.Fails, 0.8),
            FaultKind.MonitorFails => (OperationNames.Monitor, AgentTroubleKind.Fails, 0.5),
            FaultKind.MonitorLies => (OperationNames.Monitor, AgentTroubleKind.Lies, 0.3),
            FaultKind.AgentHangs => ((string?)null, AgentTroubleKind.Hangs, 0.3),
            FaultKind.AgentSticks => (null, AgentTroubleKind.Sticks, 0.2),
            FaultKind.HalfStart => (OperationNames.Start, AgentTroubleKind.HalfDone, 0.7),
            FaultKind.AgentMissing => (null, UselessAgent(fault), 1),
            _ => (null, AgentTroubleKind.Slow, 0.5),
        };
        TellAll(fault, $"{resource} {action ?? "agent"} on {where?.Value ?? "every node"} for {Words(lasts)}");
        Trouble(new AgentTrouble(where, resource, action, kind, often), lasts);
        if (fault.Kind is FaultKind.StopFails or FaultKind.StartFails or FaultKind.HalfStart && fault.A < 0.8)
            cluster.Agents.Crash(resource);
    }

    private static AgentTroubleKind UselessAgent(PlannedFault fault) => (fault.Other / 7 % 3) switch
    {
        0 => AgentTroubleKind.Missing,
        1 => AgentTroubleKind.Broken,
        _ => AgentTroubleKind.Unimplemented,
    };

    private void StrikeFencing(PlannedFault fault)
    {
        TimeSpan lasts = Seconds(fault, 5, 120);
        TellAll(fault, $"for {Words(lasts)}");
        if (fault.Kind == FaultKind.FenceLies)
        {
            cluster.Rules.DeviceHasLied = true;
            cluster.Agents.DevicesLie = true;
            Clock.After(lasts, () => cluster.Agents.DevicesLie = false);
            return;
        }

        AgentTroubleKind kind = fault.Kind switch
        {
            FaultKind.FenceFails => AgentTroubleKind.Fails,
            FaultKind.FenceSlow => AgentTroubleKind.Slow,
            _ => AgentTroubleKind.Hangs,
        };
        foreach (string action in new[] { "reboot", "off" })
            Trouble(new AgentTrouble(null, null, action, kind, 0.3 + (0.7 * fault.B)), lasts);
        if (fault.Other % 2 == 0)
            Trouble(new AgentTrouble(null, "power", OperationNames.Monitor, kind, 0.5), lasts);
    }

    private void Trouble(AgentTrouble trouble, TimeSpan lasts)
    {
        cluster.Agents.Troubles.Add(trouble);
        Clock.After(lasts, () => cluster.Agents.Troubles.Remove(trouble));
    }
}
