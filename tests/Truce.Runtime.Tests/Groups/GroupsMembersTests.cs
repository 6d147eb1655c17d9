using Truce.Contracts.Groups;
using Truce.Model;
using Truce.Ports;
using Truce.Runtime.Groups;

namespace Truce.Runtime.Tests.Groups;

/// <summary>The server's role: responsiveness, deactivation, hosts and links, in lines.</summary>
public sealed class GroupsMembersTests
{
    private static readonly WireResponsiveness s_check = new(WireCheck.Ping, 2_000, 500);
    private readonly GroupsRoleWorld _world = new GroupsRoleWorld().Opened();

    [Fact]
    public void A_member_is_pinged_and_its_silence_told_until_it_answers()
    {
        TestClient a = _world[0].Session(), b = _world[1].Session();
        a.Ask(id => new GroupsRequest.Join(id, "g", "a", Responsiveness: s_check));
        b.Ask(id => new GroupsRequest.Join(id, "g", "b"));
        _world.Pass(TimeSpan.FromSeconds(2.2));
        GroupsReply.Ping ping = Assert.Single(a.Lines.OfType<GroupsReply.Ping>());
        _world.Pass(TimeSpan.FromSeconds(1));
        GroupsReply.Responsive lost = Assert.Single(b.Lines.OfType<GroupsReply.Responsive>());
        Assert.Equal((a.Name, WireResponse.Lost), (lost.Client, lost.State));
        Assert.Equal([a.Name], lost.Now.Unresponsive!.Value);
        a.Write(new GroupsRequest.Alive("g", ping.Number));
        _world.Pass(TimeSpan.FromMilliseconds(100));
        Assert.Equal(WireResponse.Present, b.Lines.OfType<GroupsReply.Responsive>().Last().State);
    }

    [Fact]
    public void Where_silence_is_a_failure_the_server_says_so_and_ends_the_session()
    {
        TestClient a = _world[0].Session();
        a.Ask(id => new GroupsRequest.Join(
            id, "g", "a", new WireAttributes(Unresponsive: WireUnresponsive.Fail), s_check));
        _world.Pass(TimeSpan.FromSeconds(4));
        Assert.Equal("unresponsive", a.Bye?.Code);
        Assert.True(a.IsClosed);
    }

    [Fact]
    public void An_expelled_member_deactivates_itself_first()
    {
        TestClient a = _world[0].Session(), b = _world[1].Session();
        a.Ask(id => new GroupsRequest.Join(id, "g", "a"));
        b.Ask(id => new GroupsRequest.Join(id, "g", "b", Deactivate: "off"));
        Assert.Null(a.Ask(id => new GroupsRequest.Expel(id, "g", b.Name, "why")));
        GroupsReply.Deactivate asked = Assert.Single(b.Lines.OfType<GroupsReply.Deactivate>());
        Assert.Equal(("off", "why"), (asked.Program, asked.Reason));
        b.Ask(id => new GroupsRequest.Vote(id, "g", asked.Protocol, asked.Number, WireChoice.Approve));
        Assert.Equal(WireResult.Done, a.AnswerTo(2)?.Result);
        Assert.Equal("done", a.Lines.OfType<GroupsReply.Changed>().Last().Changes[0].Deactivation);
    }

    [Fact]
    public void Whoever_has_a_session_may_watch_hosts_and_links()
    {
        GroupsRoleWorld world = new GroupsRoleWorld(
            3, _ => new GroupsCaller("bob", [], CallerReach.Listed))
            .Opened();
        TestClient bob = world[0].Session();
        Assert.Equal(WireResult.Done, bob.Ask(id => new GroupsRequest.Watch(id, "hosts"))?.Result);
        Assert.Equal(WireResult.Done, bob.Ask(id => new GroupsRequest.Watch(id, "links"))?.Result);
        Assert.Equal("permission", bob.Ask(id => new GroupsRequest.Join(id, "hosts", "b"))?.Code);
        world[1].Links = [new LinkState(new NodeId("n1"), 0, false)];
        world.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(
            [new WireLink("n2", "n1", 0, WireLinkState.Down)],
            bob.Lines.OfType<GroupsReply.Links>().Last().Now);
        world.ChangeView(world[0], world[1]);
        world.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(
            [new WireHost("n3", WireHostState.Lost)], bob.Lines.OfType<GroupsReply.Hosts>().Last().Changes);
    }

    [Fact]
    public void Nobody_joins_a_system_group() => Assert.Equal(
        "system-group", _world[0].Session().Ask(id => new GroupsRequest.Join(id, "links", "a"))?.Code);
}
