using System.Globalization;
using Truce.Verify.Safe;

namespace Truce.Verify.Everyday;

/// <summary>
/// A start that fails on every node, a stop, a promotion and a fence device that fail, on a live cluster over
/// Corosync: told with the agent's words on every node that is asked, at once and again later (MINUTES=).
/// </summary>
internal static class FailuresRow
{
    private const int MinutesMin = 60;
    private static readonly string[] s_nodes = ["n1", "n2", "n3"];
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(120);

    // What was configured to fail, and what it says.
    private static readonly (string Resource, string Words)[] s_failing =
    [
        ("nowhere", "no licence on this host"), ("sticky", "umount: target is busy"),
        ("copy", "the standby is too far behind"),
    ];

    private const string Device = "the power switch is set to fail";

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "failures",
        "a resource that fails everywhere, a failed stop, a failed promotion, a fence device that fails: "
        + "status, failures and why tell it with the agent's words, on every node, and after "
        + $"{MinutesMin} minutes", RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        if (!Environment.IsPrivilegedProcess)
            return RowResult.Skip("needs root");
        int minutes = int.Parse(
            Environment.GetEnvironmentVariable("MINUTES") ?? $"{MinutesMin}", CultureInfo.InvariantCulture);
        SafeLab lab = await SafeLab.UpAsync(
            "failures", "--engine", "corosync",
            "--agents", Repository.At("tests", "Truce.EndToEnd", "agents", "everyday"),
            "--config", Repository.At("tests", "Truce.EndToEnd", "configurations", "failing.xml"))
            .ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            await lab.TruceAsync("resource", "disable", "sticky").ConfigureAwait(false);
            await lab.TruceAsync("lab", "set", "fence_fails", "1").ConfigureAwait(false);
            Ended shot = await lab.TruceAsync("fence", "node", "n3", "--timeout", "20s")
                .ConfigureAwait(false);
            if (shot.Code == 0)
                return RowResult.If(false, "the fencing didn't fail");
            await lab.RestsAsync(s_settling).ConfigureAwait(false);
            List<string> untold = await UntoldAsync(lab, "at once").ConfigureAwait(false);
            await Task.Delay(TimeSpan.FromMinutes(minutes)).ConfigureAwait(false);
            untold.AddRange(await UntoldAsync(lab, $"after {minutes} min").ConfigureAwait(false));
            foreach (string line in untold)
                Console.WriteLine($"  {line}");
            return RowResult.If(
                untold.Count == 0 && minutes >= MinutesMin,
                $"{untold.Count} of {2 * s_nodes.Length * ((3 * s_failing.Length) + 2)} answers don't tell "
                + $"it; asked at once and after {minutes} min");
        }
    }

    private static async Task<List<string>> UntoldAsync(SafeLab lab, string when)
    {
        List<string> untold = [];
        foreach (string node in s_nodes)
        {
            string[] device = [Device];
            string[] words = [.. s_failing.Select(f => f.Words)];
            await AskAsync([.. words, .. device], node, "status").ConfigureAwait(false);
            await AskAsync(words, node, "resource", "failures").ConfigureAwait(false);
            await AskAsync(device, node, "fence", "history").ConfigureAwait(false);
            foreach ((string resource, string said) in s_failing)
                await AskAsync([said], node, "why", resource).ConfigureAwait(false);
        }

        return untold;

        async Task AskAsync(string[] words, string node, params string[] question)
        {
            Ended ended = await lab.TruceAsync([.. question, "--node", node]).ConfigureAwait(false);
            untold.AddRange(words.Where(w => !ended.Output.Contains(w, StringComparison.Ordinal))
                .Select(w => $"{when}, {node}: truce {string.Join(' ', question)} doesn't say: {w}"));
        }
    }
}
