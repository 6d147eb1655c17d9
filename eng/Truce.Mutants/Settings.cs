using System.Globalization;

namespace Truce.Mutants;

/// <summary>What <c>make mutants</c> passes on, by the environment.</summary>
internal static class Settings
{
    /// <summary>The project whose code is mutated: Model, Scheduler, Control, Runtime.</summary>
    public static string Project => Text("PROJECT") ?? "Control";

    /// <summary>A commit: only lines changed since it are mutated.</summary>
    public static string? Since => Text("SINCE");

    /// <summary>Parts of names of files below src/: only those files are mutated.</summary>
    public static string[] Files => Text("FILES")?.Split(',') ?? [];

    /// <summary>How many mutants are drawn; 0: all.</summary>
    public static int Sample => Number("SAMPLE") ?? 0;

    /// <summary>What the sample is drawn with.</summary>
    public static int Seed => Number("SEED") ?? 1;

    /// <summary>How many of a mutant's covering tests are run in each suite.</summary>
    public static int TestsMax => Number("TESTS") ?? 400;

    /// <summary>How many seeds are run at a time.</summary>
    public static string Jobs => Text("JOBS") ?? "1";

    /// <summary>Forgets what earlier runs found out.</summary>
    public static bool Fresh => Text("FRESH") == "1";

    /// <summary>Names of planted mutants, if not all of them are judged.</summary>
    public static string[] Only => Text("ONLY")?.Split(',') ?? [];

    /// <summary>The suites that judge, if not those of the project.</summary>
    public static string[]? Suites => Text("SUITES")?.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The folder that holds Truce.slnx.</summary>
    public static string Root { get; } = FindRoot();

    private static int? Number(string name) =>
        int.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number : null;

    private static string? Text(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;

    private static string FindRoot()
    {
        for (DirectoryInfo? d = new(AppContext.BaseDirectory); d is not null; d = d.Parent)
        {
            if (File.Exists(Path.Combine(d.FullName, "Truce.slnx")))
                return d.FullName;
        }

        throw new InvalidOperationException("Truce.slnx not found above the program");
    }
}
