using Truce.Model;
using Truce.Ports;

namespace Truce.Daemon.Hosting;

/// <summary>
/// An engine for a role that goes on without one (the supervisor): joins in the background, and again after
/// the engine's death, each time as another life of the process.
/// </summary>
internal sealed class RejoiningEngine : IEngine, IDisposable
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    private readonly Func<Action<EngineEvent>, IEngineConnection> _join;
    private readonly Action<EngineEvent> _tell;
    private readonly NodeId _node;
    private readonly CancellationTokenSource _stop = new();
    private volatile IEngineConnection? _engine;

    public RejoiningEngine(NodeId node, Func<Action<EngineEvent>, IEngineConnection> join, Action<EngineEvent> tell)
    {
        (_node, _join, _tell) = (node, join, tell);
        _ = Task.Run(JoinAsync);
    }

    public EngineMember Self => _engine?.Self ?? new EngineMember(_node, 0);

    public TimeSpan Token => _engine?.Token ?? TimeSpan.Zero;

    public SendResult TrySend(ReadOnlyMemory<byte> payload) => _engine?.TrySend(payload) ?? SendResult.Gone;

    public void Leave()
    {
        _stop.Cancel();
        _engine?.Leave();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _engine?.Dispose();
    }

    private async Task JoinAsync()
    {
        while (!_stop.IsCancellationRequested && _engine is null)
        {
            try
            {
                _engine = _join(Take);
            }
            catch (EngineUnavailableException)
            {
                await Task.Delay(s_pause).ConfigureAwait(false);
            }
        }
    }

    private void Take(EngineEvent told)
    {
        if (told is EngineEvent.Died)
        {
            _engine = null;
            _ = Task.Run(JoinAsync);
        }

        _tell(told);
    }
}
