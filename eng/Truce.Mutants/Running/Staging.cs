namespace Truce.Mutants.Running;

/// <summary>Copies of suites in which a mutated assembly takes the place of the true one.</summary>
internal static class Staging
{
    /// <summary>The folder in which a suite was built.</summary>
    public static string Built(string suite) =>
        Path.Combine(Settings.Root, "tests", suite, "bin", "Debug", "net10.0");

    /// <summary>Copies what a suite needs; files of the same size and time stay.</summary>
    public static void Stage(string suite, string target, params IEnumerable<string> mutated)
    {
        Copy(Built(suite), target, mutated);
        AddWorker(target);
    }

    /// <summary>Copies a folder with other assemblies in place of its own.</summary>
    public static void Copy(string from, string target, params IEnumerable<string> others)
    {
        string[] replaced = [.. others];
        HashSet<string> names = [.. replaced.Select(o => Path.GetFileName(o))];
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            if (!names.Contains(Path.GetFileName(file)))
                CopyIfOther(file, Path.Combine(target, Path.GetRelativePath(from, file)));
        }

        foreach (string other in replaced.Where(o => File.Exists(Path.Combine(from, Path.GetFileName(o)))))
            File.Copy(other, Path.Combine(target, Path.GetFileName(other)), overwrite: true);
    }

    private static void AddWorker(string folder) => CopyIfOther(
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
