using Microsoft.Extensions.Logging;
using Truce.Model;
using Truce.Ports;

namespace Truce.Simulator.World;

/// <summary>Keeps what the roles log; messages that can't be read are a
/// defect wherever they appear.</summary>
internal sealed class WorldLog(SimulatedCluster cluster, NodeId node, RoleKind role) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => cluster.Ledger.KeepsLogs || logLevel >= LogLevel.Warning;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string text = formatter(state, exception);
        if (text.Contains("can't be read", StringComparison.Ordinal))
            cluster.Ledger.Accuse("wire", $"{node} {role}: {text}");
        if (cluster.Ledger.KeepsLogs)
            cluster.Ledger.Tell(new WorldEvent.Said(node, role, text));
    }
}
