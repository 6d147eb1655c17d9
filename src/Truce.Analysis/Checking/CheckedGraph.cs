using System.Collections;
using System.Globalization;
using System.Xml;

using Truce.Model;

namespace Truce.Analysis.Checking;

/// <summary>One action of the emitted graph.</summary>
internal sealed record CheckedAction
{
    /// <summary>Place in the graph.</summary>
    public required int Place { get; init; }

    /// <summary>The element's name.</summary>
    public required string Kind { get; init; }

    public required string Operation { get; init; }

    public required string Key { get; init; }

    public string? InternalKey { get; init; }

    public NodeId? Node { get; init; }

    public NodeId? Router { get; init; }

    /// <summary>primitive/@id.</summary>
    public string? Resource { get; set; }

    /// <summary>primitive/@long-id.</summary>
    public string? LongId { get; set; }

    public Dictionary<string, string> Attributes { get; } = [];

    public List<string> Inputs { get; } = [];

    public bool IsPseudo => Kind == "pseudo_event";

    public bool IsFence => Operation == "stonith";

    /// <summary>Whether it fences, rather than unfences.</summary>
    public bool TakesNodeDown => IsFence && Attributes.GetValueOrDefault("CRM_meta_stonith_action") != "on";

    public long IntervalMs =>
        long.TryParse(Attributes.GetValueOrDefault("CRM_meta_interval"), NumberStyles.None, CultureInfo.InvariantCulture, out long ms)
            ? ms
            : 0;

    /// <summary>
    /// The instance it is about: known for agents' operations, and for pseudo
    /// actions that stand for one by their key.
    /// </summary>
    public string? Instance => LongId ?? Resource ?? Owner(InternalKey ?? Key);

    /// <summary>Whether it is the operation of an agent, or stands for one that
    /// fencing makes unnecessary.</summary>
    public bool Is(string operation) => Operation == operation && Attributes.GetValueOrDefault("CRM_meta_notify_key_type") is null;

    public override string ToString() => Node is null ? Key : $"{Key} on {Node}";

    private string? Owner(string key)
    {
        string suffix = $"_{Operation}_0";
        return key.EndsWith(suffix, StringComparison.Ordinal) ? key[..^suffix.Length] : null;
    }
}

/// <summary>An emitted graph: its actions, and what comes before what.</summary>
internal sealed class CheckedGraph
{
    private readonly Dictionary<string, CheckedAction> _byId = [];
    private readonly Dictionary<int, BitArray> _ancestors = [];

    private CheckedGraph() { }

    public List<CheckedAction> Actions { get; } = [];

    /// <summary>What is wrong with the text itself.</summary>
    public List<PlanFinding> Findings { get; } = [];

    /// <summary>Reads the graph's XML.</summary>
    public static CheckedGraph Read(string xml)
    {
        CheckedGraph graph = new();
        try
        {
            using XmlReader reader = XmlReader.Create(
                new StringReader(xml), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            graph.Read(reader);
        }
        catch (XmlException e)
        {
            graph.Findings.Add(new PlanFinding.Malformed(e.Message));
        }

        foreach (CheckedAction action in graph.Actions)
        {
            foreach (string missing in action.Inputs.Where(i => !graph._byId.ContainsKey(i)))
                graph.Findings.Add(new PlanFinding.Malformed($"{action} waits for action {missing}, which doesn't exist"));
        }

        return graph;
    }

    /// <summary>Whether <paramref name="later"/> waits for
    /// <paramref name="earlier"/>, directly or not.</summary>
    public bool Precedes(CheckedAction earlier, CheckedAction later) => Ancestors(later)[earlier.Place];

    /// <summary>The actions that <paramref name="action"/> waits for directly.</summary>
    public IEnumerable<CheckedAction> InputsOf(CheckedAction action) =>
        action.Inputs.Where(_byId.ContainsKey).Select(i => _byId[i]);

    private BitArray Ancestors(CheckedAction action)
    {
        if (_ancestors.TryGetValue(action.Place, out BitArray? known))
            return known;
        BitArray found = new(Actions.Count);
        Stack<CheckedAction> open = new([action]);
        while (open.TryPop(out CheckedAction? next))
        {
            foreach (CheckedAction input in InputsOf(next))
            {
                if (found[input.Place])
                    continue;
                found[input.Place] = true;
                open.Push(input);
            }
        }

        return _ancestors[action.Place] = found;
    }

    private void Read(XmlReader reader)
    {
        List<CheckedAction> synapse = [];
        bool inTrigger = false;
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.EndElement)
            {
                inTrigger &= reader.Name != "trigger";
                continue;
            }

            if (reader.NodeType != XmlNodeType.Element)
                continue;
            if (reader.Name == "synapse")
                synapse.Clear();
            else if (reader.Name == "trigger")
                inTrigger = true;
            else if (reader.Name is "rsc_op" or "pseudo_event" or "crm_event" && inTrigger)
                synapse.ForEach(a => a.Inputs.Add(reader.GetAttribute("id") ?? ""));
            else if (reader.Name is "rsc_op" or "pseudo_event" or "crm_event")
                synapse.Add(ReadAction(reader));
            else if (synapse.Count > 0)
                ReadDetail(reader, synapse[^1]);
        }
    }

    private CheckedAction ReadAction(XmlReader reader)
    {
        CheckedAction action = new()
        {
            Place = Actions.Count,
            Kind = reader.Name,
            Operation = reader.GetAttribute("operation") ?? "",
            Key = reader.GetAttribute("operation_key") ?? "",
            InternalKey = reader.GetAttribute("internal_operation_key"),
            Node = reader.GetAttribute("on_node") is { } node ? new NodeId(node) : null,
            Router = reader.GetAttribute("router_node") is { } router ? new NodeId(router) : null,
        };
        Actions.Add(action);
        string id = reader.GetAttribute("id") ?? "";
        if (!_byId.TryAdd(id, action))
            Findings.Add(new PlanFinding.Malformed($"two actions have the id {id}"));
        return action;
    }

    private static void ReadDetail(XmlReader reader, CheckedAction action)
    {
        if (reader.Name == "primitive")
        {
            action.Resource = reader.GetAttribute("id");
            action.LongId = reader.GetAttribute("long-id");
        }
        else if (reader.Name == "attributes")
        {
            while (reader.MoveToNextAttribute())
                action.Attributes[reader.Name] = reader.Value;
        }
    }
}
