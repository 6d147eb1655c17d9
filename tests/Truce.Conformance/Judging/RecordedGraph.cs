using System.Collections.Immutable;
using System.Globalization;
using System.Xml.Linq;

using Truce.Model;
using Truce.Scheduler;

namespace Truce.Conformance.Judging;

/// <summary>Reads a recorded graph back into the scheduler's type, to test what works on graphs without a scheduler.</summary>
internal static class RecordedGraph
{
    /// <summary>The graph in <paramref name="text"/>.</summary>
    public static TransitionGraph Read(string text)
    {
        XElement root = XDocument.Parse(text).Root!;
        return new TransitionGraph(
            Text(root, "cluster-delay")!,
            Text(root, "fencing-timeout")!,
            Text(root, "failed-stop-offset")!,
            Text(root, "failed-start-offset")!,
            Text(root, "batch-limit"),
            Text(root, "migration-limit"),
            Text(root, "recheck-by") is { } by ? long.Parse(by, CultureInfo.InvariantCulture) : null,
            [.. root.Elements("synapse").Select(ReadSynapse)]);
    }

    private static GraphAction ReadSynapse(XElement synapse)
    {
        XElement action = synapse.Element("action_set")!.Elements().Single();
        GraphAction bare = action.Name.LocalName switch
        {
            "rsc_op" => Operation(action),
            "pseudo_event" => Pseudo(action),
            _ => Text(action, "operation") == "stonith" ? Fence(action) : Cluster(action),
        };
        return bare with
        {
            InternalOperationKey = Text(action, "internal_operation_key"),
            Node = Text(action, "on_node") is { } node ? new NodeId(node) : null,
            NodeUuid = Text(action, "on_node_uuid"),
            Router = Text(action, "router_node") is { } router ? new NodeId(router) : null,
            Inputs = [.. synapse.Elements("inputs").Elements("trigger").Elements().Select(t => new GraphInput(Id(t), ""))],
            Priority = Text(synapse, "priority") is { } p ? int.Parse(p, CultureInfo.InvariantCulture) : 0,
            Downed = [.. action.Elements("downed").Elements("node").Select(n => Text(n, "id")!)],
        };
    }

    private static GraphAction.ResourceOperation Operation(XElement action) => new()
    {
        Id = Id(action),
        Operation = Text(action, "operation")!,
        OperationKey = Text(action, "operation_key")!,
        Attributes = Attributes(action),
        Inputs = [],
        Resource = Resource(action)!,
        Instance = new ResourceId(Resource(action)!.LongId ?? Resource(action)!.Id),
    };

    private static GraphAction.Pseudo Pseudo(XElement action) => new()
    {
        Id = Id(action),
        Operation = Text(action, "operation")!,
        OperationKey = Text(action, "operation_key")!,
        Attributes = Attributes(action),
        Inputs = [],
    };

    private static GraphAction.Fence Fence(XElement action) => new()
    {
        Id = Id(action),
        Operation = Text(action, "operation")!,
        OperationKey = Text(action, "operation_key")!,
        Attributes = Attributes(action),
        Inputs = [],
        Action = Attributes(action).First(a => a.Key == "CRM_meta_stonith_action").Value,
        Reason = null,
    };

    private static GraphAction.ClusterAction Cluster(XElement action) => new()
    {
        Id = Id(action),
        Operation = Text(action, "operation")!,
        OperationKey = Text(action, "operation_key")!,
        Attributes = Attributes(action),
        Inputs = [],
        Resource = Resource(action),
    };

    private static GraphResource? Resource(XElement action) => action.Element("primitive") is { } p
        ? new GraphResource(Text(p, "id")!, Text(p, "long-id"), Text(p, "class")!, Text(p, "provider"), Text(p, "type")!)
        : null;

    private static ImmutableArray<KeyValuePair<string, string>> Attributes(XElement action)
    {
        XElement? attributes = action.Element("attributes");
        if (attributes is null)
            return [];
        return
        [
            .. attributes.Attributes().Select(a => KeyValuePair.Create(a.Name.LocalName, a.Value)),
            .. attributes.Elements("param").Select(p => KeyValuePair.Create(Text(p, "name")!, Text(p, "value")!)),
        ];
    }

    private static int Id(XElement element) => int.Parse(Text(element, "id")!, CultureInfo.InvariantCulture);

    private static string? Text(XElement element, string name) => (string?)element.Attribute(name);
}
