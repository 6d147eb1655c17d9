using System.Collections.Immutable;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Failover;

/// <summary>
/// A resource that fails again and again: where each plan takes it, and what each way costs, until no node is
/// left that may run it.
/// </summary>
internal sealed class FailureChain(FailoverContext context, Cib cib, Leaf leaf, NodeId node)
{
    /// <summary>Why a failure goes unnoticed.</summary>
    public const string NoMonitor = "it has no recurring monitor: its failure goes unnoticed";

    private const int HopsMax = 128;

    /// <summary>It runs again each time, and then fails again: the longest of the
    /// outages, and where they lead.</summary>
    public FailoverBound Repeated()
    {
        const FailoverCause Cause = FailoverCause.ResourceFailure;
        List<FailoverBound> hops = [];
        List<NodeId> nodes = [node];
        string end = $"{HopsMax} recoveries were followed, and it still runs";
        Cib now = cib;
        while (hops.Count < HopsMax)
        {
            (FailoverBound hop, Recovery? recovery) = Hop(now, nodes[^1]);
            if (hop.WorstMs is null || recovery?.Target is not { } target)
            {
                if (hops.Count == 0)
                    return hop;
                end = "then it can't run any more until an administrator cleans up or its failures expire";
                break;
            }

            hops.Add(hop);
            nodes.Add(target.Node ?? node);
            if (nodes[^1] == nodes[^2] && context.MigrationThreshold(leaf.Id) is null)
            {
                end = "it is restarted there forever (no migration-threshold)";
                break;
            }

            now = recovery.Carried();
        }

        return hops.MaxBy(h => h.WorstMs)! with
        {
            Chain = new FailoverChain([.. nodes], hops.Sum(h => h.WorstMs!.Value), end),
            Cause = Cause,
        };
    }

    /// <summary>It fails, and its start fails wherever it is tried, but for the
    /// last place that is left.</summary>
    public FailoverBound OnEveryNode()
    {
        const FailoverCause Cause = FailoverCause.StartFailure;
        ImmutableArray<long> intervals = Detection.IntervalsMs(cib, leaf, node);
        if (intervals.IsEmpty)
            return Refusals.Unbounded(leaf, Cause, NoMonitor);
        Recovery recovery = Recovery.Of(context, leaf,
            Detection.Fail(context, cib, leaf, node, intervals[0]));
        if (recovery.Target is null)
            return Refusals.Of(context, leaf, Cause, recovery);
        List<FailoverTerm> terms = [.. Detection.ByMonitor(context, leaf, intervals, recovery.Plan.Graph)];
        List<FailoverStep> steps = [.. TermSum.InTurn(terms, 0)];
        List<NodeId> nodes = [node];
        for (int hop = 0; recovery.Find(OperationNames.Start) is { Node: { } where } start; hop++)
        {
            if (hop == HopsMax || (nodes.Count > 3 && nodes[^1] == where && nodes[^2] == where && Forever()))
                return Refusals.Unbounded(leaf, Cause,
                    "a start that fails is retried on the same node forever (start-failure-is-fatal=false without migration-threshold)");
            Recovery next = Recovery.Of(context, leaf, recovery.Failed(start));
            nodes.Add(where);
            if (next.Target is null)
                break;
            steps.AddRange(recovery.StepsTo(start, terms.Sum(t => t.WorstMs)));
            terms.AddRange([.. recovery.TermsTo(start), recovery.WaitAfter(start)]);
            recovery = next;
        }

        return Finish(Cause, terms, recovery, steps, nodes.Count, new FailoverChain(
            [.. nodes], 0, "if its start fails there too it can't run any more"));
    }

    private bool Forever() => !context.Options.StartFailureIsFatal
        && context.MigrationThreshold(leaf.Id) is null;

    private (FailoverBound Bound, Recovery? Recovery) Hop(Cib now, NodeId where)
    {
        const FailoverCause Cause = FailoverCause.ResourceFailure;
        ImmutableArray<long> intervals = Detection.IntervalsMs(now, leaf, where);
        if (intervals.IsEmpty)
            return (Refusals.Unbounded(leaf, Cause, NoMonitor), null);
        Recovery recovery = Recovery.Of(context, leaf,
            Detection.Fail(context, now, leaf, where, intervals[0]));
        if (recovery.Target is null)
            return (Refusals.Of(context, leaf, Cause, recovery), null);
        List<FailoverTerm> terms = [.. Detection.ByMonitor(context, leaf, intervals, recovery.Plan.Graph)];
        FailoverBound bound = Finish(Cause, terms, recovery, TermSum.InTurn(terms, 0), 1, null);
        return (bound with { From = where }, recovery);
    }

    private FailoverBound Finish(
        FailoverCause cause, List<FailoverTerm> before, Recovery recovery, IEnumerable<FailoverStep> steps,
        int plans, FailoverChain? chain)
    {
        GraphAction target = recovery.Target!;
        ImmutableArray<FailoverTerm> terms = TermSum.Of([.. before, .. recovery.TermsTo(target)]);
        if (TermSum.Infinite(terms) is { } infinite)
            return Refusals.Unbounded(leaf, cause, $"{infinite.Name} has no end ({infinite.Setting})");
        return new FailoverBound
        {
            Resource = leaf.Id,
            Cause = cause,
            Verdict = new FailoverVerdict.Bounded(),
            Terms = terms,
            DecisionMs = plans * context.Times.DecisionMs,
            From = leaf.Node,
            To = target.Node,
            Steps = [.. steps, .. recovery.StepsTo(target, before.Sum(t => t.WorstMs))],
            Chain = chain is null ? null : chain with { WorstMs = terms.Sum(t => t.WorstMs) },
        };
    }
}
