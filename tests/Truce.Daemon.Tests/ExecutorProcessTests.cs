using Truce.Contracts;

namespace Truce.Daemon.Tests;

/// <summary>The executor as a process, with agents that are real scripts.</summary>
public sealed class ExecutorProcessTests : IDisposable
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly TestFolder _folder = new();

    public ExecutorProcessTests()
    {
        Directory.CreateDirectory(_folder.File("agents"));
        File.WriteAllText(_folder.File("truce.conf"), $"""
            node = n1
            engine = local
            state_dir = {_folder.File("state")}
            run_dir = {_folder.File("run")}
            log_dir = {_folder.File("log")}
            agents_dirs = test={_folder.File("agents")}
            boot_id = boot
            """);
        // Starts a grandchild of a session of its own, and then hangs.
        Agent("hangs", $"""
            case $1 in
            start) setsid sh -c 'echo $$ >{_folder.File("grandchild")}; exec sleep 1000' & echo $$ >{_folder.File("child")}; sleep 1000;;
            *) exit 7;;
            esac
            """);
        Agent("works", $"""
            case $1 in
            start) touch {_folder.File("up")};;
            stop) rm -f {_folder.File("up")};;
            monitor) echo x >>{_folder.File("monitored")}; [ -e {_folder.File("up")} ] || exit 7;;
            esac
            """);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_a_killed_executor_left_running_is_emptied_by_the_next_and_reported_as_interrupted()
    {
        DaemonProcess first = StartExecutor();
        using (ExecutorLink link = Connect())
        {
            link.Greet();
            link.Run("op1", "hangs", "start");
            int child = Pid("child");
            int grandchild = Pid("grandchild");
            first.Kill();
            Assert.True(Lives(child) && Lives(grandchild), "the agent was to survive its executor");

            using DaemonProcess second = StartExecutor();
            using ExecutorLink next = Connect();
            ExecutorReply.Inventory inventory = next.Greet("controller2");
            Assert.False(Lives(child), "the agent lives on");
            Assert.False(Lives(grandchild), "the agent's grandchild lives on");
            OperationReport report = Assert.Single(inventory.Unacknowledged);
            Assert.Equal("op1", report.Order.OperationId);
            Assert.Equal(4, report.Status);
            Assert.Empty(inventory.Running);
            Assert.Empty(inventory.Unkillable);

            next.Send(new ExecutorRequest.Acknowledge(report.Number));
            next.Run("op1", "hangs", "start");
            Assert.Equal(report with { Order = null! }, next.Ended() with { Order = null! });
        }

        first.Dispose();
    }

    [Fact]
    public void Monitors_go_on_without_a_controller_and_the_next_one_learns_what_changed()
    {
        using DaemonProcess executor = StartExecutor();
        using (ExecutorLink link = Connect())
        {
            link.Greet();
            link.Run("start", "works", "start");
            Assert.Equal(0, link.Ended().Code);
            link.Run("mon", "works", "monitor", intervalMs: 50);
            OperationReport first = link.Ended();
            Assert.Equal(0, first.Code);
            link.Send(new ExecutorRequest.Acknowledge(first.Number));
        }

        File.Delete(_folder.File("up"));
        WaitUntilMonitoredAgain();
        using ExecutorLink next = Connect();
        ExecutorReply.Inventory inventory = next.Greet("controller2");
        Assert.Equal("mon", Assert.Single(inventory.Recurring).OperationId);
        Assert.Equal(7, Assert.Single(inventory.Unacknowledged).Code);
    }

    [Fact]
    public void An_operation_that_runs_out_of_time_leaves_nothing_behind()
    {
        using DaemonProcess executor = StartExecutor();
        using ExecutorLink link = Connect();
        link.Greet();
        link.Run("op1", "hangs", "start", timeoutMs: 1500);
        int grandchild = Pid("grandchild");
        OperationReport report = link.Ended();
        Assert.Equal(2, report.Status);
        Assert.False(Lives(grandchild), "the agent's grandchild lives on");
    }

    [Fact]
    public void A_second_executor_on_the_same_node_is_refused()
    {
        using DaemonProcess executor = StartExecutor();
        using ExecutorLink link = Connect();
        link.Greet();
        using DaemonProcess second = StartExecutor();
        Assert.Equal(3, second.Wait(TimeSpan.FromSeconds(30)));
        Assert.Contains("is already running on", second.Errors, StringComparison.Ordinal);
    }

    private DaemonProcess StartExecutor() => new("--role", "executor", "--config", _folder.File("truce.conf"));

    private ExecutorLink Connect() => ExecutorLink.Connect(_folder.File("run/executor.sock"));

    private void Agent(string name, string script)
    {
        File.WriteAllText(_folder.File($"agents/{name}"), "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(_folder.File($"agents/{name}"), Executable);
    }

    private int Pid(string file)
    {
        string text = "";
        Until(() => File.Exists(_folder.File(file)) && (text = File.ReadAllText(_folder.File(file))).EndsWith('\n'),
            $"{file} to be written");
        return int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
    }

    private void WaitUntilMonitoredAgain()
    {
        long size = new FileInfo(_folder.File("monitored")).Length;
        Until(() => new FileInfo(_folder.File("monitored")).Length >= size + 6, "three more monitors");
    }

    private static void Until(Func<bool> condition, string what)
    {
        DateTime limit = DateTime.UtcNow.AddSeconds(30);
        while (!condition())
        {
            Assert.True(DateTime.UtcNow < limit, $"waited in vain for {what}");
            Thread.Sleep(5);
        }
    }

    private static bool Lives(int process) =>
        File.Exists($"/proc/{process}/stat") && !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
}
