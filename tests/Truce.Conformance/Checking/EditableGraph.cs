using System.Globalization;
using System.Xml.Linq;

using Truce.Model;

namespace Truce.Conformance.Checking;

/// <summary>A recorded graph with its CIB, to be spoiled in one place.</summary>
internal sealed class EditableGraph(string name, Cib cib, XElement root)
{
    public string Name => name;

    public Cib Cib => cib;

    public string Xml => root.ToString();

    /// <summary>The agents' operations of that name.</summary>
    public IEnumerable<XElement> Operations(string operation) =>
        Actions.Where(a => a.Name.LocalName == "rsc_op" && Get(a, "operation") == operation);

    public IEnumerable<XElement> Fences => Actions.Where(
        a => Get(a, "operation") == "stonith" && Get(a.Element("attributes")!, "CRM_meta_stonith_action") != "on");

    public IEnumerable<XElement> Actions => root.Elements("synapse").Elements("action_set").Elements();

    /// <summary>Members that work, by the CIB's own words.</summary>
    public IEnumerable<string> OnlineNodes => cib.Status.NodeStates
        .Where(s => s is { InCcm.IsUp: true, Crmd.IsUp: true, Join: "member", Name: not null })
        .Select(s => s.Name!.Value.Value);

    /// <summary>Members that don't.</summary>
    public IEnumerable<string> OfflineNodes => cib.Status.NodeStates
        .Where(s => s is { InCcm.IsUp: false, Crmd.IsUp: false, Name: not null })
        .Select(s => s.Name!.Value.Value);

    public static string Get(XElement element, string attribute) => (string?)element.Attribute(attribute) ?? "";

    public static string ResourceOf(XElement action) => Get(action.Element("primitive")!, "id");

    public static string InstanceOf(XElement action) =>
        (string?)action.Element("primitive")!.Attribute("long-id") ?? ResourceOf(action);

    /// <summary>Whether <paramref name="later"/> waits for <paramref name="earlier"/>.</summary>
    public bool Precedes(XElement earlier, XElement later)
    {
        HashSet<string> seen = [];
        Stack<XElement> open = new([later]);
        while (open.TryPop(out XElement? next))
        {
            foreach (string id in InputIds(next).Where(seen.Add))
                open.Push(ById(id));
        }

        return seen.Contains(Get(earlier, "id"));
    }

    public XElement ById(string id) => Actions.First(a => Get(a, "id") == id);

    public static void ForgetInputs(XElement action) => Synapse(action).Element("inputs")!.RemoveNodes();

    /// <summary>Removes an action and all waiting for it.</summary>
    public void Remove(XElement action)
    {
        string id = Get(action, "id");
        root.Descendants("trigger").Where(t => Get(t.Elements().Single(), "id") == id).Remove();
        Synapse(action).Remove();
    }

    public static void AddInput(XElement action, string id) => Synapse(action).Element("inputs")!.Add(
        new XElement("trigger", new XElement("rsc_op", new XAttribute("id", id))));

    /// <summary>Adds a copy of an action, with the same inputs, under a new id.</summary>
    public XElement Copy(XElement action)
    {
        XElement copy = new(Synapse(action));
        root.Add(copy);
        XElement added = copy.Element("action_set")!.Elements().Single();
        added.SetAttributeValue("id", NewId());
        return added;
    }

    /// <summary>Adds an operation out of nothing.</summary>
    public XElement Add(string operation, string resource, string node)
    {
        XElement action = new(
            "rsc_op",
            new XAttribute("id", NewId()),
            new XAttribute("operation", operation),
            new XAttribute("operation_key", $"{resource}_{operation}_0"),
            new XAttribute("on_node", node),
            new XElement("primitive", new XAttribute("id", resource)),
            new XElement("attributes"));
        root.Add(new XElement("synapse", new XElement("action_set", action), new XElement("inputs")));
        return action;
    }

    public static void MoveTo(XElement action, string node) => action.SetAttributeValue("on_node", node);

    private static XElement Synapse(XElement action) => action.Parent!.Parent!;

    private static IEnumerable<string> InputIds(XElement action) =>
        Synapse(action).Elements("inputs").Elements("trigger").Elements().Select(t => Get(t, "id"));

    private string NewId() => (1 + Actions.Max(a => int.Parse(Get(a, "id"), CultureInfo.InvariantCulture)))
        .ToString(CultureInfo.InvariantCulture);
}
