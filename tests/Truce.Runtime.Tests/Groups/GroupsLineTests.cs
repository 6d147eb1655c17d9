using System.Collections.Immutable;
using Truce.Contracts.Groups;
using Truce.Ports;
using Truce.Runtime.Groups;

namespace Truce.Runtime.Tests.Groups;

/// <summary>Lines that can't be, users who may not, and that neither costs others anything.</summary>
public sealed class GroupsLineTests
{
    private const string AVote =
        "{\"type\":\"vote\",\"id\":1,\"group\":\"g\",\"protocol\":1,\"phase\":1,\"choice\":";

    private readonly GroupsRoleWorld _world = new GroupsRoleWorld(1, CallerOf).Opened();

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"type\":\"nosuch\",\"id\":1}")]
    [InlineData("{\"type\":\"join\",\"id\":1}")]
    [InlineData("{\"type\":\"join\",\"id\":1,\"group\":null,\"instance\":\"a\"}")]
    [InlineData("{\"type\":\"join\",\"id\":1,\"group\":\"\\ud800\",\"instance\":\"a\"}")]
    [InlineData(AVote + "7}")]
    [InlineData(AVote + "\"maybe\"}")]
    [InlineData(AVote + "\"approve, reject\"}")]
    [InlineData("{\"type\":\"leave\",\"id\":1,\"group\":\"g\",\"terms\":{\"limitMs\":0}}")]
    [InlineData("{\"type\":\"leave\",\"id\":1,\"group\":\"g\",\"terms\":{\"limitMs\":9223372036854775807}}")]
    [InlineData("{\"type\":\"leave\",\"id\":1e99,\"group\":\"g\"}")]
    [InlineData("{\"type\":\"hello\",\"version\":1}")]
    public void A_line_that_cant_be_ends_its_connection_and_no_other(string line)
    {
        TestClient other = _world[0].Session();
        TestClient client = _world[0].Session();
        Assert.Null(client.Bye);
        client.Write(line);
        Assert.Equal("malformed", client.Bye?.Code);
        Assert.True(client.IsClosed);
        Assert.Equal(WireResult.Done, other.Ask(id => new GroupsRequest.Join(id, "g", "a"))?.Result);
    }

    [Fact]
    public void Nesting_without_end_is_malformed()
    {
        TestClient client = _world[0].Session();
        client.Write("{\"type\":\"list\",\"id\":1,\"x\":" + new string('[', 10_000));
        Assert.Equal("malformed", client.Bye?.Code);
    }

    [Fact]
    public void Members_that_this_version_doesnt_know_are_skipped()
    {
        TestClient client = _world[0].Session();
        client.Write("{\"id\":1,\"group\":\"g\",\"newer\":[1],\"instance\":\"a\",\"type\":\"join\"}");
        Assert.Equal(WireResult.Done, client.AnswerTo(1)?.Result);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a name that is longer than sixty-four bytes, which is more than it may be")]
    public void A_name_out_of_bounds_is_refused(string name)
    {
        TestClient client = _world[0].Session();
        Assert.Equal("out-of-bounds", client.Ask(id => new GroupsRequest.Join(id, name, "a"))?.Code);
        Assert.Null(client.Bye);
    }

    [Fact]
    public void Nobody_is_expelled_by_a_name_that_nobody_has()
    {
        TestClient client = _world[0].Session();
        client.Ask(id => new GroupsRequest.Join(id, "g", "a"));
        Assert.Equal("unknown-target", client.Ask(
            id => new GroupsRequest.Expel(id, "g", "n9/1@1.1#1"))?.Code);
    }

    [Fact]
    public void The_first_line_is_a_hello()
    {
        TestClient client = _world[0].Connect();
        client.Write(new GroupsRequest.List(1));
        Assert.Equal("malformed", client.Bye?.Code);
    }

    [Fact]
    public void An_older_version_is_refused()
    {
        TestClient client = _world[0].Connect();
        client.Write(new GroupsRequest.Hello(0));
        Assert.Equal("version", client.Bye?.Code);
    }

    [Fact]
    public void A_connection_that_says_nothing_is_closed()
    {
        TestClient client = _world[0].Connect();
        _world.Pass(TimeSpan.FromSeconds(9));
        Assert.Null(client.Bye);
        _world.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal("silent", client.Bye?.Code);
    }

    [Fact]
    public void Without_a_session_nothing_can_be_changed()
    {
        TestClient client = _world[0].Connect();
        client.Write(new GroupsRequest.Hello(1, ConnectionUse.Look));
        client.Write(new GroupsRequest.Join(1, "g", "a"));
        Assert.Equal("malformed", client.Bye?.Code);
    }

    [Fact]
    public void A_flood_of_requests_is_refused_beyond_what_may_be_in_flight()
    {
        TestClient client = _world[0].Session();
        _world[0].Room = SendResult.Busy;
        for (int i = 0; i < 65; i++)
            client.Ask(id => new GroupsRequest.Broadcast(id, "g", "x"));
        Assert.Equal("full", client.AnswerTo(65)?.Code);
        Assert.Null(client.AnswerTo(64));
        Assert.Equal(66, client.Dealt);
    }

    [Fact]
    public void Who_isnt_named_may_use_nothing_and_who_is_named_only_that()
    {
        TestClient root = _world[0].Session();
        root.Ask(id => new GroupsRequest.Join(id, "shop1", "a"));
        root.Ask(id => new GroupsRequest.Join(id, "bank", "a"));
        root.Ask(id => new GroupsRequest.Claim(id, "lead"));
        TestClient alice = SessionOf(1);
        Assert.Equal(WireResult.Done, alice.Ask(id => new GroupsRequest.Join(id, "shop1", "b"))?.Result);
        Assert.Equal("permission", alice.Ask(id => new GroupsRequest.Join(id, "bank", "b"))?.Code);
        Assert.Equal("permission", alice.Ask(id => new GroupsRequest.Claim(id, "lead"))?.Code);
        Assert.Equal("permission", alice.Ask(id => new GroupsRequest.Show(id, "bank"))?.Code);
        alice.Write(new GroupsRequest.List(99));
        GroupsReply.Listed seen = alice.Lines.OfType<GroupsReply.Listed>().Single();
        Assert.Equal(["shop1"], seen.Groups.Select(g => g.Name));
        Assert.Empty(seen.Claims);
        TestClient bob = SessionOf(2);
        Assert.Equal("held", bob.Ask(id => new GroupsRequest.Claim(id, "lead", WirePatience.Refuse))?.Code);
        Assert.Equal("permission", bob.Ask(id => new GroupsRequest.Watch(id, "shop1"))?.Code);
        Assert.Equal("permission", _world[0].Connect(3).Bye?.Code);
    }

    [Theory]
    [InlineData("g")]
    [InlineData("g=")]
    [InlineData("=alice")]
    [InlineData("g=@")]
    public void An_access_list_that_cant_be_is_refused(string text) =>
        Assert.Throws<FormatException>(() => AccessEntry.Parse(text));

    [Theory]
    [InlineData("*=alice", "g", true)]
    [InlineData("*=alice", "claim:g", false)]
    [InlineData("claim:*=alice", "claim:g", true)]
    [InlineData("claim:*=alice", "g", false)]
    [InlineData("g*=alice", "h", false)]
    public void A_star_stands_for_groups_or_for_claims(string text, string name, bool covers) =>
        Assert.Equal(covers, AccessEntry.Parse(text)[0].Covers(name));

    private TestClient SessionOf(uint user)
    {
        TestClient client = _world[0].Connect(user);
        client.Write(new GroupsRequest.Hello(1));
        return client;
    }

    private static GroupsCaller? CallerOf(PeerCredentials peer) => peer.User switch
    {
        0 => new GroupsCaller("root", [], CallerReach.All),
        1 => new GroupsCaller("alice", ["users"], CallerReach.Listed),
        2 => new GroupsCaller("bob", ["ops"], CallerReach.Listed),
        _ => null,
    };
}
