namespace Truce.Mutants.Running;

/// <summary>Copies of suites in which a mutated assembly takes the place of the true one.</summary>
internal static class Staging
{
    /// <summary>The folder in which a suite was built.</summary>
    public static string Built(string root, string suite) =>
        Path.Combine(root, "tests", suite, "bin", "Debug", "net10.0");

    /// <summary>Copies what a suite needs; files of the same size and time stay.</summary>
    public static void Stage(string suite, string target, string mutated)
    {
        string from = Built(Settings.Root, suite);
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            CopyIfOther(file, Path.Combine(target, Path.GetRelativePath(from, file)));
        File.Copy(mutated, Path.Combine(target, Path.GetFileName(mutated)), overwrite: true);
        AddWorker(target);
    }

    /// <summary>Puts the worker there.</summary>
    public static void AddWorker(string folder) => CopyIfOther(
        Path.Combine(AppContext.BaseDirectory, "Truce.Mutants.dll"), Path.Combine(folder,
            "Truce.Mutants.dll"));

    private static void CopyIfOther(string from, string to)
    {
        FileInfo a = new(from), b = new(to);
        if (b.Exists && a.Length == b.Length && a.LastWriteTimeUtc == b.LastWriteTimeUtc)
            return;
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to, overwrite: true);
    }
}
