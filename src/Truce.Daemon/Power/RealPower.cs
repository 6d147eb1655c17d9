using Truce.Daemon.Hosting;
using Truce.Ports;

namespace Truce.Daemon.Power;

/// <summary>
/// The machine itself. Only <see cref="Powers"/> makes one, after
/// <see cref="InstalledSystem"/> had no objection.
/// </summary>
internal sealed class RealPower(RoleProcesses roles) : IPower
{
    private const string Trigger = "/proc/sysrq-trigger";

    public void Panic(string reason)
    {
        // No sync first: a disk that hangs is one of the reasons to be here.
        try
        {
            File.WriteAllText(Trigger, "b");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The watchdog, no longer petted, and the peers' fencing are what is left.
        }

        roles.KillAll();
        NativeProcess.KillSelf();
    }
}
