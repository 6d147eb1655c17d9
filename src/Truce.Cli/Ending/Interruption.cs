using System.Runtime.InteropServices;

namespace Truce.Cli.Ending;

/// <summary>
/// Ctrl-C and SIGTERM: the command is asked to end, and ended when it doesn't: a command that is blocked in a
/// system call (a FIFO without a writer) or is computing doesn't react to a request.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(800);

    /// <summary>Labs and hosts of agents' tests are taken down first, and commands that are run are
    /// stopped.</summary>
    private static readonly TimeSpan s_labPatience = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _asked = new();
    private readonly TimeSpan _grace;
    private readonly List<PosixSignalRegistration> _signals;
    private Timer? _end;

    /// <param name="args">The command line: who has a lab to clear up gets longer.</param>
    public Interruption(IReadOnlyList<string> args)
    {
        _grace = args is ["lab" or "demo" or "lab-keeper" or "claim", ..]
            or ["group", "run", ..] or ["agent", "test", ..]
            ? s_labPatience
            : s_patience;
        _signals =
        [
            .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT }
                .Select(s => PosixSignalRegistration.Create(s, Take)),
        ];
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Asked => _asked.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        _signals.ForEach(s => s.Dispose());
        _end?.Dispose();
        _asked.Dispose();
    }

    private void Take(PosixSignalContext signal)
    {
        signal.Cancel = true;
        // Who asks twice means it.
        if (_end is not null)
            End();
        _end = new Timer(_ => End(), null, _grace, Timeout.InfiniteTimeSpan);
        _asked.Cancel();
    }

    private static void End() => Environment.Exit((int)ExitCode.TimedOut);
}
