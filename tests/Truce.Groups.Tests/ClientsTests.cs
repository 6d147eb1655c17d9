using Truce.Groups.Tests.World;

namespace Truce.Groups.Tests;

/// <summary>One server and its clients.</summary>
public sealed class ClientsTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_subscriber_sees_the_group_as_it_is_and_then_each_change()
    {
        GroupsWorld world = Ready();
        int provider = world.Connect(0);
        int subscriber = world.Connect(1);
        world.Ask(provider, new GroupRequest.Join(Scene.Db, "a", null));
        world.Run(s_second);
        world.Ask(subscriber, new GroupRequest.Subscribe(Scene.Db));
        world.Ask(provider, new GroupRequest.ChangeValue(Scene.Db, null, "one", Scene.AtOnce));
        world.Run(s_second);
        world.Ask(subscriber, new GroupRequest.Unsubscribe(Scene.Db));
        world.Ask(provider, new GroupRequest.Goodbye(Scene.Db));
        world.Run(s_second);
        Assert.Equal(["db 1 ''", "Ended"], world.Clients[subscriber].Seen);
        Assert.Equal(["Ended", "Ended", "Ended"], world.Clients[provider].Seen);
    }

    [Fact]
    public void A_server_takes_so_many_clients_and_no_more()
    {
        GroupsWorld world = Ready(new GroupsLimits { Clients = 2 });
        world.Connect(0);
        world.Connect(0);
        int third = world.Connect(0);
        Assert.False(world.Clients[third].IsOpen);
        world.Close(0);
        int fourth = world.Connect(0);
        Assert.True(world.Clients[fourth].IsOpen);
    }

    [Fact]
    public void A_client_has_so_many_requests_under_way_and_no_more()
    {
        GroupsWorld world = Ready(new GroupsLimits { RequestsInFlight = 1 });
        int client = world.Connect(0);
        world.Ask(client, new GroupRequest.Join(Scene.Db, "a", null));
        world.Ask(client, new GroupRequest.Goodbye(Scene.Db));
        Assert.Equal(["2 Refused { Code = Full }"], world.Clients[client].Answers);
        world.Run(s_second);
        world.Ask(client, new GroupRequest.Goodbye(Scene.Db));
        world.Run(s_second);
        Assert.Equal(3, world.Clients[client].Answers.Count);
    }

    [Fact]
    public void A_server_says_so_much_and_no_more_before_it_is_committed()
    {
        // The server's own beat is one of them.
        GroupsWorld world = Ready(new GroupsLimits { Outbox = 3 });
        int client = world.Connect(0);
        for (int i = 0; i < 3; i++)
            world.Ask(client, new GroupRequest.Goodbye(Scene.Db));
        Assert.Equal(["3 Refused { Code = Full }"], world.Clients[client].Answers);
    }

    [Fact]
    public void A_client_watches_so_many_groups_and_no_more()
    {
        GroupsWorld world = Ready(new GroupsLimits { Subscriptions = 1 });
        int client = world.Connect(0);
        world.Ask(client, new GroupRequest.Subscribe(Scene.Db));
        world.Ask(client, new GroupRequest.Subscribe(new GroupName("other")));
        Assert.Equal(["1 Done { Epoch = 0 }", "2 Refused { Code = Full }"], world.Clients[client].Answers);
    }

    [Fact]
    public void What_is_out_of_bounds_never_leaves_the_server()
    {
        GroupsWorld world = Ready();
        int client = world.Connect(0);
        world.Ask(client, new GroupRequest.TakeClaim(new ClaimName(""), ClaimPatience.Wait));
        Assert.Equal(["1 Refused { Code = OutOfBounds }"], world.Clients[client].Answers);
        Assert.All(world.Nodes, n => Assert.True(n.Queue.IsEmpty));
    }

    [Fact]
    public void What_a_client_asked_without_a_majority_is_forgotten_with_its_session()
    {
        GroupsWorld world = Ready();
        int client = world.Connect(0);
        world.Split(Loss.Nothing, [0], [1], [2]);
        world.Run(s_second);
        world.Ask(client, new GroupRequest.Join(Scene.Db, "late", null));
        world.Run(GroupsWorld.Times.Lease);
        Assert.False(world.Clients[client].IsOpen);
        world.Split(Loss.Nothing, [0, 1, 2]);
        world.Run(s_second);
        Assert.Equal(0, world.Server(1).State!.Groups.Count);
    }

    private static GroupsWorld Ready(GroupsLimits? limits = null)
    {
        GroupsWorld world = new(3, limits: limits);
        world.Run(GroupsWorld.Times.Lease + GroupsWorld.Times.Margin + s_second);
        return world;
    }
}
