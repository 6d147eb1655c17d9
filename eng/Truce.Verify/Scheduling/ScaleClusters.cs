namespace Truce.Verify.Scheduling;

/// <summary>The generated clusters for timing, unpacked once.</summary>
internal static class ScaleClusters
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    /// <summary>The folder with NAME.xml; null where the archive isn't here.</summary>
    public static async Task<string?> FolderAsync()
    {
        string archive = Environment.GetEnvironmentVariable("TRUCE_SCALE") ?? Repository.At(
            "..", "shared", "scheduler-scale.tar.xz");
        if (!File.Exists(archive))
            return null;
        string folder = Repository.At("artifacts", "scheduler-scale");
        if (Directory.Exists(folder))
            return folder;
        Directory.CreateDirectory(folder + ".new");
        Ended ended = await Command.RunAsync(
            "tar", ["-xJf", archive, "-C", folder + ".new"], s_limit).ConfigureAwait(false);
        if (ended.Code != 0)
            throw new InvalidOperationException($"{archive}: {ended.LastLine}");
        Directory.Move(folder + ".new", folder);
        return folder;
    }

    /// <summary>Our plan of a cluster, its graph written.</summary>
    public static string[] Ours(string file, params string[] also) =>
        [Repository.At("bin", "truce"), "simulate", "--xml", file, "--plan-only", "--graph-out", Out,
            .. also];

    /// <summary>The peer's.</summary>
    public static string[] Theirs(string file) => ["/usr/sbin/crm_simulate", "-x", file, "-R", "-G", Out];

    private static string Out => Repository.At("artifacts", "scheduler-scale.graph");
}
