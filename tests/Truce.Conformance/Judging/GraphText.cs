using System.Collections;
using System.Xml;
using System.Xml.Linq;

namespace Truce.Conformance.Judging;

/// <summary>Actions and orderings of a transition graph, its ids forgotten.</summary>
internal sealed class GraphText
{
    private readonly List<string> _labels = [];
    private readonly List<string> _attributes = [];
    private readonly List<int[]> _inputs = [];

    private GraphText(XElement root)
    {
        Dictionary<string, int> indexOf = [];
        List<HashSet<string>> inputIds = [];
        foreach (XElement synapse in root.Descendants("synapse"))
        {
            HashSet<string> triggers = [.. synapse.Elements("inputs").Elements("trigger").Elements().Select(Id)];
            foreach (XElement action in synapse.Elements("action_set").Elements())
            {
                indexOf[Id(action)] = _labels.Count;
                _labels.Add(Label(action));
                _attributes.Add($"{Label(action)} | {Attributes(synapse, action)}");
                inputIds.Add(triggers);
            }
        }

        foreach (HashSet<string> ids in inputIds)
            _inputs.Add([.. ids.Where(indexOf.ContainsKey).Select(i => indexOf[i])]);
    }

    /// <summary>The action labels, sorted.</summary>
    public IReadOnlyList<string> Actions => [.. _labels.Order(StringComparer.Ordinal)];

    /// <summary>The labels, each with what the live side acts on besides: delays, timeouts, intervals,
    /// parameters, variables of notifications, the synapse's priority, nodes that go down. Sorted.</summary>
    public IReadOnlyList<string> Attributed => [.. _attributes.Order(StringComparer.Ordinal)];

    /// <summary>Reads a graph; null if it is missing or no XML.</summary>
    public static GraphText? Parse(string? text)
    {
        try
        {
            return string.IsNullOrEmpty(text) ? null : new GraphText(XDocument.Parse(text).Root!);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>How often each (earlier label, later label) occurs in the transitive closure.</summary>
    public Dictionary<(string Earlier, string Later), int> Closure()
    {
        BitArray[] earlier = Earlier();
        Dictionary<(string, string), int> pairs = [];
        for (int later = 0; later < earlier.Length; later++)
        {
            for (int i = 0; i < earlier.Length; i++)
            {
                if (earlier[later][i])
                    pairs[(_labels[i], _labels[later])] = pairs.GetValueOrDefault((_labels[i], _labels[later])) + 1;
            }
        }

        return pairs;
    }

    private BitArray[] Earlier()
    {
        BitArray[] earlier = [.. _inputs.Select(DirectInputs)];
        int[] order = InputsFirst();
        for (bool changed = true; changed;)
        {
            changed = false;
            foreach (int action in order)
                changed |= Absorb(earlier, action);
        }

        return earlier;
    }

    private BitArray DirectInputs(int[] inputs)
    {
        BitArray bits = new(_labels.Count);
        foreach (int input in inputs)
            bits[input] = true;
        return bits;
    }

    private bool Absorb(BitArray[] earlier, int action)
    {
        BitArray before = new(earlier[action]);
        foreach (int input in _inputs[action])
            earlier[action].Or(earlier[input]);
        return before.Xor(earlier[action]).HasAnySet();
    }

    private int[] InputsFirst()
    {
        List<int> order = [];
        bool[] seen = new bool[_labels.Count];
        Stack<(int Action, int Next)> stack = [];
        for (int root = 0; root < seen.Length; root++)
        {
            if (!seen[root])
                stack.Push((root, 0));
            seen[root] = true;
            while (stack.TryPop(out (int Action, int Next) top))
            {
                int[] inputs = _inputs[top.Action];
                int next = top.Next;
                while (next < inputs.Length && seen[inputs[next]])
                    next++;
                if (next == inputs.Length)
                {
                    order.Add(top.Action);
                    continue;
                }

                seen[inputs[next]] = true;
                stack.Push((top.Action, next + 1));
                stack.Push((inputs[next], 0));
            }
        }

        return [.. order];
    }

    private static string Id(XElement action) => (string?)action.Attribute("id") ?? "";

    private static string Attributes(XElement synapse, XElement action)
    {
        IEnumerable<string> own = action.Elements("attributes").SelectMany(a => a.Attributes()
            .Where(x => x.Name.LocalName != "crm_feature_set").Select(x => $"{x.Name.LocalName}={x.Value}")
            .Concat(a.Elements("param").Select(x => $"{Text(x, "name")}={Text(x, "value")}")));
        IEnumerable<string> nodes = action.Elements()
            .Where(e => e.Name.LocalName is "downed" or "maintenance")
            .SelectMany(e => e.Elements().Select(
                n => $"{e.Name.LocalName}:{Text(n, "id")} {Text(n, "node_in_maintenance")}"));
        return string.Join(
            ' ',
            own.Concat(nodes).Append($"priority:{Text(synapse, "priority") ?? "0"}")
                .Order(StringComparer.Ordinal));
    }

    private static string? Text(XElement element, string name) => (string?)element.Attribute(name);

    private static string Label(XElement action)
    {
        XElement? meta = action.Element("attributes");
        return string.Join(
            ' ',
            action.Name.LocalName,
            (string?)action.Attribute("operation_key") ?? (string?)action.Attribute("operation"),
            "on:" + (string?)action.Attribute("on_node"),
            "via:" + (string?)action.Attribute("router_node"),
            "mode:" + (string?)action.Attribute("mode"),
            (string?)meta?.Attribute("CRM_meta_notify_key_type"),
            (string?)meta?.Attribute("CRM_meta_notify_key_operation"));
    }
}
