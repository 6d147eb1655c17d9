using Truce.Model;
using Truce.Model.Replication;

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
    public void The_agent_gets_the_plug_and_no_parameters_of_ours()
    {
        FencingDevice device = DeviceChoice.Devices(Given.Cib(Two)).First();
        Assert.Equal(
            "ip=10.0.0.1 nodename=n3 port=7",
            string.Join(' ', device.ParametersFor(Given.Node(3)).Select(p => $"{p.Key}={p.Value}")));
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
    public void A_device_that_fails_is_tried_again_and_then_the_next_one()
    {
        FenceRun run = Run(Given.Cib(Two));
        Assert.Equal("a reboot", Shoot(run, works: false));
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
        Assert.Equal(["a off", "b poweroff", "a on", "b on"], shots);
        Assert.True(run.Result!.Succeeded);
    }

    [Fact]
    public void A_level_fails_with_its_first_device_and_a_failed_power_on_doesnt_matter()
    {
        FenceRun off = Run(Given.Cib(Two, topology: Level));
        Shoot(off, works: true);
        Shoot(off, works: false);
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
    public void A_device_without_lists_is_asked_first()
    {
        const string Asked = "<primitive id=\"c\" class=\"stonith\" type=\"fence_z\"/>";
        FenceRun run = Run(Given.Cib(Asked));
        FenceShot question = run.Next(Given.Second(1))!;
        Assert.Equal("list", question.Action);
        run.Ended(question.OperationId, Answer(question, 0, "n1,\nn3,\n"));
        Assert.Equal("c reboot", Shoot(run, works: true));
        FenceRun other = Run(Given.Cib(Asked));
        question = other.Next(Given.Second(1))!;
        other.Ended(question.OperationId, Answer(question, 0, "n1\nn2\n"));
        Assert.Null(other.Next(Given.Second(1)));
        Assert.Contains("doesn't know n3", other.Result!.Reason, StringComparison.Ordinal);
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

    private static FenceRun Run(Cib cib) => new(
        new FenceState { Intent = Given.Intent(3), Stage = FenceStage.Asked, Epoch = 1, Index = 1, Begin = Given.Noon },
        cib, Given.Node(1), "s1");

    private static string Shoot(FenceRun run, bool works)
    {
        FenceShot shot = run.Next(Given.Second(1)) ?? throw new InvalidOperationException("no shot");
        run.Ended(shot.OperationId, Answer(shot, works ? 0 : 1, ""));
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
