using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Truce.Lab;

/// <summary>
/// Where the parts of one lab lie. Everything that a lab leaves on the machine is below
/// <see cref="Root"/>, but for its cgroup, whose name derives from it: several labs run side by side,
/// and <c>lab down</c> finds all of one.
/// </summary>
/// <param name="root">The lab's folder, absolute.</param>
public sealed class LabPaths(string root)
{
    /// <summary>A socket's path may have 107 bytes; the longest below a lab is
    /// <c>/nodes/n64/run/executor.sock</c>.</summary>
    public const int RootLengthMax = 70;

    /// <summary>The lab's folder.</summary>
    public string Root { get; } = root;

    /// <summary>What the lab consists of; its presence marks the folder as a lab's.</summary>
    public string Definition => At("lab.json");

    /// <summary>Held by the command that builds or removes the lab.</summary>
    public string Lock => At("lock");

    /// <summary>The process that all others of the lab descend from.</summary>
    public string RootProcess => At("root.pid");

    /// <summary>The keeper's control socket.</summary>
    public string Control => At("ctl.sock");

    /// <summary>What happened, as the lab and its power switch saw it.</summary>
    public string Events => At("events");

    /// <summary>The keeper's own output.</summary>
    public string KeeperLog => At("keeper.log");

    /// <summary>What <c>lab set</c> has set.</summary>
    public string Settings => At("settings.json");

    /// <summary>Corosync's key, the same on all nodes.</summary>
    public string Key => At("authkey");

    /// <summary>The local engine's sequencer: outside the nodes.</summary>
    public string EngineFolder => At("engine");

    /// <summary>The sequencer's socket, for nodes; its control socket is this with <c>.ctl</c>.</summary>
    public string EngineSocket => At("engine/seq.sock");

    /// <summary>Shared by all nodes and outside of them: the agents' own record of what they did.</summary>
    public string World => At("world");

    /// <summary>Agents offered by <c>--agents</c>, a folder per provider.</summary>
    public string Agents => At("agents");

    /// <summary>Images of shared disks.</summary>
    public string Disks => At("disks");

    /// <summary>What belongs to one node.</summary>
    public NodePaths Node(string name) => new(At(Path.Combine("nodes", name)));

    /// <summary>Distinguishes this lab's cgroup from those of others.</summary>
    public string Tag => "truce-lab-"
        + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Root)))[..10];

    /// <summary>The folder that <c>TRUCE_LAB_DIR</c> names, or this user's own below /var/tmp.</summary>
    /// <exception cref="LabException">The path is too long for the sockets below it.</exception>
    public static LabPaths FromEnvironment(string? labDirectory)
    {
        string root = Path.GetFullPath(labDirectory is { Length: > 0 } given
            ? given
            : string.Create(CultureInfo.InvariantCulture, $"/var/tmp/truce-lab-{Native.GetUserId()}"));
        root = Path.TrimEndingDirectorySeparator(root);
        return root.Length is > 1 and <= RootLengthMax
            && root.All(c => char.IsAsciiLetterOrDigit(c) || "/._-".Contains(c))
            ? new LabPaths(root)
            : throw new LabException(LabFailure.BadInput,
                $"{root}: the path of a lab's folder must have 2 to {RootLengthMax} letters, digits and /._- "
                    + "(because of the sockets in it)",
                "set TRUCE_LAB_DIR to another path");
    }

    private string At(string name) => Path.Combine(Root, name);
}

/// <summary>Where the parts of one node lie, seen from outside.</summary>
/// <param name="Root">The node's folder.</param>
public sealed record NodePaths(string Root)
{
    /// <summary>What outlives a power cut.</summary>
    public string Disk => Path.Combine(Root, "disk");

    /// <summary>Becomes /run/truce: emptied at each boot; the API's socket is in it.</summary>
    public string Run => Path.Combine(Root, "run");

    /// <summary>Becomes /run/lab/port: the node's own socket of the power switch.</summary>
    public string Port => Path.Combine(Root, "port");

    /// <summary>The socket of the power switch; who connects here is this node.</summary>
    public string PowerSocket => Path.Combine(Root, "port", "power.sock");

    /// <summary>How often it was booted.</summary>
    public string Incarnation => Path.Combine(Root, "incarnation");

    /// <summary>The boot's own id: in truce.conf, and with Corosync as the kernel's.</summary>
    public string BootId => Path.Combine(Disk, "boot_id");

    /// <summary>Sets the host up, inside its namespaces; generated at each
    /// boot, left there to be read.</summary>
    public string SetupScript => Path.Combine(Root, "setup.sh");
}
