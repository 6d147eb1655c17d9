using Truce.Groups.Tests.World;
using Truce.Model;

namespace Truce.Groups.Tests;

/// <summary>The system groups: what those who watch them are told.</summary>
public sealed class SystemGroupsTests
{
    private static readonly HostLink s_up = new(new NodeId("n1"), new NodeId("n2"), 0, HostLinkState.Up);
    private readonly Scene _scene = new();

    [Fact]
    public void Hosts_come_and_go_and_proof_is_told_apart_from_the_end_of_leases()
    {
        Assert.Equal("n1 Up, n2 Up, n3 Up", _scene.ToldOfSystem());
        _scene.Form(0, 1);
        Assert.Equal("n3 Lost", _scene.ToldOfSystem());
        _scene.Do(new GroupsCommand.ServerGone(Scene.Server(2)));
        Assert.Equal("n3 Gone", _scene.ToldOfSystem());
        _scene.Form([(0, 1), (1, 1), (2, 2)], []);
        Assert.Equal("n3 Up", _scene.ToldOfSystem());
        _scene.Form(0, 1);
        _scene.Proven(2, boot: 2);
        Assert.Equal("n3 Lost | n3 Off", _scene.ToldOfSystem());
        _scene.Do(new GroupsCommand.ServerGone(Scene.Server(2, 2)));
        Assert.Equal("", _scene.ToldOfSystem());
        Assert.Equal(HostState.Off, _scene.State.Hosts[2].State);
    }

    [Fact]
    public void A_node_that_is_no_longer_configured_is_told_apart_from_a_dead_one()
    {
        _scene.ToldOfSystem();
        _scene.Do(new GroupsCommand.Formed(new(8, 1), [Scene.Server(0), Scene.Server(1)])
        {
            Boots = [new(Scene.Server(0), "n1.1", []), new(Scene.Server(1), "n2.1", [])],
            Configured = [new NodeId("n1"), new NodeId("n2")],
        });
        Assert.Equal("n3 removed", _scene.ToldOfSystem());
    }

    [Fact]
    public void A_node_that_was_never_heard_is_unseen()
    {
        Scene scene = new(new GroupsLimits(), [0, 1], []);
        Assert.Equal("n1 Up, n2 Up, n3 Unseen", scene.ToldOfSystem());
    }

    [Fact]
    public void Links_are_told_when_they_change_and_those_of_a_lost_server_arent_known()
    {
        _scene.ToldOfSystem();
        _scene.Do(new GroupsCommand.LinksTold(Scene.Server(0), [s_up]));
        _scene.Do(new GroupsCommand.LinksTold(Scene.Server(0), [s_up]));
        Assert.Equal("n1-n2 Up", _scene.ToldOfSystem());
        _scene.Do(new GroupsCommand.LinksTold(Scene.Server(0), [s_up with { State = HostLinkState.Down }]));
        Assert.Equal("n1-n2 Down", _scene.ToldOfSystem());
        _scene.Form(1, 2);
        Assert.Equal("n1 Lost | ", _scene.ToldOfSystem());
        _scene.Do(new GroupsCommand.LinksTold(Scene.Server(0), [s_up]));
        Assert.True(_scene.State.Links.IsEmpty);
    }

    [Fact]
    public void Whoever_watches_is_told_all_of_it_first_and_nobody_joins()
    {
        GroupsWorld world = new(3);
        world.Run(TimeSpan.FromSeconds(15));
        int client = world.Connect(0);
        world.Ask(client, new GroupRequest.Subscribe(SystemGroups.Hosts));
        world.Ask(client, new GroupRequest.Join(SystemGroups.Hosts, "a", null));
        Assert.Contains(
            world.Clients[client].Answers, a => a.Contains("SystemGroup", StringComparison.Ordinal));
        world.Kill(2);
        world.Run(TimeSpan.FromSeconds(20));
        Assert.Equal(
            ["HostsChanged", "HostsChanged", "HostsChanged"], world.Clients[client].Seen);
        Assert.Empty(world.Checks.Violations);
    }

    [Fact]
    public void A_server_reports_its_links_once_and_again_after_it_was_away()
    {
        GroupsWorld world = new(3);
        world.Run(TimeSpan.FromSeconds(15));
        world.Tell(0, new GroupsInput.LinksTold([s_up]));
        world.Run(TimeSpan.FromSeconds(2));
        Assert.All(world.Nodes, n => Assert.Equal([s_up], n.Server!.State!.Links));
        world.Split(Loss.Nothing, [0], [1, 2]);
        world.Run(TimeSpan.FromSeconds(5));
        Assert.True(world.Server(1).State!.Links.IsEmpty);
        world.Split(Loss.Nothing, [0, 1, 2]);
        world.Run(TimeSpan.FromSeconds(5));
        Assert.Equal([s_up], world.Server(1).State!.Links);
    }
}
