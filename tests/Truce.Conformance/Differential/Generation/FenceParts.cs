using System.Xml.Linq;

namespace Truce.Conformance.Differential.Generation;

/// <summary>Makes up fence devices and levels.</summary>
internal static class FenceParts
{
    /// <summary>Devices, if the cluster fences, and sometimes without.</summary>
    public static void Add(Draft draft)
    {
        if (!draft.Features.Contains("fencing") && draft.Chance(80))
            return;
        List<string> devices = [Device(draft, null)];
        if (draft.Chance(30))
            devices.Add(Device(draft, null));
        if (draft.Chance(22, "fencing-topology"))
            AddLevels(draft, devices);
        if (draft.Chance(8, "unfencing"))
            Device(draft, "unfencing");
    }

    private static string Device(Draft draft, string? provides)
    {
        XElement device = new(
            "primitive",
            new XAttribute("id", draft.NewId("fence")),
            new XAttribute("class", "stonith"),
            new XAttribute("type", provides is null ? "fence_xvm" : "fence_scsi"));
        XElement parameters = draft.Set(device, "instance_attributes");
        parameters.Add(draft.Pair("pcmk_host_list", string.Join(' ', draft.Nodes)));
        if (provides is not null)
            draft.Meta(device, "provides", provides);
        if (draft.Chance(40))
            device.Add(new XElement("operations", new XElement(
                "op", new XAttribute("id", draft.NewId("op")), new XAttribute("name", "monitor"), new XAttribute("interval", "60s"))));
        draft.Resources.Add(device);
        return device.Attribute("id")!.Value;
    }

    private static void AddLevels(Draft draft, List<string> devices)
    {
        foreach (string node in draft.Nodes)
        {
            for (int i = 0; i < devices.Count; i++)
            {
                draft.Levels.Add(new XElement(
                    "fencing-level",
                    new XAttribute("id", draft.NewId("level")),
                    new XAttribute("target", node),
                    new XAttribute("index", i + 1),
                    new XAttribute("devices", devices[i])));
            }
        }
    }
}
