using System.Collections.Immutable;
using System.Globalization;

namespace Truce.Scheduler.Engine;

/// <summary>Draws the decided transition, once its graph is made: also the actions that are needed but can't run.</summary>
internal static class DiagramBuilder
{
    public static GraphDiagram Build(World world)
    {
        ImmutableArray<DiagramNode>.Builder nodes = ImmutableArray.CreateBuilder<DiagramNode>();
        ImmutableArray<DiagramEdge>.Builder edges = ImmutableArray.CreateBuilder<DiagramEdge>();
        foreach (PlanAction action in world.Actions)
        {
            if (action.Is(Act.InGraph) || !action.IsOptional)
                nodes.Add(new DiagramNode(Name(action), action.Is(Act.Pseudo), action.Is(Act.InGraph)));
            foreach (Edge edge in action.Before)
                Add(edges, edge);
        }

        return new GraphDiagram(nodes.ToImmutable(), edges.ToImmutable());
    }

    private static void Add(ImmutableArray<DiagramEdge>.Builder edges, Edge edge)
    {
        if (edge.Kind == Order.None || ReferenceEquals(edge.First, edge.Then))
            return;
        // A wish for order where capacity is short is drawn only if it is about the same node.
        if (edge.Kind == Order.IfOnSameNodeOrTarget && !GraphBuilder.Counts(edge))
            return;
        bool inGraph = edge.First.Is(Act.InGraph) && edge.Then.Is(Act.InGraph) && GraphBuilder.Counts(edge);
        if (inGraph || (!edge.First.IsOptional && !edge.Then.IsOptional))
            edges.Add(new DiagramEdge(Name(edge.First), Name(edge.Then), inGraph));
    }

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
