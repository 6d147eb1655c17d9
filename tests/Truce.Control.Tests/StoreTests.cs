using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control.Tests;

/// <summary>A node whose store fails.</summary>
public sealed class StoreTests
{
    private static readonly Command.StoreLeave s_leave = new(Given.Node(1), "s1");

    [Fact]
    public void A_node_whose_store_fails_leaves_while_the_others_can_keep_what_is_acknowledged()
    {
        ReplicatedState state = Fails(Given.Joined(1, 2, 3), 1);
        Assert.True(StoreApply.MayLeave(state, Given.Node(1)));
        Assert.True(IsLeaving(Given.Apply(state, s_leave), 1));
    }

    [Fact]
    public void Nobody_leaves_where_too_few_stores_work()
    {
        ReplicatedState state = Fails(Fails(Given.Joined(1, 2, 3), 1), 2);
        Assert.False(StoreApply.CanKeep(state));
        Assert.False(IsLeaving(Given.Apply(state, s_leave), 1));
    }

    [Fact]
    public void Of_two_that_want_to_leave_at_once_only_the_first_does()
    {
        ReplicatedState state = Given.Apply(Fails(Given.Joined(1, 2, 3), 1), s_leave);
        state = Given.Apply(Fails(state, 2), new Command.StoreLeave(Given.Node(2), "s2"), 2);
        Assert.True(IsLeaving(state, 1));
        Assert.False(IsLeaving(state, 2));
    }

    [Fact]
    public void A_store_that_works_again_counts_again()
    {
        ReplicatedState state = Fails(Fails(Given.Joined(1, 2, 3), 1), 2);
        state = Given.Apply(state, new Command.StoreTold(Given.Node(2), "s2", ""), 2);
        Assert.True(StoreApply.CanKeep(state));
        Assert.True(StoreApply.MayLeave(state, Given.Node(1)));
    }

    [Fact]
    public void Words_of_an_earlier_life_count_for_nothing()
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), new Command.StoreTold(Given.Node(1), "s0", "full"));
        Assert.Equal("", state.Member(Given.Node(1))!.StoreTrouble);
    }

    [Fact]
    public void Why_a_node_left_by_itself_is_known_until_it_is_back()
    {
        ReplicatedState state = Given.Apply(Fails(Given.Joined(1, 2, 3), 1), s_leave);
        state = Given.Apply(state, new Command.NodeLeft(Given.Node(1), "boot1"));
        Assert.Equal("no space", state.Member(Given.Node(1))!.LeftBecause);
        state = Given.Apply(state, Given.Formed(9, 3, 2, 3), 2);
        Assert.Equal("no space", state.Member(Given.Node(1))!.LeftBecause);
        state = Given.Apply(state, Given.Formed(10, 3, 1, 2, 3), 2);
        Assert.Equal("", state.Member(Given.Node(1))!.LeftBecause);
    }

    [Fact]
    public void A_member_that_repeats_that_its_store_fails_is_heard_once()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        int before = state.Events.Length;
        state = Fails(Fails(Fails(state, 1), 1), 1);
        Assert.Equal(before + 1, state.Events.Length);
        state = Given.Apply(Given.Apply(state, s_leave), s_leave);
        Assert.Single(state.Events, e => e.Kind == "store-leave");
    }

    [Fact]
    public void A_node_that_was_asked_to_leave_has_no_reason_of_its_own()
    {
        ReplicatedState state =
            Given.Apply(Given.Joined(1, 2, 3), new Command.NodeLeft(Given.Node(1), "boot1"));
        Assert.Equal("", state.Member(Given.Node(1))!.LeftBecause);
    }

    [Fact]
    public void A_member_that_lost_its_store_to_a_fault_never_completes_a_cold_start()
    {
        HelloFacts Cold(int number) => Given.Hello(number) with { Running = false, FreshStore = false };
        HelloFacts lost = Cold(1) with { FreshStore = true, AwaitsSnapshot = true };
        HelloFacts other = Cold(2) with { FreshStore = true };
        Assert.Equal(ViewMode.Waiting, Decide(lost, other, Cold(3)).Mode);
        // Not lost, but new: with everybody there nothing can be found anywhere else.
        Assert.Equal(ViewMode.Quorate, Decide(lost with { AwaitsSnapshot = false }, other, Cold(3)).Mode);
        // Members that keep a store hold quorum: it takes their snapshot.
        Agreement goesOn = Decide(lost, Cold(2), Cold(3));
        Assert.Equal(ViewMode.Quorate, goesOn.Mode);
        Assert.NotEqual(Given.Member(1), goesOn.Source);
    }

    [Fact]
    public void A_member_with_another_clusters_disk_takes_no_part()
    {
        HelloFacts strange = Given.Hello(3) with { Cluster = "other", Running = false, Lineage = 99 };
        Agreement running = Decide(Given.Hello(1), Given.Hello(2), strange);
        Assert.Equal(["n1", "n2"], running.Formed!.Participants.Select(p => p.Member.Node.Value));
        HelloFacts Cold(int number) => Given.Hello(number) with { Running = false };
        Agreement cold = Decide(Cold(1), Cold(2), strange);
        Assert.Equal(ViewMode.Quorate, cold.Mode);
        Assert.Equal(Given.Member(1), cold.Source);
        Assert.DoesNotContain(cold.Formed!.Participants, p => p.Member == Given.Member(3));
    }

    [Fact]
    public void A_cold_start_remembers_shots_that_are_over_and_takes_up_none_that_was_under_way()
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), new Command.FenceAsked(Given.Intent(3)));
        state = Given.Apply(state, new Command.FenceEnded("f1", Given.Node(1), true, "power", ""));
        state = Given.Apply(state, new Command.FenceAsked(Given.Intent(2, id: "f2")));
        Assert.Equal(2, state.Fences.Length);
        StoredFacts stored = StoredFacts.Empty with { Fences = state.Fences };
        ControlIdentity founder = new(
            Given.Node(1), new NodeUuid("1"), Given.Member(1), "s1", "boot1", "c", 1, 1);
        Replica founded = ColdStart.FromDisk(stored, founder, Given.Formed(8, 3, 1, 2, 3));
        Assert.Equal(["f1"], founded.Committed.Fences.Select(f => f.Intent.Id));
        var told = Assert.IsType<Command.FencesRemembered>(Assert.Single(ColdStart.Remembered(stored, null)));
        Assert.Equal(["f1"], told.Fences.Select(f => f.Intent.Id));
    }

    private static Agreement Decide(params HelloFacts[] hellos) => AgreementRule.Decide(
        Given.View(8), hellos.ToImmutableSortedDictionary(h => Given.Member(int.Parse(h.Node.Value.AsSpan(1), null)), h => h), []);

    private static ReplicatedState Fails(ReplicatedState state, int node) =>
        Given.Apply(state, new Command.StoreTold(Given.Node(node), $"s{node}", "no space"), node);

    private static bool IsLeaving(ReplicatedState state, int node) => StoreApply.IsLeaving(state, state.Member(Given.Node(node))!);
}
