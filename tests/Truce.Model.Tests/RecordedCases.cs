namespace Truce.Model.Tests;

/// <summary>The recorded clusters, where there are any on this machine.</summary>
internal static class RecordedCases
{
    /// <summary>Their folder; null if it isn't there.</summary>
    public static string? Folder { get; } = Find();

    /// <summary>
    /// The names of the cases, or one empty name if there are none: a theory needs a row to skip.
    /// </summary>
    public static IReadOnlyList<string> Names { get; } = Folder is null
        ? [""]
        : [.. Directory.EnumerateFiles(Folder, "*.xml").Select(f =>
            Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    /// <summary>Skips the test without the cases; with CI=true it fails instead.</summary>
    public static string Require(string name)
    {
        bool isMandatory = Environment.GetEnvironmentVariable("CI") == "true";
        Assert.False(Folder is null && isMandatory,
            "CI=true, but TRUCE_CASES names no folder with recorded cases");
        Assert.SkipWhen(Folder is null, "no recorded cases here (TRUCE_CASES)");
        return Path.Combine(Folder!, name + ".xml");
    }

    private static string? Find()
    {
        string? given = Environment.GetEnvironmentVariable("TRUCE_CASES");
        string folder = given is null
            ? Path.Combine(RepositoryFolder.Path, "..", "shared", "scheduler-cases", "xml")
            : Path.Combine(given.Split(':')[0], "xml");
        return Directory.Exists(folder) ? folder : null;
    }
}
