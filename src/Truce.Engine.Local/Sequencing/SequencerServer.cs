using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Truce.Engine.Local.Wire;
using Truce.Model;
using Truce.Ports;

namespace Truce.Engine.Local.Sequencing;

/// <summary>
/// The sequencer's shell: one thread, two listening unix sockets (clients at the path, faults at path.ctl).
/// Each connection has a bounded queue of unread data; a client that doesn't read loses its connection,
/// without affecting others (its node is queried, and reports that only the process is gone).
/// </summary>
public sealed class SequencerServer : IDisposable
{
    private const int QueueBytesMax = 128 * 1024 * 1024;
    private const int ConnectionsMax = 256;
    private static readonly TimeSpan s_idle = TimeSpan.FromMilliseconds(100);

    private readonly SequencerCore _core;
    private readonly string _path;
    private readonly Socket _listener;
    private readonly Socket _control;
    private readonly Dictionary<Socket, SequencerConnection> _bySocket = [];
    private readonly Dictionary<long, SequencerConnection> _byId = [];
    private readonly List<Socket> _read = [];
    private readonly List<Socket> _write = [];
    private long _lastId;

    /// <summary>Binds the sockets; a stale socket file is replaced.</summary>
    /// <param name="path">The socket's path.</param>
    /// <param name="options">How to behave.</param>
    /// <exception cref="SocketException">The path can't be bound, or another
    /// sequencer answers there.</exception>
    public SequencerServer(string path, SequencerOptions options)
    {
        _core = new SequencerCore(options);
        _path = path;
        _listener = Listen(path);
        _control = Listen(path + ".ctl");
    }

    /// <summary>Serves until cancelled.</summary>
    public void Run(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            WaitForSockets();
            foreach (Socket socket in _read)
                Readable(socket);
            _core.Turn(Now());
            Perform();
            foreach (SequencerConnection connection in _bySocket.Values.Where(c => c.HasOutput).ToList())
                Flush(connection);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Socket socket in _bySocket.Keys)
            socket.Dispose();
        _listener.Dispose();
        _control.Dispose();
        File.Delete(_path);
        File.Delete(_path + ".ctl");
    }

    private static Instant Now() => new((long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency)));

    private static Socket Listen(string path)
    {
        if (File.Exists(path))
        {
            using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            if (Answers(probe, path))
                throw new SocketException((int)SocketError.AddressAlreadyInUse);
            File.Delete(path);
        }

        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        socket.Listen(64);
        socket.Blocking = false;
        return socket;
    }

    private static bool Answers(Socket probe, string path)
    {
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void WaitForSockets()
    {
        _read.Clear();
        _write.Clear();
        _read.Add(_listener);
        _read.Add(_control);
        _read.AddRange(_bySocket.Keys);
        _write.AddRange(_bySocket.Values.Where(c => c.HasOutput).Select(c => c.Socket));
        Instant now = Now();
        TimeSpan wait = _core.NextTick(now) is { } next && next.Since(now) < s_idle ? next.Since(now) : s_idle;
        Socket.Select(_read, _write, null, wait + TimeSpan.FromMilliseconds(1));
    }

    private void Readable(Socket socket)
    {
        if (socket == _listener || socket == _control)
            Accept(socket);
        else if (_bySocket.TryGetValue(socket, out SequencerConnection? connection))
            Read(connection);
    }

    private void Accept(Socket listener)
    {
        if (TryAccept(listener) is not { } socket)
            return;
        if (_bySocket.Count >= ConnectionsMax)
        {
            socket.Dispose();
            return;
        }

        socket.Blocking = false;
        SequencerConnection connection = new(++_lastId, socket, listener == _control);
        _bySocket.Add(socket, connection);
        _byId.Add(connection.Id, connection);
    }

    // Out of descriptors, or the client has gone again: no other connection ends because of it.
    private static Socket? TryAccept(Socket listener)
    {
        try
        {
            return listener.Accept();
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private void Read(SequencerConnection connection)
    {
        try
        {
            int count = connection.Socket.Receive(connection.Input.Room(), SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
                return;
            if (error != SocketError.Success || count == 0)
            {
                Drop(connection, count == 0 ? "closed" : error.ToString());
                return;
            }

            connection.Input.Received(count);
            Process(connection);
        }
        catch (FrameException e)
        {
            Drop(connection, e.Message);
        }
    }

    private void Process(SequencerConnection connection)
    {
        if (connection.IsControl)
        {
            while (connection.Input.TryTakeLine(out ReadOnlySpan<byte> line))
                connection.Queue(Answer(line));
            return;
        }

        while (connection.Input.TryTake(out FrameType type, out ReadOnlySpan<byte> body))
            _core.Received(connection.Id, type, body, Now());
    }

    private byte[] Answer(ReadOnlySpan<byte> line)
    {
        SequencerStatus answer = Obey(line);
        return Encoding.UTF8.GetBytes(JsonSerializer.Serialize(answer, ControlJson.Default.SequencerStatus) + "\n");
    }

    private SequencerStatus Obey(ReadOnlySpan<byte> line)
    {
        Instant now = Now();
        try
        {
            ControlRequest? request = JsonSerializer.Deserialize(line, ControlJson.Default.ControlRequest);
            switch (request?.Op)
            {
                case "cut" when request.From is { Length: > 0 } && request.To is { Length: > 0 }:
                    _core.Cut(
                        request.From.Select(n => new NodeId(n)), [.. request.To.Select(n => new NodeId(n))],
                        request.Oneway, now);
                    return _core.Status(now);
                case "cuts" when request.Pairs is { } pairs && Array.TrueForAll(pairs, p => p.Split(' ').Length == 2):
                    _core.SetCuts([.. pairs.Select(p => p.Split(' ')).Select(p => (new NodeId(p[0]), new NodeId(p[1])))], now);
                    return _core.Status(now);
                case "heal":
                    _core.Heal();
                    return _core.Status(now);
                case "status":
                    return _core.Status(now);
                default:
                    return Refuse("op is cut (with from and to), cuts (with pairs \"FROM TO\"), heal or status");
            }
        }
        catch (JsonException e)
        {
            return Refuse($"not JSON as expected: {e.Message}");
        }
    }

    private static SequencerStatus Refuse(string reason) => new(false, reason, 0, [], [], []);

    private void Perform()
    {
        foreach (SequencerOutput output in _core.TakeOutputs())
        {
            switch (output)
            {
                case SequencerOutput.Send(long id, var frame) when _byId.TryGetValue(id, out var to):
                    to.Queue(frame);
                    if (to.QueuedBytes > QueueBytesMax)
                        Drop(to, "it isn't reading");
                    break;
                case SequencerOutput.Close(long id, _) when _byId.TryGetValue(id, out var to):
                    to.ClosesWhenFlushed = true;
                    break;
                case SequencerOutput.Send or SequencerOutput.Close:
                    break;
            }
        }

        foreach (SequencerConnection done in _byId.Values.Where(c => c is { ClosesWhenFlushed: true, HasOutput: false })
            .ToList())
            Drop(done, "closed");
    }

    private void Flush(SequencerConnection connection)
    {
        SocketError error = connection.Flush();
        if (error is not (SocketError.Success or SocketError.WouldBlock))
            Drop(connection, error.ToString());
        else if (connection is { ClosesWhenFlushed: true, HasOutput: false })
            Drop(connection, "closed");
    }

    private void Drop(SequencerConnection connection, string reason)
    {
        if (!_byId.Remove(connection.Id))
            return;
        _bySocket.Remove(connection.Socket);
        connection.Socket.Dispose();
        if (!connection.IsControl)
            _core.Closed(connection.Id, Now());
        if (reason != "closed")
            Console.Error.WriteLine($"sequencer: connection {connection.Id} dropped: {reason}");
    }
}
