namespace Truce.Verify.Agents;

/// <summary>A file system of FUSE that never answers is mounted beside the resource while stop
/// runs.</summary>
internal static class HungMountRow
{
    private const string Check = "stop-beside-hung";
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "hung-mount",
        "beside a FUSE mount that hangs, stops that ask every mount hang and are named with their line; a "
        + "right one passes", RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        if (!File.Exists("/dev/fuse"))
            return RowResult.Skip("no /dev/fuse");
        List<string> told = [];
        bool reached = true;
        foreach (string name in (string[])["asks-df", "asks-helper"])
        {
            Tested broken = await TestAsync(name).ConfigureAwait(false);
            var evidence = broken.Evidence(Check, "a file system that never answers");
            reached &= evidence is not null && (int?)evidence["line"] > 0;
            told.Add(evidence is null ? $"{name} isn't named"
                : $"{name}: {evidence["what"]} at line {evidence["line"]}");
        }

        Tested right = await TestAsync("right").ConfigureAwait(false);
        string? verdict = (string?)right.Checks.Single()["verdict"];
        told.Add($"right: {verdict}");
        return verdict == "NotTested"
            ? RowResult.Skip($"{right.Checks.Single()["evidence"]}")
            : RowResult.If(reached && verdict == "Passed", string.Join("; ", told));
    }

    private static Task<Tested> TestAsync(string name) =>
        BrokenRow.Agent(name).TestAsync(s_limit, "--only", Check, "--timeout", "stop=5s");
}
