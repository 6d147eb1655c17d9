using System.Net.Sockets;
using Truce.Engine.Local.Wire;

namespace Truce.Engine.Local.Sequencing;

/// <summary>One accepted socket with what was read and not yet whole, and what isn't sent yet.</summary>
internal sealed class SequencerConnection(long id, Socket socket, bool isControl)
{
    private readonly Queue<ReadOnlyMemory<byte>> _output = new();
    private int _sentOfFirst;

    public long Id { get; } = id;

    public Socket Socket { get; } = socket;

    public bool IsControl { get; } = isControl;

    public FrameSplitter Input { get; } = new();

    public bool ClosesWhenFlushed { get; set; }

    public long QueuedBytes { get; private set; }

    public bool HasOutput => _output.Count > 0;

    public void Queue(ReadOnlyMemory<byte> bytes)
    {
        _output.Enqueue(bytes);
        QueuedBytes += bytes.Length;
    }

    /// <summary>Sends what the socket takes now.</summary>
    public SocketError Flush()
    {
        while (_output.TryPeek(out ReadOnlyMemory<byte> first))
        {
            int sent = Socket.Send(first.Span[_sentOfFirst..], SocketFlags.None, out SocketError error);
            if (error != SocketError.Success)
                return error;
            QueuedBytes -= sent;
            _sentOfFirst += sent;
            if (_sentOfFirst < first.Length)
                return SocketError.WouldBlock;
            _output.Dequeue();
            _sentOfFirst = 0;
        }

        return SocketError.Success;
    }
}
