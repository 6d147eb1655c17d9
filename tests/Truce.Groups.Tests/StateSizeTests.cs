using Truce.Groups.Tests.World;

namespace Truce.Groups.Tests;

/// <summary>What all servers hold is bounded, and what doesn't fit is refused.</summary>
public sealed class StateSizeTests
{
    private static readonly GroupsLimits s_small = new() { StateBytes = 24_000 };

    [Fact]
    public void Groups_members_claims_and_proposals_are_refused_once_it_is_full_and_leaving_helps()
    {
        Scene scene = new Scene(s_small).Joined("abc");
        for (int i = 0; scene.State.Bytes < 20_000; i++)
            scene.Ask('a', new GroupRequest.TakeClaim(new ClaimName($"c{i}"), ClaimPatience.Wait));
        scene.Told();
        scene.Ask('a', new GroupRequest.ChangeValue(Scene.Db, null, new string('v', 4_000), Scene.Voted));
        Assert.Equal("a refused StateFull", scene.Told());
        scene.Ask('d', new GroupRequest.Join(new GroupName("other"), "d", null));
        Assert.Equal("d refused StateFull", scene.Told());
        while (!Refused(scene))
            scene.Ask('b', new GroupRequest.TakeClaim(
                new ClaimName($"b{scene.State.Claims.Count}"), ClaimPatience.Wait));
        Assert.True(scene.State.Bytes <= s_small.StateBytes);
        scene.Ask('c', new GroupRequest.Leave(Scene.Db, Scene.AtOnce));
        Assert.Equal("ab", scene.Providers);
        scene.Gone('a');
        scene.Told();
        scene.Ask('d', new GroupRequest.Join(Scene.Db, "d", null));
        Assert.Equal("bd", scene.Providers);
    }

    [Fact]
    public void A_vote_that_doesnt_fit_is_refused_and_the_default_counts()
    {
        Scene scene = new Scene(s_small).Joined("ab");
        scene.Ask('a', new GroupRequest.Broadcast(Scene.Db, "m", Scene.Voted));
        scene.Vote("a", new Vote(VoteChoice.Approve) { Value = new string('\u0001', 4_000) });
        Assert.Contains("a refused StateFull", scene.Told(), StringComparison.Ordinal);
        scene.Vote("b", VoteChoice.Approve);
        scene.Expire();
        Assert.Null(scene.Group!.Running);
    }

    [Fact]
    public void Whatever_is_done_and_undone_the_count_comes_out_even()
    {
        Scene scene = new Scene().Joined("abc", deactivate: "off");
        scene.Ask('a', new GroupRequest.ChangeValue(Scene.Db, null, "value", Scene.AtOnce));
        scene.Ask('a', new GroupRequest.Broadcast(Scene.Db, "m", Scene.Voted with { Key = "k" }));
        scene.Vote("abc", new Vote(VoteChoice.Approve, "so") { Message = "hello" });
        scene.Ask('a', new GroupRequest.TakeClaim(new ClaimName("c"), ClaimPatience.Wait));
        scene.Ask('b', new GroupRequest.TakeClaim(new ClaimName("c"), ClaimPatience.Wait));
        Assert.Equal(
            StateSize.Of(Scene.Db, scene.Group)
                + scene.State.Claims.Entries.Sum(c => StateSize.Of(c.Key, c.Value)),
            scene.State.Bytes);
        foreach (char client in "abc")
            scene.Gone(client);
        Assert.Null(scene.Group);
        Assert.Equal(0, scene.State.Bytes);
    }

    [Fact]
    public void What_is_on_its_way_is_bounded_too()
    {
        GroupsWorld world = new(3, limits: new GroupsLimits { OutboxBytes = 40_000 });
        world.Run(TimeSpan.FromSeconds(15));
        int client = world.Connect(0);
        world.Ask(client, new GroupRequest.Join(Scene.Db, "a", null));
        world.Run(TimeSpan.FromSeconds(1));
        for (int i = 0; i < 3; i++)
            world.Ask(client, new GroupRequest.Broadcast(Scene.Db, new string('m', 15_000), Scene.AtOnce));
        Assert.Contains(world.Clients[client].Answers, a => a.Contains("Full", StringComparison.Ordinal));
        world.Run(TimeSpan.FromSeconds(1));
        world.Ask(client, new GroupRequest.Broadcast(Scene.Db, "again", Scene.AtOnce));
        world.Run(TimeSpan.FromSeconds(1));
        Assert.Contains("Done", world.Clients[client].Answers[^1], StringComparison.Ordinal);
    }

    private static bool Refused(Scene scene) =>
        scene.Told().Contains("refused StateFull", StringComparison.Ordinal);
}
