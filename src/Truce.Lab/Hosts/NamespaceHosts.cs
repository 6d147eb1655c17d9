using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;

namespace Truce.Lab.Hosts;

/// <summary>Hosts made of namespaces, below the lab's own (as root, or in a user namespace).</summary>
internal sealed class NamespaceHosts(LabPaths lab, LabDefinition definition) : IHostFactory
{
    private readonly Cgroups? _cgroups = definition.Isolation == Isolation.Hosts ? Cgroups.Find(lab) : null;

    /// <inheritdoc/>
    public async Task<IHost> BootAsync(LabNode node, Boot boot, CancellationToken cancel)
    {
        string? cgroup = _cgroups?.Create(node.Name);
        ImmutableSortedDictionary<string, string> disks = await AttachDisksAsync(cancel)
            .ConfigureAwait(false);
        NodeView view = NodeView.InNamespaces(cgroup is null ? null : "/sys/fs/cgroup");
        NodeDisk.Prepare(lab, definition, node, boot, view);
        await File.WriteAllTextAsync(lab.Node(node.Name).SetupScript,
            new SetupScript(lab, definition, node, boot).Render(cgroup, disks), cancel).ConfigureAwait(false);
        return await StartAsync(node, disks, cancel).ConfigureAwait(false);
    }

    private async Task<ImmutableSortedDictionary<string, string>> AttachDisksAsync(CancellationToken cancel)
    {
        var disks = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (LabDisk disk in definition.Disks)
            disks[disk.Name] = await LoopDisks.AttachAsync(Path.Combine(lab.Disks, disk.Name + ".img"),
                cancel).ConfigureAwait(false);
        return disks.ToImmutable();
    }

    private async Task<IHost> StartAsync(LabNode node, ImmutableSortedDictionary<string, string> disks,
        CancellationToken cancel)
    {
        NodePaths paths = lab.Node(node.Name);
        ProcessStartInfo start = new("unshare",
        [
            "--mount", "--uts", "--ipc", "--net", "--pid", "--fork", "--kill-child", "sh", "-eu",
            paths.SetupScript,
        ])
        { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        NamespaceHost host = new(node, definition, process, disks, _cgroups);
        Task<string> complaints = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            string? ready = await process.StandardOutput.ReadLineAsync(cancel).ConfigureAwait(false);
            if (ready == "ready" && host.FindFirstProcess())
                return host;
        }
        catch (OperationCanceledException)
        {
            await EndAsync(host).ConfigureAwait(false);
            throw;
        }

        await EndAsync(host).ConfigureAwait(false);
        throw new LabException(LabFailure.Failed,
            $"{node.Name} didn't boot: {(await complaints.ConfigureAwait(false)).Trim()}",
            $"read {paths.SetupScript}");
    }

    // What a boot that failed has made stands in the way of the next one: its cables above all.
    private static async Task EndAsync(NamespaceHost host)
    {
        host.FindFirstProcess();
        await host.CutPowerAsync(CancellationToken.None).ConfigureAwait(false);
        await host.Released.ConfigureAwait(false);
    }
}

/// <summary>One life of a host of namespaces.</summary>
/// <remarks>Its parent process isn't disposed of: who cuts the power late still
/// asks whether it has exited.</remarks>
internal sealed class NamespaceHost : IHost
{
    private readonly LabNode _node;
    private readonly LabDefinition _definition;
    private readonly Process _parent;
    private readonly ImmutableSortedDictionary<string, string> _disks;
    private readonly Cgroups? _cgroups;
    private ImmutableHashSet<Filter> _filters = [];

    public NamespaceHost(LabNode node, LabDefinition definition, Process parent,
        ImmutableSortedDictionary<string, string> disks, Cgroups? cgroups)
    {
        (_node, _definition, _parent, _disks, _cgroups) = (node, definition, parent, disks, cgroups);
        Ended = EndAsync();
        Released = ReleaseAsync();
    }

    /// <inheritdoc/>
    public int FirstProcess { get; private set; }

    /// <inheritdoc/>
    public Task Ended { get; }

    /// <inheritdoc/>
    public Task Released { get; }

    /// <summary>Learns which process is the first of the host: the only child of the one
    /// that made its namespaces.</summary>
    public bool FindFirstProcess()
    {
        FirstProcess = ProcessTable.ChildrenOf(_parent.Id).FirstOrDefault();
        return FirstProcess > 0;
    }

    /// <inheritdoc/>
    public async Task CutPowerAsync(CancellationToken cancel)
    {
        foreach (string cable in CableNames)
            Cables.TakeDown(cable);
        if (FirstProcess > 0)
        {
            LoopDisks.StopWriting(FirstProcess);
            _ = Native.Kill(FirstProcess, Native.SignalKill);
        }
        else if (!_parent.HasExited)
        {
            _parent.Kill();
        }

        await Ended.WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task PauseAsync(CancellationToken cancel)
    {
        if (_cgroups is not null)
            await _cgroups.FreezeAsync(_node.Name, frozen: true, cancel).ConfigureAwait(false);
        else
            ProcessTable.SignalNamespace(FirstProcess, Native.SignalStop);
    }

    /// <inheritdoc/>
    public async Task ThawAsync(CancellationToken cancel)
    {
        if (_cgroups is not null)
            await _cgroups.FreezeAsync(_node.Name, frozen: false, cancel).ConfigureAwait(false);
        else
            ProcessTable.SignalNamespace(FirstProcess, Native.SignalContinue);
    }

    /// <inheritdoc/>
    public async Task FilterAsync(IReadOnlyCollection<Filter> filters, CancellationToken cancel)
    {
        ImmutableHashSet<Filter> wanted = [.. filters];
        string batch = FilterRules(_filters, wanted, link => $"eth{link}");
        if (batch.Length > 0)
            await MachineProgram.RunAsync(["nsenter", "-t", Id(FirstProcess), "-n", "ip", "-batch", "-"],
                batch, cancel).ConfigureAwait(false);
        _filters = wanted;
    }

    /// <summary>Changes of routing rules that drop what comes from some addresses, looked up
    /// before the table of local addresses: so it holds for every address of the receiver,
    /// those of services included.</summary>
    public static string FilterRules(ImmutableHashSet<Filter> now, ImmutableHashSet<Filter> wanted, Func<int,
        string> device)
    {
        string Rule(string verb, Filter f) =>
            $"rule {verb} pref 1 from {f.Source} iif {device(f.Link)} blackhole\n";
        return string.Concat(now.Except(wanted).Select(f => Rule("del", f)))
            + string.Concat(wanted.Except(now).Select(f => Rule("add", f)));
    }

    private IEnumerable<string> CableNames =>
        Enumerable.Range(0, _definition.Links).Select(link => SetupScript.PortName(_node, link));

    // The parent's wait ends when the kernel has removed every process of the namespace, not before.
    private async Task EndAsync()
    {
        await Task.Yield();
        await _parent.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        foreach (string device in _disks.Values)
            await LoopDisks.DetachAsync(device, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task ReleaseAsync()
    {
        await Ended.ConfigureAwait(false);
        await Cables.RemoveAsync(CableNames).ConfigureAwait(false);
        _cgroups?.Remove(_node.Name);
    }

    private static string Id(int process) => process.ToString(CultureInfo.InvariantCulture);
}
