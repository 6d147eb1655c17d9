using Microsoft.Extensions.Logging;
using Truce.Control.Components;
using Truce.Model;
using Truce.Ports;
using Truce.Runtime;

namespace Truce.Daemon.Hosting;

/// <summary>
/// A role's loop: one thread, one mailbox. Every second it sends the supervisor a sign of life from the loop
/// itself, so that a role that hangs falls silent.
/// </summary>
internal sealed partial class RoleHost(IRole role, Mailbox mailbox, ILogger log, Action<long>? sayAlive)
{
    /// <summary>Exit code of a defect of ours.</summary>
    public const int Defect = 70;

    private Instant _nextAlive;
    private long _turn;

    /// <summary>Runs until the role has ended.</summary>
    /// <returns>The process's exit code.</returns>
    public int Run()
    {
        try
        {
            Loop();
            return 0;
        }
#pragma warning disable CA1031 // The top loop: whatever it was, this process ends, since a crash is recoverable.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogDefect(e);
            return Defect;
        }
    }

    private void Loop()
    {
        role.Start(BootClock.RoleTime);
        while (true)
        {
            _turn++;
            RoleInput? input = mailbox.Take(Wait());
            RoleTime time = BootClock.RoleTime;
            if (input is not null)
                role.Handle(input, time);
            if (role.NextTimer is { } due && due.CompareTo(time.Now) <= 0)
                role.OnTimer(time);
            if (role is IEndingRole ? ((IEndingRole)role).HasEnded : input is RoleInput.StopAsked)
                return;
            SayAlive(time.Now);
        }
    }

    private TimeSpan Wait()
    {
        Instant now = BootClock.Now;
        TimeSpan untilAlive = _nextAlive.Since(now);
        TimeSpan untilTimer = role.NextTimer is { } due ? due.Since(now) : TimeSpan.MaxValue;
        TimeSpan wait = untilTimer < untilAlive ? untilTimer : untilAlive;
        // Rounded up: Monitor.Wait counts whole milliseconds, and waking early would spin.
        return wait <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
    }

    private void SayAlive(Instant now)
    {
        if (now.CompareTo(_nextAlive) < 0)
            return;
        _nextAlive = now.Plus(StallRule.Alive);
        sayAlive?.Invoke(_turn);
    }

    [LoggerMessage(100, LogLevel.Critical, "a bug in Truce; this process exits with code 70")]
    private partial void LogDefect(Exception e);
}
