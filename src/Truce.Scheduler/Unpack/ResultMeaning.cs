using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>
/// What an operation's result means, whatever status the executor gave it. Sets the role where a result tells
/// it for certain.
/// </summary>
internal sealed class ResultMeaning(PlanResource resource)
{
    /// <summary>Status and exit code as they count.</summary>
    public (int Status, int Exit) Of(OperationRecord operation, int expected, bool probe)
    {
        int exit = operation.RcCode switch
        {
            (int)AgentExitCode.Degraded => (int)AgentExitCode.Ok,
            (int)AgentExitCode.PromotedDegraded => (int)AgentExitCode.Promoted,
            _ => operation.RcCode,
        };
        int status = operation.OpStatus;
        if (status is not ((int)ExecutionStatus.Done or (int)ExecutionStatus.Error))
            return (status, exit);
        if (expected >= 0 && resource.Has(Is.ReplicaContainer) && probe && expected != exit && exit == 0)
            return ((int)ExecutionStatus.Done, exit);
        if (expected < 0)
            status = exit == 0 || probe && exit is 7 or 8 ? (int)ExecutionStatus.Done : status;
        else
            status = expected == exit ? (int)ExecutionStatus.Done : (int)ExecutionStatus.Error;
        return (ByExit(operation, status, exit, expected, probe), exit);
    }

    private int ByExit(OperationRecord operation, int status, int exit, int expected, bool probe)
    {
        switch (exit)
        {
            case (int)AgentExitCode.Ok:
                return probe && expected == (int)AgentExitCode.NotRunning
                    ? (int)ExecutionStatus.Done
                    : status;
            case (int)AgentExitCode.NotRunning:
                if (probe || expected == exit || !resource.Has(Is.Managed))
                {
                    resource.Role = ResourceRole.Stopped;
                    return (int)ExecutionStatus.Done;
                }

                return status;
            case (int)AgentExitCode.Promoted:
                if (probe && exit != expected)
                    status = (int)ExecutionStatus.Done;
                resource.Role = ResourceRole.Promoted;
                return status;
            case (int)AgentExitCode.PromotedFailed:
                resource.Role = ResourceRole.Promoted;
                return (int)ExecutionStatus.Error;
            case (int)AgentExitCode.NotConfigured:
                return (int)ExecutionStatus.ErrorFatal;
            case (int)AgentExitCode.NotImplemented:
                if (operation.IntervalMs > 0)
                    return (int)ExecutionStatus.NotSupported;
                return (int)ExecutionStatus.ErrorHard;
            case (int)AgentExitCode.NotInstalled:
            case (int)AgentExitCode.InvalidParameters:
            case (int)AgentExitCode.InsufficientPrivileges:
                return (int)ExecutionStatus.ErrorHard;
            default:
                return status == (int)ExecutionStatus.Done && exit != 0 ? (int)ExecutionStatus.Error : status;
        }
    }

    /// <summary>Whether trying again on that node is of no use before somebody repairs it.</summary>
    public static bool NeedsRepair(int exit) => exit is (int)AgentExitCode.NotInstalled
        or (int)AgentExitCode.InvalidParameters or (int)AgentExitCode.InsufficientPrivileges;

    /// <summary>It can't be stopped, and its node can't be fenced for it: nothing more can be done about
    /// it.</summary>
    public static void LeaveAlone(PlanResource resource)
    {
        resource.Clear(Is.Managed);
        resource.Set(Is.Blocked | Is.Failed);
    }

    /// <summary>Whether a probe with that result finds nothing running: its agent is missing there, or its
    /// parameters are wrong there. A live cluster doesn't take the latter's word: it records it as a failure
    /// that proves nothing (<c>CannotRun</c>), so that the resource is stopped there first.</summary>
    public static bool FindsNothing(int exit) =>
        exit is (int)AgentExitCode.NotInstalled or (int)AgentExitCode.InvalidParameters;
}
