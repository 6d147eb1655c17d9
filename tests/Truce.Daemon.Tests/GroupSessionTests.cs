using System.Net.Sockets;
using System.Text;
using Truce.Client;
using Truce.Client.Groups;
using Truce.Contracts.Groups;

namespace Truce.Daemon.Tests;

/// <summary>The client for .NET against a server that says what a test wants.</summary>
public sealed class GroupSessionTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);
    private readonly TestFolder _folder = new();
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private Socket? _server;
    private StreamReader? _reader;

    public GroupSessionTests()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(_folder.File("groups.sock")));
        _listener.Listen(1);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _reader?.Dispose();
        _server?.Dispose();
        _listener.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Requests_are_answered_by_their_ids()
    {
        using GroupSession session = await OpenAsync();
        Task<long> first = session.RequireAsync(id => new GroupsRequest.Claim(id, "a"), Cancel);
        Assert.Equal(1, ((GroupsRequest.Claim)await RequestAsync()).Id);
        Task<long> second = session.RequireAsync(id => new GroupsRequest.Claim(id, "b"), Cancel);
        Assert.Equal(2, ((GroupsRequest.Claim)await RequestAsync()).Id);
        Say(new GroupsReply.Answer(2, WireResult.Refused, 0, "held"));
        Say(new GroupsReply.Answer(1, WireResult.Done, 77));
        Assert.Equal(77, await first);
        Assert.Equal("held", (await Assert.ThrowsAsync<GroupsRefusedException>(() => second)).Code);
    }

    [Fact]
    public async Task A_server_that_gives_no_session_says_why()
    {
        Task<GroupSession> opening = GroupSession.OpenAsync(_folder.File("groups.sock"), new(), Cancel);
        await AcceptAsync();
        Say(new GroupsReply.Hello(1, "n1", 10_000, 2_000, 1000));
        Say(new GroupsReply.Bye("not-ready", "try again"));
        Assert.Equal("not-ready", (await Assert.ThrowsAsync<GroupsRefusedException>(() => opening)).Code);
    }

    [Fact]
    public async Task Where_nobody_listens_it_is_unreachable() =>
        await Assert.ThrowsAsync<ClusterUnreachableException>(
            () => GroupSession.OpenAsync(_folder.File("nosuch.sock"), new(), Cancel));

    [Fact]
    public async Task It_is_lost_with_its_socket_and_names_the_end_of_its_lease()
    {
        using GroupSession session = await OpenAsync();
        long until = session.UntilMs + 500;
        Say(new GroupsReply.Lease(until));
        Say(new GroupsReply.Bye("stopping", "the server ends"));
        _server!.Dispose();
        await LostAsync(session);
        Assert.Equal(until, session.Loss!.DeadlineMs);
        Assert.StartsWith("stopping", session.Loss.Reason, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => session.AskAsync(id => new GroupsRequest.List(id), Cancel));
    }

    [Fact]
    public async Task It_is_lost_while_there_is_time_to_stop_if_no_lease_comes_and_its_socket_stays_open()
    {
        // Almost all of the lease is time to stop: it is lost before long, and long before its end.
        using GroupSession session = await OpenAsync(
            new GroupSessionOptions { StopTime = s_limit * 2 - s_limit / 60 });
        await LostAsync(session);
        Assert.True(LeaseClock.NowMs < session.Loss!.DeadlineMs);
        Assert.False(_server!.Poll(0, SelectMode.SelectRead), "it closed its end before the application did");
    }

    [Fact]
    public async Task Votes_are_the_applications_and_what_it_throws_is_one_against()
    {
        using GroupSession session = await OpenAsync(new GroupSessionOptions
        {
            Vote = (phase, _) => phase.Number == 1
                ? Task.FromResult(new GroupVote(WireChoice.Continue, Message: "m"))
                : throw new InvalidOperationException("planted"),
        });
        Say(new GroupsReply.Phase("g", 1, 2, 1, 1000, [], []));
        GroupsRequest.Vote vote = (GroupsRequest.Vote)await RequestAsync();
        Assert.Equal((2, 1, WireChoice.Continue, "m"), (
            vote.Protocol, vote.Phase, vote.Choice, vote.Message));
        Say(new GroupsReply.Phase("g", 3, 2, 2, 1000, [], []));
        vote = (GroupsRequest.Vote)await RequestAsync();
        Assert.Equal((WireChoice.Reject, "planted"), (vote.Choice, vote.Reason));
    }

    private static Task LostAsync(GroupSession session)
    {
        TaskCompletionSource lost = new();
        session.Lost.Register(lost.SetResult);
        return lost.Task.WaitAsync(s_limit, Cancel);
    }

    private async Task<GroupSession> OpenAsync(GroupSessionOptions? options = null)
    {
        Task<GroupSession> opening = GroupSession.OpenAsync(
            _folder.File("groups.sock"), options ?? new(), Cancel);
        await AcceptAsync();
        Say(new GroupsReply.Hello(1, "n1", 10_000, 2_000, 1000));
        Say(new GroupsReply.Session("n1/1@1.1#1", LeaseClock.NowMs + (long)(s_limit * 2).TotalMilliseconds));
        return await opening;
    }

    private async Task AcceptAsync()
    {
        _server = await _listener.AcceptAsync(Cancel);
        _reader = new StreamReader(new NetworkStream(_server));
        Assert.IsType<GroupsRequest.Hello>(await RequestAsync());
    }

    private async Task<GroupsRequest> RequestAsync()
    {
        string line = (await _reader!.ReadLineAsync(Cancel))!;
        return GroupsWire.ReadRequest(Encoding.UTF8.GetBytes(line), out string error)
            ?? throw new InvalidOperationException(error);
    }

    private void Say(GroupsReply reply) => _server!.Send(GroupsWire.Line(reply));
}
