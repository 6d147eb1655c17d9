using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control.Tests;

/// <summary>Two nodes cut apart, both quorate: one shoots at once, the other waits, and looks
/// meanwhile.</summary>
public sealed class HeadStartTests
{
    private const string Device =
        "<primitive id=\"power\" class=\"stonith\" type=\"fence_x\"><instance_attributes id=\"pi\">"
        + "<nvpair id=\"p1\" name=\"pcmk_host_list\" value=\"n1 n2 n3\"/>MORE"
        + "</instance_attributes></primitive>";

    private static readonly ControlIdentity s_self =
        new(Given.Node(1), new NodeUuid("1"), Given.Member(1), "s1", "boot1", "c", 1, 1);

    [Theory]
    [InlineData("", "", 0, 0, 1)]
    [InlineData("", "", 0, 10, 2)]
    [InlineData("", "", 10, 0, 1)]
    [InlineData("", "", 5, 10, 2)]
    // A device that holds back shots at n2 was configured for n2 to survive, whatever runs where.
    [InlineData("pcmk_delay_base=n2:5s", "", 10, 0, 2)]
    [InlineData("pcmk_delay_base=n2:5s", "priority-fencing-delay=20s", 10, 0, 1)]
    [InlineData("pcmk_delay_base=n2:5s", "priority-fencing-delay=20s", 10, 10, 2)]
    public void Both_sides_come_to_the_same_answer(
        string device, string option, int priority1, int priority2, int first)
    {
        GraphAction.Fence At(int target) => Planned(target, priority1, priority2);
        HeadStart one = SplitRule.Judge(At(2), Given.Node(2), Cut(1, device, option))!;
        HeadStart two = SplitRule.Judge(At(1), Given.Node(1), Cut(2, device, option))!;
        Assert.Equal([Given.Node(first)], one.First.Nodes);
        Assert.Equal([Given.Node(first)], two.First.Nodes);
        Assert.Equal(0, (first == 1 ? one : two).WaitMs);
        Assert.True((first == 1 ? two : one).WaitMs >= 15_000);
        Assert.Contains($"n{first} may shoot first", one.Sentence, StringComparison.Ordinal);
        Assert.Contains($"n{first} may shoot first", two.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void More_votes_outdo_a_name()
    {
        ReplicatedState state = Cut(2);
        state = state with
        {
            View = state.View! with { Votes = [new(Given.Node(1), 1), new(Given.Node(2), 2)] },
        };
        Assert.Equal([Given.Node(2)], SplitRule.Judge(Planned(1), Given.Node(1), state)!.First.Nodes);
    }

    [Theory]
    [InlineData("", "", 15_000)]
    [InlineData("", "truce-fence-head-start=40s", 40_000)]
    [InlineData("", "truce-fence-head-start=0", 0)]
    // Chance may hold back the other's shot.
    [InlineData("pcmk_delay_max=6s", "", 21_000)]
    public void The_wait_is_as_configured(string device, string option, int waitMs) =>
        Assert.Equal(waitMs, SplitRule.Judge(Planned(1), Given.Node(1), Cut(2, device, option))!.WaitMs);

    [Fact]
    public void Nobody_waits_where_the_lost_cant_be_quorate()
    {
        ReplicatedState majority = Given.Apply(Given.Joined(1, 2, 3), Given.Formed(12, 3, 2, 3));
        Assert.Null(SplitRule.Judge(Planned(1), Given.Node(1), majority));
        ReplicatedState chosen = Cut(2);
        Assert.NotNull(SplitRule.Judge(Planned(1), Given.Node(1), chosen));
        chosen = chosen with { View = chosen.View! with { IsExclusive = true } };
        Assert.Null(SplitRule.Judge(Planned(1), Given.Node(1), chosen));
    }

    [Fact]
    public void Nobody_waits_for_a_node_that_is_heard_or_has_left()
    {
        ReplicatedState heard = Together();
        heard = Given.Apply(heard, Alone(2) with { Heard = [Given.Node(1), Given.Node(2)] });
        Assert.Null(SplitRule.Judge(Planned(1), Given.Node(1), heard));
        Assert.Null(SplitRule.Judge(Planned(1), Given.Node(1), Together()));
        ReplicatedState left = Given.Apply(Together(), new Command.NodeLeft(Given.Node(1), "boot1"));
        Assert.Null(SplitRule.Judge(Planned(1), Given.Node(1), Given.Apply(left, Alone(2))));
    }

    [Fact]
    public void What_was_tried_as_often_as_allowed_doesnt_wait_again()
    {
        ReplicatedState state = Cut(2);
        FenceIntent intent = FencePlanning.ForPlan(Planned(1), state, "s2", 1);
        Assert.Equal(15_000, intent.DelayMs);
        state = Given.Apply(state, new Command.FenceAsked(intent), 2);
        for (int i = 0; i < 10; i++)
        {
            state = Given.Apply(
                state, new Command.FenceEnded(intent.Id, Given.Node(2), false, "", "dead"), 2);
        }

        Assert.Equal(FenceStage.Failed, Assert.Single(state.Fences).Stage);
        Assert.Equal(0, FencePlanning.ForPlan(Planned(1), state, "s2", 2).DelayMs);
    }

    [Fact]
    public void While_it_waits_the_device_is_asked_and_a_target_that_is_off_needs_no_shot()
    {
        FenceRun run = Run(Wait());
        FenceShot first = run.Next(Given.Second(1))!;
        Assert.Equal("status", first.Action);
        Assert.Null(run.Next(Given.Second(2)));
        run.Ended(first.OperationId, Answer(first, 0), Given.Second(2));
        Assert.Null(run.Next(Given.Second(3)));
        Assert.Equal(Given.Second(4), run.NextTimer);
        FenceShot second = run.Next(Given.Second(4))!;
        Assert.Equal("status", second.Action);
        run.Ended(second.OperationId, Answer(second, 2), Given.Second(5));
        Assert.True(run.Result!.Succeeded);
        Assert.Equal(FenceProof.Status, run.Result.Proof);
        Assert.Equal("power", run.Result.Device);
        Assert.Null(run.Next(Given.Second(60)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(null)]
    public void It_shoots_when_the_wait_is_over_whatever_the_device_answers_or_doesnt(int? answer)
    {
        FenceRun run = Run(Wait());
        FenceShot asked = run.Next(Given.Second(1))!;
        Assert.InRange(asked.TimeoutMs, 1, 5_000);
        if (answer is { } code)
            run.Ended(asked.OperationId, Answer(asked, code), Given.Second(1));
        FenceShot shot = run.Next(Given.Second(16))!;
        Assert.Equal("reboot", shot.Action);
        // What comes too late proves nothing: the shot is on its way.
        run.Ended(asked.OperationId, Answer(asked, 2), Given.Second(17));
        Assert.Null(run.Result);
        run.Ended(shot.OperationId, Answer(shot, 0), Given.Second(18));
        Assert.Equal(FenceProof.Shot, run.Result!.Proof);
    }

    [Fact]
    public void Who_may_shoot_first_shoots_at_once_and_asks_nobody() =>
        Assert.Equal("reboot", Run(Wait() with { DelayMs = 0 }).Next(Given.Second(1))!.Action);

    [Fact]
    public void Another_fencer_doesnt_begin_the_wait_anew()
    {
        ReplicatedState state = Cut(1);
        FenceIntent intent = Given.Intent(2, 1) with { DelayMs = 15_000, HeadStart = "n2 first" };
        state = Given.Apply(state, new Command.FenceAsked(intent));
        Shooter shooter = new(s_self, new ControlLimits());
        Assert.Equal(["status"], Steps(shooter, state, 1));
        shooter.FencerRestarted();
        Assert.Equal(["status"], Steps(shooter, state, 14));
        Assert.Equal(["reboot"], Steps(shooter, state, 16));
    }

    [Fact]
    public void The_intent_is_on_disk_before_it_is_acknowledged()
    {
        DurableLog durable = new();
        Assert.Empty(Persisted(durable, Wait() with { HeadStart = "" }, out bool held));
        Assert.True(held);
        StoredItem item = Assert.Single(Persisted(durable, Wait(), out held));
        Assert.False(held);
        FenceState stored = Assert.IsType<StoredItem.Fence>(item).State;
        Assert.Equal(FenceStage.Asked, stored.Stage);
        FenceState left = FenceLeft.Conclude(stored);
        Assert.Equal(FenceStage.Obsolete, left.Stage);
        Assert.Contains("is unknown", left.Reason, StringComparison.Ordinal);
        Assert.False(FenceLeft.Conclude(left with { MayStillHit = true }).MayStillHit);
    }

    private static ImmutableArray<StoredItem> Persisted(DurableLog durable, FenceIntent intent, out bool held)
    {
        Replica replica = new(Cut(2), new Epoch(12, 1), "");
        LogEntry entry = new(
            new Submission("s2", 9, Given.Node(2), Given.Noon, [new Command.FenceAsked(intent)]), "d",
            new Epoch(12, 1));
        replica.Append(entry);
        List<ControlOutput> outputs = [];
        durable.Delivered(replica, entry, Work(outputs, 1));
        held = durable.HeldUpTo(replica.Last) == replica.Last;
        return [.. outputs.OfType<ControlOutput.Persist>().SelectMany(p => p.Items)];
    }

    private static string[] Steps(Shooter shooter, ReplicatedState state, double second)
    {
        List<ControlOutput> outputs = [];
        shooter.Step(state, _ => true, fencerUp: true, Given.Second(second), Work(outputs, second));
        return
        [
            .. outputs.OfType<ControlOutput.AskAgent>().Select(a => a.Question.Action),
            .. outputs.OfType<ControlOutput.Shoot>().Select(s => s.Shot.Action),
        ];
    }

    private static StepWork Work(List<ControlOutput> outputs, double second) =>
        new(outputs.Add, (_, _, _) => { }, new ControlTime(Given.Second(second), Given.Noon));

    private static ReplicatedState Together()
    {
        ReplicatedState state = Given.Apply(
            new ReplicatedState { Cluster = "c", Lineage = 1 }, Given.Formed(8, 2, 1, 2) with { Needed = 1 });
        foreach (int i in new[] { 1, 2 })
        {
            state = Given.Apply(
                state, new Command.NodeJoined(Given.Node(i), $"s{i}", $"boot{i}", $"e{i}", [], [], []), i);
        }

        return state;
    }

    private static Command.Formed Alone(int survivor) =>
        Given.Formed(12, 2, survivor) with { Quorate = true, Needed = 1 };

    private static ReplicatedState Cut(int survivor, string device = "", string option = "")
    {
        string more = device.Length == 0 ? "" : Pair("d", device);
        Cib cib = Given.Cib(
            Device.Replace("MORE", more, StringComparison.Ordinal),
            option.Length == 0 ? "" : Pair("x", option));
        ReplicatedState state = Together();
        state = state with { Cib = state.Cib with { Configuration = cib.Configuration } };
        return Given.Apply(state, Alone(survivor), survivor);
    }

    private static string Pair(string id, string pair) =>
        $"<nvpair id=\"{id}\" name=\"{pair.Split('=')[0]}\" value=\"{pair.Split('=')[1]}\"/>";

    private static GraphAction.Fence Planned(int target, int priority1 = 0, int priority2 = 0) => new()
    {
        Id = 1,
        Node = Given.Node(target),
        Operation = "stonith",
        OperationKey = $"stonith-n{target}-reboot",
        Action = "reboot",
        Reason = null,
        Causes = [new FenceCause.NodeLost()],
        Priorities = [new(Given.Node(1), priority1), new(Given.Node(2), priority2)],
        Inputs = [],
        Attributes = [],
    };

    private static FenceIntent Wait() => Given.Intent(1, 1) with { DelayMs = 15_000, HeadStart = "n2 first" };

    private static FenceRun Run(FenceIntent intent) => new(
        new FenceState
        {
            Intent = intent,
            Stage = FenceStage.Asked,
            Epoch = 1,
            Index = 1,
            Begin = Given.Noon,
        },
        Cut(2), Given.Node(2), "s2", Given.Second(1));

    private static OperationResult Answer(FenceShot shot, int code) =>
        Given.Result(Given.Order(1, shot.Device.Value, shot.Action), code) with
        {
            OperationId = shot.OperationId,
        };
}
