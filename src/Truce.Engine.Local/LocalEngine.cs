using System.Net.Sockets;
using Truce.Engine.Local.Wire;
using Truce.Model;
using Truce.Ports;

namespace Truce.Engine.Local;

/// <summary>
/// One process's connection to a group over the sequencer. A reading thread passes on incoming events (it
/// waits while the role's mailbox is full, without affecting its node's liveness); a writing thread sends
/// messages and heartbeats. Callers never wait for either.
/// </summary>
public sealed class LocalEngine : IEngineConnection
{
    private static readonly TimeSpan s_connectLimit = TimeSpan.FromSeconds(5);

    private readonly Socket _socket;
    private readonly SendWindow _window;
    private readonly Action<EngineEvent> _tell;
    private readonly FrameSplitter _input = new();
    private readonly MemoryStream _message = new();
    private readonly Thread _reader;
    private readonly Thread _writer;
    private int _ended;

    private LocalEngine(Socket socket, LocalEngineOptions options, Action<EngineEvent> tell)
    {
        (_socket, _tell) = (socket, tell);
        Self = new EngineMember(options.Node, options.Process);
        Welcome welcome = Introduce(options);
        Token = TimeSpan.FromMilliseconds(welcome.TokenMs);
        _window = new SendWindow(
            welcome.WindowMessages, welcome.WindowBytes, TimeSpan.FromMilliseconds(welcome.HeartbeatMs));
        _reader = new Thread(Read, 256 * 1024) { IsBackground = true, Name = $"engine-{options.Group}-read" };
        _writer = new Thread(Write, 256 * 1024) { IsBackground = true, Name = $"engine-{options.Group}-write" };
    }

    /// <inheritdoc/>
    public EngineMember Self { get; }

    /// <inheritdoc/>
    public TimeSpan Token { get; }

    /// <summary>Joins a group.</summary>
    /// <param name="options">Which.</param>
    /// <param name="tell">Called on the reading thread for each event, in order; it may wait.</param>
    /// <exception cref="EngineUnavailableException">There is no sequencer, or it refuses.</exception>
    public static LocalEngine Join(LocalEngineOptions options, Action<EngineEvent> tell)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(options.SocketPath));
            LocalEngine engine = new(socket, options, tell);
            engine._reader.Start();
            engine._writer.Start();
            return engine;
        }
        catch (Exception e) when (e is SocketException or FrameException)
        {
            socket.Dispose();
            throw new EngineUnavailableException($"no sequencer at {options.SocketPath}: {e.Message}", false, e);
        }
        catch (EngineUnavailableException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public SendResult TrySend(ReadOnlyMemory<byte> payload)
    {
        if (payload.Length > FrameLimits.MessageBytesMax)
            throw new InvariantException($"a message of {payload.Length} bytes; the engine takes {FrameLimits.MessageBytesMax}");
        return _window.TrySend(payload);
    }

    /// <inheritdoc/>
    public void Leave() => _window.Leave();

    /// <summary>Breaks the connection as a death of the process would.</summary>
    public void Dispose()
    {
        Interlocked.Exchange(ref _ended, 1);
        _window.Close();
        _socket.Dispose();
        _message.Dispose();
    }

    private Welcome Introduce(LocalEngineOptions options)
    {
        _socket.ReceiveTimeout = (int)s_connectLimit.TotalMilliseconds;
        _socket.Send(FrameCodec.Encode(new Hello(
            options.KernelBoot, options.Node, options.Incarnation, options.Group, options.Process, options.Nodes)));
        FrameType type;
        ReadOnlySpan<byte> body;
        while (!_input.TryTake(out type, out body))
            Receive();
        _socket.ReceiveTimeout = 0;
        return type switch
        {
            FrameType.Welcome => FrameCodec.DecodeWelcome(body),
            FrameType.Refused => throw new EngineUnavailableException(new FrameReader(body).Text(), true),
            FrameType.Hello or FrameType.Data or FrameType.Heartbeat or FrameType.ProbeReply or FrameType.Leave
                or FrameType.Part or FrameType.View or FrameType.Quorum or FrameType.Ordered or FrameType.Probe =>
                throw new FrameException($"{type} before a welcome"),
        };
    }

    private void Read()
    {
        try
        {
            while (true)
            {
                while (_input.TryTake(out FrameType type, out ReadOnlySpan<byte> body))
                    Take(type, body);
                Receive();
            }
        }
        catch (Exception e) when (e is SocketException or FrameException or ObjectDisposedException)
        {
            End(e.Message);
        }
    }

    private void Receive()
    {
        int count = _socket.Receive(_input.Room());
        if (count == 0)
            throw new FrameException("the sequencer closed the connection");
        _input.Received(count);
    }

    private void Take(FrameType type, ReadOnlySpan<byte> body)
    {
        switch (type)
        {
            case FrameType.Part:
                TakePart(new FrameReader(body));
                break;
            case FrameType.View:
                _tell(FrameCodec.DecodeView(body));
                break;
            case FrameType.Quorum:
                _tell(FrameCodec.DecodeQuorum(body));
                break;
            case FrameType.Ordered:
                if (_window.Ordered(new FrameReader(body).Int32()))
                    _tell(new EngineEvent.Writable());
                break;
            case FrameType.Probe:
                _window.AnswerProbe(new FrameReader(body).UInt64());
                break;
            case FrameType.Hello or FrameType.Data or FrameType.Heartbeat or FrameType.ProbeReply
                or FrameType.Leave or FrameType.Welcome or FrameType.Refused:
            default:
                throw new FrameException($"frame type {type} from the sequencer");
        }
    }

    private void TakePart(FrameReader reader)
    {
        EngineMember sender = reader.Member();
        bool last = reader.Flag();
        _message.Write(reader.Rest());
        if (!last)
            return;
        byte[] payload = _message.ToArray();
        _message.SetLength(0);
        if (_message.Capacity > FrameLimits.PartBytesMax)
            _message.Capacity = 0;
        _tell(new EngineEvent.Delivered(sender, payload));
    }

    private void Write()
    {
        try
        {
            while (_window.Next() is { } frame)
                SendAll(frame);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            End(e.Message);
        }
    }

    private void SendAll(byte[] frame)
    {
        for (int sent = 0; sent < frame.Length;)
            sent += _socket.Send(frame.AsSpan(sent));
    }

    private void End(string reason)
    {
        bool left = _window.IsLeaving;
        _window.Close();
        if (Interlocked.Exchange(ref _ended, 1) == 0 && !left)
            _tell(new EngineEvent.Died(reason));
    }
}
