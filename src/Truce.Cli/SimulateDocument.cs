using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

using Truce.Analysis.Execution;
using Truce.Analysis.Rendering;
using Truce.Analysis.WhatIf;
using Truce.Model;
using Truce.Scheduler;

namespace Truce.Cli;

/// <summary>What <c>truce simulate --json</c> prints. Fields are added, never renamed.</summary>
internal static class SimulateDocument
{
    /// <summary>Writes the document and a line end.</summary>
    public static void Write(TextWriter output, SimulationResult result)
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(
            bytes, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            Write(json, result);
        output.WriteLine(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
    }

    private static void Write(Utf8JsonWriter json, SimulationResult result)
    {
        json.WriteStartObject();
        WriteCluster(json, "current", result.Plan.Current);
        WriteArray(json, "decisions", result.Plan.Decisions, WriteDecision);
        WriteArray(json, "actions", result.Plan.Graph.Actions, WriteAction);
        WriteArray(json, "scores", result.Plan.Scores, (j, s) => j.WriteStringValue(ScoresText.Line(s)));
        WriteArray(json, "utilization", result.Plan.Utilization, (j, u) => j.WriteStringValue(ScoresText.Line(u)));
        WriteArray(json, "warnings", result.Plan.Warnings, (j, w) => j.WriteStringValue(w));
        if (result.Execution is { } execution)
        {
            json.WriteBoolean("complete", execution.IsComplete);
            WriteArray(json, "executed", execution.Steps, WriteStep);
        }

        if (result.Revised is { } revised)
            WriteCluster(json, "revised", revised);
        json.WriteEndObject();
    }

    private static void WriteCluster(Utf8JsonWriter json, string name, ClusterState cluster)
    {
        json.WriteStartObject(name);
        json.WriteBoolean("quorate", cluster.Options.HasQuorum);
        WriteArray(json, "nodes", cluster.Nodes, WriteNode);
        WriteArray(json, "resources", [.. cluster.Resources.SelectMany(r => r.Primitives)], WriteResource);
        json.WriteEndObject();
    }

    private static void WriteNode(Utf8JsonWriter json, NodeStatus node)
    {
        json.WriteStartObject();
        json.WriteString("name", node.Name.Value);
        json.WriteString("kind", KindOf(node.Kind));
        json.WriteBoolean("online", node.Online);
        json.WriteBoolean("unclean", node.Unclean);
        json.WriteBoolean("standby", node.Standby);
        json.WriteBoolean("maintenance", node.Maintenance);
        json.WriteBoolean("pending", node.Pending);
        json.WriteEndObject();
    }

    private static string KindOf(NodeKind kind) => kind switch
    {
        NodeKind.Cluster => "cluster",
        NodeKind.Remote => "remote",
        NodeKind.Guest => "guest",
    };

    private static void WriteResource(Utf8JsonWriter json, ResourceState resource)
    {
        json.WriteStartObject();
        json.WriteString("id", resource.ConfigId.Value);
        json.WriteString("instance", resource.Id.Value);
        json.WriteString("role", RoleOf(resource.Role));
        WriteArray(json, "nodes", resource.ActiveOn, (j, n) => j.WriteStringValue(n.Value));
        json.WriteBoolean("failed", resource.Marks.HasFlag(ResourceMarks.Failed));
        json.WriteBoolean("blocked", resource.Marks.HasFlag(ResourceMarks.Blocked));
        json.WriteBoolean("managed", resource.Marks.HasFlag(ResourceMarks.Managed));
        json.WriteEndObject();
    }

    private static void WriteDecision(Utf8JsonWriter json, Decision decision)
    {
        json.WriteStartObject();
        switch (decision)
        {
            case Decision.Fence fence:
                json.WriteString("change", "Fence");
                json.WriteString("node", fence.Node.Value);
                json.WriteString("action", fence.Action);
                json.WriteString("reason", fence.Reason);
                break;
            case Decision.Resource r:
                WriteChange(json, r);
                break;
            case Decision.Leave leave:
                json.WriteString("change", "Leave");
                json.WriteString("resource", leave.Id.Value);
                json.WriteString("toRole", RoleOf(leave.Role));
                json.WriteString("toNode", leave.Node?.Value);
                break;
        }

        json.WriteEndObject();
    }

    private static void WriteChange(Utf8JsonWriter json, Decision.Resource r)
    {
        json.WriteString("change", r.Change.ToString());
        json.WriteString("resource", r.Id.Value);
        json.WriteString("fromNode", r.FromNode?.Value);
        json.WriteString("fromRole", RoleOf(r.FromRole));
        json.WriteString("toNode", r.ToNode?.Value);
        json.WriteString("toRole", RoleOf(r.ToRole));
        json.WriteString("reason", r.Reason);
        json.WriteBoolean("blocked", r.Blocked);
    }

    private static string RoleOf(ResourceRole role) => role.ToString();

    private static void WriteAction(Utf8JsonWriter json, GraphAction action)
    {
        json.WriteStartObject();
        json.WriteNumber("id", action.Id);
        json.WriteString("kind", KindOf(action));
        json.WriteString("operation", action.Operation);
        json.WriteString("key", action.OperationKey);
        json.WriteString("node", action.Node?.Value);
        json.WriteString("router", action.Router?.Value);
        WriteArray(json, "after", action.Inputs, WriteInput);
        json.WriteEndObject();
    }

    private static void WriteInput(Utf8JsonWriter json, GraphInput input)
    {
        json.WriteStartObject();
        json.WriteNumber("id", input.Action);
        json.WriteString("why", input.Why);
        json.WriteEndObject();
    }

    private static string KindOf(GraphAction action) => action switch
    {
        GraphAction.ResourceOperation => "resource",
        GraphAction.Pseudo => "pseudo",
        GraphAction.Fence => "fence",
        GraphAction.ClusterAction => "cluster",
    };

    private static void WriteStep(Utf8JsonWriter json, PaperStep step) =>
        json.WriteStringValue(ExecutionText.Line(step).Trim().TrimStart('*', ' '));

    private static void WriteArray<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        json.WriteStartArray(name);
        foreach (T item in items)
            write(json, item);
        json.WriteEndArray();
    }
}
