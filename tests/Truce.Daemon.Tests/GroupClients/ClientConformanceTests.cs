using System.Globalization;
using Truce.Client.Groups;
using Truce.Contracts.Groups;

namespace Truce.Daemon.Tests.GroupClients;

/// <summary>What docs/groups/clients.md promises of a client, of the one for .NET and the one for Python
/// alike.</summary>
public sealed class ClientConformanceTests : IDisposable
{
    private const string Net = "net";
    private const string Python = "python";
    private static readonly TimeSpan s_lease = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_stopTime = TimeSpan.FromSeconds(3);
    private readonly ScriptedGroupsServer _server = new();
    private ClientUnderTest? _client;

    public static TheoryData<string> Clients => [Net, Python];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _client?.Dispose();
        _server.Dispose();
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task A_session_has_the_name_that_the_server_gives(string kind)
    {
        (_, string name, _) = await BeginAsync(kind);
        Assert.Equal("n1/1@1.1#1", name);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task A_claim_is_granted_with_its_epoch_or_refused_with_a_code(string kind)
    {
        (ClientUnderTest client, _, _) = await BeginAsync(kind);
        client.Do("claim lead");
        GroupsRequest.Claim claim = await RequestAsync<GroupsRequest.Claim>();
        Assert.Equal(("lead", WirePatience.Wait, WireFence.None), (claim.Name, claim.Patience, claim.Fence));
        _server.Say(new GroupsReply.Answer(claim.Id, WireResult.Done, 77));
        Assert.Equal("done 77", await client.NextAsync("done", Cancel));
        client.Do("claim lead nowait fenced");
        claim = await RequestAsync<GroupsRequest.Claim>();
        Assert.Equal((WirePatience.Refuse, WireFence.Required), (claim.Patience, claim.Fence));
        _server.Say(new GroupsReply.Answer(claim.Id, WireResult.Refused, 0, "held"));
        Assert.Equal("refused held", await client.NextAsync("refused", Cancel));
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task What_is_voted_down_is_told_as_rejected(string kind)
    {
        (ClientUnderTest client, _, _) = await BeginAsync(kind);
        client.Do("set g v 3");
        GroupsRequest.SetValue set = await RequestAsync<GroupsRequest.SetValue>();
        Assert.Equal(("g", "v", 3), (set.Group, set.Value, set.IfVersion));
        _server.Say(new GroupsReply.Answer(set.Id, WireResult.Rejected, 5, Reason: "n2: not now"));
        Assert.Equal("refused rejected", await client.NextAsync("refused", Cancel));
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Notices_are_told_in_their_order(string kind)
    {
        (ClientUnderTest client, string name, _) = await BeginAsync(kind);
        await EnterAsync(client, name, "watch", 10);
        _server.Say(new GroupsReply.Unproven("g", 11, [], Group("other")));
        _server.Say(new GroupsReply.Dissolved("g", 12));
        Assert.Equal("notice group g 10", await client.NextAsync("notice", Cancel));
        Assert.Equal("notice unproven g 11", await client.NextAsync("notice", Cancel));
        Assert.Equal("notice dissolved g 12", await client.NextAsync("notice", Cancel));
    }

    [Theory]
    [InlineData(Net, "approve", WireChoice.Approve)]
    [InlineData(Python, "approve", WireChoice.Approve)]
    [InlineData(Net, "continue", WireChoice.Continue)]
    [InlineData(Python, "continue", WireChoice.Continue)]
    [InlineData(Net, "raise", WireChoice.Reject)]
    [InlineData(Python, "raise", WireChoice.Reject)]
    public async Task Votes_are_the_applications_and_what_it_raises_is_one_against(
        string kind, string vote, WireChoice choice)
    {
        await BeginAsync(kind, vote: vote);
        _server.Say(new GroupsReply.Phase("g", 1, 2, 3, 1000, [], []));
        GroupsRequest.Vote cast = await RequestAsync<GroupsRequest.Vote>();
        Assert.Equal(("g", 2, 3, choice), (cast.Group, cast.Protocol, cast.Phase, cast.Choice));
        Assert.Equal(choice == WireChoice.Reject ? "planted" : "", cast.Reason);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task A_ping_is_answered_with_its_number_and_a_counter_told(string kind)
    {
        (ClientUnderTest client, _, _) = await BeginAsync(kind);
        _server.Say(new GroupsReply.Ping("g", 3));
        Assert.Equal(new GroupsRequest.Alive("g", 3), await RequestAsync<GroupsRequest.Alive>());
        client.Do("alive g 17");
        Assert.Equal(new GroupsRequest.Alive("g", 17), await RequestAsync<GroupsRequest.Alive>());
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task The_end_of_the_socket_is_the_loss_and_the_last_lease_the_deadline(string kind)
    {
        (ClientUnderTest client, _, long until) = await BeginAsync(kind);
        _server.Say(new GroupsReply.Lease(until + 500));
        _server.Say(new GroupsReply.Bye("stopping", "the server ends"));
        _server.Drop();
        Assert.Equal(until + 500, Number(await client.NextAsync("lost", Cancel)));
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Without_a_new_lease_it_is_lost_while_there_is_time_to_stop_and_its_own_end_stays_open(
        string kind)
    {
        // Almost all of the lease is time to stop.
        (ClientUnderTest client, _, long until) = await BeginAsync(
            kind, stopTime: s_lease - TimeSpan.FromMilliseconds(500));
        Assert.Equal(until, Number(await client.NextAsync("lost", Cancel)));
        Assert.True(LeaseClock.NowMs < until);
        Assert.False(_server.IsReadable, "it closed its end before the application had stopped");
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task A_server_that_isnt_ready_is_asked_again_and_one_that_refuses_for_good_isnt(string kind)
    {
        ClientUnderTest client = Start(kind);
        await _server.AcceptAsync(Cancel);
        _server.Say(new GroupsReply.Bye("not-ready", "try again"));
        await _server.AcceptAsync(Cancel);
        _server.Say(new GroupsReply.Bye("permission", "not you"));
        Assert.Equal("refused permission", await client.NextAsync("refused", Cancel));
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task After_a_loss_it_rejoins_if_asked_to_and_tells_what_was_missed(string kind)
    {
        (ClientUnderTest client, string name, _) = await BeginAsync(kind, AfterLoss.Rejoin);
        await EnterAsync(client, name, "watch", 10);
        await EnterAsync(client, name, "join", 11);
        client.Do("claim lead");
        _server.Say(
            new GroupsReply.Answer((await RequestAsync<GroupsRequest.Claim>()).Id, WireResult.Done, 12));
        await client.NextAsync("done", Cancel);
        name = await AgainAsync(client);
        GroupsRequest.Watch watch = await RequestAsync<GroupsRequest.Watch>();
        _server.Say(new GroupsReply.Watched("g", 40, Group("other")));
        _server.Say(new GroupsReply.Answer(watch.Id, WireResult.Done, 0));
        await AnswerJoinAsync(name, 41);
        Assert.Equal($"session {name}", await client.NextAsync("session", Cancel));
        Assert.Equal("missed g 11 41", await client.NextAsync("missed", Cancel));
        // The claim isn't asked for again: the next request is the application's own.
        client.Do("goodbye g");
        await RequestAsync<GroupsRequest.Goodbye>();
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task It_keeps_asking_for_its_place_while_that_can_come_free(string kind)
    {
        (ClientUnderTest client, string name, _) = await BeginAsync(kind, AfterLoss.Rejoin);
        await EnterAsync(client, name, "join", 11);
        name = await AgainAsync(client);
        GroupsRequest.Join join = await RequestAsync<GroupsRequest.Join>();
        _server.Say(new GroupsReply.Answer(join.Id, WireResult.Refused, 0, "unproven"));
        await AnswerJoinAsync(name, 41);
        Assert.Equal("missed g 11 41", await client.NextAsync("missed", Cancel));
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task A_refusal_that_stays_ends_it(string kind)
    {
        (ClientUnderTest client, string name, _) = await BeginAsync(kind, AfterLoss.Rejoin);
        await EnterAsync(client, name, "join", 11);
        await AgainAsync(client);
        GroupsRequest.Join join = await RequestAsync<GroupsRequest.Join>();
        _server.Say(new GroupsReply.Answer(join.Id, WireResult.Refused, 0, "attributes-differ"));
        Assert.Equal("refused attributes-differ", await client.NextAsync("refused", Cancel));
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Who_has_left_or_was_removed_doesnt_come_back(string kind)
    {
        (ClientUnderTest client, string name, _) = await BeginAsync(kind, AfterLoss.Rejoin);
        await EnterAsync(client, name, "join", 11);
        _server.Say(Changed("g", 12, new WireChange("expel", name), Group("other")));
        await EnterAsync(client, name, "join", 13, "h");
        client.Do("goodbye h");
        GroupsRequest.Goodbye goodbye = await RequestAsync<GroupsRequest.Goodbye>();
        _server.Say(new GroupsReply.Answer(goodbye.Id, WireResult.Done, 14));
        await client.NextAsync("done", Cancel);
        name = await AgainAsync(client);
        Assert.Equal($"session {name}", await client.NextAsync("session", Cancel));
        client.Do("claim lead");
        await RequestAsync<GroupsRequest.Claim>();
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Otherwise_it_begins_anew(string kind)
    {
        (ClientUnderTest client, string name, _) = await BeginAsync(kind);
        await EnterAsync(client, name, "join", 11);
        name = await AgainAsync(client);
        Assert.Equal($"session {name}", await client.NextAsync("session", Cancel));
        client.Do("end");
        await client.NextAsync("ended", Cancel);
    }

    private ClientUnderTest Start(
        string kind, AfterLoss after = AfterLoss.BeginAnew, string vote = "approve", TimeSpan? stopTime =
            null)
    {
        Assert.SkipUnless(kind == Net || File.Exists(PythonClient.Python), "python3 isn't installed");
        ClientTerms terms = new(_server.Path, stopTime ?? s_stopTime, after, vote);
        return _client = kind == Net ? new NetClient(terms) : new PythonClient(terms);
    }

    private async Task<(ClientUnderTest Client, string Name, long UntilMs)> BeginAsync(
        string kind, AfterLoss after = AfterLoss.BeginAnew, string vote = "approve", TimeSpan? stopTime =
            null)
    {
        ClientUnderTest client = Start(kind, after, vote, stopTime);
        (string name, long until) = await _server.SessionAsync(s_lease, Cancel);
        Assert.Equal($"session {name}", await client.NextAsync("session", Cancel));
        return (client, name, until);
    }

    // It loses its session, and gets another; its name.
    private async Task<string> AgainAsync(ClientUnderTest client)
    {
        client.Do("again");
        _server.Drop();
        await client.NextAsync("lost", Cancel);
        return (await _server.SessionAsync(s_lease, Cancel)).Client;
    }

    private async Task EnterAsync(
        ClientUnderTest client, string name, string verb, long epoch, string group = "g")
    {
        client.Do($"{verb} {group}");
        if (verb == "join")
        {
            await AnswerJoinAsync(name, epoch, group);
        }
        else
        {
            GroupsRequest.Watch watch = await RequestAsync<GroupsRequest.Watch>();
            _server.Say(new GroupsReply.Watched(watch.Group, epoch, Group("other")));
            _server.Say(new GroupsReply.Answer(watch.Id, WireResult.Done, 0));
        }

        await client.NextAsync("done", Cancel);
    }

    private async Task AnswerJoinAsync(string name, long epoch, string group = "g")
    {
        GroupsRequest.Join join = await RequestAsync<GroupsRequest.Join>();
        Assert.Equal((group, "n1"), (join.Group, join.Instance));
        _server.Say(Changed(group, epoch, new WireChange("join", name, "n1"), Group("other", name)));
        _server.Say(new GroupsReply.Answer(join.Id, WireResult.Done, epoch));
    }

    private async Task<T> RequestAsync<T>() where T : GroupsRequest =>
        Assert.IsType<T>(await _server.RequestAsync(Cancel));

    private static GroupsReply.Changed Changed(string group, long epoch, WireChange change, WireGroup now) =>
        new(group, epoch, epoch, WireVerdict.Approved, "", [change], [], now);

    private static WireGroup Group(params string[] clients) =>
        new([.. clients.Select(c => new WireMember(c, "n1", "n1"))], "", 0, new WireAttributes());

    private static long Number(string line) =>
        long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
}
