using Truce.Model;
using Truce.Ports;
using Truce.Runtime;

namespace Truce.Simulator.World;

/// <summary>A process around a role: its mailbox in order, its timer, its end.</summary>
internal sealed class RoleProcess(SimulatedCluster cluster, SimulatedNode node, uint process)
{
    private readonly Queue<RoleInput> _mailbox = [];
    private Action? _ended;
    private bool _due;
    private long _timer;

    public IRole? Role { get; private set; }

    public uint Process => process;

    public bool Alive { get; private set; }

    public bool Paused { get; private set; }

    public SimulatedNode Node => node;

    public void Begin(IRole role, Action ended)
    {
        Role = role;
        Alive = true;
        _ended = ended;
        role.Start(cluster.Clock.Time);
    }

    /// <summary>SIGKILL: nothing more happens in it.</summary>
    public void Kill()
    {
        Alive = false;
        _mailbox.Clear();
    }

    /// <summary>SIGSTOP and SIGCONT.</summary>
    public void Pause(TimeSpan duration)
    {
        Paused = true;
        cluster.Clock.After(duration, () =>
        {
            Paused = false;
            Turn();
        });
    }

    public void Post(RoleInput input)
    {
        _mailbox.Enqueue(input);
        if (_due)
            return;
        _due = true;
        cluster.Clock.After(cluster.Clock.Between(0.01, 0.1), Turn);
    }

    private void Turn()
    {
        _due = false;
        while (Alive && !Paused && _mailbox.TryDequeue(out RoleInput? input))
            Guard(() => Role!.Handle(input, cluster.Clock.Time));
        SetTimer();
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

        if (Alive && Role is IEndingRole { HasEnded: true })
        {
            Alive = false;
            _ended?.Invoke();
        }

        cluster.Observe();
    }

    private void SetTimer()
    {
        if (!Alive || Paused || Role!.NextTimer is not { } next || next.Nanoseconds == _timer)
            return;
        _timer = next.Nanoseconds;
        cluster.Clock.At(next.Nanoseconds, () =>
        {
            if (!Alive || Paused || _timer != next.Nanoseconds)
                return;
            _timer = 0;
            Guard(() => Role!.OnTimer(cluster.Clock.Time));
            SetTimer();
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
        process.Node.KillController(TimeSpan.FromMilliseconds(500));
        throw new KilledException();
    }
}
