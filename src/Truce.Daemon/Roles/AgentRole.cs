using System.Collections.Immutable;
using Truce.Agents.Finding;
using Truce.Agents.Processes;
using Truce.Agents.Running;
using Truce.Daemon.Configuration;
using Truce.Daemon.Hosting;
using Truce.Daemon.Storage;
using Truce.Ports;
using Truce.Runtime.Executor;

namespace Truce.Daemon.Roles;

/// <summary>The executor's and the fencer's processes: the role over the real spawner.</summary>
internal static class AgentRole
{
    public static int Run(DaemonConfiguration configuration, RoleKind kind)
    {
        using RoleProcess process = RoleProcess.Begin(configuration, kind);
        AgentSettings settings = Settings(configuration);
        // Agents write their state files there and expect it to be there.
        Directory.CreateDirectory(settings.StateDirectory);
        AgentToolLinks.Make(NodeFolders.Tools(configuration.RunDirectory));
        using ProcessSpawner programs = new(new ProcessSpawnerOptions { CgroupParent = Cgroup(configuration) });
        using AgentSpawner spawner = new(
            programs, settings, e => process.Mailbox.Post(new RoleInput.FromSpawner(e)));
        // What runs on a node is worth recording until its next boot, and /run doesn't outlive that.
        using SqliteStore store = new(
            Path.Combine(configuration.RunDirectory, process.Name + ".db"), StoreDurability.Process,
            e => process.Mailbox.Post(new RoleInput.FromStore(e)));
        ExecutorRole role = new(
            new ExecutorOptions(Kind(kind), process.Session, configuration.BootId)
            {
                // Agents wait more than they compute.
                RunningMax = Math.Max(8, Environment.ProcessorCount * 4),
            },
            spawner, store, process.Links, process.Pause, process.Log);
        process.Links.Listen(configuration.Socket(process.Name), RoleKind.Controller);
        return process.Run(role);
    }

    private static AgentKind Kind(RoleKind kind) => kind == RoleKind.Fencer ? AgentKind.Fence : AgentKind.Resource;

    private static string? Cgroup(DaemonConfiguration configuration) => configuration.CgroupRoot;

    /// <summary>Where this node looks for agents, and what it hands them.</summary>
    internal static AgentSettings Settings(DaemonConfiguration configuration) => new()
    {
        ExtraProviders = configuration.AgentDirectories,
        FenceDirectories = configuration.FenceDirectories,
        ToolDirectories = AgentToolLinks.AreHere
            ? [NodeFolders.Tools(configuration.RunDirectory), .. configuration.PathPrepend]
            : configuration.PathPrepend,
        ExtraEnvironment = AgentToolLinks.AreHere
            ? NodeFolders.Environment(configuration.RunDirectory)
            : ImmutableSortedDictionary<string, string>.Empty,
        StateDirectory = NodeFolders.State(configuration.RunDirectory),
        TestsDirectory = NodeFolders.Tests(configuration.StateDirectory),
        NodeName = configuration.Node.Value,
    };
}
