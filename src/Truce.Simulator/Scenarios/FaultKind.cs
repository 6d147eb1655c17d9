namespace Truce.Simulator.Scenarios;

/// <summary>The kinds of fault. What each does is in <see cref="FaultInjector"/>.</summary>
internal enum FaultKind
{
    /// <summary>Two sides that don't hear each other.</summary>
    Split,

    /// <summary>Three sides.</summary>
    SplitThree,

    /// <summary>One node alone.</summary>
    Isolate,

    /// <summary>A node comes and goes, several times in a row.</summary>
    Flap,

    /// <summary>Two nodes don't hear each other; all others hear both.</summary>
    LinkLoss,

    /// <summary>One node isn't heard by another, but hears it.</summary>
    OneWayLoss,

    /// <summary>All links work again.</summary>
    Heal,

    /// <summary>The token is lost for less than its timeout.</summary>
    TokenLoss,

    /// <summary>The token is lost for longer: a new ring of the same nodes.</summary>
    LongTokenLoss,

    /// <summary>A node is back before its token's timeout: the member list is unchanged.</summary>
    FastRestart,

    /// <summary>The engine's process dies.</summary>
    EngineDeath,

    /// <summary>A controller dies, and stays a member of its group.</summary>
    Ghost,

    /// <summary>The send window is full.</summary>
    Choke,

    /// <summary>Messages reach a node late.</summary>
    DeliveryLag,

    /// <summary>Quorum's word comes seconds after the view.</summary>
    LateQuorum,

    /// <summary>A node loses power, and gets it again.</summary>
    PowerCut,

    /// <summary>Every node loses power.</summary>
    Blackout,

    /// <summary>A node's supply dies, and with it the answers of its fence device.</summary>
    Unplugged,

    /// <summary>kill -9 of the controller.</summary>
    KillController,

    /// <summary>kill -9 of the executor.</summary>
    KillExecutor,

    /// <summary>kill -9 of the fencer.</summary>
    KillFencer,

    /// <summary>kill -9 of the supervisor.</summary>
    KillSupervisor,

    /// <summary>The controller is killed at a named point of its code.</summary>
    KillAtPoint,

    /// <summary>A role dies again and again.</summary>
    CrashLoop,

    /// <summary>The controller is stopped for a while.</summary>
    PauseController,

    /// <summary>The executor is stopped for a while.</summary>
    PauseExecutor,

    /// <summary>The fencer is stopped for a while.</summary>
    PauseFencer,

    /// <summary>The supervisor is stopped for a while.</summary>
    PauseSupervisor,

    /// <summary>A role is slow.</summary>
    Lag,

    /// <summary>A node is asked to stop in order, and started again later.</summary>
    OrderlyStop,

    /// <summary>Plans take seconds.</summary>
    SlowPlanning,

    /// <summary>Each sync takes seconds.</summary>
    SlowDisk,

    /// <summary>Nothing ends on the disk.</summary>
    HangingDisk,

    /// <summary>No space left.</summary>
    FullDisk,

    /// <summary>Mounted read-only.</summary>
    ReadOnlyDisk,

    /// <summary>A store can't be read any more, until an operator repairs it.</summary>
    DamagedDisk,

    /// <summary>Every node's disk is full at once.</summary>
    FullDisks,

    /// <summary>A node comes back with an empty disk.</summary>
    DiskReplaced,

    /// <summary>A service dies by itself.</summary>
    ServiceCrash,

    /// <summary>Starts fail.</summary>
    StartFails,

    /// <summary>Stops fail.</summary>
    StopFails,

    /// <summary>Monitors fail.</summary>
    MonitorFails,

    /// <summary>Monitors say the opposite.</summary>
    MonitorLies,

    /// <summary>An agent never ends.</summary>
    AgentHangs,

    /// <summary>An agent never ends, and can't be killed for a while.</summary>
    AgentSticks,

    /// <summary>A start fails and leaves its daemon behind.</summary>
    HalfStart,

    /// <summary>An agent isn't installed on a node.</summary>
    AgentMissing,

    /// <summary>Agents take seconds.</summary>
    AgentSlow,

    /// <summary>Fencing fails.</summary>
    FenceFails,

    /// <summary>Fencing takes long.</summary>
    FenceSlow,

    /// <summary>A fence agent never ends.</summary>
    FenceHangs,

    /// <summary>A device reports a node as off that isn't.</summary>
    FenceLies,

    /// <summary>A boot clock runs too fast or too slow.</summary>
    ClockDrift,

    /// <summary>A wall clock jumps.</summary>
    ClockJump,

    /// <summary>A machine is suspended and resumed.</summary>
    Suspend,
}
