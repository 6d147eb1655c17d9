using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control.Tests;

/// <summary>The fence guard's rules (promise S4), each by itself.</summary>
public sealed class FenceGuardTests
{
    private static readonly ResourceId s_bad = new("bad");
    private readonly Dictionary<int, string> _boots = [];
    private int _count;

    [Fact]
    public void A_failed_stop_bans_the_resource_from_its_node_from_the_first_shot_and_the_ban_survives_the_fencing()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        state = Shot(state, 2, FailedStop());
        GuardBan ban = HeldBack.Of(state).Bans.Single();
        Assert.Equal((s_bad, Given.Node(2)), (ban.Resource, ban.Node));
        Assert.Empty(HeldBack.Of(state).Blocks);
        Assert.Contains("this is shot 1 of 2 for that cause: bad is banned from n2", state.Fences.Single().Guard, StringComparison.Ordinal);

        state = Booted(state, 2);
        Assert.Contains("fenced for it", StartGuard.Objection(state, Given.Order(2, "bad", "start") with { Incarnation = "boot2b" }, 99), StringComparison.Ordinal);
        Assert.Null(StartGuard.Objection(state, Given.Order(3, "bad", "start"), 99));
        Assert.Null(StartGuard.Objection(state, Given.Order(2, "db", "start") with { Incarnation = "boot2b" }, 99));
    }

    [Fact]
    public void After_so_many_shots_over_all_nodes_the_resource_is_blocked_everywhere_and_only_it()
    {
        ReplicatedState state = Booted(Shot(Given.Joined(1, 2, 3), 2, FailedStop()), 2);
        state = Booted(Shot(state, 3, FailedStop()), 3);
        Assert.Equal([s_bad], HeldBack.Of(state).Blocks.Select(b => b.Resource));
        Assert.Contains("this is shot 2 of 2 for that cause: bad is blocked", state.Fences.Last().Guard, StringComparison.Ordinal);
        Assert.Contains("truce fence release bad", StartGuard.Objection(state, Given.Order(1, "bad", "start"), 99), StringComparison.Ordinal);
        Assert.Null(StartGuard.Objection(state, Given.Order(1, "db", "start"), 99));
        FenceVerdict verdict = FenceGuard.Judge(state, Intent(1, FailedStop()), Given.Node(2));
        Assert.Contains("2 nodes have already been shot for that cause", Assert.IsType<FenceVerdict.Avoided>(verdict).Sentence, StringComparison.Ordinal);
        Assert.IsType<FenceVerdict.AsAsked>(FenceGuard.Judge(state, Intent(1, FailedStop("db")), Given.Node(2)));
    }

    [Fact]
    public void Another_coordinator_another_digest_and_other_words_are_the_same_cause()
    {
        ReplicatedState state = Booted(Shot(Given.Joined(1, 2, 3), 2, FailedStop()), 2);
        ResourceFailure other = new(s_bad, "stop", 5, "ocf:x:bad:other", "quite another reason");
        state = Booted(Shot(state, 3, new FenceCause.FailedStop(other), by: 2), 3);
        Assert.Single(HeldBack.Of(state).Blocks);
    }

    [Fact]
    public void A_fencing_that_is_tried_again_is_not_another_shot()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        for (int i = 0; i < 5; i++)
        {
            FenceIntent intent = Intent(2, FailedStop());
            state = Given.Apply(state, new Command.FenceAsked(intent));
            for (int attempt = 0; attempt < 10; attempt++)
                state = Given.Apply(state, new Command.FenceEnded(intent.Id, Given.Node(1), false, "d", "no answer"));
        }

        Assert.Equal(5, state.Fences.Count(f => f.Stage == FenceStage.Failed));
        Assert.Empty(HeldBack.Of(state).Blocks);
        Assert.IsType<FenceVerdict.AsAsked>(FenceGuard.Judge(state, Intent(2, FailedStop()), Given.Node(1)));
    }

    [Fact]
    public void An_avoided_shot_is_told_once_like_one_that_was_fired()
    {
        ReplicatedState state = Booted(Shot(Given.Joined(1, 2, 3), 2, FailedStop()), 2);
        state = Booted(Shot(state, 3, FailedStop()), 3);
        long epoch = state.FenceEpoch;
        state = Given.Apply(state, new Command.FenceAsked(Intent(1, FailedStop())));
        state = Given.Apply(state, new Command.FenceAsked(Intent(1, FailedStop())));
        FenceState avoided = state.Fences.Single(f => f.Stage == FenceStage.Refused);
        Assert.StartsWith("n1 was not shot although the stop of bad on n1 failed (exit 1, \"target is busy\")", avoided.Guard, StringComparison.Ordinal);
        Assert.Equal(epoch, state.FenceEpoch);
        Assert.False(avoided.IsOpen);
        Assert.Null(StartGuard.Objection(state, Given.Order(1, "db", "start"), epoch));
    }

    [Fact]
    public void No_shot_for_a_resource_where_no_other_node_is_left_to_take_over()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        state = state.With(state.Member(Given.Node(2))! with { Phase = MemberPhase.Joining });
        state = state.With(state.Member(Given.Node(3))! with { Phase = MemberPhase.Joining });
        FenceVerdict.Avoided avoided = Assert.IsType<FenceVerdict.Avoided>(FenceGuard.Judge(state, Intent(1, FailedStop()), Given.Node(2)));
        Assert.Contains("no other node could take over", avoided.Sentence, StringComparison.Ordinal);
        // As long as that is so the resource waits, and no longer.
        state = Given.Apply(state, new Command.FenceAsked(Intent(1, FailedStop())));
        Assert.Single(HeldBack.Of(state).Blocks);
        state = state.With(state.Member(Given.Node(2))! with { Phase = MemberPhase.Joined });
        Assert.Empty(HeldBack.Of(state).Blocks);
    }

    [Fact]
    public void All_resources_together_cost_one_node_only_so_many_shots()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        for (int i = 0; i < 6; i++)
            state = Booted(Shot(state, 2, FailedStop($"r{i}")), 2);
        FenceVerdict.Avoided avoided = Assert.IsType<FenceVerdict.Avoided>(FenceGuard.Judge(state, Intent(2, FailedStop("another")), Given.Node(1)));
        Assert.Contains("n2 has already been shot 6 times", avoided.Sentence, StringComparison.Ordinal);
        // A lost node is fenced whatever was before: recovery needs it.
        Assert.IsType<FenceVerdict.AsAsked>(FenceGuard.Judge(state, Intent(2, new FenceCause.NodeLost()), Given.Node(1)));
        Assert.IsType<FenceVerdict.AsAsked>(FenceGuard.Judge(state, Intent(2, new FenceCause.NodeLost(), FailedStop("another")), Given.Node(1)));
    }

    [Fact]
    public void A_node_that_is_lost_again_and_again_is_quarantined_and_still_fenced()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        for (int i = 0; i < 2; i++)
            state = Booted(Shot(state, 2, new FenceCause.NodeLost()), 2);
        Assert.Empty(HeldBack.Of(state).Quarantines);
        state = Booted(Shot(state, 2, new FenceCause.ControllerLost()), 2);
        Assert.Equal([Given.Node(2)], HeldBack.Of(state).Quarantines.Select(q => q.Node));
        Assert.Contains("truce fence release n2", state.Fences.Last().Guard, StringComparison.Ordinal);
        Assert.Equal("n2 is quarantined", StartGuard.Objection(state, Given.Order(2, "db", "start") with { Incarnation = "boot2bbb" }, 99));
        Assert.DoesNotContain(Given.Node(2), FencePlanning.Shooters(state, Given.Node(3), "reboot"));
        Assert.IsType<FenceVerdict.AsAsked>(FenceGuard.Judge(state, Intent(2, new FenceCause.NodeLost()), Given.Node(1)));
    }

    [Fact]
    public void A_resources_failures_quarantine_no_node()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        for (int i = 0; i < 5; i++)
            state = Booted(Shot(state, 2, FailedStop($"r{i}")), 2);
        Assert.Empty(HeldBack.Of(state).Quarantines);
    }

    [Fact]
    public void The_last_able_node_is_never_quarantined_and_hosts_again_if_only_quarantined_ones_are_left()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        for (int i = 0; i < 3; i++)
            state = Booted(Shot(state, 2, new FenceCause.NodeLost()), 2);
        for (int i = 0; i < 3; i++)
            state = Booted(Shot(state, 3, new FenceCause.NodeLost()), 3);
        for (int i = 0; i < 3; i++)
            state = Booted(Shot(state, 1, new FenceCause.NodeLost()), 1);
        Assert.Equal([Given.Node(2), Given.Node(3)], HeldBack.Of(state).Quarantines.Select(q => q.Node));
        Assert.Contains("not quarantined", state.Fences.Last().Guard, StringComparison.Ordinal);
        state = state.With(state.Member(Given.Node(1))! with { Phase = MemberPhase.Down });
        Assert.Empty(HeldBack.Of(state).Quarantines);
        Assert.NotEmpty(FencePlanning.Shooters(state, Given.Node(1), "reboot"));
    }

    [Fact]
    public void Mutual_shooting_ends_after_one_exchange_by_quarantine_over_cycles_of_any_length()
    {
        ReplicatedState two = Given.Joined(1, 2, 3);
        two = Booted(Shot(two, 2, new FenceCause.NodeLost(), by: 1), 2);
        two = Booted(Shot(two, 1, new FenceCause.NodeLost(), by: 2), 1);
        Assert.Empty(HeldBack.Of(two).Quarantines);
        two = Booted(Shot(two, 2, new FenceCause.NodeLost(), by: 1), 2);
        Assert.Equal(FenceQuarantine.Links, two.Fences.Last().Quarantine);

        ReplicatedState three = Given.Joined(1, 2, 3);
        three = Booted(Shot(three, 2, new FenceCause.NodeLost(), by: 1), 2);
        three = Booted(Shot(three, 3, new FenceCause.NodeLost(), by: 2), 3);
        three = Booted(Shot(three, 1, new FenceCause.NodeLost(), by: 3), 1);
        three = Booted(Shot(three, 2, new FenceCause.NodeLost(), by: 1), 2);
        Assert.Equal(FenceQuarantine.Links, three.Fences.Last().Quarantine);

        // One that shoots and is never shot at is no pattern.
        ReplicatedState one = Given.Joined(1, 2, 3);
        one = Booted(Shot(one, 2, new FenceCause.NodeLost(), by: 1), 2);
        one = Booted(Shot(one, 3, new FenceCause.NodeLost(), by: 1), 3);
        one = Booted(Shot(one, 2, new FenceCause.NodeLost(), by: 1), 2);
        Assert.Empty(HeldBack.Of(one).Quarantines);
    }

    [Fact]
    public void A_policy_of_off_keeps_a_quarantined_node_off()
    {
        ReplicatedState state = With(Given.Joined(1, 2, 3), ("truce-quarantine-action", "off"), ("truce-fence-shots-per-node", "1"));
        FenceIntent intent = Intent(2, new FenceCause.NodeLost());
        Assert.Equal("off", Assert.IsType<FenceVerdict.AnotherAction>(FenceGuard.Judge(state, intent, Given.Node(1))).Action);
        Assert.Equal("off", Given.Apply(state, new Command.FenceAsked(intent)).Fences.Single().Intent.Action);
    }

    [Fact]
    public void Limits_of_zero_switch_the_rules_off()
    {
        ReplicatedState state = With(
            Given.Joined(1, 2, 3), ("truce-fence-shots-per-cause", "0"), ("truce-fence-shots-per-node", "0"), ("truce-fence-shots-per-target", "0"));
        for (int i = 0; i < 10; i++)
            state = Booted(Shot(state, 2, i % 2 == 0 ? FailedStop() : new FenceCause.NodeLost()), 2);
        HeldBack held = HeldBack.Of(state);
        Assert.True(held is { Bans.IsEmpty: true, Blocks.IsEmpty: true, Quarantines.IsEmpty: true });
    }

    [Fact]
    public void A_release_ends_ban_block_and_quarantine_and_forgets_the_failures()
    {
        ReplicatedState state = Booted(Shot(Given.Joined(1, 2, 3), 2, FailedStop()), 2);
        state = Booted(Shot(state, 3, FailedStop()), 3);
        state = Given.Apply(state, new Command.FenceReleased(new NodeId("bad"), "op", "fixed"));
        HeldBack held = HeldBack.Of(state);
        Assert.True(held is { Bans.IsEmpty: true, Blocks.IsEmpty: true });
        Assert.All(state.Fences, f => Assert.Equal("released by op: fixed", f.Closed));
        Assert.Contains(state.Events, e => e is { Kind: "fence-released", Resource: "bad" });

        ReplicatedState node = Given.Joined(1, 2, 3);
        for (int i = 0; i < 3; i++)
            node = Booted(Shot(node, 2, new FenceCause.NodeLost()), 2);
        node = Given.Apply(node, new Command.FenceReleased(Given.Node(2), "op", "fixed"));
        Assert.Empty(HeldBack.Of(node).Quarantines);
        Assert.IsType<CommandOutcome.Refused>(Given.Try(node, new Command.FenceReleased(Given.Node(2), "op", "again")).Outcomes.Single());
    }

    [Theory]
    [InlineData("mode", "fixed", true)]
    [InlineData("mode", "stopfail", false)]
    public void A_cause_ends_with_the_configuration_that_it_was_of(string name, string value, bool ends)
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), Configure("mode", "stopfail", 1));
        state = state with { Trusted = Given.Trusted };
        state = Booted(Shot(state, 2, FailedStop()), 2);
        state = Given.Apply(state, Configure(name, value, 2));
        Assert.Equal(ends, HeldBack.Of(state).Bans.IsEmpty);
    }

    [Fact]
    public void Neither_time_nor_a_cleanup_ends_a_resources_cause()
    {
        ReplicatedState state = Booted(Shot(Given.Joined(1, 2, 3), 2, FailedStop()), 2);
        state = Given.Apply(state, new Command.Forget([s_bad], null, true, null));
        for (int i = 0; i < 2_000; i++)
            state = Given.Apply(state, new Command.Tick(Given.Node(1), 60_000, 0, ""));
        Assert.Single(HeldBack.Of(state).Bans);
    }

    [Fact]
    public void A_node_that_was_a_member_for_a_day_since_or_left_in_order_starts_from_the_beginning()
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), new Command.Tick(Given.Node(1), 1_000, 0, ""));
        state = Booted(Shot(state, 2, new FenceCause.NodeLost()), 2);
        ReplicatedState left = Given.Apply(state, new Command.NodeLeft(Given.Node(2), "boot2b"));
        Assert.NotEqual("", left.Fences.Single().Closed);
        for (int i = 0; i < 24 * 60 - 1; i++)
            state = Given.Apply(state, new Command.Tick(Given.Node(1), 60_000, 0, ""));
        Assert.Equal("", state.Fences.Single().Closed);
        state = Given.Apply(state, new Command.Tick(Given.Node(1), 60_000, 0, ""));
        Assert.NotEqual("", state.Fences.Single().Closed);
    }

    [Fact]
    public void A_joiners_disk_brings_back_bans_and_what_closed_them()
    {
        ReplicatedState source = Given.Joined(1, 2, 3);
        ReplicatedState remembers = Booted(Shot(source, 2, FailedStop()), 2);
        ReplicatedState after = Given.Apply(source, new Command.FencesRemembered(remembers.Fences.ToEquatableArray()));
        Assert.Single(HeldBack.Of(after).Bans);
        ReplicatedState released = Given.Apply(remembers, new Command.FenceReleased(new NodeId("bad"), "op", "fixed"));
        after = Given.Apply(after, new Command.FencesRemembered(released.Fences.ToEquatableArray()));
        Assert.Empty(HeldBack.Of(after).Bans);
    }

    private static FenceCause.FailedStop FailedStop(string resource = "bad") =>
        new(new ResourceFailure(new ResourceId(resource), "stop", 1, "ocf:x:bad:d", "target is busy"));

    private FenceIntent Intent(int target, params FenceCause[] causes) => Given.Intent(target) with
    {
        Id = $"s.{++_count}",
        TargetIncarnation = _boots.GetValueOrDefault(target, $"boot{target}"),
        By = Given.Node(target == 1 ? 2 : 1),
        Causes = [.. causes],
    };

    private ReplicatedState Shot(ReplicatedState state, int target, FenceCause cause, int by = 1)
    {
        FenceIntent intent = Intent(target, cause) with
        {
            TargetIncarnation = state.Member(Given.Node(target))!.Incarnation,
        };
        state = Given.Apply(state, new Command.FenceAsked(intent), by);
        Assert.True(state.Fences.Last().IsOpen);
        return Given.Apply(state, new Command.FenceEnded(intent.Id, intent.By, true, "power", ""));
    }

    // It comes back as another boot, and joins.
    private ReplicatedState Booted(ReplicatedState state, int node)
    {
        string boot = state.Member(Given.Node(node))!.Incarnation + "b";
        _boots[node] = boot;
        return state.With(state.Member(Given.Node(node))! with
        {
            Phase = MemberPhase.Joined,
            Incarnation = boot,
            JoinedIndex = state.Index,
            JoinedMs = state.ClusterTimeMs,
        });
    }

    private static ReplicatedState With(ReplicatedState state, params (string Name, string Value)[] options) => Given.Apply(
        state, new Command.ChangeConfiguration(
            "<cib validate-with=\"pacemaker-3.9\" admin_epoch=\"0\" epoch=\"1\" num_updates=\"0\"><configuration><crm_config><cluster_property_set id=\"o\">"
            + string.Concat(options.Select(o => $"<nvpair id=\"{o.Name}\" name=\"{o.Name}\" value=\"{o.Value}\"/>"))
            + "</cluster_property_set></crm_config><nodes/><resources/><constraints/></configuration><status/></cib>",
            null, null, "op", ""));

    private static Command.ChangeConfiguration Configure(string name, string value, int comment) => new(
        "<cib validate-with=\"pacemaker-3.9\" admin_epoch=\"0\" epoch=\"1\" num_updates=\"0\"><configuration><crm_config/><nodes/><resources><primitive id=\"bad\" class=\"ocf\" provider=\"x\" type=\"bad\">"
        + $"<meta_attributes id=\"m\"><nvpair id=\"mp\" name=\"priority\" value=\"{comment}\"/></meta_attributes>"
        + $"<instance_attributes id=\"i\"><nvpair id=\"ip\" name=\"{name}\" value=\"{value}\"/></instance_attributes>"
        + "</primitive></resources><constraints/></configuration><status/></cib>",
        null, null, "op", "");
}
