using Microsoft.Extensions.Logging;

namespace Truce.Cli.Metrics;

/// <summary>What Kestrel says goes to standard error if it is a defect of ours; what clients do wrong is
/// theirs to know.</summary>
/// <param name="error">Standard error.</param>
internal sealed class ServerLog(TextWriter error) : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) { }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        lock (error)
        {
            error.WriteLine($"truce: {formatter(state, exception)} {exception}");
            error.Flush();
        }
    }

    public void Dispose() { }
}
