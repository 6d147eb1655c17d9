namespace Truce.Daemon.Tests;

internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
        {
            if (File.Exists(Path.Combine(d.FullName, "Truce.slnx")))
                return d.FullName;
        }

        throw new InvalidOperationException("Truce.slnx not found above the test");
    }
}
