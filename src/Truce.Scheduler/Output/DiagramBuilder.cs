using System.Collections.Immutable;
using System.Globalization;

namespace Truce.Scheduler.Engine;

/// <summary>Draws the decided transition, once its graph is made: also the actions that
/// are needed but can't run.</summary>
internal static class DiagramBuilder
{
    public static GraphDiagram Build(World world, DiagramScope scope)
    {
        bool all = scope == DiagramScope.AllActions;
        ImmutableArray<DiagramNode>.Builder nodes = ImmutableArray.CreateBuilder<DiagramNode>();
        ImmutableArray<DiagramEdge>.Builder edges = ImmutableArray.CreateBuilder<DiagramEdge>();
        foreach (PlanAction action in world.Actions)
        {
            DiagramFate fate = FateOf(action);
            if (all || fate is DiagramFate.Runs or DiagramFate.Blocked)
                nodes.Add(new DiagramNode(Name(action), action.Is(Act.Pseudo), fate));
            foreach (Edge edge in action.Before)
                Add(edges, edge, all);
        }

        return new GraphDiagram(nodes.ToImmutable(), edges.ToImmutable());
    }

    private static DiagramFate FateOf(PlanAction action) => action switch
    {
        _ when action.Is(Act.InGraph) => DiagramFate.Runs,
        { Resource: { } resource } when !resource.Has(Is.Managed) && !action.Is(Act.Pseudo) => DiagramFate.Unmanaged,
        { IsOptional: true } => DiagramFate.Optional,
        _ => DiagramFate.Blocked,
    };

    private static void Add(ImmutableArray<DiagramEdge>.Builder edges, Edge edge, bool all)
    {
        if (edge.Kind == Relation.None || ReferenceEquals(edge.First, edge.Then))
            return;
        // An optional order for lack of capacity is drawn only if it concerns the same node.
        if (edge.Kind == Relation.IfOnSameNodeOrTarget && !GraphBuilder.Counts(edge))
            return;
        bool inGraph = edge.First.Is(Act.InGraph) && edge.Then.Is(Act.InGraph) && GraphBuilder.Counts(edge);
        if (inGraph || all || (IsNeeded(edge.First) && IsNeeded(edge.Then)))
            edges.Add(new DiagramEdge(Name(edge.First), Name(edge.Then), inGraph));
    }

    private static bool IsNeeded(PlanAction action) =>
        !action.IsOptional && FateOf(action) is DiagramFate.Runs or DiagramFate.Blocked;

    private static string Name(PlanAction action)
    {
        string name = action.Task switch
        {
            Tasks.Fence => $"stonith '{action.MetaValue("stonith_action")}'",
            Tasks.Shutdown => Tasks.Shutdown,
            Tasks.Cancel => string.Create(
                CultureInfo.InvariantCulture,
                $"Cancel {NameOf(action.Resource)}_{action.CancelledTask ?? Tasks.Monitor}_{action.IntervalMs}"),
            _ => Key(action),
        };
        return action.Node is not null ? $"{name} {action.Node.Name}"
            : action.Is(Act.Pseudo) ? name : $"{name} <none>";
    }

    // As the nodes know the instance, where they do.
    private static string? NameOf(PlanResource? resource) => resource?.HistoryName ?? resource?.Id;

    private static string Key(PlanAction action) =>
        action.Resource is { HistoryName: { } name } resource && action.Key.StartsWith(resource.Id, StringComparison.Ordinal)
            ? name + action.Key[resource.Id.Length..] : action.Key;
}
