using Microsoft.Extensions.Logging;
using Truce.Control;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;
using Truce.Ports;

namespace Truce.Runtime.Controller;

/// <summary>What the controller writes to its log. Orders print without their parameters.</summary>
public sealed partial class ControllerRole
{
    private IDisposable? _saidEpoch;

    // The journal's fields name the view under which an entry was written.
    private void SayMode()
    {
        _saidEpoch?.Dispose();
        _saidEpoch = _control.Epoch is { } epoch ? _log.BeginScope(Fact("Epoch", epoch)) : null;
        LogMode(_control.Mode?.ToString() ?? "Gathering", _control.Situation);
    }

    private void SayShot(FenceShot shot)
    {
        FenceState? fence = _control.State?.OpenFences.LastOrDefault(f => f.Intent.Target == shot.Target);
        using IDisposable? target = _log.BeginScope(Fact("Target", shot.Target));
        using IDisposable? cause = fence is null ? null : _log.BeginScope(
            (KeyValuePair<string, object?>[])
            [
                new("Cause", FenceCauses.Kind(fence.Intent.Cause)), new("FenceEpoch", fence.Epoch),
            ]);
        LogShot(shot);
    }

    private static KeyValuePair<string, object?>[] Fact(string name, object value) => [new(name, value)];

    [LoggerMessage(1, LogLevel.Information, "controls {Node}, session {Session}, boot {Incarnation}")]
    private partial void LogStarted(string node, string session, string incarnation);

    [LoggerMessage(2, LogLevel.Information, "view {Ring}: {Members}")]
    private partial void LogView(RingId ring, string members);

    [LoggerMessage(3, LogLevel.Information, "quorum of {Ring}: {Quorate}, {Votes} of {Needed} votes")]
    private partial void LogQuorum(RingId ring, bool quorate, int votes, int needed);

    [LoggerMessage(4, LogLevel.Information, "{Mode}: {Why}")]
    private partial void LogMode(string mode, string why);

    [LoggerMessage(5, LogLevel.Information, "runs {Order}")]
    private partial void LogOrder(Order order);

    [LoggerMessage(6, LogLevel.Warning, "shoots: {Shot}")]
    private partial void LogShot(FenceShot shot);

    [LoggerMessage(7, LogLevel.Error, "no plan: {Reason}")]
    private partial void LogPlanningFailed(string reason);

    [LoggerMessage(8, LogLevel.Error, "a message of {Sender} can't be read: {Error}")]
    private partial void LogBadMessage(EngineMember sender, string error);

    [LoggerMessage(9, LogLevel.Error, "closes the link to {Peer}: {Error}")]
    private partial void LogBadLink(RoleKind peer, string error);

    [LoggerMessage(10, LogLevel.Information, "requested to stop all resources here and leave: {Reason}")]
    private partial void LogStopWanted(string reason);

    [LoggerMessage(11, LogLevel.Warning, "ends: {Reason}")]
    private partial void LogEnded(string reason);

    [LoggerMessage(12, LogLevel.Error, "the store can't save anything: {Reason}")]
    private partial void LogStoreFailing(string reason);

    [LoggerMessage(13, LogLevel.Information, "the store works again")]
    private partial void LogStoreRecovered();
}
