using Truce.Daemon.Configuration;
using Truce.Model;

namespace Truce.Daemon.Tests;

public sealed class ConfigurationFileTests
{
    [Fact]
    public void Every_key_is_read()
    {
        DaemonConfiguration c = Parse(
            "node = n1", "cluster = web", "engine = local", "engine_socket = /e", "nodes = n1 n2:2, n3",
            "state_dir = /s", "run_dir = /r", "log_dir = /l", "agents_dirs = test=/a:other=/b", "fence_dirs = /f:/g",
            "path_prepend = /p", "cgroup_root = /c", "power = lab:/power", "watchdog = lab:/dog",
            "watchdog_timeout_ms = 1500", "boot_id = b-1", "initial_config = /i.xml", "api_group = ops",
            "api_user = 970",
            "respawn_max = 3", "respawn_window_ms = 9000", "stall_limit_ms = 4000", "test_pause = a=/x",
            "controller_loss = stop-or-panic", "api_loss = panic", "engine_loss = panic");
        Assert.Equal(new NodeId("n1"), c.Node);
        Assert.Equal(EngineKind.Local, c.Engine);
        Assert.Equal("n1:1 n2:2 n3:1", c.NodesText);
        Assert.Equal("/a", c.AgentDirectories["test"]);
        Assert.Equal(["/f", "/g"], c.FenceDirectories);
        Assert.Equal(new PowerChoice.Lab("/power"), c.Power);
        Assert.Equal(new WatchdogChoice.Lab("/dog"), c.Watchdog);
        Assert.Equal(TimeSpan.FromSeconds(1.5), c.WatchdogTimeout);
        Assert.Equal("b-1", c.BootId);
        Assert.Equal(3, c.RespawnMax);
        Assert.Equal(
            new ComponentLosses
            {
                Controller = RoleFailure.StopOrPanic,
                Api = RoleFailure.Panic,
                Engine = ComponentFailure.Panic,
            }, c.Losses);
    }

    [Fact]
    public void Without_a_line_the_node_is_the_host_and_the_boot_is_the_kernels_and_nothing_can_reset_the_machine()
    {
        DaemonConfiguration c = Parse();
        Assert.Equal(new NodeId("host"), c.Node);
        Assert.Equal("kernel-boot", c.BootId);
        Assert.Equal(new PowerChoice.None(), c.Power);
        Assert.Equal(new WatchdogChoice.None(), c.Watchdog);
    }

    [Theory]
    [InlineData("nonsense = 1", "truce.conf:2: 'nonsense' is unknown")]
    [InlineData("node", "has no '='")]
    [InlineData("cluster = a b", "not a name")]
    [InlineData("node = x", "comes twice")]
    [InlineData("engine = carrier-pigeon", "local, corosync")]
    [InlineData("engine = 0", "local, corosync")]
    [InlineData("power = yes", "none, lab:SOCKET or real")]
    [InlineData("watchdog = dog", "none, lab:SOCKET or /dev/DEVICE")]
    [InlineData("state_dir = var/lib", "not a full path")]
    [InlineData("nodes = n1 n1", "comes twice")]
    [InlineData("nodes = n1:x", "NAME:VOTES")]
    [InlineData("executor_loss = stop-or-panic", "one of respawn, panic")]
    [InlineData("groups_loss = ignore", "one of respawn, stay-out, panic")]
    [InlineData("respawn_max = -1", "a number from 0 to 1000")]
    [InlineData("stall_limit_ms = 10000", "silent for 6000 ms, counted from up to 1000 ms before it hung")]
    [InlineData("stall_limit_ms = 1000", "use a number from 2000 to 4000")]
    [InlineData("agents_dirs = /no/provider", "PROVIDER=PATH")]
    public void A_line_that_cannot_be_is_refused_with_its_position_and_remedy(string line, string expected)
    {
        ConfigurationException e = Assert.Throws<ConfigurationException>(() => Parse("node = x", line));
        Assert.Contains("truce.conf:2: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_reference_page_names_every_key()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "reference", "truce.conf.md"));
        Assert.All(ConfigurationFile.Keys, k => Assert.Contains($"`{k}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_real_power_is_refused_where_no_installed_system_is()
    {
        DaemonConfiguration real = Parse("power = real") with { BootId = "kernel-boot" };
        Assert.NotNull(Power.InstalledSystem.Objection(real, "kernel-boot"));
        Assert.Contains("boot_id", Power.InstalledSystem.Objection(real, "another"), StringComparison.Ordinal);
        Assert.Contains("test_pause", Power.InstalledSystem.Objection(real with { TestPause = "a" }, "kernel-boot"),
            StringComparison.Ordinal);
    }

    private static DaemonConfiguration Parse(params string[] lines) =>
        ConfigurationFile.Parse("truce.conf", lines, "host", "kernel-boot");
}
