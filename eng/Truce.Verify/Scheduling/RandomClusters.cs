namespace Truce.Verify.Scheduling;

/// <summary>Made-up clusters, planned by us and by Debian's crm_simulate: SEEDS=2000.</summary>
internal static class RandomClusters
{
    private const int SeedsLeast = 2000;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(30);

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "random", $"{SeedsLeast} seeds: unexplained differences below 1 % at L3, each feature in 5 % of the seeds, median of 8 resources, known differences in 10 % at most", RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        if (!File.Exists("/usr/sbin/crm_simulate"))
            return RowResult.Skip("crm_simulate isn't installed");
        string seeds = Environment.GetEnvironmentVariable("SEEDS") ?? "2000";
        string program = Repository.At(
            "tests", "Truce.Conformance", "bin", Repository.Configuration, "net10.0",
            "Truce.Conformance.dll");
        Ended ended = await Command.RunAsync(
            "dotnet", [program, "differential", $"SEEDS={seeds}"], s_limit).ConfigureAwait(false);
        bool enough = int.TryParse(seeds, out int number) && number >= SeedsLeast;
        Directory.CreateDirectory(Repository.At("artifacts"));
        await File.WriteAllTextAsync(
            Repository.At("artifacts", "differential.txt"), ended.Output).ConfigureAwait(false);
        return RowResult.If(ended.Code == 0 && enough, ended.LastLine + " (artifacts/differential.txt)");
    }
}
