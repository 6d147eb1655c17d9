using Truce.Contracts;
using Truce.Model;
using Truce.Ports;

namespace Truce.Runtime.Executor;

/// <summary>
/// A stop that failed is no reason to shoot where nothing is left to stop: the agent that started it looks
/// once. Only its plain "not running" and the end of all processes of the resource prove anything
/// (docs/decisions/0059-a-failed-stop-is-looked-at.md).
/// </summary>
internal static class StopProof
{
    /// <summary>Whether an outcome asks for a look. An agent that isn't there can't look either.</summary>
    public static bool IsWanted(HeldOperation operation, OperationOutcome outcome) =>
        operation is
        {
            Order: { Action: OperationNames.Stop, LookMs: > 0 }, IsRecurring: false, FailedStop: null,
            NotBegun: null,
            Dropped: false,
        }
        && outcome.Status switch
        {
            OperationStatus.Done => outcome.ReturnCode != (int)AgentExitCode.Ok,
            OperationStatus.TimedOut => true,
            OperationStatus.Error => true,
            OperationStatus.Cancelled or OperationStatus.NotInstalled => false,
        };

    /// <summary>The monitor after the stop.</summary>
    public static OperationSpec Look(OperationSpec stop, OperationOrder order) => stop with
    {
        Action = OperationNames.Monitor,
        Timeout = OrderTimes.Limit(order.LookMs),
        Extension = TimeSpan.Zero,
        Remains = Remains.Told,
    };

    /// <summary>Whether a look found nothing left.</summary>
    public static bool IsFound(OperationOutcome look) =>
        look is { Status: OperationStatus.Done, ReturnCode: (int)AgentExitCode.NotRunning, Remaining: 0 };

    /// <summary>The stop's outcome after the look.</summary>
    public static OperationOutcome Judge(OperationOutcome stop, OperationOutcome look)
    {
        TimeSpan took = stop.Duration + look.Duration;
        if (!IsFound(look))
            return stop with { Duration = took };
        string how = stop.Status switch
        {
            OperationStatus.TimedOut => "it timed out",
            OperationStatus.Done => $"it failed with exit code {stop.ReturnCode}",
            OperationStatus.Cancelled or OperationStatus.NotInstalled or OperationStatus.Error =>
                "it didn't end by itself",
        };
        string said = stop.ExitReason.Length > 0 ? $", \"{stop.ExitReason}\"" : "";
        return stop with
        {
            Status = OperationStatus.Done,
            ReturnCode = (int)AgentExitCode.Ok,
            ExitReason = $"the stop counts as done: {how}{said}, but a monitor found the resource stopped and none of its processes left",
            Duration = took,
        };
    }
}
