using Truce.Laboratory;

namespace Truce.Verify.Fencing;

/// <summary>Makes a scenario's cause persist in a lab. Those that lie in an agent do so by
/// themselves.</summary>
internal sealed class LaboratoryFaults(LaboratoryLab lab, LaboratoryScenario scenario)
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(200);
    private readonly HashSet<long> _seen = [];

    /// <summary>Why a scenario can't be had in a lab; null: it can.</summary>
    public static string? Missing(LaboratoryScenario scenario) => scenario.Cause switch
    {
        LaboratoryCause.ClockJumps => "the machine has one clock for all nodes",
        LaboratoryCause.SlowJoin => "a controller can't be held back between the engine's join and its own",
        LaboratoryCause.StarvedBoot => "sixteen hosts don't fit on this machine beside others",
        LaboratoryCause.StopWhenUnmounted or LaboratoryCause.StopAsksElsewhere or LaboratoryCause.StopTooSlow
            or LaboratoryCause.StopBroken or LaboratoryCause.LinkCut or LaboratoryCause.LinkFlaps
            or LaboratoryCause.SlowSwitch or LaboratoryCause.StartUp or LaboratoryCause.LyingDevice
            or LaboratoryCause.SlowDevice or LaboratoryCause.EarlyBoot or LaboratoryCause.Crasher
            or LaboratoryCause.BannedInTurn => null,
    };

    /// <summary>From now on, for that long.</summary>
    public async Task RunAsync(TimeSpan length)
    {
        DateTime end = DateTime.UtcNow + length;
        await BeginAsync().ConfigureAwait(false);
        for (int second = 0; DateTime.UtcNow < end; second++)
        {
            await GoOnAsync(second).ConfigureAwait(false);
            TimeSpan left = end - DateTime.UtcNow;
            await Task.Delay(
                left < TimeSpan.FromSeconds(1) && left > TimeSpan.Zero ? left : TimeSpan.FromSeconds(1))
                .ConfigureAwait(false);
        }
    }

    private async Task BeginAsync()
    {
        if (scenario.Cause == LaboratoryCause.LinkCut)
            await lab.DoAsync(["lab", "cut", "n1", "n2"]).ConfigureAwait(false);
        else if (scenario.Cause == LaboratoryCause.SlowDevice)
            await lab.DoAsync(["lab", "set", "fence_ms", "60000"]).ConfigureAwait(false);
        else if (scenario.Cause == LaboratoryCause.SlowSwitch)
            await lab.DoAsync(["lab", "kill", "n2"]).ConfigureAwait(false);
        else if (scenario.Cause == LaboratoryCause.EarlyBoot)
            await BootEarlyAsync().ConfigureAwait(false);
        else if (scenario.Cause == LaboratoryCause.StartUp)
            await StartAnewAsync().ConfigureAwait(false);
    }

    // The lab's machines boot within three seconds.
    private async Task BootEarlyAsync()
    {
        await lab.DoAsync(["lab", "set", "fence_ms", "10000"]).ConfigureAwait(false);
        await lab.DoAsync(["lab", "kill", "n3"]).ConfigureAwait(false);
        await lab.RunAsync("lab", "boot", "n3").ConfigureAwait(false);
    }

    private async Task StartAnewAsync()
    {
        await lab.DoAsync(["lab", "kill", "n1", "n2", "n3"]).ConfigureAwait(false);
        await lab.DoAsync(["lab", "boot", "n1", "n2"]).ConfigureAwait(false);
    }

    private async Task GoOnAsync(int second)
    {
        if (scenario.Cause == LaboratoryCause.LinkFlaps && second % 20 == 0)
            await lab.DoAsync(
                second % 40 == 0 ? ["lab", "cut", "n1", "n2"] : ["lab", "heal"]).ConfigureAwait(false);
        else if (scenario.Cause == LaboratoryCause.BannedInTurn && second % 20 == 0)
            await TurnAsync(second / 20).ConfigureAwait(false);
        else if (scenario.Cause == LaboratoryCause.StartUp && second == 40)
            await lab.RunAsync("lab", "boot", "n3").ConfigureAwait(false);
        else if (scenario.Cause == LaboratoryCause.SlowSwitch)
            await CutWhoBootsAsync(second).ConfigureAwait(false);
    }

    private async Task TurnAsync(int turn)
    {
        for (int i = 1; i <= scenario.Nodes; i++)
        {
            string value = turn % scenario.Nodes == i - 1 ? "1" : "0";
            await lab.RunAsync(
                "attr", "set", $"n{i}", "turn", value, "--transient", "--no-wait").ConfigureAwait(false);
        }
    }

    // A switch port carries nothing for a minute after its node was switched on.
    private async Task CutWhoBootsAsync(int second)
    {
        if (second == 10)
            await lab.RunAsync("lab", "boot", "n2").ConfigureAwait(false);
        long now = LaboratoryLab.Now;
        foreach ((long at, _, _) in lab.Events(now - 5_000_000_000L).Where(
            e => e.Words.StartsWith("power-on", StringComparison.Ordinal)).ToList())
        {
            if (!_seen.Add(at))
                continue;
            await lab.RunAsync("lab", "cut", "n1", "n2").ConfigureAwait(false);
            _ = HealLaterAsync();
        }

        await Task.Delay(s_look).ConfigureAwait(false);
    }

    private async Task HealLaterAsync()
    {
        await Task.Delay(TimeSpan.FromSeconds(60)).ConfigureAwait(false);
        await lab.RunAsync("lab", "heal").ConfigureAwait(false);
    }
}
