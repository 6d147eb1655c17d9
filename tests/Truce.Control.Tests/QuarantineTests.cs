using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;

namespace Truce.Control.Tests;

/// <summary>What a quarantined node may do, and what its loss means.</summary>
public sealed class QuarantineTests
{
    private ulong _ring = 8;
    private int _count;

    [Fact]
    public void A_quarantined_node_of_two_that_is_lost_with_nothing_on_it_is_not_fenced()
    {
        ReplicatedState state = Probed(Quarantined(), 2);
        Assert.Equal(FenceQuarantine.Links, QuarantineRules.All(state).Single().Quarantine);
        state = Given.Apply(state, View(1));
        Assert.Equal(MemberPhase.Down, state.Member(Given.Node(2))!.Phase);
        Assert.Contains(
            state.Events, e => e.Kind == "node-lost"
                && e.Detail.Contains("hosts nothing", StringComparison.Ordinal));
        // Lost again before it has joined, in the same boot.
        state = Given.Apply(Given.Apply(state, View(1, 2)), View(1));
        Assert.Equal(MemberPhase.Down, state.Member(Given.Node(2))!.Phase);
    }

    [Fact]
    public void A_quarantined_node_is_fenced_where_something_may_be_active_on_it()
    {
        ReplicatedState state = Quarantined();
        Assert.Equal(MemberPhase.Lost, Given.Apply(state, View(1)).Member(Given.Node(2))!.Phase);
        ReplicatedState found = Probed(state, 2, code: 0);
        Assert.Equal(MemberPhase.Lost, Given.Apply(found, View(1)).Member(Given.Node(2))!.Phase);
        ReplicatedState free = Given.Apply(
            Probed(state, 2), new Command.FenceReleased(Given.Node(2), "op", "fixed"));
        Assert.Equal(MemberPhase.Lost, Given.Apply(free, View(1)).Member(Given.Node(2))!.Phase);
    }

    [Fact]
    public void Left_alone_a_quarantined_node_neither_shoots_nor_starts_until_it_is_released()
    {
        ReplicatedState state = Given.Apply(Probed(Quarantined(), 2), View(2));
        Assert.True(QuarantineRules.IsAside(state));
        Assert.Contains(
            "quarantined", FenceGuard.Objection(state, Intent(state, 1)), StringComparison.Ordinal);
        Order start = Given.Order(
            2, "web", "start") with { Incarnation = state.Member(Given.Node(2))!.Incarnation };
        Assert.Equal("n2 is quarantined", StartGuard.Objection(state, start, state.FenceEpoch));
        // An operator's shot, and everything else once it is released.
        Assert.Null(
            FenceGuard.Objection(state, Intent(state, 1) with { Causes = [new FenceCause.Requested("op")] }));
        state = Given.Apply(state, new Command.FenceReleased(Given.Node(2), "op", "n1 is off"), 2);
        Assert.False(QuarantineRules.IsAside(state));
        Assert.Null(FenceGuard.Objection(state, Intent(state, 1)));
    }

    [Fact]
    public void Where_every_voter_would_be_quarantined_the_first_is_not()
    {
        ReplicatedState state = Quarantined();
        FenceState other = state.Fences.Last() with
        {
            Intent = Intent(state, 1) with { Id = "other" },
        };
        state = Given.Apply(state, new Command.FencesRemembered([other]));
        Assert.Equal([Given.Node(2)], HeldBack.Of(state).Quarantines.Select(q => q.Node));
    }

    [Fact]
    public void The_ceiling_for_a_target_covers_all_causes_together()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        for (int i = 0; i < 5; i++)
            state = Booted3(Shot(state, 2, i < 1 ? new FenceCause.NodeLost() : Failed($"r{i}")), 2);
        Assert.Empty(HeldBack.Of(state).Quarantines);
        state = Booted3(Shot(state, 2, new FenceCause.NodeLost()), 2);
        Assert.Equal([Given.Node(2)], HeldBack.Of(state).Quarantines.Select(q => q.Node));
    }

    [Fact]
    public void What_was_done_aside_is_not_what_the_cluster_goes_on_from()
    {
        HelloFacts aside = Given.Hello(2, 2) with
        {
            Aside = true, Standing = new Standing(new Epoch(12, 1), 99), Needed = 1,
        };
        HelloFacts main = Given.Hello(
            1, 2) with { Standing = new Standing(new Epoch(12, 1), 20), Needed = 1 };
        Agreement agreed = AgreementRule.Decide(Given.View(16), Given.Hellos(main, aside), []);
        Assert.Equal(Given.Member(1), agreed.Source);
        agreed = AgreementRule.Decide(Given.View(16), Given.Hellos(main, aside with { Aside = false }), []);
        Assert.Equal(Given.Member(2), agreed.Source);
    }

    // n2 was lost three times.
    private ReplicatedState Quarantined()
    {
        ReplicatedState state = Given.Apply(new ReplicatedState { Cluster = "c", Lineage = 1 }, View(1, 2));
        state = Given.Apply(state, Configuration);
        state = Join(Join(state, 1), 2);
        for (int i = 0; i < 3; i++)
        {
            state = Given.Apply(state, View(1));
            state = Shot(state, 2, new FenceCause.NodeLost());
            _boots[2] = $"boot2.{i}";
            state = Join(Given.Apply(state, View(1, 2)), 2);
        }

        return state;
    }

    private ReplicatedState Join(ReplicatedState state, int node) => Given.Apply(
        state, new Command.NodeJoined(Given.Node(node), $"s{node}", Boot(node), $"e{node}", [], [], []),
            node);

    private ReplicatedState Probed(ReplicatedState state, int node, int code = 7)
    {
        Order probe = Given.Order(node, "web", "monitor", expected: 7) with { Incarnation = Boot(node) };
        state = Given.Apply(state, Given.Ordered(state, probe));
        return Given.Apply(state, Given.Results(node, Given.Result(probe, code)), node);
    }

    private readonly Dictionary<int, string> _boots = [];

    private string Boot(int node) => _boots.GetValueOrDefault(node, $"boot{node}");

    private Command.Formed View(params int[] present)
    {
        Command.Formed formed = Given.Formed(_ring += 4, 2, present);
        return formed with
        {
            Quorate = true,
            Needed = 1,
            Participants = [.. formed.Participants.Select(
                p => p with { Incarnation = Boot(p.Member.Node == Given.Node(1) ? 1 : 2) })],
        };
    }

    private FenceIntent Intent(ReplicatedState state, int target) => Given.Intent(target) with
    {
        Id = $"q.{++_count}",
        TargetIncarnation = state.Member(Given.Node(target))!.Incarnation,
        By = Given.Node(target == 1 ? 2 : 1),
    };

    private ReplicatedState Shot(ReplicatedState state, int target, FenceCause cause)
    {
        FenceIntent intent = Intent(state, target) with { Causes = [cause] };
        state = Given.Apply(state, new Command.FenceAsked(intent));
        Assert.True(state.Fences.Last().IsOpen);
        return Given.Apply(state, new Command.FenceEnded(intent.Id, intent.By, true, "power", ""));
    }

    private static ReplicatedState Booted3(ReplicatedState state, int node) => state.With(
        state.Member(Given.Node(node))! with
        {
            Phase = MemberPhase.Joined,
            Incarnation = state.Member(Given.Node(node))!.Incarnation + "b",
            JoinedIndex = state.Index,
        });

    private static FenceCause.FailedStop Failed(string resource) =>
        new(new ResourceFailure(new ResourceId(resource), "stop", 1, "ocf:x:bad:d", ""));

    private static Command.ChangeConfiguration Configuration => new(
        "<cib validate-with=\"pacemaker-3.9\" admin_epoch=\"0\" epoch=\"1\" num_updates=\"0\"><configuration>"
        + "<crm_config/><nodes/><resources><primitive id=\"web\" class=\"ocf\" provider=\"x\" type=\"w\"/>"
        + "</resources><constraints/></configuration><status/></cib>", null, null, "op", "");
}
