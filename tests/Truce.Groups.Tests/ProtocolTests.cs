using Truce.Groups.Tests.World;
using Truce.Model;

namespace Truce.Groups.Tests;

/// <summary>What each protocol leads to, as its members are told.</summary>
public sealed class ProtocolTests
{
    private static readonly GroupAttributes s_voted = GroupAttributes.Plain with
    {
        JoinPhases = PhaseCount.Many,
        RemovalPhases = PhaseCount.Many,
    };

    [Fact]
    public void A_join_of_one_phase_is_approved_at_once()
    {
        Scene scene = new Scene().Joined("ab");
        scene.Ask('c', new GroupRequest.Join(Scene.Db, "c", null));
        Assert.Equal("abc: Approved join c = abc ''0 | c done", scene.Told());
    }

    [Fact]
    public void A_voted_join_asks_the_joiner_too()
    {
        Scene scene = new Scene().Joined("ab", s_voted);
        scene.Ask('c', new GroupRequest.Join(Scene.Db, "c", null));
        Assert.Equal("abc: phase 1 join c", scene.Told());
        scene.Vote("ab", VoteChoice.Approve);
        Assert.Equal("", scene.Told());
        scene.Vote("c", VoteChoice.Approve);
        Assert.Equal("abc: Approved join c = abc ''0 | c done", scene.Told());
    }

    [Fact]
    public void One_rejection_ends_a_protocol()
    {
        Scene scene = new Scene().Joined("ab", s_voted);
        scene.Ask('c', new GroupRequest.Join(Scene.Db, "c", null));
        scene.Vote("a", VoteChoice.Reject);
        Assert.Equal("abc: phase 1 join c | abc: Rejected join c = ab ''0 | c rejected", scene.Told());
    }

    [Fact]
    public void Continue_is_a_barrier_and_votes_carry_messages_and_a_state()
    {
        Scene scene = new Scene().Joined("ab");
        scene.Ask('a', new GroupRequest.Broadcast(Scene.Db, "go", Scene.Voted));
        scene.Vote("a", new Vote(VoteChoice.Continue) { Message = "ready", Value = "warm" });
        Assert.Equal("ab: phase 1 message go", scene.Told());
        scene.Vote("b", VoteChoice.Approve);
        Assert.Equal("ab: phase 2 message go a says ready", scene.Told());
        scene.Vote("ab", VoteChoice.Approve);
        Assert.Equal("ab: Approved message go = ab 'warm'1 | a done", scene.Told());
    }

    [Fact]
    public void A_protocol_that_is_continued_too_often_is_rejected()
    {
        Scene scene = new Scene(new GroupsLimits { Phases = 2 }).Joined("a");
        scene.Ask('a', new GroupRequest.Broadcast(Scene.Db, "go", Scene.Voted));
        scene.Vote("a", VoteChoice.Continue);
        scene.Vote("a", VoteChoice.Continue);
        Assert.EndsWith("a: Rejected message go = a ''0 | a rejected", scene.Told(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DefaultVote.Approve, "Approved", "done")]
    [InlineData(DefaultVote.Reject, "Rejected", "rejected")]
    public void Laggards_are_named_and_get_the_default_vote(DefaultVote vote, string verdict, string answer)
    {
        Scene scene = new Scene().Joined("abc");
        scene.Ask('a', new GroupRequest.Broadcast(Scene.Db, "go", Scene.Voted with { Default = vote }));
        scene.Vote("b", VoteChoice.Approve);
        scene.Told();
        scene.Expire();
        Assert.Equal($"abc: late ac | abc: {verdict} message go = abc ''0 | a {answer}", scene.Told());
    }

    [Fact]
    public void A_vote_may_change_the_default_vote()
    {
        Scene scene = new Scene().Joined("ab");
        scene.Ask('a', new GroupRequest.Broadcast(Scene.Db, "go", Scene.Voted));
        scene.Vote("b", new Vote(VoteChoice.Approve) { Default = DefaultVote.Reject });
        scene.Expire();
        Assert.Contains("Rejected", scene.Told(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_of_a_phase_that_is_over_means_nothing()
    {
        Scene scene = new Scene().Joined("ab");
        scene.Ask('a', new GroupRequest.Broadcast(Scene.Db, "go", Scene.Voted));
        GroupsCommand late = new GroupsCommand.PhaseOver(Scene.Db, scene.Group!.Running!.Id, 1);
        scene.Vote("ab", VoteChoice.Approve);
        GroupsState before = scene.State;
        scene.Do(late);
        Assert.Equal(before, scene.State);
    }

    [Fact]
    public void A_voter_that_fails_gets_the_default_vote_and_is_removed_afterwards()
    {
        Scene scene = new Scene().Joined("ab");
        scene.Ask('a', new GroupRequest.Broadcast(Scene.Db, "go", Scene.Voted));
        scene.Vote("a", VoteChoice.Approve);
        scene.Told();
        scene.Gone('b');
        Assert.Equal(
            "ab: Approved message go = ab ''0 | a done | ab: Approved ClientFailed b = a ''0", scene.Told());
    }

    [Fact]
    public void A_rejected_removal_only_ends_its_voting()
    {
        Scene scene = new Scene().Joined("abc", s_voted);
        scene.Gone('c');
        Assert.Equal("ab: phase 1 ClientFailed c", scene.Told());
        scene.Vote("a", VoteChoice.Reject);
        Assert.Equal("abc: Rejected ClientFailed c = ab ''0", scene.Told());
    }

    [Fact]
    public void Joins_and_removals_that_wait_share_a_protocol_each()
    {
        Scene scene = new Scene().Joined("abcd", s_voted);
        scene.Ask('a', new GroupRequest.Broadcast(Scene.Db, "go", Scene.Voted));
        scene.Ask('e', new GroupRequest.Join(Scene.Db, "e", null));
        scene.Ask('f', new GroupRequest.Join(Scene.Db, "f", null));
        scene.Gone('c');
        scene.Gone('d');
        scene.Told();
        scene.Vote("ab", VoteChoice.Approve);
        Assert.EndsWith("ab: phase 1 ClientFailed c and ClientFailed d", scene.Told(),
            StringComparison.Ordinal);
        scene.Vote("ab", VoteChoice.Approve);
        Assert.EndsWith("abef: phase 1 join e and join f", scene.Told(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_batching_each_has_its_own()
    {
        Scene scene = new Scene().Joined("abc", s_voted with { Batching = Batching.None });
        scene.Gone('b');
        scene.Gone('c');
        Assert.Equal("ac: phase 1 ClientFailed b | a: phase 1 ClientFailed c", Replayed(scene));
    }

    [Fact]
    public void A_joiner_that_fails_takes_its_join_with_it()
    {
        Scene scene = new Scene().Joined("a", s_voted);
        scene.Ask('b', new GroupRequest.Join(Scene.Db, "b", null));
        scene.Told();
        scene.Gone('b');
        Assert.Equal("ab: Rejected join b = a ''0 | b rejected", scene.Told());
    }

    [Fact]
    public void Leave_is_agreed_on_and_goodbye_is_not()
    {
        Scene scene = new Scene().Joined("abc");
        scene.Ask('b', new GroupRequest.Leave(Scene.Db, Scene.Voted));
        scene.Ask('c', new GroupRequest.Goodbye(Scene.Db));
        Assert.Equal("abc: phase 1 leave b", scene.Told());
        scene.Vote("ab", VoteChoice.Approve);
        Assert.Equal(
            "abc: Approved leave b = ac ''0 | b done | ac: Approved Goodbye c = a ''0 | c done",
                scene.Told());
    }

    [Fact]
    public void The_target_of_an_expulsion_has_no_vote()
    {
        Scene scene = new Scene().Joined("abc");
        scene.Ask('a', new GroupRequest.Expel(Scene.Db, Scene.Client('c'), "mute", Scene.Voted));
        scene.Vote("ab", VoteChoice.Approve);
        Assert.Equal("ab: phase 1 expel c | abc: Approved expel c = ab ''0 | a done", scene.Told());
    }

    [Fact]
    public void A_state_changes_only_from_the_version_it_was_meant_for()
    {
        Scene scene = new Scene().Joined("ab");
        scene.Ask('a', new GroupRequest.ChangeValue(Scene.Db, 0, "one", Scene.AtOnce));
        scene.Ask('b', new GroupRequest.ChangeValue(Scene.Db, 0, "two", Scene.AtOnce));
        Assert.Equal("ab: Approved state one = ab 'one'1 | a done | b refused VersionDiffers", scene.Told());
    }

    [Fact]
    public void A_proposal_that_collides_waits_or_is_refused_as_it_says()
    {
        Scene scene = new Scene().Joined("ab");
        scene.Ask('a', new GroupRequest.Broadcast(Scene.Db, "one", Scene.Voted));
        scene.Ask('b',
            new GroupRequest.Broadcast(Scene.Db, "two", Scene.AtOnce with { Collision = Collision.Refuse }));
        scene.Ask('b', new GroupRequest.Broadcast(Scene.Db, "three", Scene.AtOnce));
        Assert.Equal("ab: phase 1 message one | b refused Busy", scene.Told());
        scene.Vote("ab", VoteChoice.Approve);
        Assert.Equal(
            "ab: Approved message one = ab ''0 | a done | ab: Approved message three = ab ''0 | b done",
                scene.Told());
    }

    [Fact]
    public void A_key_makes_a_proposal_once()
    {
        Scene scene = new Scene(new GroupsLimits { RememberedKeys = 1 }).Joined("ab");
        GroupRequest keyed =
            new GroupRequest.ChangeValue(Scene.Db, null, "one", Scene.Voted with { Key = "k" });
        scene.Ask('a', keyed);
        scene.Ask('a', keyed);
        Assert.Equal("ab: phase 1 state one | a refused Withdrawn", scene.Told());
        scene.Vote("ab", VoteChoice.Approve);
        scene.Ask('a', keyed);
        Assert.Equal("ab: Approved state one = ab 'one'1 | a done | a done", scene.Told());
        scene.Ask('a', new GroupRequest.Broadcast(Scene.Db, "x", Scene.AtOnce with { Key = "l" }));
        scene.Told();
        scene.Ask('a', keyed);
        Assert.Equal("ab: phase 1 state one", scene.Told());
    }

    [Fact]
    public void A_group_ends_with_its_last_provider()
    {
        Scene scene = new Scene().Joined("a");
        scene.Gone('a');
        Assert.Equal("a: Approved ClientFailed a =  ''0 | : dissolved", scene.Told());
        Assert.Null(scene.Group);
    }

    [Fact]
    public void When_a_source_group_leaves_a_node_its_target_groups_are_cast_out_there()
    {
        GroupName web = new("web");
        Scene scene = new Scene().Joined("ab");
        GroupAttributes follows = GroupAttributes.Plain with { Source = Scene.Db };
        scene.Ask('d', new GroupRequest.Join(web, "d", follows));
        scene.Ask('e', new GroupRequest.Join(web, "e", follows));
        scene.Ask('c', new GroupRequest.Join(web, "c", follows));
        Assert.EndsWith("c refused SourceMissing", scene.Told(), StringComparison.Ordinal);
        scene.Ask('a', new GroupRequest.Goodbye(Scene.Db));
        Assert.Equal("ab: Approved Goodbye a = b ''0 | a done | de: Approved CastOut d = e ''0",
            scene.Told());
    }

    [Fact]
    public void Attributes_must_match_and_can_be_changed()
    {
        Scene scene = new Scene().Joined("a");
        scene.Ask('b', new GroupRequest.Join(Scene.Db, "b", s_voted));
        scene.Ask('a', new GroupRequest.ChangeAttributes(Scene.Db, s_voted, Scene.AtOnce));
        scene.Ask('b', new GroupRequest.Join(Scene.Db, "b", s_voted));
        Assert.Equal(
            "b refused AttributesDiffer | a: Approved attributes = a ''0 | a done | ab: phase 1 join b",
                scene.Told());
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "stranger", "NotAProvider" },
        { "nowhere", "UnknownGroup" },
        { "twice", "Already" },
        { "target", "UnknownTarget" },
        { "vote", "NoVoteAwaited" },
        { "full", "Full" },
        { "groups", "Full" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_cannot_be_is_refused_and_changes_nothing(string what, string code)
    {
        Scene scene = new Scene(new GroupsLimits { Providers = 1, Groups = 1 }).Joined("a");
        GroupsState before = scene.State;
        scene.Ask(what is "stranger" or "full" or "groups" ? 'b' : 'a', what switch
        {
            "stranger" => new GroupRequest.Broadcast(Scene.Db, "x", Scene.AtOnce),
            "nowhere" => new GroupRequest.Goodbye(new GroupName("none")),
            "target" => new GroupRequest.Expel(Scene.Db, Scene.Client('b'), "", Scene.AtOnce),
            "vote" => new GroupRequest.CastVote(Scene.Db, 1, 1, new Vote(VoteChoice.Approve)),
            "groups" => new GroupRequest.Join(new GroupName("other"), "b", null),
            _ => new GroupRequest.Join(Scene.Db, "x", null),
        });
        Assert.EndsWith($"refused {code}", scene.Told(), StringComparison.Ordinal);
        Assert.Equal(before, scene.State);
    }

    [Fact]
    public void A_full_queue_refuses_proposals_but_never_a_removal()
    {
        Scene scene = new Scene(new GroupsLimits { Queue = 1 }).Joined("abc");
        scene.Ask('a', new GroupRequest.Broadcast(Scene.Db, "1", Scene.Voted));
        scene.Ask('a', new GroupRequest.Broadcast(Scene.Db, "2", Scene.AtOnce));
        scene.Ask('b', new GroupRequest.Broadcast(Scene.Db, "3", Scene.AtOnce));
        Assert.EndsWith("b refused Full", scene.Told(), StringComparison.Ordinal);
        scene.Gone('c');
        scene.Vote("ab", VoteChoice.Approve);
        Assert.Equal("ab", scene.Providers);
    }

    private static string Replayed(Scene scene)
    {
        string first = scene.Told();
        while (scene.Group?.Running is { } running)
        {
            scene.Vote([.. running.Awaited.Select(c => (char)('a' + c.Number - 1))], VoteChoice.Approve);
            string next =
                scene.Told().Split(" | ").FirstOrDefault(l => l.Contains("phase", StringComparison.Ordinal))
                    ?? "";
            first = next.Length == 0 ? first : $"{first} | {next}";
        }

        return first;
    }
}
