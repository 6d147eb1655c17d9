using Truce.Contracts;
using Truce.Control.Components;
using Truce.Model;
using Truce.Ports;
using Truce.Runtime.Supervisor;

namespace Truce.Runtime.Tests.Supervisor;

/// <summary>What a supervisor does without the cluster.</summary>
public sealed partial class SupervisorRoleTests
{
    private const string Away = "the engine (Corosync) has been away for 5000 ms";

    [Fact]
    public void An_engine_that_is_back_within_its_grace_costs_nothing()
    {
        Ready(RoleKind.Executor);
        Give(new EngineEvent.Died("gone"));
        PassExecutorAlive(4_000);
        EngineComes();
        PassExecutorAlive(60_000);
        Assert.Empty(AskedToStop());
    }

    [Fact]
    public void An_engine_that_is_gone_has_everything_stopped_and_the_executor_begins_anew()
    {
        LinkId executor = Ready(RoleKind.Executor);
        Give(new EngineEvent.Died("gone"));
        PassExecutorAlive(7_000);
        Assert.Equal([Away], AskedToStop());
        Assert.DoesNotContain(_done, IsPanic);
        Say(executor, new SupervisorMessage.ResourcesStopped([], true));
        Assert.Equal("kill Executor", _done[^1]);
        for (int i = 0; i < 5; i++)
            Dies(RoleKind.Executor);
        Assert.Contains(_done, IsPanic);
    }

    [Fact]
    public void The_executors_end_that_the_supervisor_wanted_is_no_death()
    {
        LinkId executor = Ready(RoleKind.Executor);
        Give(new EngineEvent.Died("gone"));
        PassExecutorAlive(7_000);
        Say(executor, new SupervisorMessage.ResourcesStopped([], true));
        for (int i = 0; i < 3; i++)
            Dies(RoleKind.Executor);
        Assert.DoesNotContain(_done, IsPanic);
        Assert.Equal("start Executor", Starts()[^1]);
    }

    [Fact]
    public void Where_nothing_ran_the_executor_goes_on()
    {
        LinkId executor = Ready(RoleKind.Executor);
        Give(new EngineEvent.Died("gone"));
        PassExecutorAlive(7_000);
        Say(executor, new SupervisorMessage.ResourcesStopped([], false));
        PassExecutorAlive(600_000);
        Assert.DoesNotContain("kill Executor", _done);
        Assert.DoesNotContain(_done, IsPanic);
        Assert.Single(AskedToStop());
    }

    [Fact]
    public void What_cannot_be_stopped_resets_the_node()
    {
        LinkId executor = Ready(RoleKind.Executor);
        Give(new EngineEvent.Died("gone"));
        PassExecutorAlive(7_000);
        Say(executor, new SupervisorMessage.ResourcesStopped(["fs", "db"], true));
        Assert.Equal($"panic fs, db couldn't be stopped without the cluster ({Away})", _done[^1]);
    }

    [Fact]
    public void Stops_that_take_too_long_reset_the_node()
    {
        Ready(RoleKind.Executor);
        Give(new EngineEvent.Died("gone"));
        PassExecutorAlive(120_000);
        Assert.DoesNotContain(_done, IsPanic);
        PassExecutorAlive(10_000);
        Assert.Contains(_done, IsPanic);
    }

    [Fact]
    public void An_executor_that_died_meanwhile_is_asked_again()
    {
        Ready(RoleKind.Executor);
        Give(new EngineEvent.Died("gone"));
        PassExecutorAlive(7_000);
        Dies(RoleKind.Executor);
        Ready(RoleKind.Executor);
        Assert.Equal([Away, Away], AskedToStop());
    }

    [Fact]
    public void A_controller_that_works_shows_that_the_engine_is_there()
    {
        LinkId executor = Ready(RoleKind.Executor);
        LinkId controller = Ready(RoleKind.Controller);
        Give(new EngineEvent.Died("gone"));
        for (int i = 1; i < 30; i++)
        {
            Say(controller, new SupervisorMessage.Alive(i));
            Say(executor, new SupervisorMessage.Alive(i));
            Pass(1_000);
        }

        Assert.Empty(AskedToStop());
        Dies(RoleKind.Controller);
        PassExecutorAlive(2_000);
        Assert.Single(AskedToStop());
    }

    [Fact]
    public void Panic_where_it_is_chosen_and_never_for_an_engine_that_has_not_come_yet()
    {
        Begin(new SupervisorOptions { Losses = new() { Engine = ComponentFailure.Panic } });
        LinkId executor = Ready(RoleKind.Executor);
        PassExecutorAlive(60_000);
        Assert.DoesNotContain(_done, IsPanic);
        Say(executor, new SupervisorMessage.ResourcesStopped([], false));
        EngineComes();
        Give(new EngineEvent.Died("gone"));
        PassExecutorAlive(7_000);
        Assert.Contains($"panic {Away}", _done);
    }

    [Fact]
    public void A_node_that_stays_out_stops_and_resets_nothing()
    {
        Begin(new SupervisorOptions
        {
            Need = ComponentNeed.Optional,
            Losses = new() { Engine = ComponentFailure.Panic },
        });
        Ready(RoleKind.Executor);
        EngineComes();
        Give(new EngineEvent.Died("gone"));
        PassExecutorAlive(300_000);
        Assert.Empty(AskedToStop());
        Assert.DoesNotContain(_done, IsPanic);
    }

    [Fact]
    public void Asked_to_end_without_an_engine_it_has_everything_stopped_and_ends()
    {
        LinkId executor = Ready(RoleKind.Executor);
        Ready(RoleKind.Controller);
        Give(new EngineEvent.Died("gone"));
        Stop();
        Assert.Equal(["SIGTERM"], AskedToStop());
        Say(executor, new SupervisorMessage.ResourcesStopped([], true));
        foreach (RoleKind kind in s_roles)
            Dies(kind);
        Assert.True(_role.HasEnded);
        Assert.DoesNotContain(_done, IsPanic);
    }

    [Fact]
    public void A_controller_that_dies_again_and_again_has_everything_stopped_where_that_is_chosen()
    {
        Begin(new SupervisorOptions { Losses = new() { Role = ComponentFailure.StopOrPanic } });
        EngineComes();
        LinkId executor = Ready(RoleKind.Executor);
        for (int i = 0; i < 3; i++)
            Dies(RoleKind.Controller);
        Assert.Equal(["controller died more than 2 times within 60 s"], AskedToStop());
        int starts = Starts().Count;
        Say(executor, new SupervisorMessage.ResourcesStopped([], true));
        Assert.Contains(_done, d => d.StartsWith(
            "out controller died more than 2 times within 60 s, and its resources were stopped; do: ",
            StringComparison.Ordinal));
        Assert.Equal("start Controller", Starts()[starts]);
        for (int i = 0; i < 5; i++)
            Dies(RoleKind.Controller);
        Assert.DoesNotContain(_done, IsPanic);
    }

    [Fact]
    public void Nobody_but_the_executor_says_that_everything_is_stopped()
    {
        Ready(RoleKind.Executor);
        LinkId controller = Ready(RoleKind.Controller);
        Give(new EngineEvent.Died("gone"));
        PassExecutorAlive(7_000);
        Say(controller, new SupervisorMessage.ResourcesStopped([], true));
        Assert.DoesNotContain("kill Executor", _done);
    }

    private static bool IsPanic(string done) => done.StartsWith("panic", StringComparison.Ordinal);

    private List<string> AskedToStop() =>
        [.. _sent.Select(s => s.Message).OfType<SupervisorMessage.StopResources>().Select(m => m.Reason)];

    // Only what has no loop yet, as a controller that waits for its engine.
    private void PassExecutorAlive(long ms)
    {
        for (long passed = 0; passed < ms; passed += 1000)
        {
            for (long link = 1; link <= _nextLink; link++)
                Say(new LinkId(link), new SupervisorMessage.Alive(0));
            Pass(1000);
        }
    }
}
