using System.Collections.Immutable;
using Truce.Analysis.WhatIf;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Analysis.Findings;

/// <summary>Plans that are made on paper for a configuration, to see whether any can be.</summary>
/// <param name="Cib">The configuration with the status that it will be planned with.</param>
/// <param name="Now">What time it is.</param>
/// <param name="Planner">The scheduler.</param>
public sealed record Trial(Cib Cib, DateTimeOffset Now, PlanMaker Planner)
{
    /// <summary>The failure of each node is tried, up to this many: more would show the same.</summary>
    private const int FailuresMax = 12;

    /// <summary>What is planned with now, before the change; null: nothing.</summary>
    public Cib? Before { get; init; }

    /// <summary>Nodes that are up now.</summary>
    public ImmutableArray<NodeId> Up { get; } =
    [
        .. Cib.Status.NodeStates.Where(s => s.Join == "member" && s.Name is not null).Select(s => s.Name!.Value),
    ];

    /// <summary>Plans as things are.</summary>
    public Plan AsThingsAre() => Planner(Cib, Options);

    /// <summary>As <see cref="AsThingsAre"/>, with the configuration before.</summary>
    public Plan AsThingsWere() => Planner(Before ?? Cib, Options);

    /// <summary>Tries a plan, or what follows from plans: it, or why there is none.</summary>
    public static (T? Made, string Failure) Try<T>(Func<T> make)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(make);
        try
        {
            return (make(), "");
        }
#pragma warning disable CA1031 // Whatever a trial throws, a plan would throw too: that is the answer that is asked for.
        catch (Exception problem)
        {
            return (null, $"{problem.GetType().Name}: {problem.Message}");
        }
#pragma warning restore CA1031
    }

    /// <summary>The situations that a plan must be possible in.</summary>
    public IEnumerable<(string Name, Func<Plan> Make)> Situations()
    {
        yield return ("for the current state", AsThingsAre);
        NodeId[] nodes = [.. Cib.Configuration.Nodes.Where(n => n.Type == NodeType.Member).Select(n => n.Name)];
        Cib all = Changed(Cib, [new Modification.Quorum(true), .. nodes.Select(n => new Modification.NodeUp(n))]);
        yield return ("with all nodes up", () => Planner(all, Options));
        foreach (NodeId node in nodes.Take(FailuresMax))
            yield return ($"after {node} fails", () => Planner(Changed(all, [new Modification.NodeFail(node)]), Options));
    }

    private PlanOptions Options => new() { Now = Now };

    private Cib Changed(Cib cib, IReadOnlyList<Modification> changes) => Modifications.Apply(cib, changes, Now, TextWriter.Null);
}
