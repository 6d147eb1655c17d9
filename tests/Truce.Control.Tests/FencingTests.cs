using System.Collections.Immutable;
using Truce.Model;
using Truce.Model.Fencing;
using Truce.Model.Replication;
using Truce.Scheduler;

namespace Truce.Control.Tests;

/// <summary>Devices, levels and attempts.</summary>
public sealed class FencingTests
{
    private const string Two =
        "<primitive id=\"a\" class=\"stonith\" type=\"fence_x\"><instance_attributes id=\"ai\">"
        + "<nvpair id=\"a1\" name=\"pcmk_host_map\" value=\"n3:7;n2:6\"/><nvpair id=\"a2\" name=\"ip\" value=\"10.0.0.1\"/>"
        + "</instance_attributes></primitive>"
        + "<primitive id=\"b\" class=\"stonith\" type=\"fence_y\"><instance_attributes id=\"bi\">"
        + "<nvpair id=\"b1\" name=\"pcmk_host_list\" value=\"n3\"/><nvpair id=\"b2\" name=\"pcmk_off_action\" value=\"poweroff\"/>"
        + "<nvpair id=\"b3\" name=\"pcmk_reboot_retries\" value=\"1\"/></instance_attributes></primitive>";

    private const string Level =
        "<fencing-topology><fencing-level id=\"l1\" target=\"n3\" index=\"1\" devices=\"a,b\"/></fencing-topology>";

    [Fact]
    public void Devices_that_list_the_target_are_tried_one_after_the_other()
    {
        Cib cib = Given.Cib(Two);
        Assert.Equal(["a", "b"], DeviceChoice.Levels(cib, Given.Node(3), Given.Node(1)).Select(l => l.Single().Id.Value));
        Assert.Equal(["a"], DeviceChoice.Levels(cib, Given.Node(2), Given.Node(1)).Select(l => l.Single().Id.Value));
        Assert.Empty(DeviceChoice.Levels(cib, Given.Node(1), Given.Node(2)));
    }

    [Fact]
    public void The_fencer_gets_the_device_as_configured_and_the_target()
    {
        FenceShot shot = Run(Given.Cib(Two)).Next(Given.Second(1))!;
        Assert.Equal("n3", shot.Target.Value);
        Assert.Equal(
            "ip=10.0.0.1 pcmk_host_map=n3:7;n2:6",
            string.Join(' ', shot.Parameters.Select(p => $"{p.Name}={p.Text}")));
    }

    [Fact]
    public void One_device_that_works_is_enough_without_a_topology()
    {
        FenceRun run = Run(Given.Cib(Two));
        Assert.Equal("a reboot", Shoot(run, works: true));
        Assert.True(run.Result!.Succeeded);
        Assert.Equal("a", run.Result.Device);
    }

    [Fact]
    public void After_a_device_that_fails_comes_the_next_one()
    {
        FenceRun run = Run(Given.Cib(Two));
        Assert.Equal("a reboot", Shoot(run, works: false));
        Assert.Equal("b reboot", Shoot(run, works: false));
        Assert.Null(run.Next(Given.Second(9)));
        Assert.False(run.Result!.Succeeded);
        Assert.Contains("b reboot", run.Result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_level_of_two_switches_both_off_before_either_on()
    {
        FenceRun run = Run(Given.Cib(Two, topology: Level));
        string[] shots = [.. Enumerable.Range(0, 4).Select(_ => Shoot(run, works: true))];
        Assert.Equal(["a off", "b off", "a on", "b on"], shots);
        Assert.True(run.Result!.Succeeded);
    }

    [Fact]
    public void A_level_fails_with_its_first_device_and_a_failed_power_on_doesnt_matter()
    {
        FenceRun off = Run(Given.Cib(Two, topology: Level));
        Shoot(off, works: true);
        Shoot(off, works: false);
        Assert.Null(off.Next(Given.Second(9)));
        Assert.False(off.Result!.Succeeded);
        FenceRun on = Run(Given.Cib(Two, topology: Level));
        Shoot(on, works: true);
        Shoot(on, works: true);
        Shoot(on, works: false);
        Shoot(on, works: true);
        Assert.True(on.Result!.Succeeded);
    }

    [Fact]
    public void Levels_are_tried_in_the_order_of_their_numbers()
    {
        const string Levels = "<fencing-topology><fencing-level id=\"l9\" target=\"n3\" index=\"9\" devices=\"a\"/>"
            + "<fencing-level id=\"l2\" target=\"n3\" index=\"2\" devices=\"b,a\"/>"
            + "<fencing-level id=\"l5\" target=\"n3\" index=\"5\" devices=\"a,c\"/></fencing-topology>";
        const string Other = "<primitive id=\"c\" class=\"stonith\" type=\"fence_z\"><instance_attributes id=\"ci\">"
            + "<nvpair id=\"c1\" name=\"pcmk_host_list\" value=\"n1\"/></instance_attributes></primitive>";
        Cib cib = Given.Cib(Two + Other, topology: Levels);
        Assert.Equal("b,a a", Text(DeviceChoice.Levels(cib, Given.Node(3), Given.Node(1))));
        FenceRun run = Run(cib);
        Assert.Equal("b off", Shoot(run, works: false));
        Assert.Equal("a reboot", Shoot(run, works: true));
        Assert.True(run.Result!.Succeeded);
        Assert.Equal("a", run.Result.Device);
    }

    [Theory]
    [InlineData("target=\"n3\"", "b")]
    [InlineData("target-pattern=\"n[3-9]\"", "b")]
    [InlineData("target-pattern=\"m.*\"", "a b")]
    [InlineData("target-attribute=\"rack\" target-value=\"r1\"", "b")]
    [InlineData("target-attribute=\"rack\" target-value=\"r2\"", "a b")]
    public void A_level_is_for_a_name_a_pattern_or_an_attribute(string target, string expected)
    {
        Cib cib = Given.Cib(
            Two, topology: $"<fencing-topology><fencing-level id=\"l1\" {target} index=\"1\" devices=\"b\"/></fencing-topology>");
        Node node = new(new NodeUuid("3"), Given.Node(3))
        {
            InstanceAttributes = [new AttributeSet { Id = "r", Pairs = [new NameValue("r-1", "rack", "r1")] }],
        };
        cib = cib with { Configuration = cib.Configuration with { Nodes = [node] } };
        Assert.Equal(expected, Text(DeviceChoice.Levels(cib, Given.Node(3), Given.Node(1))));
    }

    [Fact]
    public void A_node_is_let_in_by_all_devices_that_provide_it_whatever_the_topology_says()
    {
        const string Fabric = "<primitive id=\"f1\" class=\"stonith\" type=\"fence_scsi\"><meta_attributes id=\"f1m\">"
            + "<nvpair id=\"f1p\" name=\"provides\" value=\"unfencing\"/></meta_attributes></primitive>";
        Cib cib = Given.Cib(Two + Fabric, topology: Level);
        FenceIntent intent = Given.Intent(3) with { Action = "on", Causes = [new FenceCause.Unfencing()] };
        FenceRun run = Run(cib, intent);
        Assert.Equal("f1 on", Shoot(run, works: true));
        Assert.True(run.Result!.Succeeded);
    }

    [Fact]
    public void Letting_a_node_in_is_its_own_task_and_is_remembered_until_it_is_fenced()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        GraphAction.Fence action = Planned(2, "on");
        FenceIntent intent = FencePlanning.ForPlan(action, state, "s1", 1);
        Assert.Equal((Given.Node(2), new FenceCause.Unfencing()), (intent.By, intent.Cause));
        state = Given.Apply(state, new Command.FenceAsked(intent));
        Assert.True(state.Fences.Single().IsOpen);
        Assert.Null(StartGuard.Objection(state, Given.Order(2, "db", "start"), 0));
        state = Given.Apply(state, new Command.FenceEnded(intent.Id, Given.Node(2), true, "f1", ""));
        Assert.Equal(MemberPhase.Joined, state.Member(Given.Node(2))!.Phase);
        Assert.Equal("1793534400", Unfenced(state, 2));

        state = Given.Apply(state, Given.Formed(12, 3, 1, 3));
        state = Given.Apply(state, new Command.FenceAsked(Given.Intent(2)));
        state = Given.Apply(state, new Command.FenceEnded("f1", Given.Node(1), true, "f1", ""));
        Assert.Null(Unfenced(state, 2));
    }

    [Fact]
    public void A_shot_ends_the_letting_in_of_its_target()
    {
        ReplicatedState state = Given.Joined(1, 2, 3);
        FenceIntent letIn = Given.Intent(3) with { Id = "u", Action = "on", Causes = [new FenceCause.Unfencing()] };
        state = Given.Apply(state, new Command.FenceAsked(letIn));
        state = Given.Apply(state, Given.Formed(12, 3, 1, 2));
        state = Given.Apply(state, new Command.FenceAsked(Given.Intent(3)));
        Assert.Equal(["u Obsolete", "f1 Asked"], state.Fences.Select(f => $"{f.Intent.Id} {f.Stage}"));
    }

    [Fact]
    public void A_delay_holds_back_the_first_attempt()
    {
        const string Delayed =
            "<primitive id=\"c\" class=\"stonith\" type=\"fence_z\"><instance_attributes id=\"ci\">"
            + "<nvpair id=\"c1\" name=\"pcmk_host_check\" value=\"none\"/><nvpair id=\"c2\" name=\"pcmk_delay_base\" value=\"n3:4s;n2:9s\"/>"
            + "</instance_attributes></primitive>";
        FenceRun run = Run(Given.Cib(Delayed));
        Assert.Null(run.Next(Given.Second(1)));
        Assert.Equal(Given.Second(5), run.NextTimer);
        Assert.NotNull(run.Next(Given.Second(5)));
    }

    [Fact]
    public void Fencing_fails_for_good_after_as_many_attempts_as_allowed()
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), Given.Formed(12, 3, 1, 2));
        state = Given.Apply(state, new Command.FenceAsked(Given.Intent(3)));
        for (int i = 0; i < 10; i++)
        {
            Assert.True(state.Fences.Single().IsOpen);
            state = Given.Apply(state, new Command.FenceEnded("f1", Given.Node(1), false, "", "no power switch"));
        }

        Assert.Equal(FenceStage.Failed, state.Fences.Single().Stage);
        Assert.Equal(MemberPhase.Lost, state.Member(Given.Node(3))!.Phase);
    }

    [Fact]
    public void Released_fencing_counts_its_attempts_from_the_start_and_none_is_refused()
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), Given.Formed(12, 3, 1, 2));
        Command.FenceReleased released = new(Given.Node(3), "root", "cable");
        Assert.IsType<CommandOutcome.Refused>(Given.Try(state, released).Outcomes.Single());
        state = Given.Apply(state, new Command.FenceAsked(Given.Intent(3)));
        state = Given.Apply(state, new Command.FenceEnded("f1", Given.Node(1), false, "", "no power switch"));
        Assert.Equal(1, state.Fences.Single().Attempts);
        Assert.Equal(0, Given.Apply(state, released).Fences.Single().Attempts);
    }

    [Fact]
    public void A_node_that_is_heard_again_before_the_shot_is_not_shot_until_its_boot_is_known()
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), Configuration(Two));
        state = Given.Apply(state, Given.Formed(12, 3, 1, 2));
        state = Given.Apply(state, new Command.FenceAsked(Given.Intent(3)));
        Assert.Single(Shots(state));
        Command.Formed heard = Given.Formed(16, 3, 1, 2) with { Heard = [Given.Node(1), Given.Node(2), Given.Node(3)] };
        state = Given.Apply(state, heard);
        Assert.Empty(Shots(state));
        Assert.Single(Shots(Given.Apply(state, new Command.GraceEnded(Given.Node(3), "s3"))));
    }

    [Fact]
    public void A_fencing_ends_when_its_target_is_back_and_nobody_would_have_quorum_without_it()
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), new Command.FenceAsked(Given.Intent(2)));
        state = Given.Apply(state, Given.Formed(12, 3, 1, 2, 3));
        Assert.Equal(FenceStage.Asked, Assert.Single(state.Fences).Stage);
        state = Given.Apply(state, Given.Formed(16, 3, 2, 3));
        Assert.Equal(FenceStage.Obsolete, Assert.Single(state.Fences).Stage);
    }

    [Theory]
    [InlineData(1, "lost", FenceStage.Obsolete)]
    [InlineData(0, "lost", FenceStage.Asked)]
    [InlineData(1, "failed stop", FenceStage.Asked)]
    public void Fencing_that_fails_ends_when_the_node_that_was_away_is_back(
        int failures, string cause, FenceStage expected)
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), Given.Formed(12, 3, 1, 2));
        FenceIntent intent = Given.Intent(3);
        FenceCause why = cause == "lost"
            ? new FenceCause.NodeLost()
            : new FenceCause.FailedStop(new ResourceFailure(new ResourceId("r1"), "stop", 1, "", ""));
        state = Given.Apply(state, new Command.FenceAsked(intent with { Causes = [why] }));
        for (int i = 0; i < failures; i++)
            state = Given.Apply(state,
                new Command.FenceEnded("f1", Given.Node(1), false, "power", "no answer"));
        state = Given.Apply(state, Given.Formed(16, 3, 1, 2, 3));
        state = Given.Apply(state, new Command.NodeJoined(Given.Node(3), "s3", "boot3", "e3", [], [], []), 3);
        Assert.Equal(expected, Assert.Single(state.Fences).Stage);
        Assert.Equal(MemberPhase.Joined, state.Member(Given.Node(3))!.Phase);
    }

    [Theory]
    [InlineData("boot9", true, FenceStage.Done)]
    [InlineData("boot9", false, FenceStage.Obsolete)]
    [InlineData("boot3", true, FenceStage.Obsolete)]
    public void A_shot_that_is_told_after_its_target_is_back_counts_as_one_that_hit(
        string boot, bool succeeded, FenceStage expected)
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), Given.Formed(12, 3, 1, 2));
        state = Given.Apply(state, new Command.FenceAsked(Given.Intent(3)));
        Command.Formed back = Given.Formed(16, 3, 1, 2, 3);
        state = Given.Apply(state, back with
        {
            Participants = [.. back.Participants.Select(
                p => p.Member.Node == Given.Node(3) ? p with { Incarnation = "boot9" } : p)],
        });
        Assert.Equal(FenceStage.Obsolete, Assert.Single(state.Fences).Stage);
        if (boot != "boot9")
            state = Given.Apply(state, back);
        state = Given.Apply(state, new Command.FenceEnded("f1", Given.Node(1), succeeded, "power", ""));
        Assert.Equal(expected, Assert.Single(state.Fences).Stage);
        Assert.NotEqual(MemberPhase.Down, state.Member(Given.Node(3))!.Phase);
    }

    [Fact]
    public void Each_fence_agent_is_run_once_for_its_description_by_each_fencer()
    {
        ReplicatedState state = Given.Apply(Given.Joined(1, 2, 3), Configuration(Two));
        AgentLook look = new(Self);
        Assert.Equal([], Asked(look, state, ""));
        Assert.Equal(["fence_x metadata", "fence_y metadata"], Asked(look, state, "fencer1"));
        Assert.Equal([], Asked(look, state, "fencer1"));
        state = Given.Apply(state, Configuration(Two.Replace("fence_y", "fence_z", StringComparison.Ordinal)));
        Assert.Equal(["fence_z metadata"], Asked(look, state, "fencer1"));
        Assert.Equal(2, Asked(look, state, "fencer2").Length);
    }

    private static ControlIdentity Self => new(Given.Node(1), new NodeUuid("1"), Given.Member(1), "s1", "boot1", "c", 1, 1);

    private static Command.ChangeConfiguration Configuration(string resources) =>
        new(Truce.Model.Xml.CibWriter.Write(Given.Cib(resources)), null, null, "a", "");

    private static string[] Asked(AgentLook look, ReplicatedState state, string fencer)
    {
        List<ControlOutput> outputs = [];
        look.Step(state, fencer, Work(outputs));
        Assert.All(outputs.OfType<ControlOutput.AskAgent>(), a => Assert.True(AgentLook.IsLook(a.Question.OperationId)));
        return [.. outputs.OfType<ControlOutput.AskAgent>().Select(a => $"{a.Question.Agent.Type} {a.Question.Action}")];
    }

    private static StepWork Work(List<ControlOutput> outputs) =>
        new(outputs.Add, (_, _, _) => { }, new ControlTime(Given.Second(1), Given.Noon));

    private static IReadOnlyList<FenceShot> Shots(ReplicatedState state)
    {
        List<ControlOutput> outputs = [];
        new Shooter(Self, new ControlLimits()).Step(state, _ => true, fencerUp: true, Given.Second(1), Work(outputs));
        return [.. outputs.OfType<ControlOutput.Shoot>().Select(s => s.Shot)];
    }

    private static string Text(ImmutableArray<ImmutableArray<ConfiguredDevice>> levels) =>
        string.Join(' ', levels.Select(l => string.Join(',', l.Select(d => d.Id))));

    private static GraphAction.Fence Planned(int node, string action) => Given.Fence(1, node, action);

    private static string? Unfenced(ReplicatedState state, int node) => StatusEditing.Transient(
        HistoryReading.Node(state.Cib.Status, state.Member(Given.Node(node))!.Uuid), "#node-unfenced");

    private static FenceRun Run(Cib cib, FenceIntent? intent = null) => new(
        new FenceState { Intent = intent ?? Given.Intent(3), Stage = FenceStage.Asked, Epoch = 1, Index = 1, Begin = Given.Noon },
        new ReplicatedState { Cluster = "c", Lineage = 1, Cib = cib }, Given.Node(1), "s1",
        Given.Second(1));

    private static string Shoot(FenceRun run, bool works)
    {
        FenceShot shot = run.Next(Given.Second(1)) ?? throw new InvalidOperationException("no shot");
        run.Ended(shot.OperationId, Answer(shot, works ? 0 : 1, ""), Given.Second(1));
        return $"{shot.Device} {shot.Action}";
    }

    private static OperationResult Answer(FenceShot shot, int code, string output) =>
        Given.Result(Given.Order(1, shot.Device.Value, shot.Action)) with
        {
            OperationId = shot.OperationId,
            Code = code,
            Output = output,
        };
}
