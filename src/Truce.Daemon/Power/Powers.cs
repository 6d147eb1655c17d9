using Truce.Daemon.Configuration;
using Truce.Daemon.Hosting;
using Truce.Ports;

namespace Truce.Daemon.Power;

/// <summary>This node's power as truce.conf chooses it.</summary>
internal static class Powers
{
    public static IPower Choose(DaemonConfiguration configuration, RoleProcesses roles) => configuration.Power switch
    {
        PowerChoice.None => new NoPower(roles),
        PowerChoice.Lab(var socket) => new LabPower(socket, roles),
        PowerChoice.Real => InstalledSystem.Objection(configuration, KernelBoot.Id) is { } objection
            ? throw new ConfigurationException($"power = real is refused: {objection}; do: use power = none or lab:SOCKET")
            : new RealPower(roles),
    };

    public static IWatchdog Choose(DaemonConfiguration configuration) => configuration.Watchdog switch
    {
        WatchdogChoice.None => new NoWatchdog(),
        WatchdogChoice.Lab(var socket) => new LabWatchdog(socket, configuration.WatchdogTimeout),
        WatchdogChoice.Device(var path) => InstalledSystem.Objection(configuration, KernelBoot.Id) is { } objection
            ? throw new ConfigurationException($"watchdog = {path} is refused: {objection}; do: use watchdog = none or lab:SOCKET")
            : new DeviceWatchdog(path, configuration.WatchdogTimeout),
    };
}

/// <summary>
/// Nothing can reset this node: its roles end, so that the peers miss it and fence it. What its
/// agents started runs on until then.
/// </summary>
internal sealed class NoPower(RoleProcesses roles) : IPower
{
    public void Panic(string reason)
    {
        roles.KillAll();
        NativeProcess.KillSelf();
    }
}
