using System.Collections.Immutable;
using Truce.Agents.Processes;
using Truce.Ports;

namespace Truce.Agents.Running;

/// <summary>Turns the end of a process into the outcome of an operation.</summary>
internal static class Outcomes
{
    /// <summary>Nothing was started.</summary>
    public static OperationOutcome NotRun(OperationSpec operation, OperationStatus status, int code, string reason) =>
        new(operation.OperationId, status, code, reason, "", TimeSpan.Zero);

    /// <param name="operation">What was asked.</param>
    /// <param name="result">What came of it.</param>
    /// <param name="toOcf">Translates the program's exit code.</param>
    public static OperationOutcome From(OperationSpec operation, ProcessResult result, Func<int, int> toOcf)
    {
        (OperationStatus status, int code, string reason) = result.End switch
        {
            ProcessEnd.Exited(var exit) => (OperationStatus.Done, toOcf(exit), ""),
            ProcessEnd.Signaled(var signal) => (OperationStatus.Error, OcfCode.Generic, $"killed by signal {signal}"),
            ProcessEnd.TimedOut => (OperationStatus.TimedOut, OcfCode.Generic,
                $"timed out after {operation.Timeout.TotalSeconds:0.###} s"),
            ProcessEnd.Cancelled => (OperationStatus.Cancelled, OcfCode.Generic, "cancelled"),
            ProcessEnd.NotStarted(var cause, var why) => NotStarted(cause, why),
        };
        string said = result.ExitReason is { Length: > 0 } own
            ? status == OperationStatus.TimedOut ? $"{reason}: {own}" : own
            : reason;
        SecretText secrets = SecretText.Of(operation);
        return new OperationOutcome(operation.OperationId, status, code,
            Reason(secrets, said, result) + Survivors(result.Survivors),
            Output(secrets.Hide(result.Output), secrets.Hide(result.Errors)), result.Duration);
    }

    private static (OperationStatus, int, string) NotStarted(StartFailure cause, string reason) => cause switch
    {
        StartFailure.NotFound => (OperationStatus.NotInstalled, OcfCode.NotInstalled, reason),
        StartFailure.NotPermitted => (OperationStatus.Error, OcfCode.Permission, reason),
        StartFailure.NoRoom or StartFailure.NotRecorded => (OperationStatus.Error, OcfCode.Generic, reason),
    };

    private static string Survivors(ImmutableArray<int> survivors) => survivors.IsEmpty
        ? ""
        : $"; can't be killed: process {string.Join(", ", survivors)}";

    /// <summary>Both streams. The order between them is lost: they are two pipes.</summary>
    private static string Output(string output, string errors) =>
        output.Length == 0 ? errors
        : errors.Length == 0 ? output
        : output.TrimEnd('\n') + "\n" + errors;

    // A reason as long as the longest may have been cut within a secret.
    private static string Reason(SecretText secrets, string said, ProcessResult result)
    {
        string hidden = secrets.Hide(said);
        return result.ExitReason is { } own && ExitReasonScanner.MayBeCut(own) ? secrets.HideEnd(hidden) : hidden;
    }
}
