using System.Security.Cryptography;
using Truce.Daemon.Configuration;
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

    public static LocalEngine Join(DaemonConfiguration configuration, string group, Action<EngineEvent> tell)
    {
        if (configuration.Engine != EngineKind.Local)
            throw new ConfigurationException("engine = corosync isn't built in yet; do: use engine = local on one machine");
        return LocalEngine.Join(
            new LocalEngineOptions(
                configuration.EngineSocket, KernelBoot.Id, configuration.Node, configuration.BootId,
                $"{configuration.Cluster}/{group}", (uint)RandomNumberGenerator.GetInt32(1, int.MaxValue),
                configuration.NodesText),
            tell);
    }
}
