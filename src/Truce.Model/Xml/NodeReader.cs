namespace Truce.Model.Xml;

/// <summary>Reads the sections <c>nodes</c>, <c>tags</c> and <c>fencing-topology</c>.</summary>
internal sealed class NodeReader(XmlCursor cursor, ReferenceLedger ledger, AttributeSetReader sets)
{
    public EquatableArray<Node> ReadNodes()
    {
        List<Node> nodes = [];
        HashSet<string> names = [];
        cursor.TakeAttributes().Done();
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "node")
                nodes.Add(ReadNode(names));
            else
                cursor.RejectElement("nodes", "node");
        }

        return [.. nodes];
    }

    private Node ReadNode(HashSet<string> names)
    {
        XmlAttributes a = cursor.TakeAttributes();
        (string id, string name) = (a.Required("id"), a.Required("uname"));
        ledger.DefineNode(id);
        ledger.DefineNode(name);
        if (!names.Add("id " + id))
            RefuseTwin(a, "id", id);
        if (!names.Add("uname " + name))
            RefuseTwin(a, "uname", name);
        Node node = new(new NodeUuid(id), new NodeId(name), a.Word("type", Vocabulary.NodeType),
            a.Text("description"), a.Score("score"));
        a.Done();
        List<AttributeSet> attributes = [];
        List<AttributeSet> utilization = [];
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "instance_attributes")
                attributes.Add(sets.Read(AttributeSetUse.Free));
            else if (cursor.Name == "utilization")
                utilization.Add(sets.Read(AttributeSetUse.Free));
            else
                cursor.RejectElement("node", "instance_attributes", "utilization");
        }

        return node with { InstanceAttributes = [.. attributes], Utilization = [.. utilization] };
    }

    private void RefuseTwin(XmlAttributes a, string attribute, string value) =>
        cursor.Log.Error(FindingIds.DuplicateId, a.PlaceOf(attribute),
            $"a second node with the {attribute} '{value}'",
            "remove one of the two nodes");

    public EquatableArray<Tag> ReadTags()
    {
        List<Tag> tags = [];
        cursor.TakeAttributes().Done();
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "tag")
                tags.Add(ReadTag());
            else
                cursor.RejectElement("tags", "tag");
        }

        return [.. tags];
    }

    private Tag ReadTag()
    {
        XmlAttributes a = cursor.TakeAttributes();
        Place place = a.Element;
        string id = a.Required("id");
        ledger.Define(id, "tag", a);
        a.Done();
        List<string> objects = [];
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "obj_ref")
                objects.Add(ReadObject());
            else
                cursor.RejectElement("tag", "obj_ref");
        }

        if (objects.Count == 0)
            cursor.Log.Error(FindingIds.Structure, place, "an empty tag",
                "add obj_ref, or remove the tag");
        return new Tag(id, [.. objects]);
    }

    private string ReadObject()
    {
        XmlAttributes a = cursor.TakeAttributes();
        string id = a.Required("id");
        ledger.Refer(id, a.PlaceOf("id"));
        a.Done();
        cursor.ExpectNoChildren("obj_ref");
        return id;
    }

    public EquatableArray<FencingLevel> ReadTopology()
    {
        List<FencingLevel> levels = [];
        cursor.TakeAttributes().Done();
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "fencing-level")
                levels.Add(ReadLevel());
            else
                cursor.RejectElement("fencing-topology", "fencing-level");
        }

        return [.. levels];
    }

    private FencingLevel ReadLevel()
    {
        XmlAttributes a = cursor.TakeAttributes();
        string id = a.Required("id");
        ledger.Define(id, "fencing-level", a);
        LevelTarget target = ReadTarget(a);
        int? index = a.Int("index", 1);
        if (a.Text("index") is null)
            a.Missing("index");
        FencingLevel level = new(id, target, index ?? 1, ReadDevices(a));
        a.Done();
        cursor.ExpectNoChildren("fencing-level");
        return level;
    }

    private static LevelTarget ReadTarget(XmlAttributes a)
    {
        (string? name, string? pattern, string? attribute, string? value) =
            (a.Text("target"), a.Text("target-pattern"), a.Text("target-attribute"), a.Text("target-value"));
        int count = (name is null ? 0 : 1) + (pattern is null ? 0 : 1) + (attribute is null && value is null
            ? 0 : 1);
        if (count != 1)
        {
            a.Refuse("target",
                "exactly one of target, target-pattern and target-attribute with target-value is needed", "write one of them");
        }

        else if ((attribute is null) != (value is null))
            a.Missing(attribute is null ? "target-attribute" : "target-value");
        return pattern is not null ? new LevelTarget.ByPattern(pattern)
            : attribute is not null ? new LevelTarget.ByAttributeValue(attribute, value ?? "")
            : new LevelTarget.ByName(new NodeId(name ?? ""));
    }

    // Pacemaker has this device without a resource: each node's own watchdog.
    private const string BuiltInDevice = "watchdog";

    private EquatableArray<ResourceId> ReadDevices(XmlAttributes a)
    {
        List<ResourceId> devices = [];
        foreach (string device in a.Required("devices").Split(','))
        {
            if (device.Length == 0)
                a.Refuse("devices", "an empty device name",
                    "write the ids of the devices, with a comma between them");
            else if (device != BuiltInDevice)
                ledger.Refer(device, a.PlaceOf("devices"), "primitive", "template", "clone", "group");
            devices.Add(new ResourceId(device));
        }

        return [.. devices];
    }
}
