using Truce.Verify.Safe;

namespace Truce.Verify.Fencing;

/// <summary>Debian's fence agents: all as far as nothing answers, three against what does.</summary>
internal static class FencePathsRow
{
    private const int TestsMin = 3;

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "fence-paths",
        "all of Debian's fence agents described, checked and told their plug; Redfish, IPMI and the "
            + "lab's switch "
        + "driven for real",
        RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        (Outcome outcome, _) = await new Suite("Truce.Agents.Tests")
            .RunAsync(["-class", "Truce.Agents.Tests.DebianFenceAgentTests"]).ConfigureAwait(false);
        if (outcome.Failures.Count > 0)
            return RowResult.If(
                false, $"{outcome}; {outcome.Failures[0].Name}: {outcome.Failures[0].Text.Split('\n')[0]}");
        if (outcome.Skips.Count > 0)
            return RowResult.Skip($"{outcome.Skips[0].Name}: {outcome.Skips[0].Text}");
        int agents = Directory.GetFiles("/usr/sbin", "fence_*").Length;
        string lab = await InLabAsync().ConfigureAwait(false);
        return RowResult.If(
            outcome.Passed >= TestsMin && lab.StartsWith("good", StringComparison.Ordinal),
            $"{agents} agents; IPMI and Redfish switched; lab {lab}");
    }

    private static async Task<string> InLabAsync()
    {
        SafeLab lab = await SafeLab.UpAsync("fence-paths").ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            Ended paths = await lab.TruceAsync("fence", "test").ConfigureAwait(false);
            if (paths.Code != 0)
                return $"fence test: exit {paths.Code}: {paths.Output}";
            await lab.TruceAsync("node", "standby", "n3").ConfigureAwait(false);
            Ended shot = await lab.TruceAsync(
                "fence", "test", "--fence", "n3", "--yes").ConfigureAwait(false);
            int tried = paths.Output.Split('\n')
                .Count(l => l.Contains("reports that it is", StringComparison.Ordinal));
            return shot.Code == 0
                ? $"good: {tried} paths, n3 fenced and back"
                : $"fence test --fence: exit {shot.Code}: {shot.LastLine}";
        }
    }
}
