using System.Collections.Immutable;
using System.Globalization;

using Truce.Scheduler;

namespace Truce.Analysis.Rendering;

/// <summary>The transition graph as the XML that crm_simulate's <c>--save-graph</c> writes.</summary>
public static class GraphXml
{
    private const string MetaPrefix = "CRM_meta_";

    /// <summary>Writes the whole graph.</summary>
    public static void Write(TextWriter writer, TransitionGraph graph)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(graph);
        XmlBuffer output = new(writer);
        WriteHead(output, graph);
        if (graph.Actions.IsEmpty)
        {
            output.Write("/>\n");
            output.Flush();
            return;
        }

        output.Write(">\n");
        Dictionary<int, GraphAction> byId = new(graph.Actions.Length);
        foreach (GraphAction action in graph.Actions)
            byId[action.Id] = action;
        for (int i = 0; i < graph.Actions.Length; i++)
            WriteSynapse(output, i, graph.Actions[i], byId);
        output.Write("</transition_graph>\n");
        output.Flush();
    }

    private static void WriteHead(XmlBuffer output, TransitionGraph graph)
    {
        output.Write("<transition_graph");
        Attribute(output, "cluster-delay", graph.ClusterDelay);
        Attribute(output, "fencing-timeout", graph.FencingTimeout);
        Attribute(output, "failed-stop-offset", graph.FailedStopOffset);
        Attribute(output, "failed-start-offset", graph.FailedStartOffset);
        Attribute(output, "batch-limit", graph.BatchLimit);
        output.Write("  transition_id=\"1\"");
        Attribute(output, "migration-limit", graph.MigrationLimit);
        Attribute(output, "recheck-by", graph.RecheckBy?.ToString(CultureInfo.InvariantCulture));
    }

    private static void WriteSynapse(
        XmlBuffer output, int number, GraphAction action, Dictionary<int, GraphAction> byId)
    {
        output.Write("  <synapse");
        output.Attribute("id", number);
        if (action.Priority > 0)
            output.Attribute("priority", action.Priority);
        output.Write(">\n    <action_set>\n");
        WriteAction(output, action);
        output.Write("    </action_set>\n");
        if (action.Inputs.IsEmpty)
        {
            output.Write("    <inputs/>\n  </synapse>\n");
            return;
        }

        output.Write("    <inputs>\n");
        foreach (GraphInput input in action.Inputs)
        {
            output.Write("      <trigger>\n        ");
            WriteTag(output, byId[input.Action]);
            output.Write("/>\n      </trigger>\n");
        }

        output.Write("    </inputs>\n  </synapse>\n");
    }

    private static void WriteAction(XmlBuffer output, GraphAction action)
    {
        output.Write("      ");
        WriteTag(output, action);
        output.Write(">\n");
        if (ResourceOf(action) is { } resource)
            WriteResource(output, resource);
        WriteAttributes(output, action);
        WriteDowned(output, action);
        if (action is GraphAction.Pseudo { Maintenance: { IsEmpty: false } maintenance })
            WriteMaintenance(output, maintenance);
        output.Write("      </");
        output.Write(TagName(action));
        output.Write(">\n");
    }

    private static GraphResource? ResourceOf(GraphAction action) => action switch
    {
        GraphAction.ResourceOperation operation => operation.Resource,
        GraphAction.ClusterAction cluster => cluster.Resource,
        GraphAction.Pseudo or GraphAction.Fence => null,
    };

    private static string TagName(GraphAction action) => action switch
    {
        GraphAction.ResourceOperation => "rsc_op",
        GraphAction.Pseudo => "pseudo_event",
        GraphAction.Fence or GraphAction.ClusterAction => "crm_event",
    };

    private static void WriteTag(XmlBuffer output, GraphAction action)
    {
        output.Write("<");
        output.Write(TagName(action));
        output.Attribute("id", action.Id);
        Attribute(output, "operation", action.Operation);
        Attribute(output, "operation_key", action.OperationKey);
        Attribute(output, "internal_operation_key", action.InternalOperationKey);
        Attribute(output, "on_node", action.Node?.Value);
        Attribute(output, "on_node_uuid", action.NodeUuid);
        Attribute(output, "router_node", action.Router?.Value);
    }

    private static void WriteResource(XmlBuffer output, GraphResource resource)
    {
        output.Write("        <primitive");
        Attribute(output, "id", resource.Id);
        Attribute(output, "long-id", resource.LongId);
        Attribute(output, "class", resource.Class);
        Attribute(output, "provider", resource.Provider);
        Attribute(output, "type", resource.Type);
        output.Write("/>\n");
    }

    private static void WriteAttributes(XmlBuffer output, GraphAction action)
    {
        output.Write("        <attributes");
        WriteAttributes(output, action, meta: true);
        output.Write(" ");
        bool nested = WriteAttributes(output, action, meta: false);
        output.Write(nested ? ">\n" : "/>\n");
        if (!nested)
            return;
        foreach ((string name, string value) in action.Attributes)
        {
            if (IsNested(name))
                WriteParameter(output, name, value);
        }

        output.Write("        </attributes>\n");
    }

    private static bool WriteAttributes(XmlBuffer output, GraphAction action, bool meta)
    {
        bool nested = false;
        foreach ((string name, string value) in action.Attributes)
        {
            if (name.StartsWith(MetaPrefix, StringComparison.Ordinal) != meta)
                continue;
            if (IsNested(name))
                nested = true;
            else
                Attribute(output, name, value);
        }

        return nested;
    }

    // A name that XML doesn't allow for attributes (old agents number their parameters) goes into an element.
    private static bool IsNested(string name) => name.Length == 0 || char.IsAsciiDigit(name[0]);

    private static void WriteParameter(XmlBuffer output, string name, string value)
    {
        output.Write("          <param");
        Attribute(output, "name", name);
        Attribute(output, "value", value);
        output.Write("/>\n");
    }

    private static void WriteDowned(XmlBuffer output, GraphAction action)
    {
        if (action.Downed.IsEmpty)
            return;
        output.Write("        <downed>\n");
        foreach (string node in action.Downed)
        {
            output.Write("          <node");
            Attribute(output, "id", node);
            output.Write("/>\n");
        }

        output.Write("        </downed>\n");
    }

    private static void WriteMaintenance(XmlBuffer output, ImmutableArray<MaintenanceChange> changes)
    {
        output.Write("        <maintenance>\n");
        foreach (MaintenanceChange change in changes)
        {
            output.Write("          <node");
            Attribute(output, "id", change.Node);
            Attribute(output, "node_in_maintenance", change.Maintenance ? "1" : "0");
            output.Write("/>\n");
        }

        output.Write("        </maintenance>\n");
    }

    private static void Attribute(XmlBuffer output, string name, string? value)
    {
        if (value is not null)
            output.Attribute(name, value);
    }
}
