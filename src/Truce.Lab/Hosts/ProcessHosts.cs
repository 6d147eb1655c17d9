using System.Diagnostics;

namespace Truce.Lab.Hosts;

/// <summary>Hosts that are only trees of processes, where the kernel grants no namespaces.</summary>
internal sealed class ProcessHosts(LabPaths lab, LabDefinition definition) : IHostFactory
{
    /// <summary>The variable by which what belongs to a node is known, however it was started.</summary>
    public const string Marker = "TRUCE_LAB_HOST";

    /// <summary>Its value for one node.</summary>
    public static string MarkOf(LabPaths lab, string node) => $"{lab.Root}:{node}";

    /// <inheritdoc/>
    public async Task<IHost> BootAsync(LabNode node, Boot boot, CancellationToken cancel)
    {
        NodeView view = NodeView.InPlace(lab, definition, node);
        NodeDisk.Prepare(lab, definition, node, boot, view);
        await Task.CompletedTask.ConfigureAwait(false);
        ProcessStartInfo start = new(Path.Combine(definition.Programs, "truce-lab-init"),
        [
            "--subreaper", "--respawn", "--output", Path.Combine(view.LogFolder, "..", "truced.out"),
            "--", definition.Daemon, "--config", view.Configuration,
        ])
        { RedirectStandardInput = true };
        start.Environment["TRUCE_LAB_NODE"] = node.Name;
        start.Environment[Marker] = MarkOf(lab, node.Name);
        start.Environment["TRUCE_LAB_POWER"] = lab.Node(node.Name).PowerSocket;
        start.Environment["TRUCE_LAB_WORLD"] = lab.World;
        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        return new ProcessHost(process, MarkOf(lab, node.Name));
    }
}

/// <summary>One life of such a host. Its first process adopts whatever its descendants orphan, so that all of
/// the host stays below it while it lives.</summary>
internal sealed class ProcessHost : IHost
{
    private readonly string _mark;

    public ProcessHost(Process first, string mark)
    {
        _mark = mark;
        FirstProcess = first.Id;
        Ended = first.WaitForExitAsync(CancellationToken.None);
    }

    /// <inheritdoc/>
    public int FirstProcess { get; }

    /// <inheritdoc/>
    public Task Ended { get; }

    /// <inheritdoc/>
    public Task Released => Ended;

    /// <inheritdoc/>
    public async Task CutPowerAsync(CancellationToken cancel)
    {
        while (Signal(Native.SignalKill) > 0)
            await Task.Delay(1, cancel).ConfigureAwait(false);
        _ = Native.Kill(FirstProcess, Native.SignalKill);
        await Ended.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public Task PauseAsync(CancellationToken cancel)
    {
        // A process that forks while being stopped leaves a child that is stopped in the next round.
        int stopped = 0;
        for (int before = -1; stopped != before;)
            (before, stopped) = (stopped, Signal(Native.SignalStop));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ThawAsync(CancellationToken cancel)
    {
        Signal(Native.SignalContinue);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task FilterAsync(IReadOnlyCollection<Filter> filters, CancellationToken cancel) =>
        Task.CompletedTask;

    // All processes below the first one and those of lab exec, except zombies; returns their number.
    private int Signal(int signal)
    {
        List<ProcessTable.Entry> alive = [.. ProcessTable.DescendantsOf(FirstProcess)
            .Union(ProcessTable.WithVariable(ProcessHosts.Marker, mark => mark == _mark))
            .Where(e => e.State != 'Z' && e.Id != FirstProcess)];
        foreach (ProcessTable.Entry process in alive)
            _ = Native.Kill(process.Id, signal);
        return alive.Count;
    }
}
