using System.Collections.Immutable;
using Truce.Model;

namespace Truce.Analysis.Failover;

/// <summary>
/// What a recovery waits for because others of the same node recover with it: a node's executor runs
/// a limited number of operations at once, and <c>batch-limit</c> applies to the cluster. Whatever
/// is served first, a slot is never idle while something waits for it: the others' work divided by
/// the slots is a bound (Graham 1966).
/// </summary>
internal sealed class SlotQueue
{
    private readonly FailoverContext _context;
    private readonly ILookup<NodeId, Leaf> _byNode;

    public SlotQueue(FailoverContext context, ImmutableArray<Leaf> leaves)
    {
        _context = context;
        _byNode = leaves.Where(l => l.Node is not null).ToLookup(l => l.Node!.Value);
    }

    /// <summary>The wait of what recovers when all of a node must go elsewhere.</summary>
    /// <param name="node">The node.</param>
    /// <param name="own">What is in the same part: its order is on the critical path already.</param>
    /// <param name="operations">What each of the others does.</param>
    public IEnumerable<FailoverTerm> Terms(NodeId node, IReadOnlySet<ResourceId> own,
        params ReadOnlySpan<string> operations)
    {
        List<FailoverTerm> terms = [];
        long work = 0;
        int others = 0;
        foreach (Leaf leaf in _byNode[node].Where(l => !own.Contains(l.Id)))
        {
            others++;
            foreach (string operation in operations)
                work += _context.ConfiguredTimeoutMs(leaf.Id, operation, 0)
                    ?? OperationTimes.TimeoutDefaultMs;
        }

        int slots = _context.Times.OperationsAtOnce;
        int batch = _context.Options.BatchLimit;
        if (others + own.Count > slots)
            terms.Add(Term("wait for a free slot of the executor", work / slots, "resources on one node"));
        if (batch > 0 && others + own.Count > batch)
            terms.Add(Term("wait for batch-limit", work / batch, "batch-limit"));
        return terms;
    }

    private static FailoverTerm Term(string name, long worstMs, string setting) =>
        new(name, FailoverTermKind.Queue, worstMs, 0, setting);
}
