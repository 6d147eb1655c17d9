using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Control.Tests;

/// <summary>What guards hold back.</summary>
public sealed class GuardTests
{
    [Fact]
    public void Nothing_is_started_that_may_run_on_a_lost_node()
    {
        ReplicatedState state = Lost();
        Assert.Contains("may still be active", Objection(state, Given.Order(2, "r", "start")), StringComparison.Ordinal);
        Assert.Null(Objection(state, Given.Order(2, "other", "start")));
        Assert.Null(Objection(state, Given.Order(2, "r", "stop")));
    }

    [Fact]
    public void Proof_of_death_lifts_the_hold()
    {
        ReplicatedState state = Given.Apply(Lost(), new Command.FenceAsked(Given.Intent(3)));
        Assert.NotNull(Objection(state, Given.Order(2, "r", "start")));
        state = Given.Apply(state, new Command.FenceEnded("f1", Given.Node(1), true, "power", ""));
        Assert.Null(Objection(state, Given.Order(2, "r", "start")));
    }

    [Fact]
    public void A_boot_that_nobody_knows_may_run_everything()
    {
        Command.Formed formed = Given.Formed(12, 3, 1, 2) with
        {
            Heard = [Given.Node(1), Given.Node(2), Given.Node(3)], Silent = [Given.Node(3)],
        };
        ReplicatedState state = Given.Apply(Given.Joined(1, 2), formed);
        Assert.Contains("may still be active on n3", Objection(state, Given.Order(2, "r", "start")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_does_not_leave_beside_a_probe()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Order probe = Given.Order(2, "r", "monitor");
        state = Given.Apply(state, Given.Ordered(state, probe));
        Order leave = Given.Order(2, "", "do_shutdown") with { Kind = OrderTask.Shutdown };
        Assert.Contains("hasn't ended", Objection(state, leave), StringComparison.Ordinal);
        state = Given.Apply(state, Given.Results(2, Given.Result(probe, 7)));
        Assert.Null(Objection(state, leave));
    }

    [Fact]
    public void What_is_under_way_elsewhere_keeps_nobody_from_leaving()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        state = Given.Apply(state, Given.Ordered(state, Given.Order(1, "r", "monitor")));
        Order leave = Given.Order(2, "", "do_shutdown") with { Kind = OrderTask.Shutdown };
        Assert.Null(Objection(state, leave));
    }

    [Fact]
    public void A_stop_under_way_leaves_the_thing_active_and_its_node_here()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Order start = Given.Order(2, "r", "start");
        state = Given.Apply(state, Given.Ordered(state, start));
        state = Given.Apply(state, Given.Results(2, Given.Result(start)));
        Order stop = Given.Order(2, "r", "stop");
        state = Given.Apply(state, Given.Ordered(state, stop));
        Assert.Contains("hasn't ended", Objection(state, Given.Order(2, "", "do_shutdown") with { Kind = OrderTask.Shutdown }), StringComparison.Ordinal);
        Assert.Equal("start", Last(PlanningCib.Compose(state)).Operation);
        state = Given.Apply(state, Given.Results(2, Given.Result(stop, call: 2)));
        Assert.Null(Objection(state, Given.Order(2, "", "do_shutdown") with { Kind = OrderTask.Shutdown }));
        Assert.Equal("stop", Last(PlanningCib.Compose(state)).Operation);

        static OperationRecord Last(Cib cib) => cib.Status.NodeStates.Single(n => n.Name == Given.Node(2))
            .History!.Resources.Single().Operations.Single(o => o.Id == "r_last_0");
    }

    [Fact]
    public void What_is_being_migrated_is_left_alone_until_that_is_over()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Order migration = Given.Order(1, "vm", "migrate_to");
        state = Given.Apply(state, Given.Ordered(state, migration));
        Assert.Contains("being migrated from n1", Objection(state, Given.Order(1, "vm", "stop")), StringComparison.Ordinal);
        Assert.NotNull(Objection(state, Given.Order(1, "vm", "migrate_to") with { OperationId = "t/2/1" }));
        Assert.Null(Objection(state, Given.Order(3, "vm", "monitor", expected: 7)));
        Assert.Null(Objection(state, Given.Order(1, "other", "stop")));
        state = Given.Apply(state, Given.Results(1, Given.Result(migration)));
        Assert.Null(Objection(state, Given.Order(1, "vm", "stop")));
    }

    [Fact]
    public void Where_a_dead_node_was_migrating_to_must_be_looked_at()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Order probe = Given.Order(2, "vm", "monitor", expected: 7);
        state = Given.Apply(state, Given.Ordered(state, probe));
        state = Given.Apply(state, Given.Results(2, Given.Result(probe, code: 7)));
        state = Given.Apply(state, Given.Ordered(
            state, Given.Order(3, "vm", "migrate_to") with { Meta = [new NameText("migrate_target", "n2")] }));
        Assert.Single(Looked(state));
        state = Given.Apply(state, Given.Formed(12, 3, 1, 2));
        state = Given.Apply(state, new Command.FenceAsked(Given.Intent(3)));
        state = Given.Apply(state, new Command.FenceEnded("f1", Given.Node(1), true, "power", ""));
        Assert.Empty(Looked(state));

        static IEnumerable<ResourceHistory> Looked(ReplicatedState state) => state.Cib.Status.NodeStates
            .Single(n => n.Name == Given.Node(2)).History!.Resources.Where(r => r.Id.Value == "vm");
    }

    [Fact]
    public void Accepting_damage_lifts_the_hold_too()
    {
        string xml = Truce.Model.Xml.CibWriter.Write(Given.Cib(
            "", "<nvpair id=\"a\" name=\"truce-unfenced-recovery\" value=\"accept-damage\"/>"));
        ReplicatedState state = Given.Apply(Lost(), new Command.ChangeConfiguration(xml, null, null, "a", ""));
        Assert.Null(Objection(state, Given.Order(2, "r", "start")));
    }

    [Fact]
    public void Nothing_is_promoted_while_an_instance_may_still_be_so_on_a_lost_node()
    {
        ReplicatedState state = Promoted();
        Assert.Contains("may still be promoted on n3", Objection(state, Given.Order(2, "db", "promote")), StringComparison.Ordinal);
        state = Given.Apply(state, Given.Formed(12, 3, 1, 2));
        Assert.NotNull(Objection(state, Given.Order(2, "db", "promote")));
        state = Given.Apply(state, new Command.FenceAsked(Given.Intent(3)));
        state = Given.Apply(state, new Command.FenceEnded("f1", Given.Node(1), true, "power", ""));
        Assert.Null(Objection(state, Given.Order(2, "db", "promote")));
    }

    [Theory]
    [InlineData("demote", 0, 0, false)]
    [InlineData("demote", 1, 0, true)]
    [InlineData("stop", 0, 0, false)]
    [InlineData("stop", 1, 0, true)]
    [InlineData("start", 0, 0, false)]
    [InlineData("promote", 1, 0, true)]
    [InlineData("monitor", 8, 0, true)]
    [InlineData("monitor", 7, 7, false)]
    [InlineData("monitor", 0, 7, false)]
    public void What_an_instance_did_last_tells_whether_it_may_be_promoted(string operation, int code, int expected, bool held)
    {
        ReplicatedState state = Promoted();
        Order order = Given.Order(3, "db", operation, expected: expected) with { OperationId = "t/2/x" };
        state = Given.Apply(state, Given.Ordered(state, order));
        state = Given.Apply(state, Given.Results(3, Given.Result(order, code, call: 9)), 3);
        Assert.Equal(held, Objection(state, Given.Order(2, "db", "promote")) is not null);
    }

    [Fact]
    public void As_many_are_promoted_as_the_clone_allows()
    {
        ReplicatedState state = Promoted("<nvpair id=\"m2\" name=\"promoted-max\" value=\"2\"/>");
        Assert.Null(Objection(state, Given.Order(2, "db", "promote")));
        state = Run(state, 1, "promote");
        Assert.NotNull(Objection(state, Given.Order(2, "db", "promote")));
        Assert.Null(Objection(state, Given.Order(1, "db", "promote")));
    }

    [Theory]
    [InlineData("", 2, null)]
    [InlineData("clone-max=1", 2, "n3")]
    [InlineData("clone-max=2", 2, null)]
    [InlineData("globally-unique=true clone-max=2", 2, "n3")]
    public void No_more_instances_are_started_than_there_may_be(string meta, int node, string? objection)
    {
        string pairs = string.Concat(meta.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select((m, i) => $"<nvpair id=\"m{i}\" name=\"{m.Split('=')[0]}\" value=\"{m.Split('=')[1]}\"/>"));
        Cib cib = Given.Cib(
            $"<clone id=\"k\"><meta_attributes id=\"km\">{pairs}</meta_attributes><primitive id=\"c\" class=\"ocf\" provider=\"sim\" type=\"S\"/></clone>");
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), new Command.ChangeConfiguration(
            Truce.Model.Xml.CibWriter.Write(cib), null, null, "a", ""));
        Order running = Given.Order(3, "c:0", "start");
        state = Given.Apply(state, Given.Ordered(state, running));
        state = Given.Apply(state, Given.Results(3, Given.Result(running)), from: 3);
        state = Given.Apply(state, Given.Formed(12, 3, 1, 2));
        string? said = Objection(state, Given.Order(node, "c:0", "start"));
        Assert.Equal(objection is null, said is null);
        Assert.Contains(objection ?? "", said ?? "", StringComparison.Ordinal);
    }

    private static ReplicatedState Promoted(string meta = "")
    {
        string xml = Truce.Model.Xml.CibWriter.Write(Given.Cib(
            "<clone id=\"c\"><meta_attributes id=\"cm\"><nvpair id=\"m1\" name=\"promotable\" value=\"true\"/>" + meta
            + "</meta_attributes><primitive id=\"db\" class=\"ocf\" provider=\"sim\" type=\"Service\"/></clone>"));
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), new Command.ChangeConfiguration(xml, null, null, "a", ""));
        return Run(Run(state, 3, "start"), 3, "promote");
    }

    private static ReplicatedState Run(ReplicatedState state, int node, string operation)
    {
        Order order = Given.Order(node, "db", operation);
        state = Given.Apply(state, Given.Ordered(state, order));
        return Given.Apply(state, Given.Results(node, Given.Result(order)), node);
    }

    [Fact]
    public void Orders_to_another_boot_or_from_another_view_are_void()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Assert.NotNull(Objection(state, Given.Order(2, "r", "start") with { Incarnation = "earlier" }));
        Command.Ordered old = Given.Ordered(state, Given.Order(2, "r", "start")) with { Epoch = new Epoch(4, 1) };
        Assert.Empty(Given.Apply(state, old).Pending);
    }

    [Fact]
    public void Nothing_is_started_on_a_node_that_is_about_to_be_shot()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Command.Ordered planned = Given.Ordered(state, Given.Order(3, "r", "start"));
        state = Given.Apply(state, new Command.FenceAsked(Given.Intent(3)));
        Assert.Empty(Given.Apply(state, planned).Pending);
    }

    [Fact]
    public void Without_quorum_nothing_is_started_or_fenced()
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), Given.Formed(12, 3, 1));
        Assert.Contains(
            "no quorum", Objection(state, Given.Order(1, "r", "start")), StringComparison.Ordinal);
        Assert.Null(Objection(state, Given.Order(1, "r", "stop")));
        Assert.Contains("no quorum", FenceGuard.Objection(state, Given.Intent(3)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_is_not_shot_for_what_an_earlier_boot_did()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        Assert.NotNull(FenceGuard.Objection(state, Given.Intent(3) with { TargetIncarnation = "earlier" }));
        Assert.Null(FenceGuard.Objection(state, Given.Intent(3)));
    }

    [Fact]
    public void Of_one_node_one_fencing_is_open_at_a_time_and_others_are_fenced_meanwhile()
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), new Command.FenceAsked(Given.Intent(3)));
        string? again = FenceGuard.Objection(state, Given.Intent(3, id: "f2"));
        Assert.Contains("already being fenced", again, StringComparison.Ordinal);
        Assert.Null(FenceGuard.Objection(state, Given.Intent(2, id: "f2")));
    }

    [Theory]
    [InlineData("boot3", false)]
    [InlineData("an earlier boot", true)]
    public void Only_proof_that_this_very_boot_is_off_spares_it_a_shot(string dead, bool isShot)
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        MemberState member = state.Member(Given.Node(3))!;
        state = state.With(member with { Phase = MemberPhase.Down, DeadIncarnation = dead });
        Assert.Equal(isShot, FenceGuard.Objection(state, Given.Intent(3)) is null);
    }

    [Fact]
    public void One_vote_is_enough_where_any_node_has_the_needed_ones_and_there_are_others()
    {
        Assert.False(QuorumGuard.IsOneVoteEnough(Given.Formed(8, 1, 1)));
        Assert.False(QuorumGuard.IsOneVoteEnough(Given.Formed(8, 3, 1, 2, 3)));
        Assert.True(QuorumGuard.IsOneVoteEnough(Given.Formed(8, 2, 1, 2) with { Needed = 1 }));
        Assert.True(QuorumGuard.IsOneVoteEnough(Given.Formed(8, 2, 1, 2) with
        {
            Votes = [new NodeVotes(Given.Node(1), 2), new NodeVotes(Given.Node(2), 1)],
        }));
    }

    [Fact]
    public void Nobody_is_shot_if_the_rest_would_have_no_quorum()
    {
        ReplicatedState state = Given.Joined(1, 2);
        Assert.Contains("would achieve nothing", FenceGuard.Objection(state, Given.Intent(2)), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_one_vote_is_quorate_a_node_that_never_met_its_peer_does_nothing()
    {
        Command.Formed alone = Given.Formed(8, 2, 1) with { Needed = 1, Quorate = true };
        ReplicatedState state = Given.Apply(new ReplicatedState { Cluster = "c", Lineage = 1 }, alone);
        Assert.Contains(
            "truce fence confirm n2 --it-is-off", QuorumGuard.Objection(state), StringComparison.Ordinal);
        state = Given.Apply(state, new Command.FenceConfirmed(Given.Node(2), "op", "off"));
        Assert.Null(QuorumGuard.Objection(state));
    }

    private static ReplicatedState Lost() =>
        Given.Apply(StateTests.Running(Given.Joined(1, 2, 3), 3, "r"), Given.Formed(12, 3, 1, 2));

    private static string? Objection(ReplicatedState state, Order order) =>
        StartGuard.Objection(state, order, state.FenceEpoch);
}
