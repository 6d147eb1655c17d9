namespace Truce.Verify;

/// <summary>Where things are in the source tree.</summary>
internal static class Repository
{
    /// <summary>The folder that holds Truce.slnx.</summary>
    public static string Root { get; } = Find();

    /// <summary>Debug or Release: what the tests were built as.</summary>
    public static string Configuration { get; } =
        Environment.GetEnvironmentVariable("CONFIGURATION") ?? "Debug";

    /// <summary>Whether a missing tool or folder is a failure and not a reason to skip.</summary>
    public static bool IsContinuousIntegration { get; } =
        string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>A path below the root.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
        {
            if (File.Exists(Path.Combine(d.FullName, "Truce.slnx")))
                return d.FullName;
        }

        throw new InvalidOperationException("Truce.slnx not found above the program");
    }
}
