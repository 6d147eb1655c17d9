using Truce.Ports;

namespace Truce.Engine.Corosync;

/// <summary>
/// What is to be sent. Roles put messages in; the dispatch thread takes parts out, as many as the window
/// allows, and says which of them have come back in the total order. A message of several parts travels
/// alone: nothing of ours follows until it is delivered, so that it can be restarted without being overtaken.
/// </summary>
internal sealed class SendQueue(CorosyncEngineOptions options)
{
    private readonly object _lock = new();
    private readonly Queue<ReadOnlyMemory<byte>> _waiting = new();
    private readonly Queue<int> _inFlight = new();
    private Large? _large;
    private int _messages;
    private long _bytes;
    private uint _attempt;
    private bool _wasBusy;
    private bool _leaving;
    private bool _closed;

    /// <summary>Everything was sent and has come back, and the role wants to leave.</summary>
    public bool IsReadyToLeave
    {
        get
        {
            lock (_lock)
                return _leaving && _messages == 0;
        }
    }

    public bool IsLeaving
    {
        get
        {
            lock (_lock)
                return _leaving;
        }
    }

    public SendResult Put(ReadOnlyMemory<byte> payload)
    {
        lock (_lock)
        {
            if (_closed || _leaving)
                return SendResult.Gone;
            // One message goes whatever its size: nothing smaller than it would ever let it pass otherwise.
            if (_messages >= options.WaitingMessagesMax
                || (_messages > 0 && _bytes + payload.Length > options.WaitingBytesMax))
            {
                _wasBusy = true;
                return SendResult.Busy;
            }

            _waiting.Enqueue(payload.ToArray());
            _messages++;
            _bytes += payload.Length;
            return SendResult.Sent;
        }
    }

    public void Leave()
    {
        lock (_lock)
            _leaving = true;
    }

    public void Close()
    {
        lock (_lock)
            _closed = true;
    }

    /// <summary>The next part to send; null: none, or the window is full. It is asked for again
    /// until <see cref="Sent"/>.</summary>
    public (PartHead Head, ReadOnlyMemory<byte> Body)? Next()
    {
        lock (_lock)
        {
            if (_large is { } large)
                return large.OnTheWay < options.WindowParts ? large.Next() : null;
            if (_inFlight.Count >= options.WindowParts || !_waiting.TryPeek(out ReadOnlyMemory<byte> message))
                return null;
            if (message.Length <= CorosyncEngine.PartBytesMax)
                return (new PartHead(true, true, 0), message);
            if (_inFlight.Count > 0)
                return null;
            _large = new Large(_waiting.Dequeue(), ++_attempt);
            return _large.Next();
        }
    }

    /// <summary>Corosync has taken the part that <see cref="Next"/> gave.</summary>
    public void Sent()
    {
        lock (_lock)
        {
            if (_large is { } large)
                large.Sent();
            else
                _inFlight.Enqueue(_waiting.Dequeue().Length);
        }
    }

    /// <summary>A part of ours came back in the order; true if a sender was refused before
    /// and there is room again. </summary>
    public bool Ordered(PartHead head)
    {
        lock (_lock)
        {
            int? done = head is { IsFirst: true, IsLast: true }
                ? _inFlight.TryDequeue(out int bytes) ? bytes : null
                : _large?.Ordered(head);
            if (done is not { } length)
                return false;
            _large = null;
            _messages--;
            _bytes -= length;
            bool writable = _wasBusy && _messages <= options.WaitingMessagesMax / 2
                && _bytes <= options.WaitingBytesMax / 2;
            _wasBusy &= !writable;
            return writable;
        }
    }

    /// <summary>A node joined, and every member has dropped incomplete messages: a
    /// large message starts again.</summary>
    public void Restart()
    {
        lock (_lock)
        {
            if (_large is { HasBegun: true } large)
                _large = new Large(large.Message, ++_attempt);
        }
    }

    /// <summary>A message of several parts.</summary>
    private sealed class Large(ReadOnlyMemory<byte> message, uint attempt)
    {
        private int _offset;

        public ReadOnlyMemory<byte> Message { get; } = message;

        public int OnTheWay { get; private set; }

        public bool HasBegun => _offset > 0;

        public (PartHead, ReadOnlyMemory<byte>)? Next()
        {
            int length = Length;
            return length == 0
                ? null
                : (new PartHead(_offset == 0, _offset + length == Message.Length, attempt),
                    Message.Slice(_offset, length));
        }

        public void Sent()
        {
            _offset += Length;
            OnTheWay++;
        }

        /// <summary>The message's length if it is delivered whole now.</summary>
        public int? Ordered(PartHead head)
        {
            if (head.Attempt != attempt)
                return null;
            OnTheWay--;
            return head.IsLast ? Message.Length : null;
        }

        private int Length => Math.Min(CorosyncEngine.PartBytesMax, Message.Length - _offset);
    }
}
