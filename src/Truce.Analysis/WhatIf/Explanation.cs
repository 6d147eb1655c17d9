using System.Collections.Immutable;

using Truce.Analysis.Why;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.WhatIf;

/// <summary>Why a plan puts a resource where it does, or does something to a node.</summary>
/// <param name="Subject">The resource or node that was asked about.</param>
/// <param name="Answer">The reasons in sentences.</param>
/// <param name="Scores">What each node got, instance by instance; empty for a node.</param>
/// <param name="Decisions">What is decided for it, in the words of the transition summary.</param>
/// <param name="Actions">The actions about it, and what each waits for.</param>
public sealed record Explanation(
    string Subject,
    Answer Answer,
    ImmutableArray<NodeScore> Scores,
    ImmutableArray<Decision> Decisions,
    ImmutableArray<ExplainedAction> Actions)
{
    /// <summary>Plans, and keeps what is about the subject; null where neither a resource
    /// nor a node has that name.</summary>
    /// <param name="cib">The cluster.</param>
    /// <param name="subject">A resource or a node.</param>
    /// <param name="options">What the guards hold back, and when it is.</param>
    /// <param name="departures">Nodes that left by themselves, which no CIB tells.</param>
    /// <param name="planner">The scheduler.</param>
    public static Explanation? Of(
        Cib cib, string subject, PlanOptions options, ImmutableArray<Departure> departures, PlanMaker planner)
    {
        ArgumentNullException.ThrowIfNull(cib);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(planner);
        Plan plan = planner(cib, options with { KeepPlacements = true });
        if (new Reasons(cib, plan, options, departures).About(subject) is not { } answer)
            return null;
        HashSet<string> instances = [.. Instances(plan, subject)];
        return new Explanation(
            subject,
            answer,
            [.. ScoresOf(plan, instances)],
            [.. plan.Decisions.Where(d => About(d, instances, subject))],
            [.. ActionsOf(plan.Graph, a => About(a, instances, subject))]);
    }

    // A collective stands for all it holds; an anonymous instance is asked about by its configured id.
    private static IEnumerable<string> Instances(Plan plan, string subject) =>
        plan.Current.Resources.SelectMany(r => Below(r, subject, r.Id.Value == subject || r.ConfigId.Value == subject));

    private static IEnumerable<string> Below(ResourceState resource, string subject, bool within)
    {
        bool meant = within || resource.Id.Value == subject || resource.ConfigId.Value == subject;
        IEnumerable<string> own = meant ? [resource.Id.Value] : [];
        return own.Concat(Children(resource).SelectMany(c => Below(c, subject, meant)));
    }

    private static IEnumerable<ResourceState> Children(ResourceState resource) => resource switch
    {
        ResourceState.Primitive => [],
        ResourceState.Group g => g.Members,
        ResourceState.CloneSet c => c.Instances,
        ResourceState.Bundle b => b.Replicas.Select(r => r.Container),
    };

    private static IEnumerable<NodeScore> ScoresOf(Plan plan, HashSet<string> instances) =>
        from placement in plan.Placements
        where instances.Contains(placement.Resource.Value)
        from there in placement.Nodes
        where there.Considered
        orderby placement.Resource, there.Score descending, there.Node
        select new NodeScore(placement.Resource.Value, there.Node.Value, there.Score, there.Parts);

    private static bool About(Decision decision, HashSet<string> instances, string subject) => decision switch
    {
        Decision.Fence fence => fence.Node.Value == subject,
        Decision.Resource r => instances.Contains(r.Id.Value) || r.FromNode?.Value == subject || r.ToNode?.Value == subject,
        Decision.Leave leave => instances.Contains(leave.Id.Value),
    };

    private static bool About(GraphAction action, HashSet<string> instances, string subject) => action switch
    {
        GraphAction.ResourceOperation operation => instances.Contains(operation.Instance.Value),
        GraphAction.Pseudo pseudo => pseudo.Instance is { } i && instances.Contains(i.Value),
        GraphAction.ClusterAction cluster => cluster.Instance is { } i ? instances.Contains(i.Value) : cluster.Node?.Value == subject,
        GraphAction.Fence fence => fence.Node?.Value == subject,
    };

    private static IEnumerable<ExplainedAction> ActionsOf(TransitionGraph graph, Predicate<GraphAction> about)
    {
        Dictionary<int, GraphAction> byId = graph.Actions.ToDictionary(a => a.Id);
        return graph.Actions.Where(a => about(a)).Select(a => new ExplainedAction(
            Name(a), (a as GraphAction.Fence)?.Reason, [.. a.Inputs.Select(i => new ActionWait(Name(byId[i.Action]), i.Why))]));
    }

    private static string Name(GraphAction action) =>
        action.Node is { } node ? $"{action.OperationKey} on {node.Value}" : action.OperationKey;
}

/// <summary>A resource's score on a node, and what it is made of.</summary>
public sealed record NodeScore(string Resource, string Node, int Score, ImmutableArray<ScorePart> Parts);

/// <summary>An action of the plan.</summary>
/// <param name="Name">Operation key and node.</param>
/// <param name="Reason">Why it is done, where the action itself knows.</param>
/// <param name="After">What it waits for.</param>
public sealed record ExplainedAction(string Name, string? Reason, ImmutableArray<ActionWait> After);

/// <summary>An action that is waited for, and the constraint or rule that says so.</summary>
public sealed record ActionWait(string Action, string Why);
