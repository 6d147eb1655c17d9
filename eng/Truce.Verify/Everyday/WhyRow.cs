namespace Truce.Verify.Everyday;

/// <summary>
/// The reasons that <c>truce why</c> gives for every resource and node of every recorded and random cluster:
/// in words, complete, and adding up to the scores.
/// </summary>
internal static class WhyRow
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(15);

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "why",
        "all recorded and random clusters: no internal id, no -INFINITY without a cause, a sentence for each "
        + "resource that is stopped, moved, blocked or waits; the reasons add up to each score", RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        string recorded = RecordedFolders.First;
        string[] folders = [recorded, Path.Combine(recorded, "..", "scheduler-cases-2")];
        string archive = Path.Combine(recorded, "..", "random-cases.tar.xz");
        if (!folders.All(Directory.Exists) || !File.Exists(archive))
            return RowResult.Skip("the recorded and random clusters aren't all here (TRUCE_CASES)");
        string unpacked = Directory.CreateTempSubdirectory("truce-why-").FullName;
        try
        {
            Ended tar =
                await Command.RunAsync("tar", ["-xJf", archive, "-C", unpacked],
                    s_limit).ConfigureAwait(false);
            if (tar.Code != 0)
                return RowResult.If(false, $"{archive} can't be unpacked: {tar.LastLine}");
            string program = Repository.At(
                "tests", "Truce.Conformance", "bin", Repository.Configuration, "net10.0",
                    "Truce.Conformance.dll");
            Ended ended = await Command.RunAsync(
                "dotnet", [program, "why", .. folders, Path.Combine(unpacked, "random-cases")], s_limit)
                .ConfigureAwait(false);
            Directory.CreateDirectory(Repository.At("artifacts"));
            await File.WriteAllTextAsync(Repository.At("artifacts", "why.txt"),
                ended.Output).ConfigureAwait(false);
            return RowResult.If(ended.Code == 0, ended.LastLine + " (artifacts/why.txt)");
        }
        finally
        {
            Directory.Delete(unpacked, recursive: true);
        }
    }
}
