using System.Collections.Immutable;
using Truce.Agents.Bench;
using Truce.Agents.Bench.Tracing;

namespace Truce.Agents.Tests;

public sealed class BenchTraceTests
{
    private static readonly OwnThings s_own = new(["/mnt/other", "/srv/data-neighbour"], ["192.0.2.7"]);

    [Fact]
    public void A_call_that_is_interrupted_in_the_listing_stands_where_it_began()
    {
        ImmutableArray<TraceEvent> events = TraceReader.Read(
        [
            "10 clone(child_stack=NULL <unfinished ...>",
            """11 openat(AT_FDCWD</>, "/etc/passwd", O_RDONLY) = 3</etc/passwd>""",
            "10 <... clone resumed>, flags=SIGCHLD) = 11",
            "11 +++ exited with 3 +++",
            "10 +++ killed by SIGKILL +++",
            "a line of something else",
        ]);

        Assert.Equal([(10, "clone", 11), (11, "openat", 3), (11, "+exit", 3), (10, "+exit", 128)],
            events.Select(e => (e.Process, e.Call, (int)e.Result)));
    }

    [Theory]
    [InlineData("""statfs("/mnt/a", {f_type=TMPFS_MAGIC}) = 0""", "/mnt/a")]
    [InlineData("""openat(AT_FDCWD</run>, "lock", O_RDONLY) = -1 ENOENT (No such file)""", "/run/lock")]
    [InlineData("""openat(5</sys/block>, "sda", O_RDONLY) = 6</sys/block/sda>""", "/sys/block/sda")]
    [InlineData("fstatfs(3</mnt/b>, {f_type=EXT2_SUPER_MAGIC}) = 0", "/mnt/b")]
    [InlineData("""newfstatat(3</etc/x>, "", {st_mode=S_IFREG}, AT_EMPTY_PATH) = 0""", null)]
    [InlineData("""access("a \"quoted\" name", R_OK) = 0""", "a \"quoted\" name")]
    public void The_path_of_a_call_is_the_one_that_the_kernel_looks_up(string call, string? path) =>
        Assert.Equal(path, Assert.Single(TraceReader.Read(["7 " + call])).Path);

    [Fact]
    public void A_helper_has_the_line_of_the_script_that_started_it()
    {
        ImmutableArray<TraceStep> steps = Steps(
            """1 execve("/usr/bin/bash", ["bash", "/agent", "stop"], 0x1) = 0""",
            """1 write(10</dev/null>, "+@/agent:34@ helper /x\n", 30) = 30""",
            "1 clone(child_stack=NULL) = 2",
            """2 execve("/opt/helper", ["helper", "/x"], 0x1) = 0""",
            """1 write(10</dev/null>, "++@/lib:5@ true\n", 30) = 30""",
            "2 clone(child_stack=NULL) = 3",
            """3 execve("/usr/bin/stat", ["stat", "-f", "/mnt/other"], 0x1) = 0""",
            """3 statfs("/mnt/other", {}) = 0""");

        Intrusion found = Assert.Single(Trespass.Find(steps, s_own));

        Assert.Equal((IntrusionKind.Neighbour, "stat", "/mnt/other"),
            (found.Kind, found.Program, found.Target));
        Assert.Equal(new ScriptPlace("/agent", 34, "helper /x"), found.Place);
    }

    [Fact]
    public void The_end_of_a_script_names_the_command_that_failed_last()
    {
        (TraceStep? failed, int code, ScriptPlace? last) = TraceStory.End(Steps(
            """1 execve("/usr/bin/bash", ["bash"], 0x1) = 0""",
            """1 write(10</dev/null>, "+@/agent:12@ umount /x\n", 30) = 30""",
            "1 clone(child_stack=NULL) = 2",
            """2 execve("/usr/bin/umount", ["umount", "/x"], 0x1) = 0""",
            "2 +++ exited with 32 +++",
            """1 write(10</dev/null>, "+@/agent:13@ return 1\n", 30) = 30""",
            "1 +++ exited with 1 +++"));

        Assert.Equal((12, 32, 13), (failed?.Place?.Line, code, last?.Line));
        Assert.Equal(["umount", "/x"], failed!.Event.Words);
    }

    [Theory]
    [InlineData("""newfstatat(AT_FDCWD</>, "/mnt/other/file", {}, 0) = 0""", "cat", "Neighbour")]
    [InlineData("""newfstatat(AT_FDCWD</>, "/mnt/otherwise", {}, 0) = 0""", "cat", "")]
    [InlineData("""newfstatat(AT_FDCWD</>, "/mnt/other/gone", 0x7, 0) = -1 ENOENT (No such file)""", "cat",
        "")]
    [InlineData("""statfs("/srv/data", {}) = 0""", "stat", "OwnDisk")]
    [InlineData("""statfs("/srv/data", {}) = 0""", "umount", "")]
    [InlineData("""statfs("/sys/fs/selinux", 0x7) = 0""", "ls", "")]
    [InlineData("""openat(AT_FDCWD</>, "/sys/block", O_RDONLY) = 3""", "lsblk", "AllDevices")]
    [InlineData("""openat(AT_FDCWD</>, "/proc/mounts", O_RDONLY) = 3""", "sh", "")]
    [InlineData(
        """connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("127.0.0.1")}, 16) = 0""",
            "host", "Network")]
    [InlineData(
        """connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("192.0.2.9")}, 16) = 0""",
            "curl", "Network")]
    [InlineData(
        """connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("192.0.2.7")}, 16) = 0""",
            "curl", "")]
    [InlineData(
        """connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16) = 0""",
            "curl", "")]
    [InlineData("""connect(3, {sa_family=AF_UNIX, sun_path="/run/dbus/system_bus_socket"}, 16) = 0""",
        "busctl", "Service")]
    [InlineData("""newfstatat(AT_FDCWD</>, "/proc/77/cwd", {}, 0) = 0""", "fuser", "OpenFiles")]
    public void A_stop_may_ask_for_its_own_things_alone(string call, string program, string kind)
    {
        ImmutableArray<TraceStep> steps =
            Steps($"""1 execve("/usr/bin/{program}", ["{program}"], 0x1) = 0""", "1 " + call);

        Assert.Equal(kind, string.Join(' ', Trespass.Find(steps, s_own).Select(i => i.Kind)));
    }

    [Fact]
    public void The_sum_of_system_calls_is_the_last_line_of_the_summary()
    {
        Assert.Equal(1234,
            Tracer.Total(
                ["% time seconds", "------", "100.00    0.004163           3      1234        56 total"]));
        Assert.Null(Tracer.Total(["nothing was traced"]));
    }

    private static ImmutableArray<TraceStep> Steps(params string[] lines) =>
        TraceStory.Tell(TraceReader.Read(lines));
}
