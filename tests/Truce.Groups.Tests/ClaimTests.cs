using Truce.Groups.Tests.World;

namespace Truce.Groups.Tests;

/// <summary>Claims: one holder, a growing epoch.</summary>
public sealed class ClaimTests
{
    private static readonly ClaimName s_leader = new("leader");

    [Fact]
    public void The_first_holds_and_the_others_wait_or_are_refused()
    {
        Scene scene = new();
        Take(scene, 'a', ClaimPatience.Refuse);
        Take(scene, 'b', ClaimPatience.Refuse);
        Take(scene, 'c', ClaimPatience.Wait);
        Take(scene, 'c', ClaimPatience.Wait);
        Assert.Equal("a done | b refused Held | c refused Already", scene.Told());
    }

    [Fact]
    public void A_claim_passes_on_in_line_with_a_larger_epoch()
    {
        Scene scene = new();
        Take(scene, 'a', ClaimPatience.Wait);
        Take(scene, 'b', ClaimPatience.Wait);
        Take(scene, 'c', ClaimPatience.Wait);
        long first = Claim(scene).Epoch;
        scene.Gone('b');
        scene.Ask('a', new GroupRequest.ReleaseClaim(s_leader));
        Assert.Equal("a done | c done", scene.Told());
        Assert.Equal(Scene.Client('c'), Claim(scene).Holder);
        Assert.True(Claim(scene).Epoch > first);
    }

    [Fact]
    public void An_epoch_grows_even_if_nobody_held_the_claim_in_between()
    {
        Scene scene = new();
        Take(scene, 'a', ClaimPatience.Wait);
        long first = Claim(scene).Epoch;
        scene.Gone('a');
        Assert.Equal(0, scene.State.Claims.Count);
        Take(scene, 'a', ClaimPatience.Wait);
        Assert.True(Claim(scene).Epoch > first);
    }

    [Fact]
    public void Who_waits_can_stop_waiting()
    {
        Scene scene = new();
        Take(scene, 'a', ClaimPatience.Wait);
        Take(scene, 'b', ClaimPatience.Wait);
        scene.Ask('b', new GroupRequest.ReleaseClaim(s_leader));
        scene.Ask('c', new GroupRequest.ReleaseClaim(s_leader));
        Assert.Equal("a done | b refused Withdrawn | c refused NotHeld", scene.Told());
        Assert.Empty(Claim(scene).Waiters);
    }

    [Fact]
    public void Claims_and_lines_have_limits()
    {
        Scene scene = new(new GroupsLimits { Claims = 1, Waiters = 1 });
        Take(scene, 'a', ClaimPatience.Wait);
        Take(scene, 'b', ClaimPatience.Wait);
        Take(scene, 'c', ClaimPatience.Wait);
        scene.Ask('c', new GroupRequest.TakeClaim(new ClaimName("other"), ClaimPatience.Wait));
        Assert.Equal("a done | c refused Full | c refused Full", scene.Told());
    }

    private static Claim Claim(Scene scene) => scene.State.Claims.Find(s_leader)!;

    private static void Take(Scene scene, char client, ClaimPatience patience) =>
        scene.Ask(client, new GroupRequest.TakeClaim(s_leader, patience));
}
