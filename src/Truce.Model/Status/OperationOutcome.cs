namespace Truce.Model;

/// <summary>Exit codes of agents, OCF 1.1.</summary>
public enum AgentExitCode
{
    /// <summary>Success; for a monitor: running.</summary>
    Ok = 0,

    /// <summary>Something is wrong.</summary>
    Error = 1,

    /// <summary>The configuration of the resource makes no sense here.</summary>
    InvalidParameters = 2,

    /// <summary>The agent doesn't know the action.</summary>
    NotImplemented = 3,

    /// <summary>Not allowed.</summary>
    InsufficientPrivileges = 4,

    /// <summary>A program is missing.</summary>
    NotInstalled = 5,

    /// <summary>The configuration of the resource makes no sense anywhere.</summary>
    NotConfigured = 6,

    /// <summary>Cleanly stopped.</summary>
    NotRunning = 7,

    /// <summary>Running, promoted.</summary>
    Promoted = 8,

    /// <summary>Failed while promoted.</summary>
    PromotedFailed = 9,

    /// <summary>Running, but likely to fail.</summary>
    Degraded = 190,

    /// <summary>Promoted, but likely to fail.</summary>
    PromotedDegraded = 191,

    /// <summary>Nothing known; the cluster's own, no agent returns it.</summary>
    Unknown = 193,
}

/// <summary>How the execution of an operation went (<c>op-status</c>).</summary>
public enum ExecutionStatus
{
    /// <summary>Still running.</summary>
    Pending = -1,

    /// <summary>The agent returned what it returned.</summary>
    Done = 0,

    /// <summary>Cancelled.</summary>
    Cancelled = 1,

    /// <summary>Killed after its timeout.</summary>
    TimedOut = 2,

    /// <summary>The agent doesn't support it.</summary>
    NotSupported = 3,

    /// <summary>Failed, though the agent says otherwise.</summary>
    Error = 4,

    /// <summary>It couldn't be run.</summary>
    ErrorHard = 5,

    /// <summary>It can't run anywhere.</summary>
    ErrorFatal = 6,

    /// <summary>The agent isn't installed.</summary>
    NotInstalled = 7,

    /// <summary>No executor to run it.</summary>
    NotConnected = 8,

    /// <summary>Not known.</summary>
    Invalid = 9,
}
