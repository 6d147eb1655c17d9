using System.Collections.Immutable;
using Truce.Contracts;
using Truce.Ports;
using static Truce.Runtime.Tests.Executor.ExecutorWorld;

namespace Truce.Runtime.Tests.Executor;

/// <summary>An executor that stops everything because its supervisor says so.</summary>
public sealed class StoppingAloneTests
{
    [Fact]
    public void It_stops_round_after_round_as_the_controller_last_said_and_tells_the_supervisor()
    {
        ExecutorWorld world = Running("fs", "db", "ip");
        world.Ask(Word("db ip", "fs"));
        world.ControllerDies();
        world.SupervisorSays(new SupervisorMessage.StopResources("no engine"));
        Assert.Equal(["prepare db stop", "prepare ip stop"], Stops(world));
        world.Complete("db");
        Assert.DoesNotContain("prepare fs stop", world.Spawned);
        world.Complete("ip");
        Assert.Equal("prepare fs stop", Stops(world)[^1]);
        Assert.Empty(world.ToSupervisor);
        world.Complete("fs");
        Assert.Equal("{ Failed = , WereAny = True }", Told(world));
    }

    [Fact]
    public void What_was_started_since_goes_first_and_what_is_not_managed_stays()
    {
        ExecutorWorld world = Running("fs", "mine", "new", "newer");
        world.Ask(new ExecutorRequest.StopOrder([[Step("fs")]], ["mine"]));
        world.SupervisorSays(new SupervisorMessage.StopResources("no engine"));
        world.Complete("newer");
        world.Complete("new");
        world.Complete("fs");
        Assert.Equal(["prepare newer stop", "prepare new stop", "prepare fs stop"], Stops(world));
        Assert.Equal("{ Failed = , WereAny = True }", Told(world));
    }

    [Fact]
    public void What_is_not_managed_is_known_to_the_next_executor_too()
    {
        ExecutorWorld first = Running("fs", "mine");
        first.Ask(new ExecutorRequest.StopOrder([[Step("fs")]], ["mine"]));
        ExecutorWorld next = new ExecutorWorld(AgentKind.Resource, first.Records()).Swept();
        next.SupervisorSays(new SupervisorMessage.StopResources("no engine"));
        next.Complete("fs");
        Assert.Equal(["prepare fs stop"], Stops(next));
        Assert.Equal("{ Failed = , WereAny = True }", Told(next));
    }

    [Fact]
    public void A_stop_that_fails_is_named_and_nothing_below_it_is_stopped()
    {
        ExecutorWorld world = Running("fs", "db");
        world.Ask(Word("db", "fs"));
        world.SupervisorSays(new SupervisorMessage.StopResources("no engine"));
        world.Complete("db", code: 1);
        Assert.Equal(["prepare db stop"], Stops(world));
        Assert.Equal("{ Failed = db, WereAny = True }", Told(world));
    }

    [Fact]
    public void One_that_is_promoted_is_demoted_before_it_is_stopped()
    {
        ExecutorWorld world = Running("db");
        world.Ask(new ExecutorRequest.StopOrder([[Step("db") with { DemoteTimeoutMs = 5_000 }]], []));
        world.SupervisorSays(new SupervisorMessage.StopResources("no engine"));
        Assert.Equal("prepare db demote", world.Spawned[^1]);
        world.Complete("db");
        Assert.Equal("prepare db stop", world.Spawned[^1]);
    }

    [Fact]
    public void A_start_under_way_is_ended_and_its_resource_stopped()
    {
        ExecutorWorld world = Running("fs");
        world.Ask(Word("fs"));
        world.Run(Order("o9", "db", "start"));
        string start = world.Running("db");
        world.Prepared(start);
        world.Synced();
        world.SupervisorSays(new SupervisorMessage.StopResources("no engine"));
        Assert.Equal("cancel db start", world.Spawned[^1]);
        Assert.Empty(Stops(world));
        world.End(start, 1, OperationStatus.Cancelled);
        Assert.Equal(["prepare db stop"], Stops(world));
    }

    [Fact]
    public void What_was_found_running_is_stopped_as_it_is_monitored_and_without_a_monitor_not_at_all()
    {
        ExecutorWorld world = new ExecutorWorld().Swept().Greeted();
        world.Run(Order("m", "found", "monitor", 10_000));
        world.Complete("found");
        world.Ask(Word("found"));
        world.SupervisorSays(new SupervisorMessage.StopResources("no engine"));
        Assert.Equal(["prepare found stop"], Stops(world));
        ExecutorWorld other = new ExecutorWorld().Swept().Greeted();
        other.Ask(Word("unknown"));
        other.SupervisorSays(new SupervisorMessage.StopResources("no engine"));
        Assert.Equal("{ Failed = unknown, WereAny = True }", Told(other));
    }

    [Fact]
    public void Controllers_are_kept_out_until_the_next_executor_unless_there_was_nothing_to_stop()
    {
        ExecutorWorld world = Running("fs");
        world.Ask(Word("fs"));
        world.SupervisorSays(new SupervisorMessage.StopResources("no engine"));
        Assert.Contains(ExecutorWorld.Controller, world.ClosedLinks);
        int replies = world.Replies.Count;
        world.ControllerDies();
        world.Greeted();
        Assert.Equal(replies, world.Replies.Count);
        ExecutorWorld idle = new ExecutorWorld().Swept().Greeted();
        idle.SupervisorSays(new SupervisorMessage.StopResources("no engine"));
        Assert.Equal("{ Failed = , WereAny = False }", Told(idle));
        idle.ControllerDies();
        idle.Greeted();
        Assert.IsType<ExecutorReply.Inventory>(idle.Replies[^1]);
    }

    [Fact]
    public void Only_the_supervisor_may_ask_for_it()
    {
        ExecutorWorld world = Running("fs");
        world.Ask(Word("fs"));
        world.ControllerSays(new SupervisorMessage.StopResources("no engine"));
        Assert.Empty(Stops(world));
    }

    private static ExecutorWorld Running(params string[] resources)
    {
        ExecutorWorld world = new ExecutorWorld().Swept().Greeted();
        foreach (string resource in resources)
        {
            world.Run(Order($"start-{resource}", resource, "start"));
            world.Complete(resource);
        }

        return world;
    }

    private static LocalStop Step(string resource) => new(resource, 20_000, 0, 0, 0);

    private static ExecutorRequest.StopOrder Word(params string[] rounds) =>
        new([.. rounds.Select(r => r.Split(' ').Select(Step).ToImmutableArray())], []);

    private static List<string> Stops(ExecutorWorld world) =>
        [.. world.Spawned.Where(s => s.StartsWith("prepare", StringComparison.Ordinal)
            && s.EndsWith("stop", StringComparison.Ordinal))];

    private static string Told(ExecutorWorld world) => Assert.Single(world.ToSupervisor) switch
    {
        SupervisorMessage.ResourcesStopped(var failed, var any) =>
            $"{{ Failed = {string.Join(' ', failed)}, WereAny = {any} }}",
        var other => $"{other}",
    };
}
