using Truce.Model;
using Truce.Ports;

namespace Truce.Runtime.Executor;

/// <summary>
/// A stop that failed is no reason to shoot where nothing is left to stop: once nothing of the stop itself
/// runs
/// any more (no outcome comes before that), the agent that started it looks once. Only its plain "not
/// running"
/// proves anything (docs/decisions/0059-a-failed-stop-is-looked-at.md).
/// </summary>
internal static class StopProof
{
    /// <summary>Whether an outcome asks for a look. An agent that isn't there can't look either.</summary>
    public static bool IsWanted(HeldOperation operation, OperationOutcome outcome) =>
        operation is { Order.Action: "stop", IsRecurring: false, FailedStop: null, NotBegun: null, Dropped: false }
        && outcome.Status switch
        {
            OperationStatus.Done => outcome.ReturnCode != (int)AgentExitCode.Ok,
            OperationStatus.TimedOut => true,
            OperationStatus.Error => true,
            OperationStatus.Cancelled or OperationStatus.NotInstalled => false,
        };

    /// <summary>How long a look may take.</summary>
    public static TimeSpan Timeout(OperationSpec stop) =>
        stop.Timeout < StopLook.TimeoutMax ? stop.Timeout : StopLook.TimeoutMax;

    /// <summary>The stop's outcome after the look.</summary>
    public static OperationOutcome Judge(OperationOutcome stop, OperationOutcome look)
    {
        TimeSpan took = stop.Duration + look.Duration;
        if (look is not { Status: OperationStatus.Done, ReturnCode: (int)AgentExitCode.NotRunning })
            return stop with { Duration = took };
        string how = stop.Status == OperationStatus.TimedOut ? "it ran into its time-out" : $"it failed (exit {stop.ReturnCode})";
        string said = stop.ExitReason.Length > 0 ? $", \"{stop.ExitReason}\"" : "";
        return stop with
        {
            Status = OperationStatus.Done,
            ReturnCode = (int)AgentExitCode.Ok,
            ExitReason = $"{StopLook.Found}: {how}{said}, and nothing of it is left running",
            Duration = took,
        };
    }
}
