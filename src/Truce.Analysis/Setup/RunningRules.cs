using Truce.Model;
using Truce.Model.Corosync;

namespace Truce.Analysis.Setup;

/// <summary>Whether what runs on this machine is what corosync.conf says: links, versions,
/// services.</summary>
public static class RunningRules
{
    /// <summary>What isn't as it should be.</summary>
    public static IEnumerable<Finding> Look(CorosyncFile file, Machine machine)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(machine);
        return Units(file, machine).Concat(machine.Runtime is { } runtime
            ? Links(file, machine, runtime).Concat(Loaded(file, runtime)) : []);
    }

    /// <summary>Links that carry nothing, and nodes that aren't reached.</summary>
    public static IEnumerable<Finding> Links(CorosyncFile file, Machine machine, CorosyncRuntime runtime)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(runtime);
        foreach (CorosyncSection node in file.Nodes)
        {
            string name = node.Find("name")?.Text ?? "";
            if (name.Equals(machine.NodeName, StringComparison.OrdinalIgnoreCase)
                || Numbers.ParseInt(node.Find("nodeid")?.Text) is not { } number)
                continue;
            if (!runtime.Reached.Contains(number))
            {
                yield return SetupFindings.NotReached.At(file.Name, node.Line, "node",
                    $"{name} isn't reached by any link",
                    "start it there (systemctl start corosync truced); if it runs, let "
                        + $"{Ports(file)} through the firewalls of both");
            }

            foreach (CorosyncLinkState link in runtime.Links.Where(l =>
                l.Node == number && l.State == LinkConnection.Broken))
            {
                yield return SetupFindings.LinkBroken.At(file.Name, node.Line, $"link {link.Link}",
                    $"{machine.NodeName} and {name} don't hear each other by link {link.Link} ({link.Path})",
                    $"check cable and addresses, and let {Ports(file)} through the firewalls of both");
            }
        }
    }

    /// <summary>Nodes of the list that Corosync doesn't reach, but for this one.</summary>
    public static IEnumerable<string> Unreached(CorosyncFile file, Machine machine,
        CorosyncRuntime runtime) =>
        Links(file, machine, runtime).Where(f => f.Id == SetupFindings.NotReached.Id)
            .Select(f => file.Nodes.First(n => n.Line == f.Line).Find("name")?.Text ?? "");

    private static string Ports(CorosyncFile file)
    {
        int links = Math.Max(1, CorosyncLinks.From(file.Root).Links.Count());
        return links == 1 ? "UDP port 5405" : $"UDP ports 5405 to {5405 + links - 1}";
    }

    private static IEnumerable<Finding> Loaded(CorosyncFile file, CorosyncRuntime runtime)
    {
        int written = CorosyncEdit.VersionOf(file.Root);
        string[] names = [.. file.Nodes.Select(n => n.Find("name")?.Text).OfType<string>()];
        bool sameNodes = runtime.Names.IsEmpty || names.Order(StringComparer.Ordinal).SequenceEqual(
            runtime.Names.Order(StringComparer.Ordinal));
        if ((runtime.Version ?? 0) == written && sameNodes)
            yield break;
        yield return SetupFindings.NotLoaded.At(file.Name, file.Totem?.Line ?? 0, "totem.config_version",
            sameNodes
                ? $"the file has version {written}, and Corosync runs with {runtime.Version ?? 0}"
                : $"the file lists {string.Join(", ", names)}, and Corosync runs with "
                    + string.Join(", ", runtime.Names),
            "when every node has the same file (truce cluster check --ssh), run on one of them: "
                + "corosync-cfgtool -R");
    }

    private static IEnumerable<Finding> Units(CorosyncFile file, Machine machine)
    {
        string[] needed = file.Device is null
            ? ["corosync", "truced"] : ["corosync", "corosync-qdevice", "truced"];
        if (machine.Units.Count == 0)
            yield break;
        foreach (string name in needed)
        {
            MachineUnit? unit = machine.Unit(name);
            if (unit is { IsActive: true })
                continue;
            yield return SetupFindings.Unit.At(machine.NodeName, 0, $"{name}.service",
                unit is null ? "it isn't installed" : $"it is {unit.Active}",
                unit is null ? $"install {(name == "truced" ? "truce" : name)}"
                    : $"systemctl start {name}; if it fails: journalctl -u {name}");
        }
    }
}
