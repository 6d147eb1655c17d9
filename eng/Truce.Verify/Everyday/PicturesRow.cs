using Truce.Verify.Safe;

namespace Truce.Verify.Everyday;

/// <summary>
/// The status of a live cluster with 300 resources, once and watched, at two widths and without colour; and
/// the pictures of it in docs/. RECORD=1 keeps this cluster's status as the one that the pictures show.
/// </summary>
internal static class PicturesRow
{
    private static readonly int[] s_widths = [80, 200];
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(180);

    /// <summary>The row.</summary>
    public static Row Row { get; } = new(
        "pictures",
        $"status and --watch at 80 and 200 columns, without colour, with {PictureCluster.ResourcesMin} "
        + "resources: pictures in docs/pictures, no line too long", RunAsync);

    private static async Task<RowResult> RunAsync()
    {
        List<string> wrong = [];
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, PictureCluster.Xml()).ConfigureAwait(false);
        SafeLab lab = await SafeLab.UpAsync(
            "pictures", "--nodes", "3",
            "--agents", Repository.At("tests", "Truce.EndToEnd", "agents", "everyday"),
            "--config", file, "--timeout", "200s").ConfigureAwait(false);
        File.Delete(file);
        await using (lab.ConfigureAwait(false))
        {
            if (!await lab.RestsAsync(s_settling).ConfigureAwait(false))
                wrong.Add("the cluster didn't settle");
            Ended document = await lab.TruceAsync("status", "--json").ConfigureAwait(false);
            if (Environment.GetEnvironmentVariable("RECORD") == "1")
                await File.WriteAllTextAsync(
                    Repository.At("tests", "Truce.Cli.Tests", "Pictures", "cluster.json"), document.Output)
                    .ConfigureAwait(false);
            foreach (int width in s_widths)
            {
                wrong.AddRange(await TooLongAsync(lab, width, "truce status").ConfigureAwait(false));
                wrong.AddRange(await TooLongAsync(
                    lab, width, "timeout --preserve-status -s INT 5 truce status --watch")
                    .ConfigureAwait(false));
            }
        }

        (Outcome drawn, _) = await new Suite("Truce.Cli.Tests")
            .RunAsync(["-class", "Truce.Cli.Tests.Pictures.StatusPictureTests"]).ConfigureAwait(false);
        foreach (string line in wrong.Concat(drawn.Failures.Select(f => f.Text)))
            Console.WriteLine($"  {line}");
        return RowResult.If(
            wrong.Count == 0 && drawn.Failures.Count == 0 && drawn.Passed >= 2 * s_widths.Length,
            $"{wrong.Count} wrong on the live cluster; pictures: {drawn}");
    }

    private static async Task<IEnumerable<string>> TooLongAsync(SafeLab lab, int width, string command)
    {
        Dictionary<string, string> environment = new(lab.Environment)
        {
            ["COLUMNS"] = $"{width}",
            ["PATH"] = $"{Repository.At("bin")}:{Environment.GetEnvironmentVariable("PATH")}",
        };
        Ended ended = await Command.RunAsync(
            "bash", ["-c", command], TimeSpan.FromSeconds(30), environment, "/").ConfigureAwait(false);
        string[] lines = ended.Output.Split('\n');
        IEnumerable<string> wrong = lines.Where(l => l.Length > width || l.Contains('\e'))
            .Select(l => $"{command} at {width} columns: {l}");
        return lines.Length >= PictureCluster.ResourcesMin
            ? wrong : [.. wrong, $"{command} at {width} columns: {lines.Length} lines, exit {ended.Code}"];
    }
}
