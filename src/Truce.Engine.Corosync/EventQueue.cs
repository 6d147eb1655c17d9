using Truce.Ports;

namespace Truce.Engine.Corosync;

/// <summary>
/// Between the dispatch thread, which never waits, and the role, which may: a thread that
/// passes on events in order and waits for the role. The backlog is bounded in bytes. If the
/// role has room, it gets events at once.
/// </summary>
internal sealed class EventQueue
{
    private const int BytesPerEvent = 128;

    private readonly object _lock = new();
    private readonly Queue<EngineEvent> _events = new();
    private readonly Action<EngineEvent> _tell;
    private readonly Func<EngineEvent, bool>? _tryTell;
    private readonly long _bytesMax;
    private readonly Thread _thread;
    private long _bytes;
    private bool _closed;
    private bool _telling;

    public EventQueue(string name, long bytesMax, Action<EngineEvent> tell, Func<EngineEvent, bool>? tryTell)
    {
        (_bytesMax, _tell, _tryTell) = (bytesMax, tell, tryTell);
        _thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Adds an event; false: the role has left too much unread.</summary>
    public bool TryAdd(EngineEvent told)
    {
        lock (_lock)
        {
            if (_closed)
                return true;
            if (_events.Count == 0 && !_telling && _tryTell?.Invoke(told) == true)
                return true;
            _bytes += Weight(told);
            _events.Enqueue(told);
            Monitor.Pulse(_lock);
            return _bytes <= _bytesMax;
        }
    }

    /// <summary>Adds the last event, however full it is.</summary>
    public void End(EngineEvent? last)
    {
        lock (_lock)
        {
            if (last is not null && !_closed)
                _events.Enqueue(last);
            _closed = true;
            Monitor.Pulse(_lock);
        }
    }

    private void Run()
    {
        while (Take() is { } told)
        {
            _tell(told);
            lock (_lock)
                _telling = false;
        }
    }

    private EngineEvent? Take()
    {
        lock (_lock)
        {
            while (_events.Count == 0 && !_closed)
                Monitor.Wait(_lock);
            if (!_events.TryDequeue(out EngineEvent? told))
                return null;
            _bytes -= Weight(told);
            _telling = true;
            return told;
        }
    }

    private static long Weight(EngineEvent told) =>
        BytesPerEvent + (told is EngineEvent.Delivered delivered ? delivered.Payload.Length : 0);
}
