namespace Truce.Package;

/// <summary>Where things are in the source tree.</summary>
internal static class Repository
{
    /// <summary>The folder that holds Truce.slnx.</summary>
    public static string Root { get; } = Find();

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
