using System.Collections.Immutable;
using Truce.Control.Components;
using Truce.Model;
using Truce.Runtime.Groups;
using Truce.Runtime.Supervisor;

namespace Truce.Daemon.Configuration;

/// <summary>Which engine carries messages and membership.</summary>
internal enum EngineKind
{
    /// <summary>The sequencer on this machine.</summary>
    Local,

    /// <summary>Corosync.</summary>
    Corosync,
}

/// <summary>What can reset this node.</summary>
internal abstract record PowerChoice
{
    private PowerChoice() { }

    /// <summary>Nothing: a panic ends the roles.</summary>
    public sealed record None : PowerChoice;

    /// <summary>The lab's power switch.</summary>
    public sealed record Lab(string Socket) : PowerChoice;

    /// <summary>The machine itself; only in an installed system.</summary>
    public sealed record Real : PowerChoice;
}

/// <summary>What resets this node if it is no longer petted.</summary>
internal abstract record WatchdogChoice
{
    private WatchdogChoice() { }

    /// <summary>There is none.</summary>
    public sealed record None : WatchdogChoice;

    /// <summary>The lab's.</summary>
    public sealed record Lab(string Socket) : WatchdogChoice;

    /// <summary>A device of the kernel; only in an installed system.</summary>
    public sealed record Device(string Path) : WatchdogChoice;
}

/// <summary>Everything that truce.conf says (docs/reference/truce.conf.md).</summary>
internal sealed record DaemonConfiguration
{
    public required NodeId Node { get; init; }

    public string Cluster { get; init; } = "truce";

    public EngineKind Engine { get; init; } = EngineKind.Corosync;

    public string EngineSocket { get; init; } = "/run/truce/engine.sock";

    public ImmutableSortedDictionary<NodeId, int> Nodes { get; init; } = ImmutableSortedDictionary<NodeId, int>.Empty;

    public string StateDirectory { get; init; } = "/var/lib/truce";

    public string RunDirectory { get; init; } = "/run/truce";

    public string LogDirectory { get; init; } = "/var/log/truce";

    public ImmutableSortedDictionary<string, string> AgentDirectories { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    public ImmutableArray<string> FenceDirectories { get; init; } = ["/usr/sbin"];

    public ImmutableArray<string> PathPrepend { get; init; } = [];

    public string? CgroupRoot { get; init; }

    public PowerChoice Power { get; init; } = new PowerChoice.None();

    public WatchdogChoice Watchdog { get; init; } = new WatchdogChoice.None();

    public TimeSpan WatchdogTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public required string BootId { get; init; }

    public string? InitialConfiguration { get; init; }

    public string ApiGroup { get; init; } = "truce";

    public string ApiUser { get; init; } = "truce-api";

    public GroupsChoice Groups { get; init; } = GroupsChoice.Server;

    public ImmutableArray<AccessEntry> GroupsAccess { get; init; } = [];

    public int RespawnMax { get; init; } = 5;

    public TimeSpan RespawnWindow { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan StallLimit { get; init; } = StallRule.Most;

    public TimeSpan EngineGrace { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan SupervisorGrace { get; init; } = TimeSpan.FromSeconds(60);

    public ComponentLosses Losses { get; init; } = ComponentLosses.None;

    public TimeSpan StopLimit { get; init; } = TimeSpan.FromMinutes(2);

    public string? TestPause { get; init; }

    public string Socket(string role) => Path.Combine(RunDirectory, role + ".sock");

    public string NodesText => string.Join(' ', Nodes.Select(n => $"{n.Key}:{n.Value}"));
}
