namespace Truce.Lab.Hosts;

/// <summary>One life of a node: from a boot to the loss of its power.</summary>
internal interface IHost
{
    /// <summary>Its first process, as the keeper numbers it.</summary>
    int FirstProcess { get; }

    /// <summary>Ends when nothing of the host is left, for whatever reason.</summary>
    Task Ended { get; }

    /// <summary>Ends when what the host occupied on the machine is free for its next life.</summary>
    Task Released { get; }

    /// <summary>Cuts the power. Returns when none of its processes are left and none of its writes
    /// are in flight; throws if that isn't certain within <paramref name="cancel"/>, because
    /// fencing relies on the answer.</summary>
    Task CutPowerAsync(CancellationToken cancel);

    /// <summary>Stops all its processes where they are.</summary>
    Task PauseAsync(CancellationToken cancel);

    /// <summary>Lets them go on.</summary>
    Task ThawAsync(CancellationToken cancel);

    /// <summary>Drops from now on what arrives from these sources, and nothing else.</summary>
    Task FilterAsync(IReadOnlyCollection<Filter> filters, CancellationToken cancel);
}

/// <summary>Traffic from one address on one link, dropped by the host that receives it.</summary>
internal readonly record struct Filter(int Link, string Source);

/// <summary>Boots hosts.</summary>
internal interface IHostFactory
{
    /// <summary>Boots a node. Returns when its cluster software was started.</summary>
    Task<IHost> BootAsync(LabNode node, Boot boot, CancellationToken cancel);
}

/// <summary>Which boot of a node it is.</summary>
/// <param name="Incarnation">1 for the first.</param>
/// <param name="Id">As /proc/sys/kernel/random/boot_id has it.</param>
internal sealed record Boot(int Incarnation, Guid Id);
