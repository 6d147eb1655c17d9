using Microsoft.Extensions.Logging;
using Truce.Contracts;
using Truce.Ports;

namespace Truce.Runtime.Executor;

/// <summary>What the executor writes to its log. Orders and reports print without their parameters.</summary>
public sealed partial class ExecutorRole
{
    [LoggerMessage(1, LogLevel.Information, "runs {Kind} agents, session {Session}")]
    private partial void LogStarted(AgentKind kind, string session);

    [LoggerMessage(2, LogLevel.Information, "requested to stop: {Reason}")]
    private partial void LogStopAsked(string reason);

    [LoggerMessage(3, LogLevel.Information, "{Count} operations of an earlier executor are unfinished")]
    private partial void LogLoaded(int count);

    [LoggerMessage(4, LogLevel.Error, "the record of operations can't be written: {Reason}; no operation runs without a record")]
    private partial void LogStoreFailed(string reason);

    [LoggerMessage(5, LogLevel.Warning, "interrupted operation {Report}")]
    private partial void LogInterrupted(OperationReport report);

    [LoggerMessage(6, LogLevel.Information, "ended {Report}")]
    private partial void LogEnded(OperationReport report);

    [LoggerMessage(8, LogLevel.Warning, "link closed: {Error}")]
    private partial void LogBadRequest(string error);

    [LoggerMessage(9, LogLevel.Information, "controller {Session}, wire version {Version}")]
    private partial void LogController(string session, int version);

    [LoggerMessage(10, LogLevel.Critical, "stops everything here, without the cluster: {Reason}")]
    private partial void LogAlone(string reason);

    [LoggerMessage(11, LogLevel.Warning, "stopping without the cluster is over: {Result}")]
    private partial void LogAloneOver(string result);
}
