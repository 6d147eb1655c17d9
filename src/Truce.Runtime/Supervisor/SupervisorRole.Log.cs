using Microsoft.Extensions.Logging;

namespace Truce.Runtime.Supervisor;

/// <summary>What the supervisor writes to its log.</summary>
public sealed partial class SupervisorRole
{
    [LoggerMessage(1, LogLevel.Information, "{Role} started as process {ProcessId}")]
    private partial void LogStarted(string role, int processId);

    [LoggerMessage(2, LogLevel.Warning, "{Role} (process {ProcessId}) ended: exit code {Code}, signal {Signal}")]
    private partial void LogExited(string role, int processId, int? code, int? signal);

    [LoggerMessage(3, LogLevel.Information, "{Role} is up, session {Session}")]
    private partial void LogReady(string role, string session);

    [LoggerMessage(4, LogLevel.Error, "{Role} {What} for {Milliseconds} ms: killed")]
    private partial void LogKilled(string role, string what, long milliseconds);

    [LoggerMessage(5, LogLevel.Critical, "this node is reset: {Reason}")]
    private partial void LogPanic(string reason);

    [LoggerMessage(6, LogLevel.Warning, "link closed: {Error}")]
    private partial void LogBadMessage(string error);

    [LoggerMessage(7, LogLevel.Information, "requested to stop: {Reason}")]
    private partial void LogStopAsked(string reason);

    [LoggerMessage(8, LogLevel.Information, "all roles have ended in order")]
    private partial void LogEndedInOrder();

    [LoggerMessage(9, LogLevel.Critical, "this node's resources are stopped without the cluster: {Reason}")]
    private partial void LogStopsAlone(string reason);

    [LoggerMessage(10, LogLevel.Warning, "nothing that is managed runs on this node any more: {Reason}")]
    private partial void LogStoppedAlone(string reason);

    [LoggerMessage(11, LogLevel.Error,
        "the server of Group Services died more than {Most} times and stays away (groups_loss = stay-out); "
        + "do: remove the cause (see its log), then boot this node or restart truced")]
    private partial void LogGroupsOut(int most);
}
