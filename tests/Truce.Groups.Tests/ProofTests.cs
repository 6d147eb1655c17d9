using Truce.Groups.Tests.World;
using Truce.Model;

namespace Truce.Groups.Tests;

/// <summary>Groups and claims that require proof of death, as their members are told.</summary>
public sealed class ProofTests
{
    private static readonly ClaimName s_leader = new("leader");
    private static readonly GroupAttributes s_fenced =
        GroupAttributes.Plain with { Fence = FenceDemand.Required };

    [Fact]
    public void A_failed_member_is_removed_only_once_its_node_is_proven_off()
    {
        Scene scene = new Scene().Joined("abc", s_fenced);
        scene.Lose(2);
        Assert.Equal("abc: unproven ServerFailed c", scene.Told());
        Assert.Equal("abc", scene.Providers);
        scene.Proven(2);
        Assert.Equal("abc: Approved ServerFailed c by shot = ab ''0", scene.Told());
    }

    [Fact]
    public void Proof_may_come_before_the_leases_have_ended_and_they_are_waited_for_all_the_same()
    {
        Scene scene = new Scene().Joined("abc", s_fenced);
        scene.Form(0, 1);
        scene.Proven(2);
        Assert.Equal("", scene.Told());
        scene.Do(new GroupsCommand.ServerGone(Scene.Server(2)));
        Assert.Equal("abc: Approved ServerFailed c = ab ''0", scene.Told());
    }

    [Fact]
    public void A_node_that_boots_has_nothing_left_of_before()
    {
        Scene scene = new Scene().Joined("abc", s_fenced);
        scene.Lose(2);
        scene.Told();
        scene.Form([(0, 1), (1, 1), (2, 2)], []);
        Assert.Equal(
            "abc: Approved ServerFailed c by the node has booted since = ab ''0", scene.Told());
    }

    [Fact]
    public void A_server_that_is_back_in_the_same_boot_proves_nothing()
    {
        Scene scene = new Scene().Joined("abc", s_fenced);
        scene.Lose(2);
        scene.Told();
        scene.Form(0, 1, 2);
        Assert.Equal("", scene.Told());
        // Its node is heard in that very boot: what says otherwise is wrong.
        scene.Proven(2);
        Assert.Equal("", scene.Told());
        Assert.Equal("abc", scene.Providers);
    }

    [Fact]
    public void A_proof_that_was_contradicted_has_to_be_given_again()
    {
        Scene scene = new Scene().Joined("abc", s_fenced);
        scene.Form(0, 1);
        scene.Proven(2);
        scene.Form(0, 1, 2);
        scene.Lose(2);
        Assert.Equal("abc: unproven ServerFailed c", scene.Told());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    public void The_proof_of_another_node_or_boot_is_none(int node, int boot)
    {
        Scene scene = new Scene().Joined("abc", s_fenced);
        scene.Lose(2);
        scene.Told();
        scene.Proven(node, boot);
        Assert.Equal("", scene.Told());
    }

    [Fact]
    public void A_client_that_ends_without_a_goodbye_has_failed()
    {
        Scene scene = new Scene().Joined("abc", s_fenced);
        scene.Gone('b');
        scene.Ask('c', new GroupRequest.Goodbye(Scene.Db));
        Assert.Equal(
            "abc: unproven ClientFailed b | abc: Approved Goodbye c = ab ''0 | c done", scene.Told());
    }

    [Fact]
    public void Meanwhile_the_group_goes_on_without_its_vote()
    {
        Scene scene = new Scene().Joined("abc", s_fenced);
        scene.Ask('a', new GroupRequest.Broadcast(Scene.Db, "one", Scene.Voted));
        scene.Vote("ab", VoteChoice.Approve);
        scene.Told();
        scene.Gone('c');
        Assert.Equal(
            "abc: Approved message one = abc ''0 | a done | abc: unproven ClientFailed c", scene.Told());
        scene.Ask('a', new GroupRequest.ChangeValue(Scene.Db, 0, "two", Scene.Voted));
        Assert.Equal("ab: phase 1 state two", scene.Told());
        scene.Vote("ab", VoteChoice.Approve);
        Assert.EndsWith("Approved state two = abc 'two'1 | a done", scene.Told(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_members_vote_on_what_follows_only_after_the_proof()
    {
        Scene scene = new Scene().Joined("abc", s_fenced with { RemovalPhases = PhaseCount.Many });
        scene.Lose(2);
        Assert.Equal("abc: unproven ServerFailed c", scene.Told());
        scene.Proven(2);
        Assert.Equal("ab: phase 1 ServerFailed c by shot", scene.Told());
    }

    [Fact]
    public void Who_is_expelled_stays_until_it_says_goodbye_or_is_proven_off()
    {
        Scene scene = new Scene().Joined("abc", s_fenced);
        scene.Ask('a', new GroupRequest.Expel(Scene.Db, Scene.Client('b'), "mute", Scene.AtOnce));
        scene.Ask('a', new GroupRequest.Expel(Scene.Db, Scene.Client('c'), "mute", Scene.AtOnce));
        Assert.Equal(
            "abc: Approved expel b = abc ''0 | a done | abc: unproven Expelled b | "
            + "abc: Approved expel c = abc ''0 | a done | abc: unproven Expelled c", scene.Told());
        scene.Ask('b', new GroupRequest.Goodbye(Scene.Db));
        scene.Gone('c');
        Assert.Equal("abc: Approved Goodbye b = ac ''0 | b done", scene.Told());
        scene.Lose(2);
        scene.Proven(2);
        Assert.Equal("ac: Approved Expelled c by shot = a ''0", scene.Told());
    }

    [Fact]
    public void A_cast_out_waits_for_proof_where_its_own_group_requires_it()
    {
        GroupName web = new("web");
        Scene scene = new Scene().Joined("ab");
        scene.Ask('e', new GroupRequest.Join(web, "e", s_fenced with { Source = Scene.Db }));
        scene.Told();
        scene.Gone('b');
        Assert.Equal("ab: Approved ClientFailed b = a ''0 | e: unproven CastOut e", scene.Told());
        scene.Lose(1);
        scene.Proven(1);
        Assert.StartsWith("e: Approved CastOut e by shot", scene.Told(), StringComparison.Ordinal);
    }

    [Fact]
    public void Giving_up_the_demand_doesnt_release_those_who_wait()
    {
        Scene scene = new Scene().Joined("abc", s_fenced);
        scene.Gone('c');
        scene.Ask('a', new GroupRequest.ChangeAttributes(Scene.Db, GroupAttributes.Plain, Scene.AtOnce));
        Assert.Equal("abc", scene.Providers);
    }

    [Fact]
    public void A_fenced_claim_passes_on_only_once_its_holders_node_is_proven_off()
    {
        Scene scene = new();
        Take(scene, 'c');
        Take(scene, 'a');
        scene.Lose(2);
        Assert.Equal("c done", scene.Told());
        Assert.Equal("n3.1", scene.State.Claims.Find(s_leader)!.AwaitedBoot);
        Take(scene, 'b', ClaimPatience.Refuse);
        Assert.Equal("b refused Held", scene.Told());
        scene.Proven(2);
        Assert.Equal("a done", scene.Told());
        Assert.Null(scene.State.Claims.Find(s_leader)!.AwaitedBoot);
    }

    [Fact]
    public void A_fenced_claim_that_nobody_waits_for_is_kept_from_all_until_the_proof()
    {
        Scene scene = new();
        Take(scene, 'c');
        scene.Gone('c');
        Take(scene, 'a');
        Assert.Equal("c done", scene.Told());
        scene.Gone('a');
        scene.Lose(2);
        scene.Proven(2);
        Assert.Equal(0, scene.State.Claims.Count);
    }

    [Fact]
    public void A_fenced_claim_that_is_given_back_passes_on_at_once()
    {
        Scene scene = new();
        Take(scene, 'c');
        Take(scene, 'a');
        scene.Ask('c', new GroupRequest.ReleaseClaim(s_leader));
        Assert.Equal("c done | a done", scene.Told());
    }

    [Fact]
    public void All_who_ask_for_a_claim_agree_on_what_it_requires()
    {
        Scene scene = new();
        Take(scene, 'a');
        scene.Ask('b', new GroupRequest.TakeClaim(s_leader, ClaimPatience.Wait));
        Assert.Equal("a done | b refused AttributesDiffer", scene.Told());
    }

    [Fact]
    public void A_lineage_without_memory_enters_nothing_that_may_still_be_used()
    {
        Scene scene = new(new GroupsLimits(), [0, 1], ["claim leader", "group db"]);
        Take(scene, 'a');
        scene.Ask('a', new GroupRequest.Join(Scene.Db, "a", s_fenced));
        scene.Ask('a', new GroupRequest.Join(Scene.Db, "a", GroupAttributes.Plain));
        Assert.Equal("a refused Unproven | a refused Unproven | a refused Unproven", scene.Told());
        // n3 was never heard: nobody knows what acts there.
        scene.Form([(0, 2), (1, 2)], []);
        Take(scene, 'a');
        Assert.Equal("a refused Unproven", scene.Told());
        scene.Proven(2);
        Take(scene, 'a');
        Assert.Equal("a done", scene.Told());
    }

    [Fact]
    public void What_a_node_owes_is_whatever_of_its_boot_is_fenced()
    {
        Scene scene = new Scene().Joined("ac", s_fenced);
        Take(scene, 'c');
        Assert.Equal(["group db", "claim leader"], Owed(scene, 2));
        Assert.Equal(["group db"], Owed(scene, 0));
        scene.Gone('c');
        Assert.Equal(["group db", "claim leader"], Owed(scene, 2));
        Assert.Empty(Owed(scene, 1));
        scene.Lose(2);
        Assert.Equal(["group db", "claim leader"], Owed(scene, 2));
        scene.Proven(2);
        Assert.Empty(Owed(scene, 2));
    }

    // What the controller said before a node came back must not be taken for its word on the present boot.
    [Theory]
    [InlineData("n3.1", null)]
    [InlineData("n3.2", ProofReach.Boot)]
    public void A_server_that_speaks_leaves_of_a_proof_what_it_doesnt_contradict(
        string boot, ProofReach? left)
    {
        NodeProof proof = new(new NodeId("n3"), "n3.1", ProofReach.Node, "shot");
        KnownProofs known = new KnownProofs().Hear([proof], default)
            .Contradict([new ServerBoot(Scene.Server(2), boot, [])]);
        Assert.Equal(left, known.Known.Find(proof.Node)?.Proof.Reach);
    }

    private static EquatableArray<string> Owed(Scene scene, int node) =>
        FencedNames.OwedBy(scene.State, new NodeId($"n{node + 1}"), $"n{node + 1}.1");

    private static void Take(Scene scene, char client, ClaimPatience patience = ClaimPatience.Wait) =>
        scene.Ask(client, new GroupRequest.TakeClaim(s_leader, patience, FenceDemand.Required));
}
