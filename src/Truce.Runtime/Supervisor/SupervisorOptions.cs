using Truce.Control.Components;
using Truce.Model;
using Truce.Ports;

namespace Truce.Runtime.Supervisor;

/// <summary>How a supervisor judges the roles.</summary>
public sealed record SupervisorOptions
{
    /// <summary>Respawns of one role within <see cref="RespawnWindow"/>; one
    /// death more resets the node.</summary>
    public int RespawnMax { get; init; } = 5;

    /// <summary>The window in which deaths are counted.</summary>
    public TimeSpan RespawnWindow { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A role that says nothing for this long hangs, and is killed (and so respawned).</summary>
    public TimeSpan StallLimit { get; init; } = StallRule.Most;

    /// <summary>A role that isn't up this long after its start is killed.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>At the end: how long a role may take from SIGTERM until SIGKILL.</summary>
    public TimeSpan EndLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether this node serves, or stays out: then no death of a role is worth a reset.</summary>
    public ComponentNeed Need { get; init; } = ComponentNeed.Essential;

    /// <summary>Where resets for components that die again and again are counted; null: nowhere.</summary>
    public IResetRecord? Resets { get; init; }

    /// <summary>How long the engine may be away before its loss counts.</summary>
    public TimeSpan EngineGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What this node's own configuration says of the loss of components.</summary>
    public ComponentLosses Losses { get; init; } = ComponentLosses.None;

    /// <summary>What the cluster said of it last, as far as this node knows; null: nothing is kept.</summary>
    public IKeptLosses? Kept { get; init; }

    /// <summary>How long stopping everything without the cluster may take.</summary>
    public TimeSpan StopLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Keeps this node out until an operator lets it in, for a reason.</summary>
    public Action<string> StayOut { get; init; } = _ => { };

    /// <summary>The pause before a role that isn't essential is started again after its respawns.</summary>
    public TimeSpan LaterPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether this node has a server of Group Services.</summary>
    public GroupsChoice Groups { get; init; }

    /// <summary>The user that the API runs as, where it has one of its own: it speaks for that
    /// role, and for nothing else.</summary>
    public uint? ApiUser { get; init; }
}

/// <summary>Whether a node has a server of Group Services.</summary>
public enum GroupsChoice
{
    /// <summary>It hasn't.</summary>
    None,

    /// <summary>It has; its death costs neither resources nor the node.</summary>
    Server,
}
