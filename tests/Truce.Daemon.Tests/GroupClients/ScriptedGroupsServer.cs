using System.Net.Sockets;
using System.Text;
using Truce.Client.Groups;
using Truce.Contracts.Groups;

namespace Truce.Daemon.Tests.GroupClients;

/// <summary>A server of Group Services that says what a test wants, to one client at a time.</summary>
internal sealed class ScriptedGroupsServer : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private readonly TestFolder _folder = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private Socket? _client;
    private StreamReader? _lines;
    private int _sessions;

    public ScriptedGroupsServer()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen(4);
    }

    public string Path => _folder.File("groups.sock");

    /// <summary>Whether the client has closed its end, or written something that wasn't read.</summary>
    public bool IsReadable => _client!.Poll(0, SelectMode.SelectRead);

    /// <summary>A client connects and says hello.</summary>
    public async Task AcceptAsync(CancellationToken cancel)
    {
        Drop();
        _client = await _listener.AcceptAsync(cancel).AsTask().WaitAsync(s_limit, cancel);
        _lines = new StreamReader(new NetworkStream(_client));
        Assert.Equal(new GroupsRequest.Hello(1), await RequestAsync(cancel));
        Say(new GroupsReply.Hello(1, "n1", 10_000, 2_000, GroupsWire.RequestBytesMax));
    }

    /// <summary>It gets a session; its name, and the end of its lease.</summary>
    public async Task<(string Client, long UntilMs)> SessionAsync(TimeSpan lease, CancellationToken cancel)
    {
        await AcceptAsync(cancel);
        string name = $"n1/1@1.1#{++_sessions}";
        long until = LeaseClock.NowMs + (long)lease.TotalMilliseconds;
        Say(new GroupsReply.Session(name, until));
        return (name, until);
    }

    public async Task<GroupsRequest> RequestAsync(CancellationToken cancel)
    {
        string line = await _lines!.ReadLineAsync(cancel).AsTask().WaitAsync(s_limit, cancel)
            ?? throw new InvalidOperationException("the client has closed its end");
        return GroupsWire.ReadRequest(Encoding.UTF8.GetBytes(line), out string error)
            ?? throw new InvalidOperationException(error);
    }

    public void Say(GroupsReply reply) => _client!.Send(GroupsWire.Line(reply));

    /// <summary>Ends the connection.</summary>
    public void Drop()
    {
        _lines?.Dispose();
        _client?.Dispose();
    }

    public void Dispose()
    {
        Drop();
        _listener.Dispose();
        _folder.Dispose();
    }
}
