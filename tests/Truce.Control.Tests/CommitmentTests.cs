using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control.Tests;

/// <summary>When entries count.</summary>
public sealed class CommitmentTests
{
    [Theory]
    [InlineData(new long[] { 5, 0, 0 }, 0)]
    [InlineData(new long[] { 5, 3, 0 }, 3)]
    [InlineData(new long[] { 5, 3, 4 }, 4)]
    [InlineData(new long[] { 5, 5, 5 }, 5)]
    public void What_a_quorum_of_votes_holds_is_committed(long[] held, long committed)
    {
        Acknowledgements acks = new();
        acks.Begin(Given.Formed(8, 3, 1, 2, 3));
        for (int i = 0; i < held.Length; i++)
            acks.Hear(Given.Node(i + 1), held[i]);
        Assert.Equal(committed, acks.Committed());
    }

    [Fact]
    public void A_node_outside_the_view_doesnt_count()
    {
        Acknowledgements acks = new();
        acks.Begin(Given.Formed(8, 3, 1, 2));
        acks.Hear(Given.Node(1), 9);
        acks.Hear(Given.Node(3), 9);
        Assert.Equal(0, acks.Committed());
    }

    [Fact]
    public void What_was_acknowledged_in_an_earlier_view_counts_for_nothing()
    {
        Acknowledgements acks = new();
        acks.Begin(Given.Formed(8, 3, 1, 2, 3));
        acks.Hear(Given.Node(1), 9);
        acks.Hear(Given.Node(2), 9);
        Assert.Equal(9, acks.Committed());
        // Its entries may be others than those that had these numbers before.
        acks.Begin(Given.Formed(9, 3, 1, 2, 3));
        Assert.Equal((0, 0), (acks.Committed(), acks.SafelyHeld()));
        acks.Hear(Given.Node(1), 9);
        Assert.Equal(0, acks.Committed());
        Assert.False(acks.IsHeldWithout(Given.Node(3), 9));
    }

    [Fact]
    public void A_shot_needs_the_votes_without_its_target()
    {
        Acknowledgements acks = new();
        acks.Begin(Given.Formed(8, 3, 1, 2, 3));
        acks.Hear(Given.Node(1), 9);
        acks.Hear(Given.Node(3), 9);
        Assert.Equal(9, acks.Committed());
        Assert.False(acks.IsHeldWithout(Given.Node(3), 9));
        acks.Hear(Given.Node(2), 9);
        Assert.True(acks.IsHeldWithout(Given.Node(3), 9));
    }

    [Fact]
    public void A_minority_commits_only_what_all_of_it_holds()
    {
        Acknowledgements acks = new();
        acks.Begin(Given.Formed(8, 5, 1, 2));
        acks.Hear(Given.Node(1), 9);
        Assert.Equal(0, acks.Committed());
        acks.Hear(Given.Node(2), 7);
        Assert.Equal(7, acks.Committed());
    }

    [Fact]
    public void Where_one_of_two_can_go_on_alone_a_client_is_told_only_of_what_both_hold()
    {
        Acknowledgements acks = new();
        acks.Begin(Given.Formed(8, 2, 1, 2) with { Needed = 1 });
        acks.Hear(Given.Node(1), 9);
        Assert.Equal((9, 0), (acks.Committed(), acks.SafelyHeld()));
        acks.Hear(Given.Node(2), 7);
        Assert.Equal((9, 7), (acks.Committed(), acks.SafelyHeld()));
        acks.Begin(Given.Formed(9, 2, 1) with { Needed = 1 });
        acks.Hear(Given.Node(1), 9);
        Assert.Equal((9, 9), (acks.Committed(), acks.SafelyHeld()));
    }

    [Theory]
    [InlineData(4, 3, 3)] // four nodes: the majority
    [InlineData(4, 2, 3)] // four nodes and a quorum device's vote: any two with it could go on
    [InlineData(3, 1, 3)] // the last man standing with a device's votes
    [InlineData(3, 2, 2)]
    public void What_is_safely_held_meets_every_set_of_nodes_that_could_go_on(int nodes, int needed, int held)
    {
        Acknowledgements acks = new();
        acks.Begin(Given.Formed(8, nodes, [.. Enumerable.Range(1, nodes)]) with { Needed = needed });
        for (int node = 1; node < held; node++)
            acks.Hear(Given.Node(node), 5);
        Assert.Equal(0, acks.SafelyHeld());
        acks.Hear(Given.Node(held), 5);
        Assert.Equal(5, acks.SafelyHeld());
    }

    [Fact]
    public void A_submission_that_comes_twice_counts_once()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Submission submission = new("s1", 99, Given.Node(1), Given.Noon, [new Command.Tick(Given.Node(1), 500, 0, "")]);
        LogEntry entry = new(submission, "d", state.View!.Epoch);
        ReplicatedState once = LogApply.Apply(state, entry, default).After;
        ReplicatedState twice = LogApply.Apply(once, entry, default).After;
        Assert.Equal(state.ClusterTimeMs + 500, once.ClusterTimeMs);
        Assert.Equal(once.ClusterTimeMs, twice.ClusterTimeMs);
        Assert.Equal(once.Index + 1, twice.Index);
    }

    [Fact]
    public void One_acknowledgement_is_on_its_way_at_a_time_and_covers_what_came_since()
    {
        AckPace pace = new();
        pace.Begin();
        Assert.Equal(3, pace.Next(3));
        Assert.Null(pace.Next(8));
        pace.Delivered();
        Assert.Equal(8, pace.Next(8));
        pace.Delivered();
        Assert.Null(pace.Next(8));
    }

    [Fact]
    public void What_was_held_before_a_view_is_acknowledged_with_its_first_entry()
    {
        AckPace pace = new();
        pace.Begin();
        pace.Open(9);
        Assert.Null(pace.Next(8));
        Assert.Equal(9, pace.Next(9));
        pace.Begin();
        Assert.Equal(8, pace.Next(8));
    }

    [Fact]
    public void What_a_new_views_log_lacks_is_submitted_again_under_the_same_number()
    {
        Outbox outbox = new("s1", Given.Node(1));
        outbox.Add(new Command.Suspected(Given.Node(2), "s2", Given.Node(1)));
        Submission sent = outbox.TakeReady(At(0)).Single();
        Replica empty = new(new ReplicatedState { Cluster = "c", Lineage = 1 }, default, "");
        Assert.Equal(sent, outbox.Resubmit(empty).Single());
        empty.Append(new LogEntry(sent, "d", new Epoch(8, 1)));
        Assert.Empty(outbox.Resubmit(empty));
    }

    [Fact]
    public void Ticks_of_an_earlier_view_are_not_submitted_again_unless_something_goes_with_them()
    {
        Outbox outbox = new("s1", Given.Node(1));
        Command.Tick tick = new(Given.Node(1), 1, 0, "");
        outbox.Add(tick);
        _ = outbox.TakeReady(At(0));
        outbox.Add(tick);
        outbox.Add(new Command.Suspected(Given.Node(2), "s2", Given.Node(1)));
        Submission both = outbox.TakeReady(At(1)).Single();
        Replica empty = new(new ReplicatedState { Cluster = "c", Lineage = 1 }, default, "");
        Assert.Equal(both, outbox.Resubmit(empty).Single());
        Assert.Equal([null, null], outbox.Settle(both));
    }

    [Fact]
    public void What_may_wait_is_sent_with_the_next_that_may_not_or_when_its_time_is_over()
    {
        Outbox outbox = new("s1", Given.Node(1));
        Command.Tick tick = new(Given.Node(1), 1, 0, "");
        outbox.Add(tick, by: Given.Second(2));
        outbox.Add(tick, by: Given.Second(3));
        Assert.Empty(outbox.TakeReady(At(1)));
        Assert.Equal(Given.Second(2), outbox.NextTimer);
        Assert.Equal(2, outbox.TakeReady(At(2)).Single().Commands.Count);
        outbox.Add(tick, by: Given.Second(9));
        outbox.Add(tick);
        Assert.Equal(2, outbox.TakeReady(At(3)).Single().Commands.Count);
        Assert.Null(outbox.NextTimer);
    }

    private static ControlTime At(double second) => new(Given.Second(second), Given.Noon);

    [Fact]
    public void A_state_survives_its_document()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        state = Given.Apply(state, Given.Ordered(state, Given.Order(1, "r", "start")));
        state = Given.Apply(state, new Command.FenceAsked(Given.Intent(3)));
        StateDocument document = StateText.ToDocument(state);
        Assert.Equal(document, StateText.ToDocument(StateText.FromDocument(document)));
    }
}
