using System.Globalization;
using System.Text;

namespace Truce.Lab.Hosts;

/// <summary>The lab's paths as a node sees them, and the truce.conf made of them.</summary>
internal sealed record NodeView
{
    public required string Programs { get; init; }
    public required string StateFolder { get; init; }
    public required string RunFolder { get; init; }
    public required string LogFolder { get; init; }
    public required string PortFolder { get; init; }
    public required string EngineSocket { get; init; }
    public required string AgentsFolder { get; init; }
    public required string Configuration { get; init; }
    public string? Cgroup { get; init; }

    /// <summary>The user that the API runs as on nodes: a number that no user of the machine has.</summary>
    private const string ApiUser = "64811";

    /// <summary>What a node in a mount namespace of its own sees: the paths of an installed system.</summary>
    public static NodeView InNamespaces(string? cgroup) => new()
    {
        Programs = "/run/lab/bin",
        StateFolder = "/var/lib/truce",
        RunFolder = "/run/truce",
        LogFolder = "/var/log/truce",
        PortFolder = "/run/lab/port",
        EngineSocket = "/run/lab/engine/seq.sock",
        AgentsFolder = "/run/lab/agents",
        Configuration = "/etc/truce/truce.conf",
        Cgroup = cgroup,
    };

    /// <summary>What a node sees that is only processes: the lab's own folders.</summary>
    public static NodeView InPlace(LabPaths lab, LabDefinition definition, LabNode node)
    {
        NodePaths paths = lab.Node(node.Name);
        return new NodeView
        {
            Programs = definition.Programs,
            StateFolder = Path.Combine(paths.Disk, "var-lib-truce"),
            RunFolder = paths.Run,
            LogFolder = Path.Combine(paths.Disk, "var-log", "truce"),
            PortFolder = paths.Port,
            EngineSocket = lab.EngineSocket,
            AgentsFolder = lab.Agents,
            Configuration = Path.Combine(paths.Disk, "etc-truce", "truce.conf"),
        };
    }

    /// <summary>The nodes with their votes, as truce.conf and the sequencer take them.</summary>
    public static string Nodes(LabDefinition lab) => string.Join(' ', lab.Nodes.Select(n => n.Name + ":1"));

    /// <summary>The node's truce.conf.</summary>
    public string Render(LabDefinition lab, LabNode node, Boot boot)
    {
        StringBuilder text = new("# Written by the lab at each boot of this node.\n");
        void Line(string key, string value) =>
            text.Append(CultureInfo.InvariantCulture, $"{key} = {value}\n");

        Line("node", node.Name);
        Line("cluster", "lab");
        Line("engine", lab.Engine == LabEngine.Local ? "local" : "corosync");
        if (lab.Engine == LabEngine.Local)
        {
            Line("engine_socket", EngineSocket);
            Line("nodes", Nodes(lab));
        }

        Line("state_dir", StateFolder);
        Line("run_dir", RunFolder);
        Line("log_dir", LogFolder);
        Line("boot_id", boot.Id.ToString());
        Line("fence_dirs", $"{PortFolder}/sbin");
        Line("path_prepend", Programs);
        if (lab.Agents.Length > 0)
            Line("agents_dirs",
                string.Join(':', lab.Agents.Select(a => $"{a.Provider}={AgentsFolder}/{a.Provider}")));
        // Under systemd it is the unit's own.
        if (lab.Engine == LabEngine.Local)
            Line("cgroup_root", Cgroup ?? "none");
        // A number that no user of the machine has; where the lab isn't root, it is passed over.
        Line("api_user", ApiUser);
        Line("power", $"lab:{PortFolder}/power.sock");
        Line("watchdog", $"lab:{PortFolder}/power.sock");
        if (lab.InitialConfiguration is not null)
            Line("initial_config", Path.Combine(Path.GetDirectoryName(Configuration)!, "initial.xml"));
        return text.ToString();
    }
}
