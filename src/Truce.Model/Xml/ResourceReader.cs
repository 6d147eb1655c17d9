namespace Truce.Model.Xml;

/// <summary>Reads the section <c>resources</c>.</summary>
internal sealed class ResourceReader(XmlCursor cursor, ReferenceLedger ledger, AttributeSetReader sets)
{
    private readonly OperationReader _operations = new(cursor, ledger, sets);
    private readonly BundleReader _bundles = new(cursor, ledger);

    public Configuration Read(Configuration configuration)
    {
        List<Resource> resources = [];
        List<ResourceTemplate> templates = [];
        cursor.TakeAttributes().Done();
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "template")
                templates.Add(ReadTemplate());
            else if (ReadResource() is { } resource)
                resources.Add(resource);
        }

        return configuration with { Resources = [.. resources], Templates = [.. templates] };
    }

    private Resource? ReadResource()
    {
        switch (cursor.Name)
        {
            case "primitive":
                return ReadPrimitive();
            case "group":
                return ReadGroup();
            case "clone" or "master":
                return ReadClone();
            case "bundle":
                return ReadBundle();
            default:
                cursor.RejectElement("resources", "primitive", "template", "group", "clone", "bundle");
                return null;
        }
    }

    private ResourceId DefineId(XmlAttributes a, string element)
    {
        string id = a.Required("id");
        ledger.Define(id, element, a);
        return new ResourceId(id);
    }

    private Resource.Primitive ReadPrimitive()
    {
        XmlAttributes a = cursor.TakeAttributes();
        Resource.Primitive primitive = new(DefineId(a, "primitive")) { Description = a.Text("description") };
        if (a.Text("template") is { } template)
        {
            ledger.Refer(template, a.PlaceOf("template"), "template");
            RefuseAgentBesideTemplate(a);
            primitive = primitive with { Template = template };
        }
        else
        {
            primitive = primitive with { Agent = ReadAgent(a) };
        }

        a.Done();
        PrimitiveParts parts = ReadParts("primitive");
        return primitive with
        {
            MetaAttributes = [.. parts.Meta],
            InstanceAttributes = [.. parts.Instance],
            Utilization = [.. parts.Utilization],
            Operations = parts.Operations,
        };
    }

    private static void RefuseAgentBesideTemplate(XmlAttributes a)
    {
        foreach (string name in (ReadOnlySpan<string>)["class", "provider", "type"])
        {
            if (a.Text(name) is not null)
                a.Refuse(name, $"both template and {name}",
                    "keep the template, or name the agent instead of it");
        }
    }

    private ResourceTemplate ReadTemplate()
    {
        XmlAttributes a = cursor.TakeAttributes();
        string id = DefineId(a, "template").Value;
        ResourceTemplate template = new(id, ReadAgent(a)) { Description = a.Text("description") };
        a.Done();
        PrimitiveParts parts = ReadParts("template");
        return template with
        {
            MetaAttributes = [.. parts.Meta],
            InstanceAttributes = [.. parts.Instance],
            Utilization = [.. parts.Utilization],
            Operations = parts.Operations,
        };
    }

    private static AgentName ReadAgent(XmlAttributes a)
    {
        string agentClass = a.Shared("class") ?? "";
        string? provider = a.Shared("provider");
        string? type = a.Shared("type");
        if (agentClass.Length == 0)
            a.Missing("class");
        else if (!AgentName.Classes.Contains(agentClass))
            a.Refuse("class", $"class=\"{agentClass}\" is not a class of agents",
                "write one of " + string.Join(", ", AgentName.Classes));
        else if (agentClass == AgentName.Ocf && provider is null)
            a.Missing("provider");
        if (type is null)
            a.Missing("type");
        return new AgentName(agentClass, provider, type ?? "");
    }

    private sealed record PrimitiveParts
    {
        public List<AttributeSet> Meta { get; } = [];

        public List<AttributeSet> Instance { get; } = [];

        public List<AttributeSet> Utilization { get; } = [];

        public OperationList? Operations { get; set; }
    }

    private PrimitiveParts ReadParts(string element)
    {
        PrimitiveParts parts = new();
        ChildWalk children = cursor.Children();
        while (children.Next())
            ReadPart(parts, element);
        return parts;
    }

    private void ReadPart(PrimitiveParts parts, string element)
    {
        switch (cursor.Name)
        {
            case "meta_attributes":
                parts.Meta.Add(sets.Read(AttributeSetUse.ResourceMeta));
                break;
            case "instance_attributes":
                parts.Instance.Add(sets.Read(AttributeSetUse.Free));
                break;
            case "utilization":
                parts.Utilization.Add(sets.Read(AttributeSetUse.Free));
                break;
            case "operations" when parts.Operations is null:
                parts.Operations = _operations.Read(parts.Meta);
                break;
            default:
                cursor.RejectElement(element, "meta_attributes", "instance_attributes", "utilization",
                    "operations");
                break;
        }
    }

    private Resource.Group ReadGroup()
    {
        XmlAttributes a = cursor.TakeAttributes();
        Place place = a.Element;
        Resource.Group group = new(DefineId(a, "group"), []) { Description = a.Text("description") };
        a.Done();
        List<Resource.Primitive> members = [];
        Collection collection = ReadCollection("group", () =>
        {
            if (cursor.Name != "primitive")
                return false;
            members.Add(ReadPrimitive());
            return true;
        });
        if (members.Count == 0)
            cursor.Log.Error(FindingIds.Structure, place, "a group without members",
                "add a primitive, or remove the group");
        return group with { Members = [.. members], MetaAttributes = collection.Meta,
            InstanceAttributes = collection.Instance };
    }

    private Resource.Cloned ReadClone()
    {
        string element = cursor.Name;
        XmlAttributes a = cursor.TakeAttributes();
        Place place = a.Element;
        ResourceId id = DefineId(a, element);
        string? description = a.Text("description");
        a.Done();
        Resource? child = null;
        Collection collection = ReadCollection(element, () => TryReadOnlyChild(ref child, place));
        if (child is null)
            cursor.Log.Error(FindingIds.Structure, place, $"an empty {element}",
                $"add a primitive or group, or remove the {element}");
        return new Resource.Cloned(id, child ?? new Resource.Primitive(id), FormOf(element))
        {
            Description = description,
            MetaAttributes = collection.Meta,
            InstanceAttributes = collection.Instance,
        };
    }

    private static CloneForm FormOf(string element) => element == "master" ? CloneForm.Master : CloneForm.Clone;

    private bool TryReadOnlyChild(ref Resource? child, Place clone)
    {
        if (cursor.Name is not ("primitive" or "group"))
            return false;
        if (child is null)
        {
            child = ReadResource();
            return true;
        }

        cursor.Log.Error(FindingIds.Structure, cursor.Place, $"a second resource in {clone.Element}",
            "put both into a group, or into a clone each");
        cursor.Skip();
        return true;
    }

    private Resource.Bundle ReadBundle()
    {
        XmlAttributes a = cursor.TakeAttributes();
        Place place = a.Element;
        ResourceId id = DefineId(a, "bundle");
        string? description = a.Text("description");
        a.Done();
        BundleParts parts = new();
        Collection collection = ReadCollection("bundle", () => TryReadBundlePart(parts));
        if (parts.Container is null)
            cursor.Log.Error(FindingIds.Structure, place, "a bundle without a container",
                "add podman or docker");
        if (parts is { Content: not null, Network: null or { IpRangeStart: null, ControlPort: null } })
        {
            cursor.Log.Warning(FindingIds.Structure, place, "a primitive in a bundle that can't be reached",
                "add network with control-port or ip-range-start");
        }

        return new Resource.Bundle(id, parts.Container ?? new BundleContainer(ContainerKind.Podman, ""))
        {
            Description = description,
            MetaAttributes = collection.Meta,
            InstanceAttributes = collection.Instance,
            Network = parts.Network,
            Storage = parts.Storage,
            Content = parts.Content,
        };
    }

    private bool TryReadBundlePart(BundleParts parts)
    {
        if (cursor.Name != "primitive")
            return _bundles.TryRead(parts);
        if (parts.Content is not null)
            return false;
        parts.Content = ReadPrimitive();
        return true;
    }

    private readonly record struct Collection(EquatableArray<AttributeSet> Meta,
        EquatableArray<AttributeSet> Instance);

    // Groups, clones and bundles have attribute sets and something of their own, which tryReadOwn takes.
    private Collection ReadCollection(string element, Func<bool> tryReadOwn)
    {
        List<AttributeSet> meta = [];
        List<AttributeSet> instance = [];
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "meta_attributes")
                meta.Add(sets.Read(AttributeSetUse.ResourceMeta));
            else if (cursor.Name == "instance_attributes")
                instance.Add(sets.Read(AttributeSetUse.Free));
            else if (!tryReadOwn())
                RejectMember(element);
        }

        return new Collection([.. meta], [.. instance]);
    }

    private void RejectMember(string element)
    {
        if (cursor.Name is "primitive" or "group" or "clone" or "master" or "bundle" or "docker" or "podman" or "rkt"
            or "network" or "storage")
        {
            cursor.Log.Error(FindingIds.Structure, cursor.Place,
                $"a {cursor.Name} isn't allowed in a {element}, or not twice",
                element == "group" ? "put the primitives themselves into the group"
                    : "put it on its own, beside the others");
            cursor.Skip();
            return;
        }

        cursor.RejectElement(element, "primitive", "group", "meta_attributes", "instance_attributes");
    }
}
