namespace Truce.Model;

/// <summary>What people say for an operation's outcome.</summary>
public static class OutcomeWords
{
    /// <summary>The words for an agent's exit code, as OCF names them.</summary>
    public static string OfCode(int code) => (AgentExitCode)code switch
    {
        AgentExitCode.Ok => "ok",
        AgentExitCode.Error => "error",
        AgentExitCode.InvalidParameters => "invalid parameter",
        AgentExitCode.NotImplemented => "unimplemented feature",
        AgentExitCode.InsufficientPrivileges => "insufficient privileges",
        AgentExitCode.NotInstalled => "not installed",
        AgentExitCode.NotConfigured => "not configured",
        AgentExitCode.NotRunning => "not running",
        AgentExitCode.Promoted => "promoted",
        AgentExitCode.PromotedFailed => "promoted (failed)",
        AgentExitCode.Degraded => "degraded",
        AgentExitCode.PromotedDegraded => "promoted (degraded)",
        _ => $"code {code}", // An agent may exit with any number.
    };

    /// <summary>The words for how an execution ended; for one that ran to
    /// its end, those of its code.</summary>
    public static string Of(ExecutionStatus status, int code) => status switch
    {
        ExecutionStatus.TimedOut => "timed out",
        ExecutionStatus.Cancelled => "cancelled",
        ExecutionStatus.NotInstalled => "the agent is not installed",
        ExecutionStatus.NotConnected => "no executor to run it",
        ExecutionStatus.NotSupported => "the agent doesn't support it",
        ExecutionStatus.Pending => "under way",
        ExecutionStatus.Done or ExecutionStatus.Error or ExecutionStatus.ErrorHard or ExecutionStatus.ErrorFatal
            or ExecutionStatus.Invalid => OfCode(code),
    };
}
