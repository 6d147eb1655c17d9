using Truce.Groups.Tests.World;

namespace Truce.Groups.Tests;

/// <summary>Members that show that they are responsive, and what becomes of those that don't.</summary>
public sealed class ResponsivenessTests
{
    private static readonly ResponsivenessTerms s_ping =
        new(ResponsivenessBy.Ping, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1));

    private static readonly ResponsivenessTerms s_counter =
        new(ResponsivenessBy.Counter, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1));

    [Fact]
    public void Whoever_answers_pings_stays()
    {
        GroupsWorld world = World(UnresponsivePolicy.Fail, s_ping, Habit.Approves);
        world.Run(TimeSpan.FromSeconds(30));
        Assert.DoesNotContain("ResponsivenessChanged", world.Clients[1].Seen);
    }

    [Fact]
    public void Whoever_doesnt_is_told_of_once_and_stays_a_member_where_the_others_decide()
    {
        GroupsWorld world = World(UnresponsivePolicy.Tell, s_ping, Habit.IsSilent);
        world.Run(TimeSpan.FromSeconds(30));
        Assert.Single(world.Clients[1].Seen, s => s == "ResponsivenessChanged");
        GroupView view = world.Server(1).State!.Groups.Find(Scene.Db)!.View;
        Assert.Equal(2, view.Providers.Count);
        Assert.Equal(world.Clients[0].Id, Assert.Single(view.Unresponsive));
        Assert.Empty(world.Checks.Violations);
    }

    [Fact]
    public void Where_it_is_a_failure_its_session_ends_and_it_is_gone_after_lease_and_margin()
    {
        GroupsWorld world = World(UnresponsivePolicy.Fail, s_ping, Habit.IsSilent);
        world.Run(TimeSpan.FromSeconds(5));
        Assert.False(world.Clients[0].IsOpen);
        Assert.Equal(2, Members(world));
        world.Run(TimeSpan.FromSeconds(15));
        Assert.Equal(1, Members(world));
        Assert.Empty(world.Checks.Violations);
    }

    [Fact]
    public void Where_it_is_to_be_expelled_the_servers_propose_it()
    {
        GroupsWorld world = World(UnresponsivePolicy.Expel, s_ping, Habit.IsSilent);
        world.Run(TimeSpan.FromSeconds(5));
        Assert.True(world.Clients[0].IsOpen);
        Assert.Equal(1, Members(world));
    }

    [Fact]
    public void A_counter_that_grows_again_takes_it_back()
    {
        GroupsWorld world = World(UnresponsivePolicy.Tell, s_counter, Habit.Approves);
        GroupsInput.ClientAlive grown = new(world.Clients[0].Number, Scene.Db, 5);
        world.Run(TimeSpan.FromSeconds(2));
        world.Tell(0, grown);
        world.Run(TimeSpan.FromSeconds(2));
        Assert.DoesNotContain("ResponsivenessChanged", world.Clients[1].Seen);
        world.Tell(0, grown);
        world.Run(TimeSpan.FromSeconds(2));
        Assert.Single(world.Clients[1].Seen, s => s == "ResponsivenessChanged");
        world.Tell(0, grown with { Number = 6 });
        world.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(2, world.Clients[1].Seen.Count(s => s == "ResponsivenessChanged"));
        Assert.True(world.Server(1).State!.Groups.Find(Scene.Db)!.View.Unresponsive.IsEmpty);
    }

    [Fact]
    public void A_server_that_stood_still_doesnt_blame_its_clients()
    {
        GroupsWorld world = World(UnresponsivePolicy.Tell, s_counter, Habit.Approves);
        world.Run(TimeSpan.FromSeconds(2));
        world.Stop(0);
        world.Run(TimeSpan.FromSeconds(2));
        world.Continue(0);
        world.Run(TimeSpan.FromMilliseconds(500));
        Assert.DoesNotContain("ResponsivenessChanged", world.Clients[1].Seen);
    }

    [Fact]
    public void Whoever_is_responsive_again_before_its_turn_isnt_expelled()
    {
        GroupAttributes attributes = GroupAttributes.Plain with
        {
            Unresponsive = UnresponsivePolicy.Expel,
            RemovalPhases = PhaseCount.Many,
        };
        Scene scene = new Scene().Joined("abc", attributes);
        scene.Ask('a', new GroupRequest.Broadcast(Scene.Db, "m", Scene.Voted));
        scene.Do(new GroupsCommand.Responsive(Scene.Client('c'), Scene.Db, Responsiveness.Lost));
        scene.Do(new GroupsCommand.Responsive(Scene.Client('c'), Scene.Db, Responsiveness.Present));
        scene.Vote("abc", VoteChoice.Approve);
        Assert.Null(scene.Group!.Running);
        Assert.Equal("abc", scene.Providers);
    }

    private static int Members(GroupsWorld world) =>
        world.Server(1).State!.Groups.Find(Scene.Db)!.View.Providers.Count;

    // Client 0 on n1 shows that it is responsive, or not; client 1 on n2 sees it.
    private static GroupsWorld World(UnresponsivePolicy policy, ResponsivenessTerms check, Habit habit)
    {
        GroupsWorld world = new(3);
        world.Run(TimeSpan.FromSeconds(15));
        GroupAttributes attributes = GroupAttributes.Plain with { Unresponsive = policy };
        world.Connect(0, habit);
        world.Connect(1);
        world.Ask(1, new GroupRequest.Join(Scene.Db, "b", attributes));
        world.Ask(0, new GroupRequest.Join(Scene.Db, "a", attributes) { Check = check });
        world.Run(TimeSpan.FromMilliseconds(100));
        return world;
    }
}
