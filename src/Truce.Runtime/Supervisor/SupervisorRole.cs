using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Truce.Contracts;
using Truce.Control.Components;
using Truce.Model;
using Truce.Ports;

namespace Truce.Runtime.Supervisor;

/// <summary>
/// Starts the node's other roles and decides what their death means: respawn, or (when one dies again and
/// again) the reset of the node. It detects a role that hangs, informs each role of the others' state and the
/// other nodes' supervisors whether its controller is being respawned, and pets the watchdog. Asked to stop,
/// it first has the controller stop the node's resources in order and leave.
/// </summary>
public sealed partial class SupervisorRole : IRole, IEndingRole
{
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);

    private readonly SupervisorOptions _options;
    private readonly IProcessHost _processes;
    private readonly ILinks _links;
    private readonly IWatchdog _watchdog;
    private readonly IPower _power;
    private readonly IEngine _engine;
    private readonly ILogger _log;
    private readonly ImmutableArray<SupervisedRole> _roles;
    private readonly SupervisorGroup _group;
    private readonly HashSet<LinkId> _confined = [];
    private readonly StoppingRule _alone;
    private Instant _lastTick;
    private Instant _nextPet;
    private StopPhase _stopping;
    private string _stopReason = "";

    /// <summary>Nothing is done before <see cref="Start"/>.</summary>
    public SupervisorRole(
        SupervisorOptions options, IProcessHost processes, ILinks links, IWatchdog watchdog, IPower power,
        IEngine engine, ILogger log)
    {
        (_options, _processes, _links, _watchdog) = (options, processes, links, watchdog);
        (_power, _engine, _log) = (power, engine, log);
        RoleKind[] further = options.Groups == GroupsChoice.Server ? [RoleKind.Groups] : [];
        _roles = [.. new[] { RoleKind.Executor, RoleKind.Fencer, RoleKind.Controller, RoleKind.Api }
            .Concat(further).Select(k => new SupervisedRole(
                k, Policy(k is RoleKind.Api or RoleKind.Groups ? ComponentNeed.Optional : options.Need)))];
        _alone = new StoppingRule(options.EngineGrace, options.StopLimit);
        Choose(options.Kept?.Load() ?? ComponentLosses.None);
        _group = new SupervisorGroup(engine, m => SendTo(Role(RoleKind.Controller), m));
    }

    private enum StopPhase
    {
        No,
        ControllerStops,
        RolesEnd,
        AtOnce,
    }

    /// <inheritdoc/>
    public bool HasEnded { get; private set; }

    /// <inheritdoc/>
    public Instant? NextTimer
    {
        get
        {
            Instant? next = Instant.Earliest(_nextPet, _lastTick.Plus(s_tick));
            foreach (SupervisedRole role in _roles)
            {
                if (role.State == SupervisedState.Running)
                    next = Instant.Earliest(next, role.Since.Plus(_options.StallLimit));
            }

            return next;
        }
    }

    private ComponentPolicy Policy(ComponentNeed need) =>
        new(_options.RespawnMax, _options.RespawnWindow, need);

    /// <inheritdoc/>
    public void Start(RoleTime time)
    {
        _lastTick = time.Now;
        Pet(time.Now);
        _alone.Went(time.Now);
        foreach (SupervisedRole role in _roles)
            StartRole(role, time.Now);
    }

    /// <inheritdoc/>
    public void Handle(RoleInput input, RoleTime time)
    {
        switch (input)
        {
            case RoleInput.FromProcessHost(var happened):
                FromProcess(happened, time.Now);
                break;
            case RoleInput.FromLink(var linked):
                FromLink(linked, time.Now);
                break;
            case RoleInput.FromEngine(var told):
                _group.Take(told, Role(RoleKind.Controller).Said);
                FollowEngine(told, time.Now);
                break;
            case RoleInput.StopAsked(var reason):
                StopAsked(reason, time.Now);
                break;
            case RoleInput.FromStore or RoleInput.FromSpawner or RoleInput.FromWorker:
                throw new InvariantException($"a supervisor was given {input.GetType().Name}");
        }
    }

    /// <inheritdoc/>
    public void OnTimer(RoleTime time)
    {
        if (_nextPet.CompareTo(time.Now) <= 0)
            Pet(time.Now);
        TimeSpan sinceTick = time.Now.Since(_lastTick);
        if (sinceTick < s_tick)
        {
            // A hang is noticed to the moment: the peers' patience counts on it (StallRule).
            foreach (SupervisedRole role in _roles.Where(r => r.State == SupervisedState.Running))
                Watch(role, time.Now);
            return;
        }

        _lastTick = time.Now;
        StepAlone(time.Now);
        // Where this process stood still itself, the others' silence says nothing.
        TimeSpan ownStall = sinceTick - s_tick;
        foreach (SupervisedRole role in _roles)
        {
            if (ownStall > s_tick)
                role.Since = role.Since.Plus(ownStall);
            Watch(role, time.Now);
        }
    }

    private SupervisedRole Role(RoleKind kind) => _roles.First(r => r.Kind == kind);

    /// <summary>Four times within its timeout. Self-fencing will bind this to the
    /// echo of a committed nonce.</summary>
    private void Pet(Instant now)
    {
        if (_watchdog.Timeout is not { } timeout)
        {
            _nextPet = now.Plus(TimeSpan.FromHours(1));
            return;
        }

        _watchdog.Pet();
        _nextPet = now.Plus(timeout / 4);
    }

    private void Watch(SupervisedRole role, Instant now)
    {
        switch (role.State)
        {
            case SupervisedState.Down:
                if (role.StartAt is { } at && at.CompareTo(now) <= 0)
                    StartRole(role, now);
                break;
            case SupervisedState.Starting:
                KillAfter(role, now, _options.StartLimit, "isn't up");
                break;
            case SupervisedState.Running:
                KillAfter(role, now, _options.StallLimit, "is silent");
                break;
            case SupervisedState.Ending:
                KillAfter(role, now, _options.EndLimit, "doesn't end");
                break;
        }
    }

    private void KillAfter(SupervisedRole role, Instant now, TimeSpan limit, string what)
    {
        TimeSpan silent = now.Since(role.Since);
        if (silent < limit)
            return;
        LogKilled(role.Name, what, (long)silent.TotalMilliseconds);
        role.Since = now;
        _processes.Kill(role.Kind);
    }

    private void StartRole(SupervisedRole role, Instant now)
    {
        (role.State, role.Since, role.StartAt) = (SupervisedState.Starting, now, null);
        _processes.Start(role.Kind);
    }

    private void FromProcess(ProcessEvent happened, Instant now)
    {
        switch (happened)
        {
            case ProcessEvent.Started(var kind, var processId):
                LogStarted(Role(kind).Name, processId);
                break;
            case ProcessEvent.Exited(var kind, var processId, var code, var signal):
                LogExited(Role(kind).Name, processId, code, signal);
                if (code == 0 || !MeansMore(Role(kind), now))
                    Exited(Role(kind), now);
                break;
        }
    }

    private void Exited(SupervisedRole role, Instant now)
    {
        (role.State, role.Session, role.Turn) = (SupervisedState.Down, "", 0);
        if (_stopping == StopPhase.RolesEnd)
        {
            EndIfAllEnded();
            return;
        }

        if (_stopping == StopPhase.ControllerStops && role.Kind == RoleKind.Controller)
        {
            // Its last word (stopped cleanly) may still be on the way; only
            // if none comes is it started again.
            role.StartAt = now.Plus(s_tick);
            return;
        }

        role.Respawned = true;
        DeathVerdict verdict = role.IsExcused ? DeathVerdict.Respawn : role.Policy.Died(now);
        role.IsExcused = false;
        switch (verdict)
        {
            case DeathVerdict.Respawn:
                // First the word, then the start: the peers' grace must not
                // depend on how fast a process starts.
                role.StartAt = now;
                TellState(role);
                StartRole(role, now);
                break;
            case DeathVerdict.RespawnLater:
                role.StartAt = StaysOut(role) ? null : now.Plus(_options.LaterPause);
                TellState(role);
                break;
            case DeathVerdict.Panic:
                GiveUp(
                    role, $"{role.Name} died more than {_options.RespawnMax} times within "
                    + $"{_options.RespawnWindow.TotalSeconds:0} s", now);
                break;
        }
    }

    private void Panic(string reason)
    {
        _options.Resets?.Note(reason);
        Reset(reason);
    }

    private void Reset(string reason)
    {
        LogPanic(reason);
        _power.Panic(reason);
    }
}
