using System.Runtime.InteropServices;

namespace Truce.Daemon.Hosting;

/// <summary>SIGTERM and SIGINT ask a process to end in order.</summary>
internal sealed class Signals : IDisposable
{
    private readonly PosixSignalRegistration _terminate;
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _hangup;

    public Signals(Action<string> asked)
    {
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => Ask(c, asked));
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, c => Ask(c, asked));
        // A terminal that goes away is no reason to stop a cluster node.
        _hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, c => c.Cancel = true);
    }

    public void Dispose()
    {
        _terminate.Dispose();
        _interrupt.Dispose();
        _hangup.Dispose();
    }

    private static void Ask(PosixSignalContext context, Action<string> asked)
    {
        context.Cancel = true;
        asked(context.Signal.ToString());
    }
}
