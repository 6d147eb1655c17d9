using System.Collections.Immutable;
using Truce.Agents.Finding;
using Truce.Cli.Cluster;
using Truce.Cli.Nodes;

namespace Truce.Cli.Agents;

/// <summary>Where agents are on this machine, and what they find in their environment: on a node of a
/// cluster what its daemon gives them, elsewhere what is installed.</summary>
internal static class NodeAgents
{
    /// <summary>What truce.conf says, if there is one; and the agents that a lab offers.</summary>
    public static AgentSettings Settings(CliContext context)
    {
        AgentSettings settings = OfNode(new AgentSettings { ExtraProviders = LabSockets.Agents(context) });
        return context.Environment("OCF_ROOT") is { } root ? settings with { OcfRoot = root } : settings;
    }

    /// <summary>This machine's name as a node of a cluster: truce.conf's, else the host's own.</summary>
    public static string NodeName() => NodeName(Read());

    private static string NodeName(IReadOnlyDictionary<string, string> conf) =>
        conf.GetValueOrDefault("node", Environment.MachineName);

    private static AgentSettings OfNode(AgentSettings settings)
    {
        IReadOnlyDictionary<string, string> conf = Read();
        string run = conf.GetValueOrDefault("run_dir", "/run/truce");
        if (conf.Count == 0)
            return settings;
        string tools = NodeFolders.Tools(run);
        string[] prepended = Paths(conf, "path_prepend");
        return settings with
        {
            ExtraProviders = settings.ExtraProviders.SetItems(Providers(conf)),
            FenceDirectories = Paths(conf, "fence_dirs") is { Length: > 0 } fence
                ? [.. fence] : settings.FenceDirectories,
            ToolDirectories = Directory.Exists(tools) ? [tools, .. prepended] : [.. prepended],
            ExtraEnvironment = Directory.Exists(tools)
                ? NodeFolders.Environment(run) : ImmutableSortedDictionary<string, string>.Empty,
            StateDirectory = NodeFolders.State(run),
            TestsDirectory = NodeFolders.Tests(conf.GetValueOrDefault("state_dir", "/var/lib/truce")),
            NodeName = NodeName(conf),
        };
    }

    // Agents can be looked at without being allowed to read it.
    private static IReadOnlyDictionary<string, string> Read()
    {
        try
        {
            return File.Exists(NodeConfiguration.File)
                ? NodeConfiguration.Read(NodeConfiguration.File) : new Dictionary<string, string>();
        }
        catch (CommandException)
        {
            return new Dictionary<string, string>();
        }
    }

    private static string[] Paths(IReadOnlyDictionary<string, string> conf, string key) =>
        conf.GetValueOrDefault(key, "").Split(':', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<KeyValuePair<string, string>> Providers(
        IReadOnlyDictionary<string, string> conf) =>
        Paths(conf, "agents_dirs").Select(p => p.Split('=', 2)).Where(p => p.Length == 2)
            .Select(p => KeyValuePair.Create(p[0], p[1]));
}
