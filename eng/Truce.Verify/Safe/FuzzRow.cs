namespace Truce.Verify.Safe;

/// <summary>Whatever others write ends in an answer; and the fuzzer finds what is planted.</summary>
internal static class FuzzRow
{
    /// <summary>Minutes of the whole run; <c>MINUTES=</c> changes it.</summary>
    private static readonly int s_minutes =
        int.TryParse(Environment.GetEnvironmentVariable("MINUTES"), out int given) && given > 0 ? given : 60;

    /// <summary>The rows.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        new("fuzz", "all targets for an hour: no crash, hang or growth; lines covered are told", RunAsync),
        new(
            "fuzz-defects", "ten or more defects planted in readers, each found within 200,000 runs",
            DefectsAsync),
    ];

    private static async Task<RowResult> DefectsAsync()
    {
        (bool reached, string figure) = await PlantedDefects.FindAllAsync().ConfigureAwait(false);
        return RowResult.If(reached, figure);
    }

    private static async Task<RowResult> RunAsync()
    {
        Ended ended = await Command.RunAsync(
            "make", ["--no-print-directory", "fuzz", $"MINUTES={s_minutes}"],
            TimeSpan.FromMinutes(s_minutes + 20)).ConfigureAwait(false);
        string lines = ended.Output.Split('\n').FirstOrDefault(
            l => l.StartsWith("lines covered", StringComparison.Ordinal)) ?? "no lines told";
        return RowResult.If(
            ended.Code == 0 && s_minutes >= 60, $"{s_minutes} minutes: {ended.LastLine}; {lines}");
    }
}
