using System.Globalization;
using Truce.Lab.Hosts;

namespace Truce.Lab.Keeper;

/// <summary>Why a node loses its power, for the record: only <see cref="Fence"/> is a shot.</summary>
internal enum PowerCause
{
    /// <summary>Another node asked the switch.</summary>
    Fence,

    /// <summary>A lab command.</summary>
    Lab,

    /// <summary>The node asked for its own reset.</summary>
    SelfReset,

    /// <summary>Its watchdog ran out.</summary>
    Watchdog,
}

/// <summary>
/// One outlet of the power switch. Its actions come one after another; <see cref="OffAsync"/> returns only
/// when the node is certainly off, and says so by not throwing.
/// </summary>
internal sealed class NodePower(LabPaths lab, LabNode node, IHostFactory hosts, EventLog events) : IDisposable
{
    /// <summary>How long a host may take to end before the switch answers that it is uncertain.</summary>
    private static readonly TimeSpan s_offMax = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_bootMax = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private IHost? _host;
    private volatile IHost? _cutting;
    private Task _released = Task.CompletedTask;
    private CancellationTokenSource? _pendingBoot;

    /// <summary>The node.</summary>
    public LabNode Node { get; } = node;

    /// <summary>The running host; null when off.</summary>
    public IHost? Host => _host;

    /// <summary>How often it was booted.</summary>
    public int Incarnation { get; private set; } = ReadIncarnation(lab.Node(node.Name).Incarnation);

    /// <summary>Whether it is paused.</summary>
    public bool Paused { get; private set; }

    /// <summary>Called with each new host, before it is reported as on.</summary>
    public required Func<IHost, CancellationToken, Task> OnBoot { get; init; }

    /// <summary>Gives it power; nothing to do if it is on.</summary>
    public async Task OnAsync(string by, CancellationToken cancel)
    {
        CancelPendingBoot();
        await InTurnAsync(() => BootAsync(by, cancel), cancel).ConfigureAwait(false);
    }

    /// <summary>Cuts its power. Returns when it is certainly off.</summary>
    /// <exception cref="LabException">That isn't certain.</exception>
    public async Task OffAsync(string by, PowerCause cause, string detail, CancellationToken cancel)
    {
        CancelPendingBoot();
        await InTurnAsync(() => CutAsync(by, cause, detail, cancel), cancel).ConfigureAwait(false);
    }

    /// <summary>Boots it after a while, unless its power is switched by then.</summary>
    public void BootLater(TimeSpan delay, string by)
    {
        CancelPendingBoot();
        CancellationTokenSource pending = new();
        _pendingBoot = pending;
        _ = Task.Delay(delay, pending.Token).ContinueWith(
            async _ => await BootOrTellAsync(by, pending.Token).ConfigureAwait(false),
            CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
    }

    /// <summary>Freezes or thaws it.</summary>
    public Task PauseAsync(bool paused, CancellationToken cancel) => InTurnAsync(async () =>
    {
        if (_host is null)
            throw new LabException(LabFailure.Refused, $"{Node.Name} is off", $"truce lab boot {Node.Name}");
        await (paused ? _host.PauseAsync(cancel) : _host.ThawAsync(cancel)).ConfigureAwait(false);
        Paused = paused;
        events.Write(Node.Name, paused ? "paused" : "thawed");
    }, cancel);

    /// <inheritdoc/>
    public void Dispose()
    {
        CancelPendingBoot();
        _turn.Dispose();
    }

    // Once begun, a boot is finished: who switches the power meanwhile has its turn afterwards.
    private async Task BootOrTellAsync(string by, CancellationToken cancel)
    {
        try
        {
            await InTurnAsync(
                () => cancel.IsCancellationRequested ? Task.CompletedTask
                : BootAsync(by, CancellationToken.None), cancel)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The power was switched by another request in the meantime.
        }
        catch (Exception problem) when (problem is LabException or OperationCanceledException)
        {
            events.Write(Node.Name, $"boot-failed {problem.Message}");
        }
    }

    private async Task BootAsync(string by, CancellationToken cancel)
    {
        if (_host is not null)
            return;
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(s_bootMax);
        await _released.WaitAsync(limit.Token).ConfigureAwait(false);
        Boot boot = new(Incarnation + 1, Guid.NewGuid());
        await File.WriteAllTextAsync(lab.Node(Node.Name).Incarnation, Text(boot.Incarnation), limit.Token)
            .ConfigureAwait(false);
        Incarnation = boot.Incarnation;
        IHost host = await hosts.BootAsync(Node, boot, limit.Token).ConfigureAwait(false);
        (_host, _released) = (host, host.Released);
        await OnBoot(host, limit.Token).ConfigureAwait(false);
        events.Write(Node.Name, $"power-on by={by} incarnation={boot.Incarnation} boot_id={boot.Id}");
        _ = host.Ended.ContinueWith(_ => NoticeDeath(host), TaskScheduler.Default);
    }

    private async Task CutAsync(string by, PowerCause cause, string detail, CancellationToken cancel)
    {
        if (_host is not { } host)
            return;
        long begin = EventLog.Now();
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(s_offMax);
        events.Write(Node.Name, $"power-cut by={by} cause={Word(cause)}{detail}");
        _cutting = host;
        try
        {
            await host.CutPowerAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _cutting = null;
            events.Write(Node.Name, $"power-uncertain by={by}");
            throw new LabException(LabFailure.TimedOut,
                $"{Node.Name}: its processes or disks are still busy");
        }

        Forget(host);
        events.Write(Node.Name,
            $"power-off by={by} cause={Word(cause)} us={(EventLog.Now() - begin) / 1000}");
    }

    private void NoticeDeath(IHost host)
    {
        if (_cutting == host || !Forget(host))
            return;
        events.Write(Node.Name, "power-off by=itself cause=died");
    }

    private bool Forget(IHost host)
    {
        Paused = false;
        return Interlocked.CompareExchange(ref _host, null, host) == host;
    }

    private void CancelPendingBoot() => Interlocked.Exchange(ref _pendingBoot, null)?.Cancel();

    private async Task InTurnAsync(Func<Task> action, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await action().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private static string Word(PowerCause cause) => cause switch
    {
        PowerCause.Fence => "fence",
        PowerCause.Lab => "lab",
        PowerCause.SelfReset => "self-reset",
        PowerCause.Watchdog => "watchdog",
    };

    private static int ReadIncarnation(string path) =>
        File.Exists(path) && int.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out int n) ? n
            : 0;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
