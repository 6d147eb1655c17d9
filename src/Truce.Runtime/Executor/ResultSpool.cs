using System.Collections.Immutable;
using Truce.Contracts;

namespace Truce.Runtime.Executor;

/// <summary>
/// Results that no controller has acknowledged. Bounded: while there is no controller, only the newest result
/// of a recurring operation is kept, and beyond the limit the oldest are dropped.
/// </summary>
internal sealed class ResultSpool(int max)
{
    private readonly List<OperationReport> _results = [];
    private long _number;

    public long NextNumber() => ++_number;

    public ImmutableArray<OperationReport> Unacknowledged => [.. _results];

    public void Add(OperationReport report)
    {
        if (report.Order.IntervalMs > 0)
            _results.RemoveAll(r => r.Order.OperationId == report.Order.OperationId);
        _results.Add(report);
        if (_results.Count > max)
            _results.RemoveAt(0);
    }

    public void Acknowledge(long number) => _results.RemoveAll(r => r.Number <= number);
}
