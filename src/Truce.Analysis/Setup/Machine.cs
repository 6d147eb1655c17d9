using System.Collections.Immutable;
using Truce.Model.Corosync;

namespace Truce.Analysis.Setup;

/// <summary>An address of this machine.</summary>
/// <param name="Device">The network card.</param>
/// <param name="Address">The address.</param>
/// <param name="Network">Its network, such as <c>10.1.0.0/24</c>.</param>
public sealed record MachineAddress(string Device, string Address, string Network);

/// <summary>Whether the clock follows a time server.</summary>
public enum ClockState
{
    /// <summary>Nothing says.</summary>
    Unknown,

    /// <summary>It does.</summary>
    Synchronised,

    /// <summary>It doesn't.</summary>
    Free,
}

/// <summary>The key that the nodes know each other by: never its bytes.</summary>
/// <param name="Bytes">How long it is.</param>
/// <param name="Access">Whether others than root can read it.</param>
public sealed record MachineKey(long Bytes, KeyAccess Access);

/// <summary>Who can read a key.</summary>
public enum KeyAccess
{
    /// <summary>Root alone.</summary>
    RootOnly,

    /// <summary>Others, too.</summary>
    Others,
}

/// <summary>A unit of systemd.</summary>
/// <param name="Load">Whether it is there: <c>loaded</c>, <c>not-found</c>, <c>masked</c>.</param>
/// <param name="Active">Whether it runs: <c>active</c>, <c>inactive</c>, <c>failed</c>.</param>
/// <param name="AtBoot">Whether it starts at boot: <c>enabled</c>, <c>disabled</c>.</param>
public sealed record MachineUnit(string Load, string Active, string AtBoot)
{
    /// <summary>Whether it runs.</summary>
    public bool IsActive => Active is "active" or "activating";
}

/// <summary>What is known of this machine, for rules that look at it.</summary>
public sealed record Machine
{
    /// <summary>What the machine calls itself.</summary>
    public required string HostName { get; init; }

    /// <summary>What truced calls it: <c>node</c> in truce.conf, or the host's name.</summary>
    public required string NodeName { get; init; }

    /// <summary>truce.conf.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = ImmutableDictionary<string,
        string>.Empty;

    /// <summary>Its addresses.</summary>
    public ImmutableArray<MachineAddress> Addresses { get; init; } = [];

    /// <summary>Which addresses the names in corosync.conf have; empty: none.</summary>
    public IReadOnlyDictionary<string, ImmutableArray<string>> Resolved { get; init; } =
        ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>UDP ports in use, with the address that they are bound to.</summary>
    public ImmutableArray<(string Address, int Port)> Ports { get; init; } = [];

    /// <summary>Whether the clock follows a time server.</summary>
    public ClockState Clock { get; init; }

    /// <summary>The key; null: there is none.</summary>
    public MachineKey? Key { get; init; }

    /// <summary>Units by name, without their ending; empty: no systemd answers.</summary>
    public IReadOnlyDictionary<string, MachineUnit> Units { get; init; } =
        ImmutableDictionary<string, MachineUnit>.Empty;

    /// <summary>Why the installed Corosync refuses the file; null: it doesn't, or it wasn't asked.</summary>
    public string? Refusal { get; init; }

    /// <summary>What the running Corosync says; null: it doesn't run.</summary>
    public CorosyncRuntime? Runtime { get; init; }

    /// <summary>Addresses of other nodes that didn't answer a ping.</summary>
    public ImmutableArray<string> Silent { get; init; } = [];

    /// <summary>A unit; null: it isn't there.</summary>
    public MachineUnit? Unit(string name) =>
        Units.GetValueOrDefault(name) is { Load: "loaded" } unit ? unit : null;
}
