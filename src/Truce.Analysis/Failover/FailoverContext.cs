using System.Collections.Immutable;
using Truce.Analysis.Execution;
using Truce.Analysis.WhatIf;
using Truce.Model;
using Truce.Model.Corosync;
using Truce.Model.Rules;
using Truce.Scheduler;

namespace Truce.Analysis.Failover;

/// <summary>What holds for all parts of a cluster alike.</summary>
internal sealed class FailoverContext
{
    private readonly ConfigurationIndex _index;
    private readonly RuleContext _rules;

    /// <param name="request">What is asked.</param>
    /// <param name="settled">The cluster before anything fails.</param>
    /// <param name="state">What runs there.</param>
    public FailoverContext(FailoverRequest request, Cib settled, ClusterState state)
    {
        Request = request;
        _index = new ConfigurationIndex(settled.Configuration);
        _rules = new RuleContext { Now = request.Now, FindRule = _index.Rule };
        Options = ClusterOptions.From(_index, request.Now);
        Nodes = [.. settled.Configuration.Nodes.Where(n => n.Type == NodeType.Member).Select(n => n.Name)];
        Corosync = request.Corosync ?? CorosyncTimes.Default(Nodes.Length);
        Operations = new OperationTimes(request.Cib, request.Tested, request.Times.UsualOperationMs);
        Fences = new FenceTimes(settled, Options, request.Times.UsualOperationMs);
        HeadStart = new HeadStartTimes(settled, Options, Corosync);
        Queue = new SlotQueue(this, Leaf.Of(state));
    }

    public FailoverRequest Request { get; }

    public ClusterOptions Options { get; }

    public ImmutableArray<NodeId> Nodes { get; }

    public CorosyncTimes Corosync { get; }

    public OperationTimes Operations { get; }

    public FenceTimes Fences { get; }

    public HeadStartTimes HeadStart { get; }

    public SlotQueue Queue { get; }

    public ClusterTimes Times => Request.Times;

    /// <summary>The configured primitive.</summary>
    public Resource.Primitive? Primitive(ResourceId id) =>
        _index.Resource(id) is Resource.Primitive p ? _index.Effective(p) : null;

    /// <summary>The top-level resource that it is in, or itself.</summary>
    public Resource? Top(ResourceId id) => Above(id).LastOrDefault();

    /// <summary>A resource and what holds it, inside out.</summary>
    public IEnumerable<Resource> Above(ResourceId id)
    {
        for (Resource? at = _index.Resource(id); at is not null; at = _index.Parent(at.Id))
            yield return at;
    }

    /// <summary>A meta attribute in force: its own, its group's or clone's, or the default.</summary>
    public string? Meta(ResourceId id, string name)
    {
        foreach (Resource at in Above(id))
        {
            EquatableArray<AttributeSet> sets = at is Resource.Primitive p
                ? _index.Effective(p).MetaAttributes : _index.Resolve(at.MetaAttributes);
            if (AttributeSets.Value(sets, name, _rules) is { } value)
                return value;
        }

        return AttributeSets.Value(_index.Resolve(_index.Configuration.ResourceDefaults), name, _rules);
    }

    /// <summary>After how many failures on a node it must leave it; null: never.</summary>
    public int? MigrationThreshold(ResourceId id) =>
        Score.ParseRounded(Meta(id, "migration-threshold")) is { IsInfinity: false, Value: > 0 } threshold
            ? threshold.Value : null;

    /// <summary>The timeout of a configured operation; null: it isn't
    /// configured, or its timeout isn't.</summary>
    public long? ConfiguredTimeoutMs(ResourceId id, string operation, long intervalMs) =>
        Primitive(id)?.Operations?.Operations
        .FirstOrDefault(o => o.Name == operation
            && o.Interval.Milliseconds == intervalMs)?.Timeout?.Milliseconds;

    /// <summary>How long an action of a plan takes at worst;
    /// <see cref="long.MaxValue"/> if there is no bound.</summary>
    public long WorstMs(GraphAction action) => action switch
    {
        GraphAction.ResourceOperation operation => OperationTimes.WorstMs(operation),
        GraphAction.Fence fence => FenceMs(fence),
        GraphAction.ClusterAction or GraphAction.Pseudo => 0,
    };

    /// <summary>Whether the others keep quorum without a node.</summary>
    public bool QuorateWithout(NodeId node) => Options.NoQuorumPolicy == NoQuorumPolicy.Ignore
        || Corosync.VotesExpected - Corosync.VotesOf(node.Value) >= Corosync.VotesNeeded;

    /// <summary>Whether an operation repeats.</summary>
    public static bool IsRecurring(GraphAction action) =>
        OperationRecords.Number(action, "CRM_meta_interval") > 0;

    private long FenceMs(GraphAction.Fence fence)
    {
        if (fence.Node is not { } target)
            return 0;
        ImmutableArray<FailoverTerm> terms = Fences.For(target, fence.Action);
        return terms.IsEmpty ? long.MaxValue : terms.Sum(t => t.WorstMs) + HeadStart.Ms(fence);
    }
}
