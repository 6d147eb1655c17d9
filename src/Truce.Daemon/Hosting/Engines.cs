using System.Security.Cryptography;
using Truce.Daemon.Configuration;
using Truce.Engine.Corosync;
using Truce.Engine.Local;
using Truce.Ports;

namespace Truce.Daemon.Hosting;

/// <summary>Joins the configured engine's groups.</summary>
internal static class Engines
{
    /// <summary>The controllers' group.</summary>
    public const string Controllers = "truce-control";

    /// <summary>The supervisors' group.</summary>
    public const string Supervisors = "truce-supervisors";

    /// <summary>The group of the servers of Group Services.</summary>
    public const string Groups = "truce-groups";

    /// <summary>Joins a group of the configured engine.</summary>
    /// <exception cref="EngineUnavailableException">It isn't there, or refuses this node.</exception>
    public static IEngineConnection Join(
        DaemonConfiguration configuration, string group, Action<EngineEvent> tell,
        Func<EngineEvent, bool>? tryTell = null) => configuration.Engine switch
        {
            EngineKind.Local => LocalEngine.Join(
                new LocalEngineOptions(
                    configuration.EngineSocket, KernelBoot.Id, configuration.Node, configuration.BootId,
                    $"{configuration.Cluster}/{group}", (uint)RandomNumberGenerator.GetInt32(1, int.MaxValue),
                    configuration.NodesText),
                tell),
            // Corosync is one cluster's: its name parts clusters, not the group's.
            EngineKind.Corosync => CorosyncEngine.Join(
                new CorosyncEngineOptions(configuration.Node, group)
                {
                    WatchesLinks = group is Controllers or Groups,
                    VetoesShutdown = group == Controllers,
                },
                tell, tryTell),
        };
}
