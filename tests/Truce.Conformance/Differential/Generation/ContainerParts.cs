using System.Xml.Linq;

namespace Truce.Conformance.Differential.Generation;

/// <summary>Makes up bundles, remote nodes and guests.</summary>
internal static class ContainerParts
{
    /// <summary>Some of them, in a part of the clusters.</summary>
    public static void Add(Draft draft)
    {
        if (draft.Chance(14, "remote"))
            AddRemote(draft);
        if (draft.Chance(12, "guest"))
            AddGuest(draft);
        if (draft.Chance(20, "bundle"))
            AddBundle(draft);
    }

    private static void AddRemote(Draft draft)
    {
        string id = draft.NewId("remote");
        XElement remote = new(
            "primitive",
            new XAttribute("id", id),
            new XAttribute("class", "ocf"),
            new XAttribute("provider", "pacemaker"),
            new XAttribute("type", "remote"));
        if (draft.Chance(50))
            draft.Set(remote, "instance_attributes").Add(draft.Pair("server", id));
        if (draft.Chance(40))
            draft.Set(remote, "instance_attributes").Add(draft.Pair("reconnect_interval", draft.Pick("60", "0")));
        if (draft.Chance(70))
            remote.Add(new XElement("operations", new XElement(
                "op", new XAttribute("id", draft.NewId("op")), new XAttribute("name", "monitor"), new XAttribute("interval", "30s"))));
        draft.Resources.Add(ResourceParts.Placed(draft, remote, TargetKind.Primitive));
        draft.FarNodes.Add(id);
    }

    private static void AddGuest(Draft draft)
    {
        XElement container = ResourceParts.Primitive(draft, "vm", topLevel: true);
        string guest = draft.NewId("guest");
        draft.Meta(container, "remote-node", guest);
        draft.Resources.Add(ResourceParts.Placed(draft, container, TargetKind.Primitive));
        draft.FarNodes.Add(guest);
    }

    private static void AddBundle(Draft draft)
    {
        XElement bundle = new("bundle", new XAttribute("id", draft.NewId("bndl")));
        bool promotable = draft.Chance(45);
        int replicas = draft.Number(1, 3);
        XElement container = new(
            draft.Pick("docker", "podman"), new XAttribute("image", "img:latest"), new XAttribute("replicas", replicas));
        if (draft.Chance(15))
            container.Add(new XAttribute("replicas-per-host", 2));
        if (promotable)
            container.Add(new XAttribute("promoted-max", draft.Number(1, 2)));
        if (draft.Chance(40))
            container.Add(new XAttribute("run-command", "/usr/sbin/pacemaker-remoted"));
        if (draft.Chance(20))
            container.Add(new XAttribute("options", "--log-driver=journald"));
        bundle.Add(container);
        AddNetwork(draft, bundle);
        AddStorage(draft, bundle);
        if (promotable || draft.Chance(75, "bundle-with-primitive"))
            bundle.Add(ResourceParts.Primitive(draft, "inner", topLevel: false, promotable));
        if (promotable)
            draft.Features.Add("bundle-promotable");
        draft.Resources.Add(ResourceParts.Placed(draft, bundle, TargetKind.Bundle, promotable));
    }

    // Without an address range or a control port nothing inside the container could be reached.
    private static void AddNetwork(Draft draft, XElement bundle)
    {
        XElement network = new("network");
        if (draft.Chance(65, "bundle-network"))
            network.Add(new XAttribute("ip-range-start", "192.168.122.131"), new XAttribute("host-interface", "eth0"), new XAttribute("host-netmask", "24"));
        else
            network.Add(new XAttribute("control-port", 3121 + draft.Number(1, 50)));
        if (draft.Chance(50))
            network.Add(new XElement("port-mapping", new XAttribute("id", draft.NewId("port")), new XAttribute("port", "80")));
        bundle.Add(network);
    }

    private static void AddStorage(Draft draft, XElement bundle)
    {
        if (!draft.Chance(50, "bundle-storage"))
            return;
        bundle.Add(new XElement("storage", new XElement(
            "storage-mapping",
            new XAttribute("id", draft.NewId("storage")),
            new XAttribute(draft.Pick("source-dir", "source-dir-root"), "/srv/data"),
            new XAttribute("target-dir", "/data"),
            new XAttribute("options", "rw"))));
    }
}
