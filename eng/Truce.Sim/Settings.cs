using System.Diagnostics;
using System.Globalization;
using Truce.Simulator.Scenarios;

namespace Truce.Sim;

/// <summary>What <c>make sim</c> passes on, by the environment.</summary>
internal static class Settings
{
    public static int? Seed => Number("SEED");

    public static int Seeds => Number("SEEDS") ?? 100;

    public static int First => Number("FIRST") ?? 1;

    public static int Jobs => Number("JOBS") ?? Environment.ProcessorCount;

    public static bool Trace => Text("TRACE") == "1";

    /// <summary>A file into which the totals are written.</summary>
    public static string? TotalsFile => Text("TOTALS");

    /// <summary>CONFIG: a name of the collection, or a file.</summary>
    public static (string Name, string Xml)? Configuration => Text("CONFIG") switch
    {
        null => null,
        var name when Configurations.Collection.TryGetValue(name, out string? xml) => (name, xml),
        var file => (Path.GetFileName(file), File.ReadAllText(file)),
    };

    /// <summary>The commit that is run, for whoever reads a failure later.</summary>
    public static string Commit()
    {
        try
        {
            using Process git = Process.Start(new ProcessStartInfo("git", "rev-parse --short HEAD") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = AppContext.BaseDirectory })!;
            return git.StandardOutput.ReadToEnd().Trim();
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return "unknown";
        }
    }

    public static int? Number(string name) =>
        int.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    public static string? Text(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;
}
