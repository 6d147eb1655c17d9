using System.Globalization;

namespace Truce.Verify.Scheduling;

/// <summary>Processor time and memory of a whole process, ours and the peer's in turn.</summary>
internal static class Cost
{
    private const int Runs = 5;
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    /// <summary>32x3000 cold: the peer doesn't end in 300 seconds and isn't run.</summary>
    public static Row LargeColdStart { get; } = new(
        "cpu-32x3000-cold", "under 5 s (crm_simulate doesn't end in 300 s)", LargeColdStartAsync);

    /// <summary>Executing on paper.</summary>
    public static Row Paper { get; } = new(
        "paper", "simulated execution takes at most twice the planning time", PaperAsync);

    /// <summary>Peak memory.</summary>
    public static Row Memory { get; } = new("memory", "32x3000: below a half of crm_simulate's", MemoryAsync);

    /// <summary>How many times less processor time than the peer, at the worst of some clusters.</summary>
    public static Row Row(string name, string[] clusters, double reach, double wanted) => new(
        name,
        wanted > reach
            ? $"{wanted} times less than crm_simulate 2.1.5 ({reach} at the least), median of {Runs} in turn"
            : $"never slower than crm_simulate 2.1.5, median of {Runs} in turn",
        () => CompareAsync(clusters, reach));

    private static async Task<RowResult> CompareAsync(string[] clusters, double reach)
    {
        if (await FolderAsync().ConfigureAwait(false) is not { } folder)
            return RowResult.Skip("no crm_simulate, or no scheduler-scale.tar.xz (TRUCE_SCALE)");
        List<string> figures = [];
        double worst = double.MaxValue;
        foreach (string cluster in clusters)
        {
            (double ours, double theirs) = await InTurnAsync(
                Path.Combine(folder, cluster + ".xml")).ConfigureAwait(false);
            worst = Math.Min(worst, theirs / ours);
            figures.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{cluster} {ours:F3} s against {theirs:F3} s: {theirs / ours:F1} times less"));
        }

        return RowResult.If(worst >= reach, string.Join("; ", figures));
    }

    private static async Task<(double Ours, double Theirs)> InTurnAsync(string file)
    {
        List<double> ours = [], theirs = [];
        for (int run = 0; run < Runs; run++)
        {
            ours.Add((await Measured.RunAsync(s_limit, ScaleClusters.Ours(file)).ConfigureAwait(false))
                .Seconds);
            theirs.Add((await Measured.RunAsync(s_limit, ScaleClusters.Theirs(file)).ConfigureAwait(false))
                .Seconds);
        }

        return (Measured.Median(ours), Measured.Median(theirs));
    }

    private static async Task<RowResult> LargeColdStartAsync()
    {
        if (await ScaleClusters.FolderAsync().ConfigureAwait(false) is not { } folder)
            return RowResult.Skip("no scheduler-scale.tar.xz (TRUCE_SCALE)");
        double seconds = await MedianAsync(
            ScaleClusters.Ours(Path.Combine(folder, "32x3000-cold.xml"))).ConfigureAwait(false);
        return RowResult.If(seconds < 5, string.Create(CultureInfo.InvariantCulture, $"{seconds:F2} s"));
    }

    private static async Task<RowResult> PaperAsync()
    {
        if (await ScaleClusters.FolderAsync().ConfigureAwait(false) is not { } folder)
            return RowResult.Skip("no scheduler-scale.tar.xz (TRUCE_SCALE)");
        List<string> figures = [];
        double worst = 0;
        foreach (string cluster in (string[])["8x200-cold", "16x1000-cold"])
        {
            string file = Path.Combine(folder, cluster + ".xml");
            double plan = await MedianAsync(ScaleClusters.Ours(file)).ConfigureAwait(false);
            double paper = await MedianAsync(ScaleClusters.Ours(file, "--simulate")).ConfigureAwait(false);
            worst = Math.Max(worst, paper / plan);
            figures.Add(string.Create(
                CultureInfo.InvariantCulture, $"{cluster} {paper:F3} s, planning alone {plan:F3} s"));
        }

        return RowResult.If(worst <= 2, string.Join("; ", figures));
    }

    private static async Task<RowResult> MemoryAsync()
    {
        if (await FolderAsync().ConfigureAwait(false) is not { } folder)
            return RowResult.Skip("no crm_simulate, or no scheduler-scale.tar.xz (TRUCE_SCALE)");
        string file = Path.Combine(folder, "32x3000-running.xml");
        Measured ours = await Measured.RunAsync(s_limit, ScaleClusters.Ours(file)).ConfigureAwait(false);
        Measured theirs = await Measured.RunAsync(s_limit, ScaleClusters.Theirs(file)).ConfigureAwait(false);
        return RowResult.If(
            2 * ours.PeakKib < theirs.PeakKib,
                $"{ours.PeakKib / 1024} MiB against {theirs.PeakKib / 1024} MiB at 32x3000 running");
    }

    private static async Task<double> MedianAsync(string[] command)
    {
        List<double> seconds = [];
        for (int run = 0; run < Runs; run++)
            seconds.Add((await Measured.RunAsync(s_limit, command).ConfigureAwait(false)).Seconds);
        return Measured.Median(seconds);
    }

    private static async Task<string?> FolderAsync() =>
        File.Exists("/usr/sbin/crm_simulate") ? await ScaleClusters.FolderAsync().ConfigureAwait(false)
            : null;
}
