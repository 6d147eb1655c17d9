using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control.Tests;

/// <summary>Whose state a view goes on with.</summary>
public sealed class AgreementTests
{
    [Fact]
    public void Members_with_one_log_go_on_without_a_snapshot()
    {
        Agreement agreement = Decide(Given.Hello(1), Given.Hello(2), Given.Hello(3));
        Assert.Equal(ViewMode.Quorate, agreement.Mode);
        Assert.Equal(3, agreement.InSync.Count);
        Assert.Equal(new Epoch(8, 1), agreement.Epoch);
        Assert.All(agreement.Formed!.Participants, p => Assert.Equal(ParticipantKind.Continues, p.Kind));
    }

    [Fact]
    public void The_later_view_outranks_the_longer_log()
    {
        HelloFacts longer = Given.Hello(1) with { Standing = new Standing(new Epoch(4, 1), 99), TailHash = "other" };
        HelloFacts later = Given.Hello(2) with { Standing = new Standing(new Epoch(6, 1), 11) };
        Agreement agreement = Decide(longer, later);
        Assert.Equal(Given.Member(2), agreement.Source);
        Assert.DoesNotContain(Given.Member(1), agreement.InSync);
    }

    [Fact]
    public void Of_one_view_the_longer_log_is_the_source()
    {
        HelloFacts longer = Given.Hello(3) with { Standing = new Standing(new Epoch(4, 1), 11), TailHash = "longer" };
        Assert.Equal(Given.Member(3), Decide(Given.Hello(1), Given.Hello(2), longer).Source);
    }

    [Fact]
    public void Whoever_runs_outranks_whoever_has_only_a_disk()
    {
        HelloFacts disk = OnDisk(1, ring: 4, index: 5);
        Agreement agreement = Decide(disk, Given.Hello(2));
        Assert.Equal(Given.Member(2), agreement.Source);
        Assert.Null(agreement.Restorer);
    }

    [Fact]
    public void A_lineage_goes_on_only_where_a_quorum_remembers_what_was_committed()
    {
        HelloFacts disk = OnDisk(3, ring: 4, index: 5);
        Assert.Equal(0, Decide(Given.Hello(1), Given.Hello(2), disk).Formed!.Lineage);
        Agreement forgotten = Decide(Given.Hello(1), disk);
        Assert.True(forgotten.Formed!.Lineage > Given.Hello(1).Lineage);
        Assert.Equal(forgotten.Epoch.LineageAfter(Given.Hello(1).Lineage, ["s1", "s3"]), forgotten.Formed.Lineage);
    }

    [Fact]
    public void Lineages_that_begin_in_one_epoch_differ_by_who_begins_them_and_the_next_epoch_outranks_them()
    {
        Epoch epoch = new(16, 1);
        long first = epoch.LineageAfter(0, ["one"]);
        long second = epoch.LineageAfter(0, ["two"]);
        Assert.NotEqual(first, second);
        foreach (long earlier in new[] { first, second })
        {
            Assert.True(new Epoch(16, 2).LineageAfter(0, ["three"]) > earlier);
            // Also where the rings' numbers have begun anew.
            Assert.True(new Epoch(4, 1).LineageAfter(earlier, ["three"]) > earlier);
            Assert.NotEqual(new Epoch(4, 1).LineageAfter(earlier, ["three"]), new Epoch(4, 1).LineageAfter(earlier, ["four"]));
            Assert.True(new Epoch(ulong.MaxValue, 1).LineageAfter(earlier, ["three"]) > earlier);
        }
    }

    [Theory]
    [InlineData(3UL, 99L, false)]
    [InlineData(4UL, 10L, false)]
    [InlineData(4UL, 11L, true)]
    [InlineData(6UL, 2L, true)]
    public void A_disk_restores_what_the_source_lost_and_nothing_older(ulong ring, long index, bool restores)
    {
        Agreement agreement = Decide(OnDisk(1, ring, index), Given.Hello(2));
        Assert.Equal(restores ? Given.Member(1) : null, agreement.Restorer);
    }

    [Fact]
    public void A_disk_of_a_lineage_that_the_source_has_missed_restores_and_one_of_an_earlier_does_not()
    {
        HelloFacts later = OnDisk(1, ring: 6, index: 2) with { Lineage = Given.Hello(2).Lineage + 1 };
        Assert.Equal(Given.Member(1), Decide(later, Given.Hello(2)).Restorer);
        Assert.True(Decide(later, Given.Hello(2)).Formed!.Lineage > later.Lineage);
        HelloFacts earlier = OnDisk(1, ring: 6, index: 2) with { Lineage = Given.Hello(2).Lineage - 1 };
        Assert.Null(Decide(earlier, Given.Hello(2)).Restorer);
    }

    [Fact]
    public void Without_quorum_members_go_on_in_a_branch()
    {
        Agreement agreement = Decide(Given.Hello(1) with { Quorate = false });
        Assert.Equal(ViewMode.Minority, agreement.Mode);
        Assert.False(agreement.Formed!.Quorate);
        Assert.False(agreement.Formed.EngineQuorate);
        Assert.Equal(ParticipantKind.Joins, agreement.Formed.Participants[0].Kind);
        HelloFacts inside = Given.Hello(1) with { Quorate = false, Branch = "b" };
        Assert.Equal(ParticipantKind.Continues, Decide(inside).Formed!.Participants[0].Kind);
    }

    [Fact]
    public void Whoever_comes_from_a_minority_goes_on_from_the_log_but_reports_anew()
    {
        Agreement agreement = Decide(Given.Hello(1) with { Branch = "b" }, Given.Hello(2));
        Assert.Equal(2, agreement.InSync.Count);
        Assert.Equal(ParticipantKind.Joins, agreement.Formed!.Participants[0].Kind);
        Assert.Equal(ParticipantKind.Continues, agreement.Formed.Participants[1].Kind);
    }

    [Fact]
    public void Whoever_owes_a_report_since_a_view_that_broke_reports_anew()
    {
        Agreement agreement = Decide(Given.Hello(1) with { OwesReport = true }, Given.Hello(2));
        Assert.Equal(2, agreement.InSync.Count);
        Assert.Equal(ParticipantKind.Joins, agreement.Formed!.Participants[0].Kind);
        Assert.Equal(ParticipantKind.Continues, agreement.Formed.Participants[1].Kind);
    }

    [Fact]
    public void Quorate_with_too_few_controllers_waits() =>
        Assert.Equal(ViewMode.Waiting, Decide(Given.Hello(1)).Mode);

    [Fact]
    public void Whoever_holds_nothing_neither_waits_nor_is_waited_for()
    {
        HelloFacts tired = Given.Hello(1, 5) with { WaitsNoLonger = true };
        Assert.Equal(ViewMode.Minority, Decide(tired, OnDisk(2, 4, 5) with { Needed = 3 }).Mode);
        Assert.Equal(ViewMode.Waiting, Decide(OnDisk(1, 4, 5) with { WaitsNoLonger = true }).Mode);
    }

    [Fact]
    public void The_last_ones_to_leave_go_on_as_a_side_without_quorum_does()
    {
        Assert.True(Decide(Given.Hello(1)).LacksControllers);
        Agreement alone = Decide(Given.Hello(1) with { WaitsNoLonger = true });
        Assert.Equal(ViewMode.Minority, alone.Mode);
        Assert.False(alone.Formed!.Quorate);
        Assert.True(alone.Formed.EngineQuorate);
        HelloFacts leaving = Given.Hello(1) with { WaitsNoLonger = true };
        Assert.Equal(ViewMode.Quorate, Decide(leaving, Given.Hello(2)).Mode);
        Assert.Equal(
            ViewMode.Waiting, Decide(
                Given.Hello(1, 5) with { WaitsNoLonger = true }, Given.Hello(2, 5)).Mode);
    }

    [Fact]
    public void A_cold_start_needs_a_quorum_of_members_that_keep_a_store()
    {
        Agreement fresh = Decide(OnDisk(1, 0, 0) with { FreshStore = true }, OnDisk(2, 4, 5));
        Assert.Equal(ViewMode.Waiting, fresh.Mode);
        Agreement kept = Decide(OnDisk(1, 4, 7), OnDisk(2, 4, 5));
        Assert.Equal(Given.Member(1), kept.Source);
        Assert.True(kept.FromDisk);
    }

    [Fact]
    public void A_new_cluster_begins_once_everybody_is_there()
    {
        HelloFacts New(int i) => OnDisk(i, 0, 0) with { FreshStore = true, Cluster = "", Lineage = 0 };
        Assert.Equal(ViewMode.Waiting, Decide(New(1), New(2)).Mode);
        Assert.Equal(ViewMode.Quorate, Decide(New(1), New(2), New(3)).Mode);
    }

    [Fact]
    public void A_second_agreement_under_one_ring_has_a_later_epoch()
    {
        HelloFacts before = Given.Hello(1) with { Standing = new Standing(new Epoch(8, 2), 10) };
        Assert.Equal(new Epoch(8, 3), Decide(before, before with { Node = Given.Node(2) }).Epoch);
    }

    [Fact]
    public void Votes_of_a_quorum_device_lower_what_nodes_must_bring()
    {
        HelloFacts hello = Given.Hello(1) with { Needed = 2, ExtraVotes = 1 };
        Assert.Equal(ViewMode.Quorate, Decide(hello).Mode);
    }

    private static HelloFacts OnDisk(int number, ulong ring, long index) => Given.Hello(number) with
    {
        Running = false,
        Standing = default,
        TailHash = "",
        Durable = new Standing(new Epoch(ring, 1), index),
    };

    private static Agreement Decide(params HelloFacts[] hellos) =>
        AgreementRule.Decide(Given.View(8), Given.Hellos(hellos), []);
}
