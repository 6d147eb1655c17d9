using System.Collections.Immutable;
using Truce.Agents.Processes;
using Truce.Agents.Running;
using Truce.Ports;

namespace Truce.Agents.Tests;

public sealed class SpawnerTests
{
    public static TheoryData<Hold> Holds => [.. Enum.GetValues<Hold>()];

    [Theory]
    [MemberData(nameof(Holds))]
    public async Task A_time_out_leaves_no_process_of_the_operation(Hold hold)
    {
        using ProcessSpawner spawner = Fixture.Spawner(hold);
        string mark = Fixture.Mark();
        OperationSpec operation = Escape(hold, mark, "hang") with { Timeout = TimeSpan.FromMilliseconds(400) };

        OperationOutcome outcome = await RunAsync(spawner, operation);

        Assert.Equal(OperationStatus.TimedOut, outcome.Status);
        Assert.Contains("escaped", outcome.Output, StringComparison.Ordinal);
        Assert.Equal("timed out after 0.4 s", outcome.ExitReason);
        AssertNothingLeft(spawner, operation, mark);
    }

    [Theory]
    [MemberData(nameof(Holds))]
    public async Task A_failed_operation_leaves_no_process(Hold hold)
    {
        using ProcessSpawner spawner = Fixture.Spawner(hold);
        string mark = Fixture.Mark();
        OperationSpec operation = Escape(hold, mark, "1");

        OperationOutcome outcome = await RunAsync(spawner, operation);

        Assert.Equal((OperationStatus.Done, 1), (outcome.Status, outcome.ReturnCode));
        AssertNothingLeft(spawner, operation, mark);
    }

    [Theory]
    [MemberData(nameof(Holds))]
    public async Task An_operation_that_dies_by_a_signal_leaves_no_process(Hold hold)
    {
        using ProcessSpawner spawner = Fixture.Spawner(hold);
        string mark = Fixture.Mark();
        OperationSpec operation = Escape(hold, mark, "crash");

        OperationOutcome outcome = await RunAsync(spawner, operation);

        Assert.Equal((OperationStatus.Error, "killed by signal 11"), (outcome.Status, outcome.ExitReason));
        AssertNothingLeft(spawner, operation, mark);
    }

    [Theory]
    [MemberData(nameof(Holds))]
    public async Task What_a_successful_start_leaves_running_lives_on(Hold hold)
    {
        string mark = Fixture.Mark();
        try
        {
            using (ProcessSpawner spawner = Fixture.Spawner(hold))
            {
                OperationOutcome outcome = await RunAsync(spawner, Escape(hold, mark, "0"));
                Assert.Equal((OperationStatus.Done, 0), (outcome.Status, outcome.ReturnCode));
                await RunAsync(spawner, Fixture.Operation("code", "monitor", ("code", "1")));
            }

            int daemons = hold == Hold.ShellOnly ? 3 : 4;
            await Fixture.UntilAsync(() => Fixture.Sleepers(mark).Length == daemons, "all daemons run");
            await Task.Delay(50, TestContext.Current.CancellationToken);
            Assert.Equal(daemons, Fixture.Sleepers(mark).Length);
        }
        finally
        {
            Fixture.KillSleepers(mark);
        }
    }

    [Theory]
    [InlineData(Hold.GateAndCgroup)]
    [InlineData(Hold.ShellOnly)]
    public async Task A_daemon_that_prints_to_the_agents_output_survives_the_spawners_end(Hold hold)
    {
        string state = Path.Combine(Fixture.Settings.StateDirectory, Fixture.NewId());
        OperationSpec start = Fixture.Operation("daemon", "start", ("state", state));
        using (ProcessSpawner spawner = Fixture.Spawner(hold))
            Assert.Equal(0, (await RunAsync(spawner, start)).ReturnCode);

        // More than a pipe holds: were it still a plain pipe, the daemon would now block or be dead.
        await Fixture.UntilAsync(() => int.TryParse(Read(state), out int n) && n > 150, "the daemon goes on");

        using ProcessSpawner next = Fixture.Spawner(hold);
        Assert.Equal(0, (await RunAsync(next, start with { OperationId = Fixture.NewId(), Action = "monitor" })).ReturnCode);
        Assert.Equal(0, (await RunAsync(next, start with { OperationId = Fixture.NewId(), Action = "stop" })).ReturnCode);
        await Fixture.UntilAsync(() => !IsAlive(state), "the daemon stops");
    }

    [Theory]
    [InlineData(Hold.GateAndCgroup)]
    [InlineData(Hold.GateOnly)]
    [InlineData(Hold.ShellOnly)]
    public async Task A_process_that_cannot_be_killed_is_named_and_not_waited_for(Hold hold)
    {
        // In a frozen cgroup of the old hierarchy even SIGKILL waits: as in an uninterruptible wait for a dead disk.
        string freezer = $"/sys/fs/cgroup/freezer/{Fixture.NewId()}";
        Assert.SkipUnless(
            File.Exists("/sys/fs/cgroup/freezer/cgroup.procs") && Environment.IsPrivilegedProcess, "no freezer");
        using ProcessSpawner spawner = Fixture.Spawner(hold);
        string mark = Fixture.Mark();
        using CancellationTokenSource cancel = new();
        Directory.CreateDirectory(freezer);
        try
        {
            Task<OperationOutcome> running = Fixture.Runner(spawner).RunAsync(
                Fixture.Operation("hang", "start", ("mark", mark)), null, cancel.Token);
            await Fixture.UntilAsync(() => Fixture.Sleepers(mark).Length == 1, "it runs");
            int stuck = Fixture.Sleepers(mark)[0];
            await File.WriteAllTextAsync($"{freezer}/cgroup.procs", $"{stuck}", TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync($"{freezer}/freezer.state", "FROZEN", TestContext.Current.CancellationToken);

            await cancel.CancelAsync();
            OperationOutcome outcome = await running.WaitAsync(
                TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            Assert.Equal($"cancelled; can't be killed: process {stuck}", outcome.ExitReason);
            Assert.Equal(0, (await RunAsync(spawner, Fixture.Operation("code", "monitor", ("code", "0")))).ReturnCode);
        }
        finally
        {
            await File.WriteAllTextAsync($"{freezer}/freezer.state", "THAWED", CancellationToken.None);
            await Fixture.UntilAsync(() => Fixture.Sleepers(mark).IsEmpty, "once thawed, it dies");
            Directory.Delete(freezer);
        }
    }

    [Fact]
    public async Task The_cgroup_of_a_daemon_goes_after_the_daemon()
    {
        using ProcessSpawner spawner = Fixture.Spawner(Hold.GateAndCgroup);
        string mark = Fixture.Mark();
        List<SpawnedOperation> records = [];
        await Fixture.Runner(spawner).RunAsync(
            Escape(Hold.GateAndCgroup, mark, "0"), Record(records), TestContext.Current.CancellationToken);
        await KillAllFourAsync(mark);
        await Fixture.UntilAsync(() => CgroupTree.Members(records[0].Cgroup!).Length == 0, "the daemons end");
        for (int i = 0; i < 2; i++)
        {
            string next = Fixture.Mark();
            await RunAsync(spawner, Escape(Hold.GateAndCgroup, next, "0"));
            await KillAllFourAsync(next);
        }

        Assert.False(Directory.Exists(records[0].Cgroup));
    }

    [Theory]
    [MemberData(nameof(Holds))]
    public async Task A_cancelled_operation_leaves_no_process(Hold hold)
    {
        using ProcessSpawner spawner = Fixture.Spawner(hold);
        using CancellationTokenSource cancel = new();
        string mark = Fixture.Mark();
        OperationSpec operation = Escape(hold, mark, "hang");
        Task<OperationOutcome> running = Fixture.Runner(spawner).RunAsync(operation, null, cancel.Token);
        await Fixture.UntilAsync(() => Fixture.Sleepers(mark).Length >= 4, "it runs");

        await cancel.CancelAsync();

        Assert.Equal(OperationStatus.Cancelled, (await running).Status);
        AssertNothingLeft(spawner, operation, mark);
    }

    [Theory]
    [MemberData(nameof(Holds))]
    public async Task The_next_spawner_kills_what_an_operation_left_whose_spawner_died(Hold hold)
    {
        string mark = Fixture.Mark();
        List<SpawnedOperation> records = [];
        OperationSpec operation = Escape(hold, mark, "hang");
        using (ProcessSpawner dying = Fixture.Spawner(hold))
        {
            _ = Fixture.Runner(dying).RunAsync(operation, Record(records), TestContext.Current.CancellationToken);
            await Fixture.UntilAsync(() => Fixture.Sleepers(mark).Length >= 4, "it runs");
        }

        Assert.NotEmpty(Fixture.Sleepers(mark));
        using ProcessSpawner next = Fixture.Spawner(hold);
        ImmutableSortedDictionary<string, ImmutableArray<int>> left =
            await next.SweepOrphansAsync([.. records], TestContext.Current.CancellationToken);

        Assert.Empty(left[operation.OperationId]);
        AssertNothingLeft(next, operation, mark);
    }

    [Fact]
    public async Task A_sweep_leaves_alone_whoever_got_the_process_number_since()
    {
        using ProcessSpawner spawner = Fixture.Spawner(Hold.ShellOnly);
        string mark = Fixture.Mark();
        List<SpawnedOperation> records = [];
        OperationSpec operation = Fixture.Operation("hang", "start", ("mark", mark));
        using CancellationTokenSource cancel = new();
        Task running = Fixture.Runner(spawner).RunAsync(operation, Record(records), cancel.Token);
        await Fixture.UntilAsync(() => Fixture.Sleepers(mark).Length == 1, "it runs");

        SpawnedOperation older = records[0] with { OperationId = "x", StartTicks = records[0].StartTicks - 1 };
        SpawnedOperation otherBoot = records[0] with { BootId = "another" };
        await spawner.SweepOrphansAsync([older, otherBoot], TestContext.Current.CancellationToken);

        Assert.Single(Fixture.Sleepers(mark));
        await cancel.CancelAsync();
        await running;
    }

    [Theory]
    [MemberData(nameof(Holds))]
    public async Task Nothing_runs_before_it_is_recorded(Hold hold)
    {
        using ProcessSpawner spawner = Fixture.Spawner(hold);
        string mark = Fixture.Mark();
        OperationSpec operation = Fixture.Operation("hang", "start", ("mark", mark));
        TaskCompletionSource<SpawnedOperation> recorded = new();
        TaskCompletionSource proceed = new();
        using CancellationTokenSource cancel = new();
        Task running = Fixture.Runner(spawner).RunAsync(
            operation,
            record =>
            {
                recorded.SetResult(record);
                return proceed.Task;
            },
            cancel.Token);

        SpawnedOperation record = await recorded.Task;
        Assert.Equal(record.StartTicks, ProcessTable.Find(record.ProcessId)!.Value.StartTicks);
        Assert.Equal(record.ProcessId, ProcessTable.Find(record.ProcessId)!.Value.Session);
        Assert.Equal(hold is Hold.GateAndCgroup or Hold.ShellAndCgroup, record.Cgroup is not null);
        Assert.Empty(Fixture.Sleepers(mark));
        proceed.SetResult();
        await Fixture.UntilAsync(() => Fixture.Sleepers(mark).Length == 1, "it runs once recorded");
        await cancel.CancelAsync();
        await running;
    }

    [Theory]
    [MemberData(nameof(Holds))]
    public async Task What_cannot_be_recorded_never_runs(Hold hold)
    {
        using ProcessSpawner spawner = Fixture.Spawner(hold);
        string state = Path.Combine(Fixture.Settings.StateDirectory, Fixture.NewId());

        OperationOutcome outcome = await Fixture.Runner(spawner).RunAsync(
            Fixture.Operation("daemon", "start", ("state", state)),
            _ => throw new IOException("the disk is full"),
            TestContext.Current.CancellationToken);

        Assert.Equal((OperationStatus.Error, "not recorded: the disk is full"), (outcome.Status, outcome.ExitReason));
        Assert.False(File.Exists(state + ".pid"));
    }

    [Theory]
    [MemberData(nameof(Holds))]
    public async Task A_process_at_its_gate_ends_unrun_when_its_spawner_dies(Hold hold)
    {
        string state = Path.Combine(Fixture.Settings.StateDirectory, Fixture.NewId());
        TaskCompletionSource<SpawnedOperation> recorded = new();
        using (ProcessSpawner dying = Fixture.Spawner(hold))
        {
            _ = Fixture.Runner(dying).RunAsync(
                Fixture.Operation("daemon", "start", ("state", state)),
                record =>
                {
                    recorded.SetResult(record);
                    return new TaskCompletionSource().Task;
                },
                TestContext.Current.CancellationToken);
            await recorded.Task;
        }

        int gate = (await recorded.Task).ProcessId;
        await Fixture.UntilAsync(() => ProcessTable.Find(gate) is null or { State: 'Z' }, "the gate ends");
        Assert.False(File.Exists(state + ".pid"));
    }

    [Theory]
    [InlineData(Hold.GateAndCgroup)]
    [InlineData(Hold.ShellOnly)]
    public async Task Output_is_bounded_and_keeps_head_tail_and_the_last_reason(Hold hold)
    {
        using ProcessSpawner spawner = Fixture.Spawner(hold);

        OperationOutcome outcome = await RunAsync(spawner, Fixture.Operation("noisy", "start"));

        Assert.Equal("the disk is full", outcome.ExitReason);
        Assert.StartsWith("first line\n", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("last line", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(" bytes left out ...]", outcome.Output, StringComparison.Ordinal);
        Assert.InRange(outcome.Output.Length, 20_000, 34_000);
    }

    [Theory]
    [MemberData(nameof(Holds))]
    public async Task A_process_begins_with_clean_descriptors_signals_and_its_own_session(Hold hold)
    {
        using ProcessSpawner spawner = Fixture.Spawner(hold);

        OperationOutcome outcome = await RunAsync(spawner, Fixture.Operation("descriptors", "monitor"));

        string[] lines = outcome.Output.Split('\n');
        Assert.Equal("0 1 2 3 ", lines[0]); // 3 is the directory that ls reads
        Assert.Equal(["0000000000000000", "0000000000000000", "/"], lines[1..4]);
        int[] ids = [.. lines[4].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
        Assert.NotEqual(ProcessTable.Find(Environment.ProcessId)!.Value.Session, ids[1]);
        Assert.Equal(ids[0], ids[2]);
    }

    [Theory]
    [InlineData(Hold.GateAndCgroup)]
    [InlineData(Hold.ShellOnly)]
    public async Task Two_hundred_monitors_run_side_by_side(Hold hold)
    {
        using ProcessSpawner spawner = Fixture.Spawner(hold);
        AgentRunner runner = Fixture.Runner(spawner);

        OperationOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => runner.RunAsync(
            Fixture.Operation("code", "monitor", ("code", (i % 100).ToString(null, null))), null,
            TestContext.Current.CancellationToken)));

        Assert.Equal(Enumerable.Range(0, 200).Select(i => i % 100), outcomes.Select(o => o.ReturnCode));
    }

    [Fact]
    public async Task More_than_the_limit_is_refused()
    {
        using ProcessSpawner spawner = new(new ProcessSpawnerOptions { RunningMax = 1 });
        string mark = Fixture.Mark();
        using CancellationTokenSource cancel = new();
        Task first = Fixture.Runner(spawner).RunAsync(Fixture.Operation("hang", "start", ("mark", mark)), null, cancel.Token);

        OperationOutcome second = await RunAsync(spawner, Fixture.Operation("code", "monitor", ("code", "0")));

        Assert.Equal("1 operations are already running", second.ExitReason);
        await cancel.CancelAsync();
        await first;
    }

    [Theory]
    [InlineData("absent", OperationStatus.NotInstalled, 5, "absent does not exist")]
    [InlineData("unexecutable", OperationStatus.Error, 4, "unexecutable is not executable")]
    [InlineData("no-interpreter", OperationStatus.NotInstalled, 5, "its interpreter /opt/absent/sh does not exist")]
    [InlineData("no-env", OperationStatus.NotInstalled, 5, "its interpreter absent-python does not exist")]
    [InlineData("no-shebang", OperationStatus.Done, 3, "")]
    [InlineData("broken-binary", OperationStatus.Error, 4, "Exec format error")]
    public async Task What_cannot_be_executed_gets_the_code_that_an_administrator_expects(
        string agent, OperationStatus status, int code, string reason)
    {
        AgentSpec broken = new(Directory.CreateDirectory(Path.Combine(Fixture.Settings.StateDirectory, Fixture.NewId())).FullName);
        broken.Write("unexecutable", "#!/bin/sh\nexit 0\n", executable: false);
        broken.Write("no-interpreter", "#!/opt/absent/sh\n");
        broken.Write("no-env", "#!/usr/bin/env absent-python\n");
        broken.Write("no-shebang", "exit 3\n");
        broken.Write("broken-binary", "\u007fELF\u0001\u0002 and nothing else");
        using ProcessSpawner spawner = Fixture.Spawner(Hold.GateOnly);
        AgentRunner runner = new(spawner, Fixture.Settings with
        {
            ExtraProviders = Fixture.Settings.ExtraProviders.Add("broken", broken.Folder),
        });

        OperationOutcome outcome = await runner.RunAsync(
            Fixture.Operation($"ocf:broken:{agent}", "start"), null, TestContext.Current.CancellationToken);

        if (agent == "broken-binary" && outcome.Status == OperationStatus.Done)
            return; // execvp hands what the kernel refuses to the shell, whose answer is its own
        Assert.Equal((status, code), (outcome.Status, outcome.ReturnCode));
        Assert.EndsWith(reason, outcome.ExitReason, StringComparison.Ordinal);
    }

    /// <summary>Not before each has become what it will be, or one would be missed.</summary>
    internal static async Task KillAllFourAsync(string mark)
    {
        await Fixture.UntilAsync(() => Fixture.Asleep(mark) == 4, "all four run");
        Fixture.KillSleepers(mark);
    }

    private static Func<SpawnedOperation, Task> Record(List<SpawnedOperation> records) => record =>
    {
        records.Add(record);
        return Task.CompletedTask;
    };

    internal static OperationSpec Escape(Hold hold, string mark, string then) => Fixture.Operation(
        "escape", "start", ("mark", mark), ("then", then), ("keep_cookie", hold == Hold.ShellOnly ? "1" : ""));

    internal static Task<OperationOutcome> RunAsync(ProcessSpawner spawner, OperationSpec operation) =>
        Fixture.Runner(spawner).RunAsync(operation, null, TestContext.Current.CancellationToken);

    private static void AssertNothingLeft(ProcessSpawner spawner, OperationSpec operation, string mark)
    {
        ImmutableArray<int> left = Fixture.Sleepers(mark);
        Fixture.KillSleepers(mark);
        Assert.Empty(left);
        string cgroup = CgroupTree.DirectoryName(operation.OperationId, operation.Resource);
        Assert.False(spawner.CgroupRoot is { } root && Directory.Exists(Path.Combine(root, cgroup)));
    }

    private static string Read(string path) => File.Exists(path) ? File.ReadAllText(path) : "";

    internal static bool IsAlive(string state) =>
        ProcessTable.Find(int.Parse(Read(state + ".pid"), null)) is { State: not 'Z' };

    private sealed record AgentSpec(string Folder)
    {
        public void Write(string name, string text, bool executable = true)
        {
            string path = Path.Combine(Folder, name);
            File.WriteAllText(path, text);
            if (executable && OperatingSystem.IsLinux())
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
    }
}
