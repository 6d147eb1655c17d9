using Truce.Model.Rules;

namespace Truce.Model.Xml;

/// <summary>What a bundle is made of, while it is being read.</summary>
internal sealed class BundleParts
{
    public BundleContainer? Container { get; set; }

    public BundleNetwork? Network { get; set; }

    public EquatableArray<StorageMapping>? Storage { get; set; }

    public Resource.Primitive? Content { get; set; }
}

/// <summary>Reads the parts of a bundle that other resources don't have.</summary>
internal sealed class BundleReader(XmlCursor cursor, ReferenceLedger ledger)
{
    private const int MaxReplicas = 10_000;

    /// <summary>
    /// Reads the part the cursor stands on; false if it is none, or a second one of its kind.
    /// </summary>
    public bool TryRead(BundleParts parts)
    {
        switch (cursor.Name)
        {
            case "docker" or "podman" or "rkt" when parts.Container is null:
                parts.Container = ReadContainer();
                return true;
            case "network" when parts.Network is null:
                parts.Network = ReadNetwork();
                return true;
            case "storage" when parts.Storage is null:
                parts.Storage = ReadStorage();
                return true;
            default:
                return false;
        }
    }

    private BundleContainer ReadContainer()
    {
        ContainerKind kind = Vocabulary.Container.Parse(cursor.Name)!.Value;
        string element = cursor.Name;
        XmlAttributes a = cursor.TakeAttributes();
        BundleContainer container = new(kind, a.Required("image"))
        {
            Replicas = a.Int("replicas", 0, MaxReplicas),
            ReplicasPerHost = a.Int("replicas-per-host", 0, MaxReplicas),
            PromotedMax = a.Int("promoted-max", 0, MaxReplicas) ?? a.Int("masters", 0, MaxReplicas),
            RunCommand = a.Text("run-command"),
            Network = a.Text("network"),
            Options = a.Text("options"),
        };
        a.Done();
        cursor.ExpectNoChildren(element);
        return container;
    }

    private BundleNetwork ReadNetwork()
    {
        XmlAttributes a = cursor.TakeAttributes();
        BundleNetwork network = new()
        {
            IpRangeStart = a.Text("ip-range-start"),
            ControlPort = a.Int("control-port", 1, 65535),
            HostInterface = a.Text("host-interface"),
            HostNetmask = a.Int("host-netmask", 0, 128),
            AddHost = a.Boolean("add-host"),
        };
        a.Done();
        List<PortMapping> ports = [];
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "port-mapping")
                ports.Add(ReadPort());
            else
                cursor.RejectElement("network", "port-mapping");
        }

        return network with { PortMappings = [.. ports] };
    }

    private PortMapping ReadPort()
    {
        XmlAttributes a = cursor.TakeAttributes();
        string id = a.Required("id");
        ledger.Define(id, "port-mapping", a);
        PortMapping mapping =
            new(id, a.Int("port", 1, 65535), a.Int("internal-port", 1, 65535), a.Text("range"));
        if (a.Text("port") is null && mapping.Range is null)
            a.Missing("port");
        if (mapping.Range is { } range && !DateRange.TryParse(range, out _))
            a.Refuse("range", $"range=\"{range}\" is not a range of ports", "write it as 8000-8010");
        a.Done();
        cursor.ExpectNoChildren("port-mapping");
        return mapping;
    }

    private EquatableArray<StorageMapping> ReadStorage()
    {
        cursor.TakeAttributes().Done();
        List<StorageMapping> mappings = [];
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "storage-mapping")
                mappings.Add(ReadMapping());
            else
                cursor.RejectElement("storage", "storage-mapping");
        }

        return [.. mappings];
    }

    private StorageMapping ReadMapping()
    {
        XmlAttributes a = cursor.TakeAttributes();
        string id = a.Required("id");
        ledger.Define(id, "storage-mapping", a);
        StorageMapping mapping =
            new(id, a.Text("source-dir"), a.Text("source-dir-root"), a.Required("target-dir"),
            a.Text("options"));
        if ((mapping.SourceDir is null) == (mapping.SourceDirRoot is null))
            a.Refuse("source-dir-root", "exactly one of source-dir and source-dir-root is needed",
                "write one of the two");
        a.Done();
        cursor.ExpectNoChildren("storage-mapping");
        return mapping;
    }
}
