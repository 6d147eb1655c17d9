using System.Collections.Immutable;
using Truce.Analysis.Execution;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Failover;

/// <summary>The bounds of the resources of one part.</summary>
internal sealed class PartBounds
{
    private readonly FailoverContext _context;
    private readonly Cib _cib;
    private readonly IReadOnlySet<ResourceId> _own;
    private readonly Dictionary<NodeId, Cib> _lost = [];

    /// <param name="context">What holds for all parts.</param>
    /// <param name="cib">The settled cluster, at least with this part of it.</param>
    /// <param name="part">The part's primitives.</param>
    public PartBounds(FailoverContext context, Cib cib, IReadOnlySet<ResourceId> part)
    {
        _context = context;
        _cib = cib;
        _own = part;
        Leaves = [.. Leaf.Of(context.Request.Planner(cib,
            new PlanOptions { Now = context.Request.Now, Quorum = true }).Current)
            .Where(l => part.Contains(l.Id))];
    }

    /// <summary>The primitives of the part.</summary>
    public ImmutableArray<Leaf> Leaves { get; }

    /// <summary>The bound of one of them for one cause.</summary>
    public FailoverBound For(Leaf leaf, FailoverCause cause)
    {
        if (leaf.Node is not { } node)
            return Unbounded(leaf, cause, $"it isn't running even before the failure: {Idle(leaf)}");
        if (!leaf.Marks.HasFlag(ResourceMarks.Managed))
            return Unbounded(leaf, cause,
                "it isn't managed (is-managed, maintenance or maintenance-mode): the cluster doesn't recover it");
        return cause switch
        {
            FailoverCause.ResourceFailure => new FailureChain(_context, _cib, leaf, node).Repeated(),
            FailoverCause.StartFailure => new FailureChain(_context, _cib, leaf, node).OnEveryNode(),
            FailoverCause.StopFailure => StopFails(leaf, node),
            FailoverCause.NodeDeath or FailoverCause.LinkSplit =>
                NodeLost(leaf, node, cause, [.. Detection.ByMembership(_context)]),
            FailoverCause.ProcessDeath => NodeLost(leaf, node, cause,
                [Detection.ByPatience(_context, cause)]),
            FailoverCause.CoordinatorDeath =>
                NodeLost(leaf, node, cause, [Detection.ByPatience(_context, cause)]),
            FailoverCause.Move => Moved(leaf, node),
            FailoverCause.Maintenance => Standby(leaf, node),
        };
    }

    private FailoverBound StopFails(Leaf leaf, NodeId node)
    {
        const FailoverCause Cause = FailoverCause.StopFailure;
        ImmutableArray<long> intervals = Detection.IntervalsMs(_cib, leaf, node);
        if (intervals.IsEmpty)
            return Unbounded(leaf, Cause, FailureChain.NoMonitor);
        Recovery first = Recovery.Of(_context, leaf,
            Detection.Fail(_context, _cib, leaf, node, intervals[0]));
        if (first.Find(OperationNames.Stop) is not { } stop)
            return NotRecovered(leaf, Cause, first);
        Recovery second = Recovery.Of(_context, leaf, first.Failed(stop));
        FailoverTerm[] detection = [.. Detection.ByMonitor(_context, leaf, intervals, first.Plan.Graph)];
        FailoverTerm[] before =
            [.. detection, .. first.TermsTo(stop), .. BeforeItFailed(stop), first.WaitAfter(stop)];
        if (!_context.Options.FencingEnabled)
            return Unbounded(leaf, Cause,
                "fencing is off: a failed stop blocks it until an administrator intervenes");
        if (second.Fence is not null && FenceObjection(node) is { } objection)
            return Unbounded(leaf, Cause, objection);
        return Bounded(leaf, Cause, before, second, plans: 2,
            [.. _context.Queue.Terms(node, _own, OperationNames.Start)], StepsOf(detection, first, stop));
    }

    // A stop that goes on beyond its timeout may get more, and is looked at before it counts as failed.
    private IEnumerable<FailoverTerm> BeforeItFailed(GraphAction.ResourceOperation stop)
    {
        long timeout = OperationTimes.WorstMs(stop);
        long more = StopExtension.MaxMs(_context.Options, stop.Resource.Class, timeout);
        long look = StopLook.TimeoutMs(_context.Options, stop.Resource.Class, timeout);
        FailoverTerm[] terms =
        [
            new("extension while it makes progress", FailoverTermKind.Stop, more, 0, "truce-stop-extension"),
            new("monitor after the failed stop", FailoverTermKind.Stop, look, 0, "truce-stop-look"),
        ];
        return terms.Where(t => t.WorstMs > 0);
    }

    // Whatever ends a node: the others must know, prove it off, and start what it ran.
    private FailoverBound NodeLost(Leaf leaf, NodeId node, FailoverCause cause, FailoverTerm[] detection)
    {
        if (_context.Nodes.Length < 2)
            return Unbounded(leaf, cause, "there is no other node");
        if (!_context.QuorateWithout(node))
        {
            return Unbounded(leaf, cause,
                $"without {node} the rest has no quorum ({_context.Corosync.VotesExpected - _context.Corosync.VotesOf(node.Value)} of "
                + $"{_context.Corosync.VotesExpected} votes, {_context.Corosync.VotesNeeded} are needed)");
        }

        Recovery recovery = Recovery.Of(_context, leaf, Lost(node));
        if (recovery.Target is null)
            return NotRecovered(leaf, cause, recovery);
        if (!_context.Options.FencingEnabled && _context.Options.UnfencedRecovery == UnfencedRecovery.Refuse)
            return Unbounded(leaf, cause,
                $"fencing is off: {node} may still run it, and no other node takes over (promise S2)");
        if (_context.Options.FencingEnabled && FenceObjection(node) is { } objection)
            return Unbounded(leaf, cause, objection);
        FailoverBound bound = Bounded(leaf, cause, detection, recovery, plans: 1,
            [.. _context.Queue.Terms(node, _own, OperationNames.Start)], StepsOf(detection));
        // The role is there again within moments, and the service has never stopped.
        return cause == FailoverCause.ProcessDeath
            ? bound with { Terms = [.. bound.Terms.Select(t => t with { UsualMs = 0 })] }
            : bound;
    }

    private FailoverBound Moved(Leaf leaf, NodeId node)
    {
        if (_context.Top(leaf.Id) is not { } top || top is Resource.Cloned or Resource.Bundle)
            return Unaffected(leaf, FailoverCause.Move,
                "its instances stay where they are: a clone isn't moved");
        Constraint ban = new Constraint.Location("truce-failover-move") { Resource = top.Id, Node = node,
            Score = Score.MinusInfinity };
        Cib moved = _cib with { Configuration = _cib.Configuration with { Constraints = _cib.Configuration.Constraints.Add(ban) } };
        return Planned(leaf, FailoverCause.Move, moved, []);
    }

    private FailoverBound Standby(Leaf leaf, NodeId node)
    {
        AttributeSet standby = new() { Id = "truce-failover-standby",
            Pairs = [new NameValue("truce-failover-standby-on", "standby", "on")] };
        EquatableArray<Node> nodes = [.. _cib.Configuration.Nodes.Select(
            n => n.Name == node ? n with { InstanceAttributes = n.InstanceAttributes.Add(standby) } : n)];
        Cib changed = _cib with { Configuration = _cib.Configuration with { Nodes = nodes } };
        return Planned(leaf, FailoverCause.Maintenance, changed,
            [.. _context.Queue.Terms(node, _own, OperationNames.Stop, OperationNames.Start)]);
    }

    private FailoverBound Planned(Leaf leaf, FailoverCause cause, Cib cib, ImmutableArray<FailoverTerm> queue)
    {
        Recovery recovery = Recovery.Of(_context, leaf, cib);
        return recovery.Target is null ? NotRecovered(leaf, cause, recovery)
            : Bounded(leaf, cause, [], recovery, plans: 1, queue, []);
    }

    private Cib Lost(NodeId node)
    {
        if (_lost.TryGetValue(node, out Cib? known))
            return known;
        StatusDraft draft = new(_cib);
        draft.Demand(node, null, remote: false).Fail();
        return _lost[node] = draft.ToCib();
    }

    private string? FenceObjection(NodeId node) => _context.Fences.For(node, "reboot").IsEmpty
        ? $"no fence device can fence {node}"
        : null;

    private FailoverBound Bounded(
        Leaf leaf, FailoverCause cause, FailoverTerm[] before, Recovery recovery, int plans,
        ImmutableArray<FailoverTerm> queue,
        IEnumerable<FailoverStep> steps)
    {
        if (recovery.Target is not { } target)
            return NotRecovered(leaf, cause, recovery);
        ImmutableArray<FailoverTerm> terms = TermSum.Of([.. before, .. recovery.TermsTo(target), .. queue,
            .. recovery.Return(_own)]);
        return TermSum.Infinite(terms) is { } infinite
            ? Unbounded(leaf, cause, $"{infinite.Name} has no end ({infinite.Setting})")
            : new FailoverBound
            {
                Resource = leaf.Id,
                Cause = cause,
                Verdict = new FailoverVerdict.Bounded(),
                Terms = terms,
                DecisionMs = plans * _context.Times.DecisionMs,
                From = leaf.Node,
                To = target.Node,
                Steps = [.. steps, .. recovery.StepsTo(target, before.Sum(t => t.WorstMs))],
            };
    }

    private static IEnumerable<FailoverStep> StepsOf(FailoverTerm[] detection) =>
        TermSum.InTurn(detection, 0);

    private static IEnumerable<FailoverStep> StepsOf(FailoverTerm[] detection, Recovery first,
        GraphAction stop) =>
        TermSum.InTurn(detection, 0).Concat(first.StepsTo(stop, detection.Sum(t => t.WorstMs)));

    private FailoverBound NotRecovered(Leaf leaf, FailoverCause cause, Recovery recovery) =>
        Refusals.Of(_context, leaf, cause, recovery);

    private static FailoverBound Unaffected(Leaf leaf, FailoverCause cause, string why) =>
        Refusals.Unaffected(leaf, cause, why);

    private static FailoverBound Unbounded(Leaf leaf, FailoverCause cause, string why) =>
        Refusals.Unbounded(leaf, cause, why);

    private string Idle(Leaf leaf) => _context.Meta(leaf.Id, "target-role") == "Stopped"
        ? "target-role=Stopped" : "no node may run it, or what it depends on doesn't run";
}
