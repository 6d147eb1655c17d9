using System.Globalization;

namespace Truce.Verify.Numbers;

/// <summary>The random clusters beside the recorded ones, unpacked for as long as they are used.</summary>
internal static class RandomCases
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    /// <summary>Where they lie.</summary>
    public static string Archive => Path.Combine(RecordedFolders.First, "..", "random-cases.tar.xz");

    /// <summary>How many are wanted.</summary>
    public static int Wanted =>
        int.TryParse(Environment.GetEnvironmentVariable("SEEDS"), CultureInfo.InvariantCulture, out int seeds)
            ? seeds : int.MaxValue;

    /// <summary>Whether all of them are.</summary>
    public static bool IsWhole => Wanted == int.MaxValue;

    /// <summary>Unpacks them, and removes them afterwards.</summary>
    public static async Task<T> WithAsync<T>(Func<string, Task<T>> use)
    {
        string folder = Directory.CreateTempSubdirectory("truce-random-").FullName;
        try
        {
            Ended tar = await Command.RunAsync("tar", ["-xJf", Archive, "-C", folder], s_limit)
                .ConfigureAwait(false);
            return tar.Code == 0
                ? await use(Path.Combine(folder, "random-cases")).ConfigureAwait(false)
                : throw new InvalidOperationException($"{Archive} can't be unpacked: {tar.LastLine}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
