namespace Truce.Agents.Processes;

/// <summary>How programs are run on this machine.</summary>
public sealed record ProcessSpawnerOptions
{
    /// <summary>The value of <see cref="CgroupParent"/> that turns cgroups off.</summary>
    public const string NoCgroups = "none";

    /// <summary>A cgroup v2 directory below which each operation gets its cgroup; null: this process's own;
    /// <see cref="NoCgroups"/>: none. One that can't be written to counts as none.</summary>
    public string? CgroupParent { get; init; }

    /// <summary>Path of truce-gate; where it isn't there, /bin/sh stands in.</summary>
    public string GatePath { get; init; } = Path.Combine(AppContext.BaseDirectory, "truce-gate");

    /// <summary>How many programs may run at once; more are refused, not queued.</summary>
    public int RunningMax { get; init; } = 512;

    /// <summary>How long a kill may take, after <see cref="GateLimit"/>, until what is left
    /// is reported as surviving. </summary>
    public TimeSpan KillLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long truce-gate may take to kill what it is the ancestor of,
    /// before we do it without it.</summary>
    public TimeSpan GateLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The clock for timeouts.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
