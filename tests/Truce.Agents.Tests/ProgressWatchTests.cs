using Truce.Agents.Processes;
using Truce.Ports;
using static Truce.Agents.Tests.SpawnerTests;

namespace Truce.Agents.Tests;

/// <summary>Who reaches its timeout while it makes progress gets more, within a bound.</summary>
public sealed class ProgressWatchTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private Progress _now;

    [Fact]
    public void Nothing_that_moves_means_no_more_time()
    {
        ProgressWatch watch = Watch(20, 20);
        Assert.Equal(15 * s_second, watch.First);
        Assert.Equal(5 * s_second, watch.Next(15 * s_second));
        Assert.Null(watch.Next(20 * s_second));
        Assert.Equal(TimeSpan.Zero, watch.Given);
    }

    [Fact]
    public void Writes_that_complete_give_a_window_more_until_they_cease()
    {
        ProgressWatch watch = Watch(20, 20);
        watch.Next(15 * s_second);
        _now = new Progress(1, 0);
        Assert.Equal(5 * s_second, watch.Next(20 * s_second));
        _now = new Progress(2, 0);
        Assert.Equal(5 * s_second, watch.Next(25 * s_second));
        Assert.Null(watch.Next(30 * s_second));
        Assert.Equal(10 * s_second, watch.Given);
    }

    [Fact]
    public void However_much_moves_the_extension_is_the_bound()
    {
        ProgressWatch watch = Watch(20, 7);
        watch.Next(15 * s_second);
        _now = new Progress(1, 0);
        Assert.Equal(5 * s_second, watch.Next(20 * s_second));
        _now = new Progress(2, 0);
        Assert.Equal(2 * s_second, watch.Next(25 * s_second));
        _now = new Progress(3, 0);
        Assert.Null(watch.Next(27 * s_second));
        Assert.Equal(7 * s_second, watch.Given);
    }

    [Fact]
    public void Processes_that_end_are_progress_and_new_ones_are_none()
    {
        ProgressWatch watch = Watch(20, 20);
        _now = new Progress(0, 5);
        watch.Next(15 * s_second);
        _now = new Progress(0, 4);
        Assert.NotNull(watch.Next(20 * s_second));
        _now = new Progress(0, 6);
        Assert.Null(watch.Next(25 * s_second));
    }

    [Fact]
    public void A_long_time_out_is_looked_at_ten_seconds_before_its_end() =>
        Assert.Equal(590 * s_second, Watch(600, 600).First);

    [Theory]
    [InlineData(30, OperationStatus.Done)]
    [InlineData(0, OperationStatus.TimedOut)]
    public async Task A_stop_that_ends_one_process_after_the_other_outlasts_its_time_out(
        int extension, OperationStatus status)
    {
        using ProcessSpawner spawner = Fixture.Spawner(Hold.GateAndCgroup);
        string mark = Fixture.Mark();
        OperationSpec start =
            Fixture.Operation("many", "start", ("mark", mark)) with { Resource = Fixture.NewId() };
        try
        {
            Assert.Equal(0, (await RunAsync(spawner, start)).ReturnCode);
            OperationOutcome outcome = await RunAsync(spawner, start with
            {
                OperationId = Fixture.NewId(),
                Action = "stop",
                Timeout = 2 * s_second,
                Extension = extension * s_second,
            });
            Assert.Equal(status, outcome.Status);
            string said = outcome.ExitReason;
            Assert.Equal(extension > 0, said.Contains("made progress", StringComparison.Ordinal));
        }
        finally
        {
            Fixture.KillSleepers(mark);
        }
    }

    [Fact]
    public void A_path_below_a_mount_names_its_device_and_the_root_does_not()
    {
        string? mount = File.ReadLines("/proc/self/mountinfo").Select(l => l.Split(' '))
            .FirstOrDefault(f => f[4] is not "/" && File.Exists($"/sys/dev/block/{f[2]}/stat"))?[4];
        Assert.Empty(BlockDevices.Of(["/", "relative", "10.0.0.1"]));
        Assert.SkipWhen(mount is null, "no mount of a block device but the root");
        Assert.Single(BlockDevices.Of([mount, mount + "/below/it"]));
        Assert.True(BlockDevices.Writes(BlockDevices.Of([mount])) >= 0);
    }

    private ProgressWatch Watch(int timeout, int extension) =>
        new(timeout * s_second, extension * s_second, () => _now);
}
