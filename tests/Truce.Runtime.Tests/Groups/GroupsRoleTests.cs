using Truce.Contracts.Groups;
using Truce.Model;
using Truce.Ports;
using Truce.Runtime.Groups;

namespace Truce.Runtime.Tests.Groups;

/// <summary>The server's role: what its clients' lines do, and what becomes of its clients.</summary>
public sealed class GroupsRoleTests
{
    private static readonly TimeSpan s_leaseAndMargin = TimeSpan.FromSeconds(13);
    private readonly GroupsRoleWorld _world = new GroupsRoleWorld().Opened();

    [Fact]
    public void A_new_lineage_serves_nobody_until_leases_of_before_have_ended()
    {
        GroupsRoleWorld world = new();
        world.Pass(TimeSpan.FromSeconds(11));
        Assert.Equal("not-ready", world[0].Session().Bye?.Code);
        TestClient looks = world[0].Connect();
        looks.Write(new GroupsRequest.Hello(1, ConnectionUse.Look));
        looks.Write(new GroupsRequest.List(1));
        Assert.Equal(GroupsReadiness.Opening, looks.Lines.OfType<GroupsReply.Listed>().Single().Service);
        world.Pass(TimeSpan.FromSeconds(3));
        Assert.Null(world[0].Session().Bye);
    }

    [Fact]
    public void A_session_has_a_lease_that_is_renewed()
    {
        TestClient client = _world[0].Session();
        GroupsReply.Hello hello = Assert.IsType<GroupsReply.Hello>(client.Lines[0]);
        Assert.Equal((1, "n1", 10_000L, 2_000L), (hello.Version, hello.Node, hello.LeaseMs, hello.MarginMs));
        long first = Assert.IsType<GroupsReply.Session>(client.Lines[1]).UntilMs;
        _world.Pass(TimeSpan.FromSeconds(2));
        Assert.True(client.Lines.OfType<GroupsReply.Lease>().Last().UntilMs >= first + 1_500);
    }

    [Fact]
    public void Members_on_three_nodes_see_the_same_changes()
    {
        TestClient[] clients = [.. Enumerable.Range(0, 3).Select(n => _world[n].Session())];
        for (int n = 0; n < 3; n++)
        {
            int at = n;
            Assert.Equal(WireResult.Done, clients[n].Ask(
                id => new GroupsRequest.Join(id, "g", $"i{at}"))?.Result);
        }

        Assert.Equal(WireResult.Done, clients[1].Ask(
            id => new GroupsRequest.SetValue(id, "g", "v", IfVersion: 0))?.Result);
        Assert.Equal("version-differs", clients[2].Ask(
            id => new GroupsRequest.SetValue(id, "g", "w", IfVersion: 0))?.Code);
        Assert.All(clients, c => Assert.Equal("v", c.Lines.OfType<GroupsReply.Changed>().Last().Now.Value));
        Assert.Equal(
            clients[1].Lines.OfType<GroupsReply.Changed>().Skip(1).Select(c => c.Epoch),
            clients[2].Lines.OfType<GroupsReply.Changed>().Select(c => c.Epoch));
        Assert.Equal(
            ["n1", "n2", "n3"], clients[2].Lines.OfType<GroupsReply.Changed>().Last().Now.Members.Select(
                m => m.Node));
    }

    [Fact]
    public void A_vote_is_asked_for_and_decides()
    {
        TestClient a = _world[0].Session(), b = _world[1].Session();
        a.Ask(id => new GroupsRequest.Join(id, "g", "a"));
        b.Ask(id => new GroupsRequest.Join(id, "g", "b"));
        WireTerms terms = new(WirePhases.Many);
        Assert.Null(a.Ask(id => new GroupsRequest.Broadcast(id, "g", "go?", terms)));
        GroupsReply.Phase phase = b.Lines.OfType<GroupsReply.Phase>().Single();
        Assert.Equal("go?", phase.Changes.Single().Text);
        TestClient looks = _world[2].Connect();
        looks.Write(new GroupsRequest.Hello(1, ConnectionUse.Look));
        looks.Write(new GroupsRequest.Show(7, "g"));
        Assert.Equal([a.Name, b.Name], looks.Lines.OfType<GroupsReply.Shown>().Single().Running!.Awaited);
        a.Ask(id => new GroupsRequest.Vote(id, "g", phase.Protocol, 1, WireChoice.Approve));
        b.Ask(id => new GroupsRequest.Vote(id, "g", phase.Protocol, 1, WireChoice.Reject, "not now"));
        GroupsReply.Answer answer = a.AnswerTo(2)!;
        Assert.Equal(WireResult.Rejected, answer.Result);
        Assert.EndsWith("not now", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_claim_has_one_holder_and_passes_on_when_its_socket_closes()
    {
        TestClient a = _world[0].Session(), b = _world[1].Session();
        long first = a.Ask(id => new GroupsRequest.Claim(id, "lead"))!.Epoch;
        Assert.Equal("held", b.Ask(id => new GroupsRequest.Claim(id, "lead", WirePatience.Refuse))?.Code);
        Assert.Null(b.Ask(id => new GroupsRequest.Claim(id, "lead")));
        a.Close();
        Assert.True(b.AnswerTo(2)!.Epoch > first);
    }

    [Fact]
    public void A_client_whose_connection_the_server_ended_keeps_its_claim_until_it_certainly_knows()
    {
        TestClient a = _world[0].Session(), b = _world[1].Session();
        a.Ask(id => new GroupsRequest.Claim(id, "lead"));
        b.Ask(id => new GroupsRequest.Claim(id, "lead"));
        a.IsStuck = true;
        _world.Pass(TimeSpan.FromSeconds(1));
        Assert.Null(b.AnswerTo(1));
        _world.Pass(s_leaseAndMargin);
        Assert.NotNull(b.AnswerTo(1));
    }

    [Theory]
    [InlineData(LinkEnd.Unknown, false)]
    [InlineData(LinkEnd.Peer, true)]
    public void Only_the_peers_own_end_passes_a_claim_on_at_once(LinkEnd end, bool atOnce)
    {
        TestClient a = _world[0].Session(), b = _world[1].Session();
        a.Ask(id => new GroupsRequest.Claim(id, "lead"));
        b.Ask(id => new GroupsRequest.Claim(id, "lead"));
        a.Close(end);
        Assert.Equal(atOnce, b.AnswerTo(1) is not null);
    }

    [Fact]
    public void A_stopped_servers_claim_passes_on_after_lease_and_margin_and_its_clients_are_let_go()
    {
        TestClient a = _world[0].Session(), b = _world[1].Session();
        a.Ask(id => new GroupsRequest.Claim(id, "lead"));
        b.Ask(id => new GroupsRequest.Claim(id, "lead"));
        long until = a.Lines.OfType<GroupsReply.Session>().Last().UntilMs;
        _world[0].IsStopped = true;
        while (b.AnswerTo(1) is null)
            _world.Pass(TimeSpan.FromMilliseconds(50));
        long now = _world.Now.Now.Nanoseconds / 1_000_000;
        Assert.True(now >= until + 2_000, $"taken over at {now}, the lease ended at {until}");
        _world[0].IsStopped = false;
        _world.Pass(TimeSpan.FromMilliseconds(50));
        Assert.Equal("lease-ended", a.Bye?.Code);
        Assert.True(a.IsClosed);
    }

    [Fact]
    public void A_server_without_its_engine_lets_its_clients_go_and_ends()
    {
        TestClient a = _world[0].Session();
        _world[0].Engine(new EngineEvent.Died("test"));
        Assert.Equal("engine-gone", a.Bye?.Code);
        Assert.True(a.IsClosed && _world[0].Role.HasEnded);
    }

    [Fact]
    public void A_server_that_is_asked_to_stop_lets_its_clients_go_and_leaves()
    {
        TestClient a = _world[0].Session();
        _world[0].Role.Handle(new RoleInput.StopAsked("SIGTERM"), _world.Now);
        Assert.Equal("stopping", a.Bye?.Code);
        Assert.True(_world[0].HasLeft && _world[0].Role.HasEnded);
    }

    [Fact]
    public void A_message_of_another_server_that_cant_be_read_ends_this_one()
    {
        TestClient a = _world[0].Session();
        _world[0].Engine(new EngineEvent.Delivered(_world[1].Self, "{\"type\":\"newer\"}"u8.ToArray()));
        Assert.True(a.IsClosed && _world[0].Role.HasEnded);
        Assert.Null(_world[1].Session().Bye);
    }

    [Fact]
    public void What_the_engine_has_no_room_for_is_sent_later_in_order()
    {
        TestClient a = _world[0].Session();
        _world[0].Room = SendResult.Busy;
        Assert.Null(a.Ask(id => new GroupsRequest.Join(id, "g", "a")));
        Assert.Null(a.Ask(id => new GroupsRequest.SetValue(id, "g", "v")));
        _world[0].Room = SendResult.Sent;
        _world[0].Engine(new EngineEvent.Writable());
        _world.Deliver();
        Assert.Equal([WireResult.Done, WireResult.Done], [a.AnswerTo(1)!.Result, a.AnswerTo(2)!.Result]);
    }

    [Fact]
    public void A_slow_engine_is_named_with_its_arithmetic()
    {
        Assert.Null(GroupsRoleOptions.Objection(TimeSpan.FromMilliseconds(3_650), new()));
        Assert.Contains(
            "> lease 10000 ms", GroupsRoleOptions.Objection(TimeSpan.FromMilliseconds(4_300), new()),
            StringComparison.Ordinal);
    }
}
