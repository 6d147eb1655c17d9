using System.Globalization;

namespace Truce.Lab.Keeper;

/// <summary>
/// The power switch as one node sees it: a socket of its own, so that who asks is known and can't be feigned.
/// The protocol is in docs/reference/lab.md: a line asked, a line answered, <c>ok …</c> or <c>error …</c>.
/// </summary>
internal sealed class PowerPort(string asker, PowerSwitch power)
{
    /// <summary>A watchdog runs out between 10 ms and an hour.</summary>
    private const int WatchdogMsMax = 3_600_000;

    private readonly NodeWatchdog _ofNode = new();

    /// <summary>Serves one connection.</summary>
    public async Task ServeAsync(LineConnection connection, CancellationToken cancel)
    {
        NodePower self = power.Find(asker);
        int incarnation = self.Incarnation;
        using Watchdog watchdog = new(() =>
        {
            // It may be abandoned: its node long rebooted, or without the power that a watchdog needs too.
            if (self.Incarnation == incarnation && self.Host is not null)
                power.Cycle(asker, PowerCause.Watchdog, "");
        });
        try
        {
            while (await connection.ReadAsync(cancel).ConfigureAwait(false) is { } line)
                await connection.WriteAsync(await AnswerAsync(line, watchdog, cancel).ConfigureAwait(false),
                    cancel).ConfigureAwait(false);
        }
        finally
        {
            // As with a real one: a node whose process dies without disarming it is reset.
            _ofNode.Abandon(watchdog);
        }
    }

    private async Task<string> AnswerAsync(string line, Watchdog watchdog, CancellationToken cancel)
    {
        string[] words = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        try
        {
            return words switch
            {
                ["monitor"] => "ok",
                ["list"] => "ok" + string.Concat(power.Nodes.Select(n => $" {n.Node.Name}={OnOff(n)}")),
                ["status", var node] => "ok " + OnOff(power.Find(node)),
                ["off", var node, ..] => await power.FenceAsync(asker, node, FenceAction.Off, cancel)
                    .ConfigureAwait(false),
                ["reboot", var node, ..] => await power.FenceAsync(asker, node, FenceAction.Reboot, cancel)
                    .ConfigureAwait(false),
                ["on", var node, ..] => await power.FenceAsync(asker, node, FenceAction.On, cancel)
                    .ConfigureAwait(false),
                ["reset", ..] => Reset(words),
                ["watchdog", var ms] => Arm(watchdog, ms),
                ["pet"] => watchdog.Pet() ? "ok" : "error no watchdog is armed on this connection",
                ["disarm"] => Disarm(watchdog),
                _ => $"error unknown request: {words.FirstOrDefault()}",
            };
        }
        catch (LabException problem)
        {
            return $"error {problem.Message.ReplaceLineEndings(" ")}";
        }
    }

    private string Reset(string[] words)
    {
        string why = words.Length > 1 ? " why=" + string.Join('_', words.Skip(1)).Replace(' ', '_') : "";
        power.Cycle(asker, PowerCause.SelfReset, why);
        return "ok";
    }

    private string Arm(Watchdog watchdog, string ms)
    {
        if (!int.TryParse(ms, CultureInfo.InvariantCulture, out int milliseconds) || milliseconds
            is < 10 or > WatchdogMsMax)
            return $"error a watchdog timeout must be 10 to {WatchdogMsMax} ms";
        watchdog.Arm(TimeSpan.FromMilliseconds(milliseconds));
        _ofNode.Armed(watchdog);
        return "ok";
    }

    private static string Disarm(Watchdog watchdog)
    {
        watchdog.Disarm();
        return "ok";
    }

    private static string OnOff(NodePower node) => node.Host is null ? "off" : "on";
}

/// <summary>What a fence agent may ask for.</summary>
internal enum FenceAction
{
    /// <summary>Power away.</summary>
    Off,

    /// <summary>Power away, and back after boot_delay. Answered once the power is away.</summary>
    Reboot,

    /// <summary>Power back.</summary>
    On,
}

/// <summary>A node has one watchdog: a process that arms it takes over the one that a
/// dead process left armed.</summary>
internal sealed class NodeWatchdog
{
    private readonly Lock _lock = new();
    private Watchdog? _latest;

    /// <summary>Its holder is gone: it runs out, unless another holds it by now.</summary>
    public void Abandon(Watchdog watchdog)
    {
        watchdog.KeepRunning();
        lock (_lock)
        {
            if (_latest != watchdog)
                watchdog.Disarm();
        }
    }

    /// <summary>A holder has armed it.</summary>
    public void Armed(Watchdog watchdog)
    {
        lock (_lock)
        {
            if (_latest is { IsAbandoned: true } earlier)
                earlier.Disarm();
            _latest = watchdog;
        }
    }
}

/// <summary>Resets its node unless it is petted in time.</summary>
internal sealed class Watchdog(Action bite) : IDisposable
{
    private Timer? _timer;
    private TimeSpan _after;

    /// <summary>Whether its holder is gone.</summary>
    public bool IsAbandoned { get; private set; }

    /// <summary>Starts it, or changes its time.</summary>
    public void Arm(TimeSpan after)
    {
        _after = after;
        _timer ??= new Timer(_ => bite(), null, Timeout.Infinite, Timeout.Infinite);
        _timer.Change(after, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Puts it off; false if it isn't armed.</summary>
    public bool Pet() => _timer?.Change(_after, Timeout.InfiniteTimeSpan) ?? false;

    /// <summary>Stops it.</summary>
    public void Disarm()
    {
        _timer?.Dispose();
        _timer = null;
    }

    /// <summary>Lets it expire although no process holds it any more.</summary>
    public void KeepRunning() => IsAbandoned = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!IsAbandoned)
            _timer?.Dispose();
    }
}
