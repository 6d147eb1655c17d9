using Truce.Control.Components;
using Truce.Model;
using Truce.Ports;

namespace Truce.Runtime.Supervisor;

/// <summary>Where a role's process stands.</summary>
internal enum SupervisedState
{
    /// <summary>Its process doesn't run, and isn't to (yet).</summary>
    Down,

    /// <summary>Its process runs; the role hasn't said that it is up.</summary>
    Starting,

    /// <summary>It is up.</summary>
    Running,

    /// <summary>It was asked to end.</summary>
    Ending,
}

/// <summary>One role as the supervisor sees it.</summary>
internal sealed class SupervisedRole(RoleKind kind, ComponentPolicy policy)
{
    public RoleKind Kind { get; } = kind;

    public string Name { get; } = kind.ToString().ToLowerInvariant();

    public ComponentPolicy Policy { get; set; } = policy;

    /// <summary>The supervisor itself ends it, to have it start anew: that is no death.</summary>
    public bool IsExcused { get; set; }

    /// <summary>How often its loop has turned, as last said; 0: it waits for something before it begins (a
    /// controller: for its engine).</summary>
    public long Turn { get; set; }

    public SupervisedState State { get; set; }

    /// <summary>It has died before; what it does now is a respawn.</summary>
    public bool Respawned { get; set; }

    public string Session { get; set; } = "";

    public LinkId? Link { get; set; }

    /// <summary>When it last said that it is alive, or began to start or to end.</summary>
    public Instant Since { get; set; }

    /// <summary>While down: when it is to be started; null: it isn't.</summary>
    public Instant? StartAt { get; set; }

    public bool HasProcess => State != SupervisedState.Down;

    /// <summary>As <see cref="Contracts.SupervisorMessage.RoleState"/> says it.</summary>
    public string Said => State switch
    {
        SupervisedState.Running => "running",
        SupervisedState.Starting => Respawned ? "respawning" : "starting",
        SupervisedState.Ending => "gone",
        SupervisedState.Down => StartAt is null ? "gone" : "respawning",
    };
}
