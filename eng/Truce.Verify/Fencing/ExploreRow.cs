using Truce.Verify.Corosync;

namespace Truce.Verify.Fencing;

/// <summary>Small clusters taken through every order of events. SECONDS= for each of the runs.</summary>
internal static class ExploreRow
{
    private const int SecondsDefault = 1_800;

    // The last two are what is asked for; the first tells how far it goes where they are bounded.
    private static readonly (int Nodes, int Faults, bool IsReach)[] s_runs =
        [(2, 1, false), (2, 2, true), (3, 1, true)];

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "explore",
        "two nodes exhausted to 2 faults, three nodes to 1, no promise broken; prints states and depth",
        RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        Ended built = await Command.RunAsync(
            "dotnet", ["build", "eng/Truce.Explore", "-c", "Release", "-v", "q", "-clp:ErrorsOnly"],
            TimeSpan.FromMinutes(10)).ConfigureAwait(false);
        if (built.Code != 0)
            return RowResult.If(false, $"can't be built: {built.LastLine}");
        int seconds = CorosyncRows.Number("SECONDS", SecondsDefault);
        List<string> told = [];
        bool isReached = true;
        foreach ((int nodes, int faults, bool isReach) in s_runs)
        {
            Ended ended = await Command.RunAsync(
                "dotnet",
                [Repository.At("eng/Truce.Explore/bin/Release/net10.0/Truce.Explore.dll"), "explore"],
                TimeSpan.FromSeconds(2 * seconds) + TimeSpan.FromMinutes(5),
                new Dictionary<string, string>
                {
                    ["NODES"] = $"{nodes}",
                    ["FAULTS"] = $"{faults}",
                    ["SECONDS"] = $"{seconds}",
                }).ConfigureAwait(false);
            told.Add(ended.LastLine);
            Console.Error.WriteLine(ended.LastLine);
            bool isExhausted = ended.LastLine.Contains("exhausted", StringComparison.Ordinal);
            isReached &= ended.Code == 0 && (isExhausted || !isReach);
        }

        return RowResult.If(isReached, string.Join("; ", told));
    }
}
