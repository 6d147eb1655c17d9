using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Control.Tests;

/// <summary>The fence guard's rule for what was starting on a node when it was lost.</summary>
public sealed class StartSuspicionTests
{
    private const long ProvenMs = 600_000;
    private static readonly ResourceId s_bad = new("bad");
    private static readonly FenceIntent s_ofTwo =
        Given.Intent(2, id: "f") with { TargetIncarnation = "boot2" };

    private int _count;

    [Fact]
    public void What_was_starting_on_a_lost_node_is_banned_from_it_and_the_history_says_so()
    {
        ReplicatedState state = Lost(Starting(Given.Joined(1, 2, 3), 2, "bad"), 2);
        Assert.Contains((s_bad, Given.Node(2)), HeldBack.Of(state).Bans.Select(b => (b.Resource, b.Node)));
        Assert.Empty(HeldBack.Of(state).Blocks);
        FenceState fence = state.Fences.Single();
        Assert.Equal(new FenceCause.NodeLost(), fence.Intent.Cause);
        Assert.Contains(
            "start of bad was in progress on n2 when it was lost", fence.Intent.Evidence,
                StringComparison.Ordinal);
        Assert.Contains(
            "node 1 of 2 lost during start of bad", fence.Guard, StringComparison.Ordinal);
        Order again = Given.Order(2, "bad", "start") with { Incarnation = "boot2b" };
        Assert.Contains(
            "was lost during its start", HeldBack.Objection(state, s_bad, again.Node),
                StringComparison.Ordinal);
    }

    [Fact]
    public void What_ran_there_or_was_only_looked_at_is_not_suspected()
    {
        ReplicatedState state = Running(Given.Joined(1, 2, 3), 2, "web");
        state = Given.Apply(state, Given.Ordered(state, Given.Order(2, "db", "monitor", expected: 7)));
        state = Given.Apply(state, Given.Ordered(state, Given.Order(2, "web", "stop")));
        state = Lost(state, 2);
        Assert.Empty(HeldBack.Of(state).Bans);
        Assert.Equal("", state.Fences.Single().Guard);
    }

    [Fact]
    public void Two_nodes_lost_over_one_start_block_it_everywhere_and_only_it()
    {
        ReplicatedState state = Lost(Starting(Given.Joined(1, 2, 3), 2, "bad"), 2);
        state = Booted(state, 2);
        state = Lost(Starting(Starting(state, 3, "bad"), 3, "web"), 3);
        Assert.Equal([s_bad], HeldBack.Of(state).Blocks.Select(b => b.Resource));
        Assert.Contains(
            "2 nodes were lost during its start", HeldBack.Of(state).Blocks.Single().Reason,
                StringComparison.Ordinal);
        Assert.NotNull(HeldBack.Objection(state, s_bad, Given.Node(1)));
        Assert.Null(HeldBack.Objection(Booted(state, 3), new ResourceId("web"), Given.Node(1)));
        // The losses are the resource's: neither node is quarantined over them.
        Assert.Empty(HeldBack.Of(state).Quarantines);
    }

    [Fact]
    public void A_node_that_is_back_before_it_is_shot_counts_all_the_same()
    {
        ReplicatedState state = Starting(Given.Joined(1, 2, 3), 2, "bad");
        state = Given.Apply(state, Given.Formed(9, 3, 1, 3));
        state = Given.Apply(state, Rebooted(10, 2));
        FenceState told = state.Fences.Single();
        Assert.Equal(FenceStage.Obsolete, told.Stage);
        Assert.Equal([Given.Node(2)], HeldBack.Of(state).Bans.Select(b => b.Node));
        // Once only, however often the view changes.
        Assert.Single(Given.Apply(state, Rebooted(11, 2)).Fences);
    }

    [Fact]
    public void A_shot_that_came_to_nothing_as_the_node_is_another_boot_counts_all_the_same()
    {
        ReplicatedState state = Asked(Starting(Given.Joined(1, 2, 3), 2, "bad"), 2);
        state = Given.Apply(state, Rebooted(10, 2));
        Assert.Equal(FenceStage.Obsolete, state.Fences.Single().Stage);
        Assert.Single(HeldBack.Of(state).Bans);
    }

    [Fact]
    public void A_node_that_lived_on_speaks_for_what_was_starting_there()
    {
        ReplicatedState state = Asked(Starting(Given.Joined(1, 2, 3), 2, "bad"), 2);
        for (int i = 0; i < 20 && state.Fences.Single().IsOpen; i++)
            state = Given.Apply(
                state, new Command.FenceEnded(
                    state.Fences.Single().Intent.Id, Given.Node(1), false, "power", "no"));
        Assert.Equal([1, 2, 3], BannedFrom(state, "bad"));
        state = Given.Apply(state, Given.Formed(10, 3, 1, 2, 3));
        state = Given.Apply(state, new Command.NodeJoined(Given.Node(2), "s2", "boot2", "e2", [], [], []), 2);
        Assert.Empty(HeldBack.Of(state).Bans);
    }

    [Fact]
    public void Where_the_next_loss_costs_the_quorum_it_waits_for_the_lost_node()
    {
        ReplicatedState state = Lost(Starting(Given.Joined(1, 2, 3), 2, "bad"), 2);
        Assert.Equal([1, 2, 3], BannedFrom(state, "bad"));
        string why = HeldBack.Objection(state, s_bad, Given.Node(3))!;
        Assert.Contains("waits until n2 is back, 600 s at most", why, StringComparison.Ordinal);
        Assert.Contains("truce fence release bad", why, StringComparison.Ordinal);
        // The shot's own starts are judged alike.
        Assert.Null(HeldBack.Objection(state, new ResourceId("web"), Given.Node(3)));
        Assert.Equal([2], BannedFrom(Booted(state, 2), "bad"));
    }

    [Fact]
    public void The_wait_for_a_lost_node_ends()
    {
        ReplicatedState state = Wait(Lost(Starting(Given.Joined(1, 2, 3), 2, "bad"), 2), 540_000);
        Assert.Equal([1, 2, 3], BannedFrom(state, "bad"));
        AppliedEntry last = Given.Try(state, new Command.Tick(Given.Node(1), 60_000, 0, ""));
        Assert.Equal([2], BannedFrom(last.After, "bad"));
        // Nothing else says that there is something to plan now.
        Assert.NotNull(Relevance.Of(new Command.Tick(Given.Node(1), 60_000, 0, ""), last));
        Assert.Null(Relevance.Of(
            new Command.Tick(Given.Node(1), 60_000, 0, ""),
            Given.Try(last.After, new Command.Tick(Given.Node(1), 60_000, 0, ""))));
    }

    [Fact]
    public void It_waits_only_while_others_would_lose_their_quorum()
    {
        // Two of two: who is left alone has nobody to spare.
        ReplicatedState two = Given.Apply(
            Starting(Given.Joined(1, 2, 3), 2, "bad"), Alone(30) with { Needed = 1 });
        two = Given.Apply(two, new Command.FenceAsked(s_ofTwo));
        Assert.Equal([2], BannedFrom(two, "bad"));
        // Five nodes, one lost: the next loss leaves three.
        ReplicatedState five = Given.Apply(
            Starting(Given.Joined(1, 2, 3), 2, "bad"), Given.Formed(31, 5, 1, 3, 4, 5));
        five = Given.Apply(five, new Command.FenceAsked(s_ofTwo));
        Assert.Equal([2], BannedFrom(five, "bad"));
        // What ran there is recovered at once.
        Assert.Empty(BannedFrom(Lost(Running(Given.Joined(1, 2, 3), 2, "web"), 2), "web"));
    }

    [Fact]
    public void The_wait_can_be_released_and_turned_off_and_is_not_taken_to_another_lineage()
    {
        ReplicatedState state = Lost(Starting(Given.Joined(1, 2, 3), 2, "bad"), 2);
        Assert.Empty(BannedFrom(
            Given.Apply(state, new Command.FenceReleased(new NodeId("bad"), "op", "fixed")), "bad"));
        ReplicatedState off = Given.Apply(Given.Joined(1, 2, 3), Configure("a", "truce-suspect-wait", "0"));
        Assert.Equal([2], BannedFrom(Lost(Starting(off, 2, "bad"), 2), "bad"));
        ReplicatedState other = Given.Apply(
            Given.Joined(1, 3), new Command.FencesRemembered(state.Fences.ToEquatableArray()));
        Assert.Equal([2], BannedFrom(other, "bad"));
    }

    [Fact]
    public void Running_elsewhere_for_a_while_ends_the_ban_and_not_the_count()
    {
        ReplicatedState state = Lost(Starting(Given.Joined(1, 2, 3), 2, "bad"), 2);
        state = Running(Booted(state, 2), 3, "bad");
        state = Wait(state, ProvenMs - 60_000);
        Assert.Single(HeldBack.Of(state).Bans);
        state = Wait(state, 60_000);
        Assert.Empty(HeldBack.Of(state).Bans);
        // It goes back, and the node is lost again: so it is what kills it.
        state = Stopped(state, 3, "bad");
        state = Lost(Starting(state, 2, "bad", "boot2b"), 2);
        Assert.Equal([s_bad], HeldBack.Of(state).Blocks.Select(b => b.Resource));
    }

    [Fact]
    public void Running_on_the_very_node_for_a_while_ends_everything()
    {
        ReplicatedState state = Lost(Starting(Given.Joined(1, 2, 3), 2, "bad"), 2);
        state = Wait(Running(Booted(state, 2), 3, "bad"), ProvenMs);
        state = Wait(Running(Stopped(state, 3, "bad"), 2, "bad", "boot2b"), ProvenMs);
        Assert.Equal(AcquittalReach.Everywhere, state.Fences.Single().Acquittals.Single().Reach);
        state = Booted(Lost(Starting(state, 2, "bad", "boot2b"), 2), 2);
        Assert.Empty(HeldBack.Of(state).Blocks);
        Assert.Single(HeldBack.Of(state).Bans);
    }

    [Fact]
    public void A_failed_start_elsewhere_proves_nothing()
    {
        ReplicatedState state = Booted(Lost(Starting(Given.Joined(1, 2, 3), 2, "bad"), 2), 2);
        Order start = Given.Order(3, "bad", "start");
        state = Given.Apply(state, Given.Ordered(state, start));
        state = Given.Apply(state, Given.Results(3, Given.Result(start, code: 1)), 3);
        Assert.Single(HeldBack.Of(Wait(state, 2 * ProvenMs)).Bans);
    }

    [Fact]
    public void A_release_a_cleanup_and_a_changed_configuration_end_it_for_one_resource_alone()
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), Configure("a"));
        state = Booted(Lost(Starting(Starting(state, 2, "bad"), 2, "web"), 2), 2);
        ResourceId[] Banned(Command command) =>
            [.. HeldBack.Of(Given.Apply(state, command)).Bans.Select(b => b.Resource)];
        Assert.Equal(
            [new ResourceId("web")], Banned(new Command.FenceReleased(new NodeId("bad"), "op", "fixed")));
        Assert.Equal([new ResourceId("web")], Banned(new Command.Forget([s_bad], null, false, null)));
        Assert.Equal([new ResourceId("web")], Banned(Configure("b")));
        Assert.Empty(Banned(new Command.FenceReleased(Given.Node(2), "op", "fixed")));
        // What the scheduler itself forgets is no word of a person's.
        Assert.Equal(2, Banned(new Command.Forget([s_bad], null, false, Command.Forget.AnyOperation)).Length);
    }

    [Fact]
    public void A_node_that_leaves_in_order_is_forgiven_and_the_resource_is_not()
    {
        ReplicatedState state = Booted(Lost(Starting(Given.Joined(1, 2, 3), 2, "bad"), 2), 2);
        state = Given.Apply(state, new Command.NodeLeft(Given.Node(2), "boot2b"));
        Assert.NotEqual("", state.Fences.Single().NodeClosed);
        Assert.Single(HeldBack.Of(state).Bans);
    }

    [Fact]
    public void A_joiners_disk_brings_back_suspicion_and_what_ended_it()
    {
        ReplicatedState source = Given.Joined(1, 2, 3);
        ReplicatedState remembers = Booted(Lost(Starting(source, 2, "bad"), 2), 2);
        ReplicatedState after = Given.Apply(
            source, new Command.FencesRemembered(remembers.Fences.ToEquatableArray()));
        Assert.Single(HeldBack.Of(after).Bans);
        ReplicatedState released = Given.Apply(
            remembers, new Command.FenceReleased(new NodeId("bad"), "op", "fixed"));
        after = Given.Apply(after, new Command.FencesRemembered(released.Fences.ToEquatableArray()));
        Assert.Empty(HeldBack.Of(after).Bans);
        // And not the other way round: who remembers less takes nothing back.
        after = Given.Apply(after, new Command.FencesRemembered(remembers.Fences.ToEquatableArray()));
        Assert.Empty(HeldBack.Of(after).Bans);
    }

    private static ReplicatedState Starting(
        ReplicatedState state, int node, string resource, string? boot = null)
    {
        Order start = Given.Order(node, resource, "start") with { Incarnation = boot ?? $"boot{node}" };
        return Given.Apply(state, Given.Ordered(state, start));
    }

    private static ReplicatedState Running(
        ReplicatedState state, int node, string resource, string? boot = null)
    {
        state = Starting(state, node, resource, boot);
        return Given.Apply(
            state, Given.Results(node, Given.Result(Given.Order(node, resource, "start"))), node);
    }

    private static ReplicatedState Stopped(ReplicatedState state, int node, string resource)
    {
        Order stop = Given.Order(node, resource, "stop");
        state = Given.Apply(state, Given.Ordered(state, stop));
        return Given.Apply(state, Given.Results(node, Given.Result(stop, call: 2)), node);
    }

    private ReplicatedState Asked(ReplicatedState state, int node)
    {
        int[] others = [.. Enumerable.Range(1, 3).Where(i => i != node)];
        string boot = state.Member(Given.Node(node))!.Incarnation;
        state = Given.Apply(state, Given.Formed((ulong)(20 + ++_count), 3, others));
        return Given.Apply(state, new Command.FenceAsked(
            Given.Intent(node, id: $"f{_count}") with { TargetIncarnation = boot }));
    }

    private ReplicatedState Lost(ReplicatedState state, int node)
    {
        state = Asked(state, node);
        return Given.Apply(
            state, new Command.FenceEnded(state.Fences.Last().Intent.Id, Given.Node(1), true, "power", ""));
    }

    private static Command.Formed Rebooted(ulong ring, int node)
    {
        Command.Formed formed = Given.Formed(ring, 3, 1, 2, 3);
        return formed with
        {
            Participants = [
                .. formed.Participants.Select(
                    p => p.Member.Node == Given.Node(node) ? p with { Incarnation = $"boot{node}b" } : p)],
        };
    }

    private ReplicatedState Booted(ReplicatedState state, int node)
    {
        state = Given.Apply(state, Rebooted((ulong)(20 + ++_count), node));
        return Given.Apply(state, new Command.NodeJoined(
            Given.Node(node), $"s{node}", $"boot{node}b", $"e{node}", [], [], []), node);
    }

    private static int[] BannedFrom(ReplicatedState state, string resource) =>
        [.. Enumerable.Range(1, 3).Where(
            i => HeldBack.Objection(state, new ResourceId(resource), Given.Node(i)) is not null)];

    private static Command.Formed Alone(ulong ring) => Given.Formed(ring, 2, 1) with { Quorate = true };

    private static ReplicatedState Wait(ReplicatedState state, long ms)
    {
        for (; ms > 0; ms -= 60_000)
            state = Given.Apply(state, new Command.Tick(Given.Node(1), 60_000, 0, ""));
        return state;
    }

    private static Command.ChangeConfiguration Configure(
        string mode, string option = "cluster-name", string value = "c") => new(
        "<cib validate-with=\"pacemaker-3.9\" admin_epoch=\"0\" epoch=\"1\" "
            + "num_updates=\"0\"><configuration><crm_config><cluster_property_set id=\"o\">"
            + $"<nvpair id=\"o1\" name=\"{option}\" value=\"{value}\"/></cluster_property_set></crm_config>"
            + "<nodes/>"
        + "<resources><primitive id=\"bad\" class=\"ocf\" provider=\"x\" type=\"bad\">"
        + $"<instance_attributes id=\"i\"><nvpair id=\"ip\" name=\"mode\" "
        + $"value=\"{mode}\"/></instance_attributes></primitive>"
        + "<primitive id=\"web\" class=\"ocf\" provider=\"x\" "
        + "type=\"web\"/></resources><constraints/></configuration><status/></cib>",
        null, null, "op", "");
}
