using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using Truce.Daemon.Links;
using Truce.Ports;

namespace Truce.Daemon.Tests;

/// <summary>Clients' sockets: whole lines, bounds, and whose end an end was.</summary>
public sealed class LineLinksTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private readonly TestFolder _folder = new();
    private readonly BlockingCollection<LinkEvent> _events = [];
    private readonly LineLinks _links;

    public LineLinksTests()
    {
        LineLimits limits = new()
        {
            LineBytes = 4096,
            UnreadBytes = 1024 * 1024,
            LinesWaiting = 2,
            Links = 3,
        };
        _links = new LineLinks(limits, "too long\n"u8.ToArray(), uint.MaxValue, _events.Add);
        _links.Listen(_folder.File("socket"), UnixFileMode.UserRead | UnixFileMode.UserWrite, null);
    }

    public void Dispose()
    {
        _links.Dispose();
        _events.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Lines_arrive_whole_however_they_are_cut()
    {
        using Socket client = Connect();
        LinkEvent.Opened opened = Assert.IsType<LinkEvent.Opened>(Next());
        Assert.Equal((RoleKind.Groups, Environment.ProcessId), (opened.Peer, opened.Credentials.ProcessId));
        foreach (string part in new[] { "on", "e\ntw", "o\n" })
            client.Send(Encoding.UTF8.GetBytes(part));
        Assert.Equal("one", Line(Next()));
        Assert.Equal("two", Line(Next()));
    }

    [Fact]
    public void A_client_that_floods_waits_for_the_role()
    {
        using Socket client = Connect();
        LinkId link = Assert.IsType<LinkEvent.Opened>(Next()).Link;
        client.Send("1\n2\n3\n"u8);
        Assert.Equal("1", Line(Next()));
        Assert.Equal("2", Line(Next()));
        Assert.False(_events.TryTake(out _, TimeSpan.FromMilliseconds(50)));
        _links.Taken(link);
        Assert.Equal("3", Line(Next()));
    }

    [Fact]
    public void Who_closes_its_end_is_told_from_who_is_closed()
    {
        using (Connect())
            Next();
        Assert.Equal(LinkEnd.Peer, Assert.IsType<LinkEvent.Closed>(Next()).End);
        using Socket other = Connect();
        LinkId link = Assert.IsType<LinkEvent.Opened>(Next()).Link;
        _links.TrySend(link, "last\n"u8.ToArray());
        _links.Close(link);
        Assert.Equal("last\n", ReadToEnd(other));
        Assert.Equal(LinkEnd.Unknown, Assert.IsType<LinkEvent.Closed>(Next()).End);
    }

    [Fact]
    public void A_client_that_leaves_lines_unread_and_closes_has_closed_its_end()
    {
        Socket client = Connect();
        LinkId link = Assert.IsType<LinkEvent.Opened>(Next()).Link;
        Assert.True(_links.TrySend(link, "unread\n"u8.ToArray()));
        SpinWait.SpinUntil(() => client.Available > 0, s_limit);
        client.Dispose();
        Assert.Equal(LinkEnd.Peer, Assert.IsType<LinkEvent.Closed>(Next()).End);
    }

    [Fact]
    public void A_line_that_is_too_long_is_answered_and_ends_the_connection()
    {
        using Socket client = Connect();
        Next();
        client.Send(new byte[6000]);
        Assert.Equal("too long\n", ReadToEnd(client));
        Assert.Equal(LinkEnd.Unknown, Assert.IsType<LinkEvent.Closed>(Next()).End);
    }

    [Fact]
    public void A_client_that_doesnt_read_loses_its_connection()
    {
        using Socket client = Connect();
        LinkId link = Assert.IsType<LinkEvent.Opened>(Next()).Link;
        byte[] line = new byte[64 * 1024];
        line[^1] = (byte)'\n';
        int sent = 0;
        while (_links.TrySend(link, line))
            Assert.True(++sent < 100, "it was never closed");
        Assert.True(sent >= 15, $"closed after {sent} lines");
        Assert.Equal(LinkEnd.Unknown, Assert.IsType<LinkEvent.Closed>(Next()).End);
        Assert.False(_links.TrySend(link, line));
    }

    [Fact]
    public void There_are_no_more_connections_than_allowed()
    {
        using Socket a = Connect(), b = Connect(), c = Connect(), d = Connect();
        for (int i = 0; i < 3; i++)
            Assert.IsType<LinkEvent.Opened>(Next());
        Assert.Equal("", ReadToEnd(d));
    }

    [Fact]
    public void All_clients_together_may_leave_only_so_much_unread()
    {
        UnreadShare share = new(1000);
        share.Count(2);
        share.Add(900);
        Assert.False(share.IsTooMuch(900));
        share.Add(200);
        Assert.True(share.IsTooMuch(900));
        Assert.False(share.IsTooMuch(200));
    }

    private static string Line(LinkEvent told) => Encoding.UTF8.GetString(
        Assert.IsType<LinkEvent.Received>(told).Payload.Span);

    // What was sent before the end is there to be read, even if something we wrote was left unread.
    private static string ReadToEnd(Socket socket)
    {
        socket.ReceiveTimeout = (int)s_limit.TotalMilliseconds;
        byte[] buffer = new byte[1024];
        int count = 0;
        try
        {
            while (socket.Receive(buffer.AsSpan(count)) is > 0 and var read)
                count += read;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
        }

        return Encoding.UTF8.GetString(buffer, 0, count);
    }

    private LinkEvent Next() =>
        _events.TryTake(out LinkEvent? next, s_limit) ? next : throw new TimeoutException("nothing happened");

    private Socket Connect()
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(_folder.File("socket")));
        return socket;
    }
}
