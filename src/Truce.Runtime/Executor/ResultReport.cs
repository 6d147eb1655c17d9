using Truce.Contracts;
using Truce.Model;
using Truce.Ports;

namespace Truce.Runtime.Executor;

/// <summary>Outcomes in the terms of reports.</summary>
internal static class ResultReport
{
    private const int Generic = 1;

    /// <summary>As lrm_rsc_op's op-status counts.</summary>
    public static int StatusNumber(OperationStatus status) => status switch
    {
        OperationStatus.Done => 0,
        OperationStatus.Cancelled => 1,
        OperationStatus.TimedOut => 2,
        OperationStatus.Error => 4,
        OperationStatus.NotInstalled => 7,
    };

    public static double Unix(DateTimeOffset wall) => wall.ToUnixTimeMilliseconds() / 1000.0;

    public static OperationReport Of(HeldOperation operation, OperationOutcome outcome, long number)
    {
        double began = Unix(operation.BeganAtWall);
        int status = StatusNumber(outcome.Status);
        bool changed = operation.Last is not { } last || last.Status != status || last.Code != outcome.ReturnCode;
        return new OperationReport(
            number, operation.Order, operation.CallId, status, outcome.ReturnCode, outcome.ExitReason, outcome.Output,
            began, changed ? began : operation.Last!.ChangedAtUnix, (long)outcome.Duration.TotalMilliseconds,
            (long)operation.BeganAt.Since(operation.WaitingSince).TotalMilliseconds)
        {
            Traits = outcome.Traits,
            IsByLook = operation.IsByLook,
        };
    }

    /// <summary>An operation that an earlier executor didn't see end. A monitor changed nothing and is just
    /// no result. Half a stop is none either, and says nothing of its agent: everything is probed anew, and
    /// what still runs is stopped again. Anything else may have done half of its work.</summary>
    public static OperationReport Interrupted(JournalEntry entry, bool unkillable, long number)
    {
        bool harmless = entry.Order.Action is OperationNames.Monitor or OperationNames.Status
            or OperationNames.Stop or OperationNames.MetaData or OperationNames.List;
        string reason = "interrupted: the executor ended while it ran; "
            + (unkillable ? "part of it can't be killed" : "what it left was killed");
        return new OperationReport(
            number, entry.Order, entry.CallId,
            StatusNumber(harmless && !unkillable ? OperationStatus.Cancelled : OperationStatus.Error), Generic, reason,
            "", entry.BeganAtUnix, entry.BeganAtUnix, 0, 0);
    }
}
