using Microsoft.Extensions.Logging;
using Truce.Model;
using Truce.Ports;

namespace Truce.Runtime.Groups;

/// <content>What the server writes to its log.</content>
public sealed partial class GroupsRole
{
    [LoggerMessage(1, LogLevel.Information,
        "Group Services as {Self}: leases of {Lease} ms, margin {Margin} ms")]
    private partial void LogStarted(EngineMember self, double lease, double margin);

    [LoggerMessage(2, LogLevel.Warning, "{Objection}; do: lower the engine's token")]
    private partial void LogSlowEngine(string objection);

    [LoggerMessage(3, LogLevel.Information, "view of ring {Ring}: {Members}")]
    private partial void LogView(RingId ring, string members);

    [LoggerMessage(4, LogLevel.Information, "clients can be served")]
    private partial void LogReady();

    [LoggerMessage(5, LogLevel.Information,
        "clients can't be served: no majority, or the view is being agreed on")]
    private partial void LogNotReady();

    [LoggerMessage(6, LogLevel.Warning, "{Link} of user {User} is closed: {Code}: {Reason}")]
    private partial void LogRefused(LinkId link, string user, string code, string reason);

    [LoggerMessage(7, LogLevel.Information, "ends: {Reason}")]
    private partial void LogEnded(string reason);
}
