using System.Collections.Immutable;
using Truce.Analysis.Execution;
using Truce.Analysis.Why;
using Truce.Model;
using Truce.Model.Xml;
using Truce.Scheduler;

namespace Truce.Analysis.WhatIf;

/// <summary>Where resources would end up, asked before anything is done: plans and executes on paper
/// until nothing is left to do.</summary>
public sealed class OnPaper(PlanMaker plan, DateTimeOffset now)
{
    /// <summary>A cluster that goes on forever is given up on; moves settle in
    /// two or three transitions.</summary>
    private const int TransitionsMax = 10;

    /// <summary>The cluster as it would be.</summary>
    /// <param name="xml">A whole CIB as the cluster handed it out, perhaps
    /// with a changed configuration.</param>
    public Cib Settle(string xml) =>
        CibReader.Parse(xml) is CibReadResult.Accepted accepted
            ? Settle(accepted.Cib)
            : throw new InvalidOperationException("the cluster's own configuration can't be read");

    /// <summary>The cluster as it would be.</summary>
    public Cib Settle(Cib cib)
    {
        ArgumentNullException.ThrowIfNull(cib);
        for (int transition = 0; transition < TransitionsMax; transition++)
        {
            Plan planned = Plan(cib);
            if (planned.Graph.Actions.IsEmpty)
                return cib;
            cib = PaperRun.Carry(cib, planned.Graph, now);
        }

        return cib;
    }

    /// <summary>What one configuration makes the cluster do that another doesn't, transition by transition;
    /// nothing if one of them can't be read.</summary>
    public ImmutableArray<PlannedStep> Difference(string before, string after)
    {
        if (CibReader.Parse(before) is not CibReadResult.Accepted old
            || CibReader.Parse(after) is not CibReadResult.Accepted changed)
            return [];
        IReadOnlyList<PlannedStep> anyway = Steps(old.Cib);
        return [.. Steps(changed.Cib).Except(anyway)];
    }

    /// <summary>What the cluster would do until nothing is left to do, transition by transition.</summary>
    public IReadOnlyList<PlannedStep> Steps(Cib cib)
    {
        List<PlannedStep> steps = [];
        for (int transition = 0; transition < TransitionsMax; transition++)
        {
            Plan planned = Plan(cib);
            steps.AddRange(planned.Decisions.Select(PlannedStep.Of).OfType<PlannedStep>());
            if (planned.Graph.Actions.IsEmpty)
                break;
            cib = PaperRun.Carry(cib, planned.Graph, now);
        }

        return steps;
    }

    /// <summary>The nodes on which any of the primitives is active.</summary>
    public IReadOnlyList<string> NodesOf(Cib cib, IReadOnlyCollection<string> primitives) =>
        Nodes(cib, r => primitives.Contains(r.ConfigId.Value));

    /// <summary>The nodes on which any of the primitives is promoted.</summary>
    public IReadOnlyList<string> PromotedOn(Cib cib, IReadOnlyCollection<string> primitives) =>
        Nodes(cib, r => r.Role == ResourceRole.Promoted && primitives.Contains(r.ConfigId.Value));

    /// <summary>Why no instance of a resource is promoted on a node, in a sentence; empty if nothing speaks
    /// against it.</summary>
    public string WhyNotPromoted(Cib cib, string resource) =>
        Sentences(cib, resource).FirstOrDefault(s => s.Contains("promot", StringComparison.Ordinal))?.Trim()
            ?? "";

    /// <summary>Why a resource isn't on a node, in a sentence; empty if nothing speaks against it.</summary>
    public string WhyNot(Cib cib, string resource, string node)
    {
        ImmutableArray<string> sentences = Sentences(cib, resource);
        return sentences.FirstOrDefault(s =>
            s.Contains($" can't run on {node}: ", StringComparison.Ordinal))?.Trim()
            ?? (sentences is [{ } first, ..] ? first : "");
    }

    private IReadOnlyList<string> Nodes(Cib cib, Func<ResourceState.Primitive, bool> isMeant) =>
        [.. Plan(cib).Current.Resources.SelectMany(r => r.Primitives).Where(isMeant)
            .SelectMany(r => r.ActiveOn)
            .Select(n => n.Value)
            .Distinct()
            .Order(NaturalOrder.Instance)];

    private ImmutableArray<string> Sentences(Cib cib, string resource)
    {
        PlanOptions options = new() { Now = now, KeepPlacements = true };
        return [.. new Reasons(cib, plan(cib, options), options, []).About(resource)?.Sentences ?? []];
    }

    private Plan Plan(Cib cib) => plan(cib, new PlanOptions { Now = now });
}
