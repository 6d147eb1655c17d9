using Truce.Lab.Hosts;
using Truce.Lab.Keeper;

namespace Truce.Lab.Tests;

/// <summary>The power switch over hosts that exist only here: what it answers, and when.</summary>
public sealed class PowerSwitchTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("truce-lab-");
    private readonly LabPaths _lab;
    private readonly EventLog _events;
    private readonly FakeHosts _hosts = new();
    private readonly NodePower _outlet;
    private readonly NodePower _asker;
    private readonly PowerSwitch _switch;
    private readonly PowerPort _port;
    private LabSettings _settings = new() { BootDelay = null };

    public PowerSwitchTests()
    {
        _lab = new LabPaths(_folder.FullName);
        _events = new EventLog(_lab.Events);
        _outlet = Outlet("n1", 1);
        _asker = Outlet("n2", 2);
        _switch = new PowerSwitch([_outlet, _asker], () => _settings, _events);
        _port = new PowerPort("n2", _switch);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _outlet.Dispose();
        _asker.Dispose();
        _events.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Off_is_answered_only_when_the_host_has_ended()
    {
        await _outlet.OnAsync("lab", Cancel);
        _hosts.Current!.EndsWhenCut = false;
        Task<string> answer = AskAsync("off n1");
        await _hosts.Current.IsCut.WaitAsync(TimeSpan.FromSeconds(10), Cancel);
        Assert.False(answer.IsCompleted);
        Assert.Equal("ok on", await AskAsync("status n1"));
        _hosts.Current.End();
        Assert.Equal("ok off", await answer);
        Assert.Equal("ok off", await AskAsync("status n1"));
    }

    [Fact]
    public async Task A_shot_is_recorded_once_with_who_asked()
    {
        await _outlet.OnAsync("lab", Cancel);
        await AskAsync("off n1");
        await AskAsync("off n1");
        Assert.Single(Events(), e => e.Contains("power-off by=n2 cause=fence", StringComparison.Ordinal));
        Assert.Equal(2, Events()
            .Count(e => e.Contains("fence-confirmed action=off by=n2", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_reboot_answers_at_its_off_half_and_boots_after_the_delay()
    {
        _settings = _settings with { BootDelay = 0 };
        await _outlet.OnAsync("lab", Cancel);
        Assert.Equal("ok off", await AskAsync("reboot n1"));
        await UntilAsync(() => _outlet is { Host: not null, Incarnation: 2 });
    }

    [Fact]
    public async Task An_off_after_a_reboot_calls_off_its_boot()
    {
        _settings = _settings with { BootDelay = 0.2 };
        await _outlet.OnAsync("lab", Cancel);
        await AskAsync("reboot n1");
        await AskAsync("off n1");
        await Task.Delay(400, Cancel);
        Assert.Null(_outlet.Host);
    }

    [Fact]
    public async Task A_broken_switch_says_so_and_leaves_the_node_on()
    {
        _settings = _settings with { FenceFails = true };
        await _outlet.OnAsync("lab", Cancel);
        Assert.StartsWith("error ", await AskAsync("off n1"), StringComparison.Ordinal);
        Assert.NotNull(_outlet.Host);
    }

    [Theory]
    [InlineData("off n7")]
    [InlineData("explode n1")]
    [InlineData("")]
    [InlineData("off")]
    [InlineData("watchdog soon")]
    [InlineData("watchdog 1")]
    [InlineData("pet")]
    public async Task What_makes_no_sense_is_an_error(string request) =>
        Assert.StartsWith("error ", await AskAsync(request), StringComparison.Ordinal);

    [Fact]
    public async Task A_watchdog_that_nobody_pets_resets_its_node_even_after_its_holder_is_gone()
    {
        await _outlet.OnAsync("lab", Cancel);
        Assert.Equal("ok", await new LineTalk(new PowerPort("n1", _switch)).SayAsync("watchdog 50"));
        await UntilAsync(
            () => Events().Any(e => e.Contains("power-off by=n1 cause=watchdog", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_watchdog_does_not_switch_on_a_node_that_has_lost_its_power()
    {
        _settings = _settings with { BootDelay = 0 };
        await _outlet.OnAsync("lab", Cancel);
        await new LineTalk(new PowerPort("n1", _switch)).SayAsync("watchdog 50");
        await _outlet.OffAsync("lab", PowerCause.Lab, "", Cancel);
        await Task.Delay(200, Cancel);
        Assert.Null(_outlet.Host);
    }

    [Fact]
    public async Task A_disarmed_watchdog_is_silent_and_one_of_an_earlier_boot_too()
    {
        await _outlet.OnAsync("lab", Cancel);
        await new LineTalk(new PowerPort("n1", _switch)).SayAsync("watchdog 60", "disarm");
        await new LineTalk(new PowerPort("n1", _switch)).SayAsync("watchdog 60");
        await _outlet.OffAsync("lab", PowerCause.Lab, "", Cancel);
        await _outlet.OnAsync("lab", Cancel);
        await Task.Delay(200, Cancel);
        Assert.NotNull(_outlet.Host);
    }

    [Fact]
    public async Task A_watchdog_that_another_process_of_the_node_takes_over_does_not_bite()
    {
        await _outlet.OnAsync("lab", Cancel);
        PowerPort port = new("n1", _switch);
        await new LineTalk(port).SayAsync("watchdog 60");
        await new LineTalk(port).SayAsync("watchdog 600000");
        await Task.Delay(300, Cancel);
        Assert.NotNull(_outlet.Host);
    }

    [Fact]
    public async Task A_boot_that_has_begun_is_finished_before_the_power_is_cut_again()
    {
        TaskCompletionSource slow = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _hosts.Boots = slow.Task;
        _outlet.BootLater(TimeSpan.Zero, "lab");
        await UntilAsync(() => _hosts.BootsBegun == 1);
        Task off = _outlet.OffAsync("n2", PowerCause.Fence, "", Cancel);
        slow.SetResult();
        await off;
        Assert.Null(_outlet.Host);
        Assert.DoesNotContain(Events(), e => e.Contains("boot-failed", StringComparison.Ordinal));
        Assert.Contains(Events(), e => e.Contains("power-off by=n2 cause=fence", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_that_ends_by_itself_is_off_and_no_shot()
    {
        await _outlet.OnAsync("lab", Cancel);
        _hosts.Current!.End();
        await UntilAsync(() => _outlet.Host is null);
        Assert.Equal("ok off", await AskAsync("off n1"));
        Assert.Contains(Events(),
            e => e.Contains("power-off by=itself cause=died", StringComparison.Ordinal));
        Assert.DoesNotContain(Events(), e => e.Contains("power-off by=n2", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reset_that_a_node_asks_for_itself_is_recorded_as_its_own()
    {
        await _outlet.OnAsync("lab", Cancel);
        await new LineTalk(new PowerPort("n1", _switch)).SayAsync("reset panic of the controller");
        await UntilAsync(
            () => Events().Any(
            e => e.Contains("power-off by=n1 cause=self-reset", StringComparison.Ordinal)));
        Assert.Contains(Events(), e => e.Contains("why=panic_of_the_controller", StringComparison.Ordinal));
    }

    private NodePower Outlet(string name, int number)
    {
        Directory.CreateDirectory(_lab.Node(name).Root);
        return new NodePower(_lab, new LabNode(name, number), _hosts, _events)
        {
            OnBoot = (_, _) => Task.CompletedTask,
        };
    }

    private Task<string> AskAsync(string request) => new LineTalk(_port).SayAsync(request);

    private string[] Events()
    {
        using StreamReader reader = new(
            new FileStream(_lab.Events, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (int i = 0; i < 500 && !condition(); i++)
            await Task.Delay(10, Cancel);
        Assert.True(condition());
    }
}
