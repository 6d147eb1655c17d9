using Microsoft.Extensions.Logging;

namespace Truce.Simulator.World;

/// <summary>Keeps what the roles log; messages that can't be read are a defect wherever they appear.</summary>
internal sealed class WorldLog(SimulatedCluster cluster, string name) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string text = formatter(state, exception);
        if (text.Contains("can't be read", StringComparison.Ordinal) || text.Contains("closes the link", StringComparison.Ordinal))
            cluster.Agents.Violations.Add($"{name}: {text}");
        if (cluster.Trace)
            cluster.Agents.Record.Add($"{cluster.Clock.NowNs / 1_000_000,8} ms    {name}: {text}");
    }
}
