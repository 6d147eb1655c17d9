using System.Globalization;

namespace Truce.Verify;

/// <summary>How fast the worlds turn. Written to bench/results/simulator-speed.md.</summary>
internal static class SpeedRow
{
    private const int Seeds = 300;

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "speed", "seeds per second and simulated hours per real minute, in bench/results/simulator-speed.md",
        RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        await Sim.RunAsync(["run"], ("SEEDS", "2"), ("TELL", "0")).ConfigureAwait(false);
        Ended ended = await Sim.RunAsync(
            ["run"], ("SEEDS", Seeds.ToString(CultureInfo.InvariantCulture)), ("TELL", "0"))
            .ConfigureAwait(false);
        string[] words = ended.LastLine.Split(", ");
        if (words.Length < 3 || !words[2].EndsWith(" virtual hours", StringComparison.Ordinal))
            return RowResult.If(false, ended.LastLine);
        double hours = double.Parse(words[2].Split(' ')[0], CultureInfo.InvariantCulture);
        string figure = string.Create(
            CultureInfo.InvariantCulture,
            $"{Seeds / ended.Took.TotalSeconds:0.0} seeds/s, {hours / ended.Took.TotalMinutes:0.0} virtual hours per real minute, on {Environment.ProcessorCount} cores");
        string file = Repository.At("bench", "results", "simulator-speed.md");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, string.Create(
            CultureInfo.InvariantCulture,
            $"# Speed of the simulator\n\n`make verify-simulator ROWS=speed`, {DateTime.UtcNow:yyyy-MM-dd}, {Seeds} seeds, load of the machine {Load()}:\n\n{figure}\n")).ConfigureAwait(false);
        return RowResult.If(ended.Took > TimeSpan.Zero, figure);
    }

    private static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];
}
