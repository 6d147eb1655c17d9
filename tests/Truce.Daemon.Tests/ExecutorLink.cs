using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net.Sockets;
using Truce.Contracts;

namespace Truce.Daemon.Tests;

/// <summary>A controller's end of an executor's socket.</summary>
internal sealed class ExecutorLink : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private readonly Socket _socket;

    private ExecutorLink(Socket socket) => _socket = socket;

    public static ExecutorLink Connect(string path)
    {
        for (DateTime limit = DateTime.UtcNow + s_limit; ; Thread.Sleep(20))
        {
            Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                socket.Connect(new UnixDomainSocketEndPoint(path));
                socket.ReceiveTimeout = (int)s_limit.TotalMilliseconds;
                return new ExecutorLink(socket);
            }
            catch (SocketException) when (DateTime.UtcNow < limit)
            {
                socket.Dispose();
            }
        }
    }

    public ExecutorReply.Inventory Greet(string session = "controller", string incarnation = "boot")
    {
        Send(new ExecutorRequest.Hello(1, session, incarnation));
        return Assert.IsType<ExecutorReply.Inventory>(Receive());
    }

    public void Run(string id, string type, string action, long intervalMs = 0, long timeoutMs = 60_000, string resource = "r") =>
        Send(new ExecutorRequest.Run(new OperationOrder(
            id, resource, "ocf", "test", type, action, ImmutableSortedDictionary<string, string>.Empty,
            ImmutableSortedDictionary<string, string>.Empty, timeoutMs, intervalMs, 0, 0)));

    public OperationReport Ended() => Assert.IsType<ExecutorReply.Ended>(Receive()).Report;

    public void Send(ExecutorRequest request)
    {
        byte[] message = RoleProtocol.Encode(request);
        byte[] header = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(header, message.Length);
        _socket.Send(header);
        _socket.Send(message);
    }

    public ExecutorReply Receive()
    {
        byte[] message = ReceiveBytes(BinaryPrimitives.ReadInt32LittleEndian(ReceiveBytes(4)));
        return RoleProtocol.DecodeExecutorReply(message, out string error) ?? throw new InvalidDataException(error);
    }

    public void Dispose() => _socket.Dispose();

    private byte[] ReceiveBytes(int count)
    {
        byte[] bytes = new byte[count];
        for (int got = 0; got < count;)
        {
            int read = _socket.Receive(bytes.AsSpan(got));
            Assert.True(read > 0, "the executor closed the link");
            got += read;
        }

        return bytes;
    }
}
