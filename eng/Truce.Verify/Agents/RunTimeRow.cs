using System.Globalization;

namespace Truce.Verify.Agents;

/// <summary>How long a whole test of an agent takes.</summary>
internal static class RunTimeRow
{
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    private static readonly TriedAgent[] s_simple =
    [
        new("example:daemon", []), new("heartbeat:Dummy", []),
        new("heartbeat:anything", ["binfile=/bin/sleep", "cmdline_options=864000"]),
    ];

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "run-time", "all checks of a simple agent in less than 60 s, with progress shown", RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        TriedAgent.Gather();
        List<string> told = [];
        bool reached = true;
        foreach (TriedAgent agent in s_simple.Where(a => File.Exists(a.Path) || a.Name == s_simple[0].Name))
        {
            Tested tested = await agent.TestAsync(s_limit).ConfigureAwait(false);
            int checks = tested.Checks.Count();
            int progress = tested.Ended.Output.Split('\n')
                .Count(l => l.Contains($" of {checks}: ", StringComparison.Ordinal));
            reached &= tested.Ended.Took < s_most && progress == checks;
            told.Add(string.Create(CultureInfo.InvariantCulture,
                $"{agent.Name} {tested.Ended.Took.TotalSeconds:0.0} s, {checks} checks, {progress} shown"));
        }

        return RowResult.If(reached, string.Join("; ", told));
    }
}
