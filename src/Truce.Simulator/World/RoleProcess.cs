using Truce.Contracts;
using Truce.Model;
using Truce.Ports;
using Truce.Runtime;

namespace Truce.Simulator.World;

/// <summary>A process around a role: its mailbox in order, its timer, its word to
/// the supervisor, its end.</summary>
internal sealed class RoleProcess(SimulatedCluster cluster, SimulatedNode node, RoleKind kind, uint process)
{
    private static readonly TimeSpan s_alive = TimeSpan.FromSeconds(3);
    private static readonly byte[] s_aliveWord = RoleProtocol.Encode(new SupervisorMessage.Alive(1));
    private readonly Queue<RoleInput> _mailbox = [];
    private readonly List<SimulatedStore> _stores = [];
    private Action<string>? _ended;
    private bool _due;
    private long _timer;
    private TimeSpan _lag;

    public IRole? Role { get; private set; }

    public RoleKind Kind => kind;

    public uint Process => process;

    public bool Alive { get; private set; } = true;

    /// <summary>SIGSTOPs that are under way.</summary>
    public int Pauses { get; private set; }

    public bool IsStill => Pauses > 0 || node.IsSuspended;

    public SimulatedNode Node => node;

    /// <summary>The link to the supervisor, once there is one.</summary>
    public LinkId? Supervisor { get; set; }

    /// <summary>The quorum last reported to this controller; null if none in its current view.</summary>
    public (RingId Ring, bool Quorate)? LastQuorum { get; private set; }

    public RingId? LastView { get; private set; }

    public void Begin(IRole? role, Action<string> ended)
    {
        Role = role;
        _ended = ended;
        role?.Start(node.Clock.Time);
        SetTimer();
        SayAlive();
    }

    public void Uses(SimulatedStore store) => _stores.Add(store);

    /// <summary>SIGKILL: nothing more happens in it.</summary>
    public void Kill(string why)
    {
        if (!Alive)
            return;
        End(why);
    }

    /// <summary>SIGSTOP and SIGCONT.</summary>
    public void Pause(TimeSpan duration)
    {
        Pauses++;
        cluster.Clock.After(duration, () =>
        {
            Pauses--;
            WakeUp();
        });
    }

    /// <summary>Everything takes that much longer, for a while.</summary>
    public void Lag(TimeSpan lag, TimeSpan duration)
    {
        _lag = lag;
        cluster.Clock.After(duration, () => _lag = TimeSpan.Zero);
    }

    public void WakeUp()
    {
        _timer = 0;
        Turn();
    }

    public void Post(RoleInput input)
    {
        if (!Alive)
            return;
        _mailbox.Enqueue(input);
        if (_due)
            return;
        _due = true;
        cluster.Clock.After(_lag + cluster.Clock.Between(0.01, 0.1), Turn);
    }

    private void Turn()
    {
        _due = false;
        while (Alive && !IsStill && _mailbox.TryDequeue(out RoleInput? input))
            Take(input);
        SetTimer();
    }

    private void Take(RoleInput input)
    {
        if (kind == RoleKind.Controller && input is RoleInput.FromEngine(var told))
            Note(told);
        Guard(() => Role?.Handle(input, node.Clock.Time));
        if (Alive && Role is null && input is RoleInput.StopAsked)
            End("asked to end");
    }

    private void Note(EngineEvent told)
    {
        if (told is EngineEvent.View view)
        {
            if (LastView != view.Ring && LastQuorum?.Ring != view.Ring)
                LastQuorum = null;
            LastView = view.Ring;
            cluster.Ledger.Tell(new WorldEvent.ViewTaken(node.Id, view.Ring, view.Members));
        }
        else if (told is EngineEvent.Quorum quorum)
        {
            LastQuorum = (quorum.Ring, quorum.Info.Quorate);
            cluster.Ledger.Tell(new WorldEvent.QuorumTaken(node.Id, quorum.Ring, quorum.Info.Quorate));
        }
    }

    private void Guard(Action action)
    {
        try
        {
            action();
        }
        catch (KilledException)
        {
            return;
        }
#pragma warning disable CA1031 // As the host's top loop: whatever it was, this process ends; and it is a defect.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            cluster.Ledger.Tell(new WorldEvent.Defect(node.Id, kind, thrown));
            End("a defect, exit code 70");
            return;
        }

        if (Alive && Role is IEndingRole { HasEnded: true })
            End("ended by itself");
        else if (kind == RoleKind.Controller)
            cluster.Observe(node);
    }

    private void End(string why)
    {
        Alive = false;
        _mailbox.Clear();
        foreach (SimulatedStore store in _stores)
            store.ProcessDied();
        cluster.Ledger.Tell(new WorldEvent.ProcessEnded(node.Id, kind, process, why));
        _ended?.Invoke(why);
    }

    private void SetTimer()
    {
        if (!Alive || IsStill || Role?.NextTimer is not { } next || next.Nanoseconds == _timer)
            return;
        _timer = next.Nanoseconds;
        cluster.Clock.At(node.Clock.ToWorld(next), () =>
        {
            if (!Alive || IsStill || _timer != next.Nanoseconds)
                return;
            _timer = 0;
            Guard(() => Role!.OnTimer(node.Clock.Time));
            SetTimer();
        });
    }

    private void SayAlive()
    {
        if (kind == RoleKind.Supervisor)
            return;
        cluster.Clock.After(s_alive, () =>
        {
            if (!Alive)
                return;
            if (!IsStill && Supervisor is { } link)
                node.Send(link, this, s_aliveWord);
            SayAlive();
        });
    }
}

/// <summary>The process was killed at a pause point.</summary>
internal sealed class KilledException : Exception;

/// <summary>Pause points at which the world may kill the process.</summary>
internal sealed class PausePoints(SimulatedCluster cluster, RoleProcess process) : IPausePoints
{
    public void Reach(string name)
    {
        cluster.Reached[name] = cluster.Reached.GetValueOrDefault(name) + 1;
        if (cluster.KillAt?.Invoke(process.Node.Id, name) != true)
            return;
        process.Kill($"killed at {name}");
        throw new KilledException();
    }
}
