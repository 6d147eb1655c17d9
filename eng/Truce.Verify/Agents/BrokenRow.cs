using System.Globalization;

namespace Truce.Verify.Agents;

/// <summary>The classic broken Filesystem-like agents, and the right one that they were made of.</summary>
internal static class BrokenRow
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    // The command stands once in each agent's stop: the line is read from the file.
    private static readonly (string Agent, string Check, string Cause, string Command)[] s_broken =
    [
        ("fails-unmounted", "stop-never-started", "umount", "umount "),
        ("asks-df", "stop-touches-stopped", "df asks for", "df "),
        ("asks-stat", "stop-touches-stopped", "stat asks for", "stat -f"),
        ("asks-lsblk", "stop-touches-stopped", "lsblk asks for", "lsblk "),
        ("asks-helper", "stop-touches-stopped", "stat asks for", "ask-all"),
        ("greps-loosely", "monitor-stopped", "never started", ""),
        ("misspells", "complaints", "umonut", "umonut"),
    ];

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "broken",
        "stop fails when not mounted, stop asks df, and variants (stat -f, lsblk, a helper, a loose grep, a "
        + "typing error) condemned by running them, with cause and line; the right twin acquitted", RunAsync);

    /// <summary>One of those agents.</summary>
    public static TriedAgent Agent(string name) =>
        new("bench:" + name, ["directory=/mnt/data"], "mkdir /mnt/data");

    private static async Task<RowResult> RunAsync()
    {
        if (!File.Exists("/usr/bin/strace"))
            return RowResult.Skip("strace isn't installed");
        List<string> missed = [];
        foreach ((string name, string check, string cause, string command) in s_broken)
        {
            Tested tested = await Agent(name).TestAsync(s_limit, "--no-static").ConfigureAwait(false);
            int line = command.Length == 0 ? 0 : LineOf(Agent(name), command);
            if (tested.Evidence(check, cause) is not { } evidence)
                missed.Add($"{name}: {check} doesn't name {cause}");
            else if (line > 0 && (int?)evidence["line"] != line)
                missed.Add($"{name}: line {evidence["line"]}, and not {line}");
        }

        Tested right = await Agent("right").TestAsync(s_limit, "--no-static").ConfigureAwait(false);
        if (right.Condemning.Count > 0)
            missed.Add($"right: condemned by {string.Join(", ", right.Condemning)}");
        return RowResult.If(missed.Count == 0, missed.Count > 0
            ? string.Join("; ", missed)
            : string.Create(CultureInfo.InvariantCulture,
                $"{s_broken.Length} broken agents condemned, without reading them; 1 right twin acquitted"));
    }

    private static int LineOf(TriedAgent agent, string command) =>
        Array.FindIndex(File.ReadAllLines(agent.Path),
            l => !l.TrimStart().StartsWith('#') && l.Contains(command, StringComparison.Ordinal)) + 1;
}
