using Truce.Engine.Local.Wire;
using Truce.Ports;

namespace Truce.Engine.Local;

/// <summary>
/// What is to be sent: bounded by messages and bytes that haven't been ordered yet, so that a frozen ring
/// pushes back on the role instead of filling memory. Answers to probes and heartbeats overtake messages.
/// </summary>
internal sealed class SendWindow(int messagesMax, int bytesMax, TimeSpan heartbeat)
{
    private static readonly byte[] s_heartbeat = new FrameWriter(FrameType.Heartbeat).ToFrame();

    private readonly object _lock = new();
    private readonly Queue<byte[]> _frames = new();
    private readonly Queue<byte[]> _urgent = new();
    private int _messages;
    private long _bytes;
    private bool _wasBusy;
    private bool _leaving;
    private bool _closed;

    public bool IsLeaving
    {
        get
        {
            lock (_lock)
                return _leaving;
        }
    }

    public SendResult TrySend(ReadOnlyMemory<byte> payload)
    {
        lock (_lock)
        {
            if (_closed || _leaving)
                return SendResult.Gone;
            // One message goes whatever its size: nothing smaller than it would ever let it pass otherwise.
            if (_messages >= messagesMax || (_messages > 0 && _bytes + payload.Length > bytesMax))
            {
                _wasBusy = true;
                return SendResult.Busy;
            }

            foreach (byte[] frame in FrameCodec.EncodeParts(FrameType.Data, null, payload))
                _frames.Enqueue(frame);
            _messages++;
            _bytes += payload.Length;
            Monitor.Pulse(_lock);
            return SendResult.Sent;
        }
    }

    /// <summary>One of ours has been ordered; true if a sender was refused before
    /// and there is room again.</summary>
    public bool Ordered(int bytes)
    {
        lock (_lock)
        {
            _messages--;
            _bytes -= bytes;
            bool writable = _wasBusy && _messages <= messagesMax / 2 && _bytes <= bytesMax / 2;
            _wasBusy &= !writable;
            return writable;
        }
    }

    public void AnswerProbe(ulong probe) => Urgent(new FrameWriter(FrameType.ProbeReply).UInt64(probe).ToFrame());

    public void Leave()
    {
        lock (_lock)
        {
            if (_leaving || _closed)
                return;
            _leaving = true;
            _frames.Enqueue(new FrameWriter(FrameType.Leave).ToFrame());
            Monitor.Pulse(_lock);
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
            Monitor.PulseAll(_lock);
        }
    }

    /// <summary>Waits for the next frame to be sent; a heartbeat if there is
    /// none in time; null: closed.</summary>
    public byte[]? Next()
    {
        lock (_lock)
        {
            if (_urgent.Count == 0 && _frames.Count == 0 && !_closed)
                Monitor.Wait(_lock, heartbeat);
            if (_closed)
                return null;
            if (_urgent.TryDequeue(out byte[]? urgent))
                return urgent;
            return _frames.TryDequeue(out byte[]? frame) ? frame : s_heartbeat;
        }
    }

    private void Urgent(byte[] frame)
    {
        lock (_lock)
        {
            _urgent.Enqueue(frame);
            Monitor.Pulse(_lock);
        }
    }
}
