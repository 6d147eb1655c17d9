namespace Truce.Analysis.Tests;

/// <summary>Where the sources are.</summary>
internal static class RepositoryFolder
{
    /// <summary>The folder that holds Truce.slnx.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder, "Truce.slnx")))
            folder = System.IO.Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException(
            "the tests don't run from within the repository");
    }
}
