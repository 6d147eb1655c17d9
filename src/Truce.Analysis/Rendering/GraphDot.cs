using Truce.Scheduler;

namespace Truce.Analysis.Rendering;

/// <summary>The transition as a drawing for graphviz: what runs in bold, what can't
/// run, or needn't, dashed.</summary>
public static class GraphDot
{
    /// <summary>Writes the drawing, its lines sorted.</summary>
    public static void Write(TextWriter output, GraphDiagram diagram)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(diagram);
        SortedSet<string> lines = new(StringComparer.Ordinal);
        foreach (DiagramNode node in diagram.Nodes)
            lines.Add(Line(node));
        foreach (DiagramEdge edge in diagram.Edges)
            lines.Add($"\"{edge.From}\" -> \"{edge.To}\" [ style = {(edge.IsInGraph ? "bold" : "dashed")}]");
        output.Write(" digraph \"g\" {\n");
        foreach (string line in lines)
            output.Write($"{line}\n");
        output.Write("}\n");
    }

    private static string Line(DiagramNode node)
    {
        string style = node.Fate == DiagramFate.Runs ? "bold" : "dashed";
        string border = node.Fate switch
        {
            DiagramFate.Runs => "green",
            DiagramFate.Optional => "blue",
            DiagramFate.Blocked or DiagramFate.Unmanaged => "red",
        };
        string text = node.Fate == DiagramFate.Unmanaged ? "purple" : node.IsPseudo ? "orange" : "black";
        return $"\"{node.Name}\" [ style={style} color=\"{border}\" fontcolor=\"{text}\"]";
    }
}
