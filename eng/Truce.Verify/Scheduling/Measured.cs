using System.Globalization;

namespace Truce.Verify.Scheduling;

/// <summary>What a whole process cost.</summary>
/// <param name="Seconds">User and system time.</param>
/// <param name="PeakKib">Peak resident memory.</param>
/// <param name="Code">Its exit code; -1 if it was killed at the limit.</param>
internal sealed record Measured(double Seconds, long PeakKib, int Code)
{
    /// <summary>Runs a command to its end, or to the limit.</summary>
    public static async Task<Measured> RunAsync(TimeSpan limit, params string[] command)
    {
        string seconds = limit.TotalSeconds.ToString(CultureInfo.InvariantCulture);
        Ended ended = await Command.RunAsync(
            Repository.At("eng", "measure"), [seconds, .. command], limit + TimeSpan.FromMinutes(1))
            .ConfigureAwait(false);
        string[] words = ended.LastLine.Split(' ');
        return new Measured(
            double.Parse(words[0], CultureInfo.InvariantCulture),
            long.Parse(words[1], CultureInfo.InvariantCulture),
            int.Parse(words[2], CultureInfo.InvariantCulture));
    }

    /// <summary>The one in the middle.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
