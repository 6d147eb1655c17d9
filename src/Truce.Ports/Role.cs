using Truce.Model;

namespace Truce.Ports;

/// <summary>
/// One role's loop, without the loop: the host (a process of <c>truced</c>, or the simulator) calls it for
/// each input in order, never twice at a time, and again when <see cref="NextTimer"/> has come. It does its
/// work by calling ports, none of which blocks; what comes of it arrives as a later input.
/// </summary>
public interface IRole
{
    /// <summary>When the role next wants <see cref="OnTimer"/>; null: only when an input comes.</summary>
    Instant? NextTimer { get; }

    /// <summary>Called once, before anything else.</summary>
    void Start(RoleTime time);

    /// <summary>Called for each input.</summary>
    void Handle(RoleInput input, RoleTime time);

    /// <summary>Called at or after <see cref="NextTimer"/>.</summary>
    void OnTimer(RoleTime time);
}

/// <summary>The events that ports send to a role.</summary>
public abstract record RoleInput
{
    private RoleInput() { }

    /// <summary>From the engine.</summary>
    public sealed record FromEngine(EngineEvent Event) : RoleInput;

    /// <summary>From the store.</summary>
    public sealed record FromStore(StoreEvent Event) : RoleInput;

    /// <summary>From a link to another role of this node or to a client.</summary>
    public sealed record FromLink(LinkEvent Event) : RoleInput;

    /// <summary>From the spawner: an agent's operation.</summary>
    public sealed record FromSpawner(SpawnerEvent Event) : RoleInput;

    /// <summary>From the process host: a role of this node.</summary>
    public sealed record FromProcessHost(ProcessEvent Event) : RoleInput;

    /// <summary>From the worker that plans: the answer to a request made
    /// through <see cref="IWorker"/>.</summary>
    public sealed record FromWorker(long RequestId, object Answer) : RoleInput;

    /// <summary>The service manager asks this role to end (SIGTERM); a second time: at once.</summary>
    public sealed record StopAsked(string Reason) : RoleInput;
}

/// <summary>Runs long pure work off the loop, so that a long plan never looks like a stall.</summary>
public interface IWorker
{
    /// <summary>Runs <paramref name="work"/> elsewhere; its answer comes back as
    /// <see cref="RoleInput.FromWorker"/>. A new request makes the answer to an earlier one worthless; it
    /// may be skipped. The token that the work gets says that it costs too much, time or memory: a thread
    /// can't be ended from outside.</summary>
    void Request(long requestId, Func<CancellationToken, object> work);
}

/// <summary>
/// A named point in a role at which a test can stop or kill it ("after-commit-before-shot"). In production
/// nothing is armed and it costs a null check.
/// </summary>
public interface IPausePoints
{
    /// <summary>Blocks, or ends the process, if a test armed this point; otherwise returns at once.</summary>
    void Reach(string name);
}
