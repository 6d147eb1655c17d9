using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Truce.Verify.Scheduling;

namespace Truce.Verify.Numbers;

/// <summary>What <c>truce failover-time</c> promises: the example, that no recovery takes longer, and how
/// fast it is.</summary>
internal static partial class NumbersRows
{
    private const int SeedsDefault = 20_000;
    private const int ConfigurationsMin = 30;
    private const int CausesAll = 9;
    private const double ScaleSecondsMax = 5;
    private const string ExampleTerms = "monitor interval 20000/10000 + monitor timeout 30000/1000"
        + " + stop timeout 60000/1000 + start timeout 20000/1000";
    private static readonly string[] s_commands = ["failover-time", "check"];
    private static readonly string[] s_clusters = ["32x3000-running", "32x3000-cold"];
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    /// <summary>The rows.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        new("example", "130 s at worst, 13 s usually, with the same four terms", ExampleAsync),
        new("simulator", $"{SeedsDefault} seeds over {ConfigurationsMin} configurations or more: "
            + "no recovery longer than its bound; for each cause the longest reaches "
            + "80 % of it in half of them",
            SimulatorAsync),
        new("checker", "bounds that leave fencing, or the start, out are found broken", CheckerAsync),
        new("scale", $"32 nodes with 3000 resources: failover-time and check under {ScaleSecondsMax} s each",
            ScaleAsync),
        CheckRow.Row,
    ];

    private static async Task<RowResult> ExampleAsync()
    {
        Ended ended = await Command.RunAsync(
            Repository.At("bin", "truce"),
            ["failover-time", Repository.At("examples", "failover-time", "cluster.xml"), "--cause",
                "resource-failure", "--json"], s_limit).ConfigureAwait(false);
        if (ended.Code != 0 || JsonNode.Parse(ended.Output) is not JsonArray { Count: 1 } bounds)
            return RowResult.If(false, $"exit {ended.Code}: {ended.LastLine}");
        JsonNode bound = bounds[0]!;
        string terms = string.Join(" + ", bound["terms"]!.AsArray()
            .Select(t => $"{t!["name"]} {t["worst_ms"]}/{t["usual_ms"]}"));
        return RowResult.If(
            (long)bound["worst_ms"]! == 130_000 && (long)bound["usual_ms"]! == 13_000
            && terms == ExampleTerms,
            $"{bound["worst_ms"]} ms at worst, {bound["usual_ms"]} ms usually: {terms}");
    }

    private static async Task<RowResult> SimulatorAsync()
    {
        string seeds = Environment.GetEnvironmentVariable("SEEDS")
            ?? SeedsDefault.ToString(CultureInfo.InvariantCulture);
        Ended ended = await Sim.RunAsync(["bounds"], ("FIRST", "0"), ("SEEDS", seeds)).ConfigureAwait(false);
        Match total = Total().Match(ended.LastLine);
        if (!total.Success)
            return RowResult.If(false, ended.LastLine);
        List<string> figures = [ended.LastLine];
        Match[] causes =
            [.. ended.Output.Split('\n').Select(l => Cause().Match(l)).Where(m => m.Success)];
        bool tight = causes.Length == CausesAll;
        foreach (Match cause in causes)
        {
            int configurations = Number(cause, 2), reached = Number(cause, 3);
            tight &= 2 * reached >= configurations;
            figures.Add($"{cause.Groups[1].Value}: 80 % reached in {reached} of {configurations}");
        }

        bool enough = Number(total, 1) >= SeedsDefault && Number(total, 2) >= ConfigurationsMin;
        return RowResult.If(enough && tight && Number(total, 3) == 0, string.Join("; ", figures));
    }

    private static async Task<RowResult> CheckerAsync()
    {
        List<string> figures = [];
        bool caught = true;
        foreach (string forgotten in (string[])["Fence", "Start"])
        {
            Ended ended = await Sim.RunAsync(["bounds"], ("FIRST", "0"), ("SEEDS", "360"),
                ("FORGET", forgotten)).ConfigureAwait(false);
            Match total = Total().Match(ended.LastLine);
            caught &= total.Success && Number(total, 3) > 0;
            figures.Add($"without {forgotten}: {ended.LastLine}");
        }

        return RowResult.If(caught, string.Join("; ", figures));
    }

    private static async Task<RowResult> ScaleAsync()
    {
        if (await ScaleClusters.FolderAsync().ConfigureAwait(false) is not { } folder)
            return RowResult.Skip("no scheduler-scale.tar.xz (TRUCE_SCALE)");
        List<string> figures = [];
        double most = 0;
        bool ended = true;
        foreach ((string command, string cluster) in
            from command in s_commands
            from cluster in s_clusters
            select (command, cluster))
        {
            Measured measured = await Measured.RunAsync(
                s_limit, Repository.At("bin", "truce"), command,
                Path.Combine(folder, cluster + ".xml"), "--json").ConfigureAwait(false);
            most = Math.Max(most, measured.Seconds);
            ended &= measured.Code is 0 or 1;
            figures.Add(string.Create(CultureInfo.InvariantCulture,
                $"{command} {cluster} {measured.Seconds:F2} s, {measured.PeakKib / 1024} MiB"
                    + $"{(measured.Code is 0 or 1 ? "" : $", exit {measured.Code}")}"));
        }

        return RowResult.If(ended && most < ScaleSecondsMax, string.Join("; ", figures));
    }

    private static int Number(Match match, int group) =>
        int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex("^([0-9]+) seeds, [0-9]+ recoveries, ([0-9]+) configurations, ([0-9]+) violations$")]
    private static partial Regex Total();

    [GeneratedRegex("^cause ([a-z-]+) recoveries [0-9]+ configurations ([0-9]+) tight ([0-9]+) ")]
    private static partial Regex Cause();
}
