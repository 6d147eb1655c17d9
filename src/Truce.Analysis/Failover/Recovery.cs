using System.Collections.Immutable;
using Truce.Analysis.Execution;
using Truce.Analysis.WhatIf;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Failover;

/// <summary>What a plan does for one resource: when it is there again, and what that waits for.</summary>
internal sealed class Recovery
{
    private readonly FailoverContext _context;
    private readonly Leaf _leaf;

    private Recovery(FailoverContext context, Leaf leaf, Cib cib)
    {
        _context = context;
        _leaf = leaf;
        Cib = cib;
        Plan = context.Request.Planner(cib, new PlanOptions { Now = context.Request.Now, Quorum = true });
        Path = new CriticalPath(Plan.Graph, context.WorstMs);
        Target = Find(OperationNames.MigrateFrom) 
            ?? Find(leaf.Role == ResourceRole.Promoted ? OperationNames.Promote : OperationNames.Start);
    }

    /// <summary>What was planned for.</summary>
    public Cib Cib { get; }

    public Plan Plan { get; }

    public CriticalPath Path { get; }

    /// <summary>The action with which the resource is there again; null: the plan has none.</summary>
    public GraphAction? Target { get; }

    /// <summary>Plans for a cluster in which something has happened.</summary>
    public static Recovery Of(FailoverContext context, Leaf leaf, Cib cib) =>
        new(context, leaf, cib);

    /// <summary>The fencing of the plan, if any.</summary>
    public GraphAction.Fence? Fence => Plan.Graph.Actions.OfType<GraphAction.Fence>()
        .FirstOrDefault(f => f.Action != "on");

    /// <summary>An operation of the resource in the plan, the last to end of several.</summary>
    public GraphAction.ResourceOperation? Find(string operation) =>
        Plan.Graph.Actions.OfType<GraphAction.ResourceOperation>()
        .Where(a => a.Operation == operation && InstanceIds.Base(a.Instance.Value) == _leaf.Id.Value
            && !FailoverContext.IsRecurring(a))
        .MaxBy(Path.EndOf);

    /// <summary>The addends up to the end of an action.</summary>
    public IEnumerable<FailoverTerm> TermsTo(GraphAction action) => Path.To(action).SelectMany(TermsOf);

    /// <summary>
    /// When an action fails, the cluster plans again, but only after the operations in progress
    /// elsewhere have ended: the longest of these.
    /// </summary>
    public FailoverTerm WaitAfter(GraphAction action) => new(
        "wait for operations in progress elsewhere", FailoverTermKind.Wait,
        Path.LongestBeside(action, a =>
            a is GraphAction.ResourceOperation { Resource.Class: not AgentName.Stonith }
            && !FailoverContext.IsRecurring(a)),
        0, "timeouts of other resources that move at the same time");

    /// <summary>
    /// A rebooted node comes back while resources that depend on each other are still being started: the
    /// cluster plans again, and may move all of them to the returned node. At worst, operations in progress
    /// are waited for, and each resource is stopped and started once more. A resource without dependencies
    /// has been started by then, and only waits for operations in progress elsewhere.
    /// </summary>
    /// <param name="part">The resources that depend on each other, the resource among them.</param>
    public IEnumerable<FailoverTerm> Return(IReadOnlySet<ResourceId> part)
    {
        if (Fence is not { } fence)
            yield break;
        if (fence.Action != "reboot" || part.Count < 2)
        {
            // The loss of the node matters too: the cluster plans again once
            // operations in progress have ended.
            yield return WaitAfter(fence);
            yield break;
        }

        long[] times = [.. part.SelectMany(r =>
            new[] { TimeoutMs(r, OperationNames.Stop), TimeoutMs(r, OperationNames.Start) })];
        long longest = Plan.Graph.Actions.OfType<GraphAction.ResourceOperation>()
            .Where(a => a.Resource.Class != AgentName.Stonith && !FailoverContext.IsRecurring(a))
                .Select(OperationTimes.WorstMs).DefaultIfEmpty().Max();
        yield return new FailoverTerm(
            "the fenced node's return", FailoverTermKind.Return, times.Sum()
                + (2 * Math.Max(longest, times.Max())), 0,
            "fencing-action (off instead of reboot), resource-stickiness");
    }

    /// <summary>Everything that takes time until an action ends.</summary>
    public IEnumerable<FailoverStep> StepsTo(GraphAction action, long offsetMs)
    {
        HashSet<int> critical = [.. Path.To(action).Select(a => a.Id)];
        return Plan.Graph.Actions
            .Where(a => Path.IsBounded(a) && Path.EndOf(a) > Path.BeginOf(a)
                && Path.BeginOf(a) < Path.EndOf(action)
                && (critical.Contains(a.Id) || IsWorthShowing(a)))
            .OrderBy(Path.BeginOf)
            .Select(a => new FailoverStep(NameOf(a), a.Node, offsetMs + Path.BeginOf(a), offsetMs
                + Path.EndOf(a), critical.Contains(a.Id)));
    }

    /// <summary>The cluster once the plan has been carried out, and those that follow.</summary>
    public Cib Carried()
    {
        const int FollowingMax = 4;
        Cib cib = PaperRun.Carry(Cib, Plan.Graph, _context.Request.Now);
        for (int following = 0; following < FollowingMax; following++)
        {
            Plan next = _context.Request.Planner(cib,
                new PlanOptions { Now = _context.Request.Now, Quorum = true });
            if (next.Graph.Actions.IsEmpty)
                break;
            cib = PaperRun.Carry(cib, next.Graph, _context.Request.Now);
        }

        return cib;
    }

    /// <summary>The cluster once an operation of the plan has failed on its node.</summary>
    public Cib Failed(GraphAction.ResourceOperation action)
    {
        NodeId node = action.Node!.Value;
        OperationSpec failure = new(_leaf.History, action.Operation, 0, node, (int)AgentExitCode.Error);
        Cib after = PaperRun.Execute(Cib, Plan.Graph, [failure], _context.Request.Now).After;
        bool isFatal = action.Operation == OperationNames.Stop
            || (action.Operation == OperationNames.Start && _context.Options.StartFailureIsFatal);
        return isFatal ? Banned(after, node, action.Operation) : after;
    }

    // The controller counts such a failure as infinitely many.
    private Cib Banned(Cib cib, NodeId node, string operation)
    {
        StatusDraft draft = new(cib);
        draft.Demand(node, null, remote: false).SetAttribute($"fail-count-{_leaf.History}#{operation}_0",
            "INFINITY");
        return draft.ToCib();
    }

    // Fence devices start wherever they can, and nothing waits for them.
    private static bool IsWorthShowing(GraphAction action) => !FailoverContext.IsRecurring(action)
        && action is not GraphAction.ResourceOperation { Resource.Class: AgentName.Stonith };

    private IEnumerable<FailoverTerm> TermsOf(GraphAction action) => action switch
    {
        GraphAction.ResourceOperation operation => [TermOf(operation)],
        GraphAction.Fence { Node: { } target } fence =>
            HeadStart(fence).Concat(_context.Fences.For(target, fence.Action)),
        GraphAction.Fence or GraphAction.ClusterAction or GraphAction.Pseudo => [],
    };

    private IEnumerable<FailoverTerm> HeadStart(GraphAction.Fence fence) =>
        _context.HeadStart.Ms(fence) is var delay and > 0
            ? [new FailoverTerm("head start of the other side", FailoverTermKind.FenceDelay, delay, delay,
                HeadStartTimes.Source(fence))]
            : [];

    private FailoverTerm TermOf(GraphAction.ResourceOperation action)
    {
        long worst = OperationTimes.WorstMs(action);
        string resource = InstanceIds.Base(action.Instance.Value);
        return _context.Operations.Term(
            new TimedOperation(new ResourceId(resource), action.Operation), NameOf(action),
            KindOf(action.Operation), worst, $"op {action.Operation} of {resource}, timeout");
    }

    private string NameOf(GraphAction action) => action switch
    {
        GraphAction.ResourceOperation o => $"{WordOf(o)} timeout{Whose(InstanceIds.Base(o.Instance.Value))}",
        GraphAction.Fence f => $"fencing of {f.Node}",
        GraphAction.ClusterAction or GraphAction.Pseudo => action.OperationKey,
    };

    private long TimeoutMs(ResourceId resource, string operation) =>
        _context.ConfiguredTimeoutMs(resource, operation, 0) ?? OperationTimes.TimeoutDefaultMs;

    private string Whose(string resource) => resource == _leaf.Id.Value ? "" : $" of {resource}";

    private static string WordOf(GraphAction.ResourceOperation action) =>
        action.Operation == OperationNames.Monitor && !FailoverContext.IsRecurring(action) ? "probe"
            : action.Operation;

    private static FailoverTermKind KindOf(string operation) => operation switch
    {
        OperationNames.Stop or OperationNames.Demote => FailoverTermKind.Stop,
        OperationNames.Start or OperationNames.Promote => FailoverTermKind.Start,
        OperationNames.MigrateTo or OperationNames.MigrateFrom => FailoverTermKind.Migrate,
        _ => FailoverTermKind.OtherOperation,
    };
}
