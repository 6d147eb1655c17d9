using Truce.Contracts;

namespace Truce.Runtime.Executor;

/// <summary>The results of the latest finished operations, by operation id: an order that comes again (its
/// answer was lost) is answered from here and not run twice. Bounded; the oldest go.</summary>
internal sealed class RememberedResults(int max)
{
    private readonly Dictionary<string, OperationReport> _byId = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    public void Add(OperationReport report)
    {
        string id = report.Order.OperationId;
        if (!_byId.ContainsKey(id))
            _order.Enqueue(id);
        _byId[id] = report;
        while (_order.Count > max)
            _byId.Remove(_order.Dequeue());
    }

    public OperationReport? Find(string operationId) => _byId.GetValueOrDefault(operationId);
}
