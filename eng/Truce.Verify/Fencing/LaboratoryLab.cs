using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Truce.EndToEnd.World;
using Truce.Laboratory;

namespace Truce.Verify.Fencing;

/// <summary>A scenario of the laboratory on a real cluster of processes, which is taken down with
/// it.</summary>
internal sealed class LaboratoryLab : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);
    private readonly Dictionary<string, string> _environment;
    private readonly string _scratch = Directory.CreateTempSubdirectory("truce-laboratory").FullName;

    private LaboratoryLab(string folder)
    {
        Folder = folder;
        _environment = new() { ["TRUCE_LAB_DIR"] = folder, ["TRUCE_SOCKET"] = "" };
    }

    private string Folder { get; }

    /// <summary>What the agents left for whoever watches.</summary>
    public string World => Path.Combine(Folder, "world");

    /// <summary>Nanoseconds since 1970.</summary>
    public static long Now => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

    /// <summary>Brings it up with all but <c>bad</c> running; machines boot in three seconds.</summary>
    public static Task<LaboratoryLab> UpAsync(LaboratoryScenario scenario, string engine) =>
        UpAsync(scenario.Name, scenario.Nodes, engine, scenario.Configuration(LaboratoryGuard.On), []);

    /// <summary>Brings a lab of the laboratory's agents up.</summary>
    /// <param name="name">Part of its folder's name.</param>
    /// <param name="nodes">How many.</param>
    /// <param name="engine">local or corosync.</param>
    /// <param name="configuration">Its CIB.</param>
    /// <param name="options">More options of <c>lab up</c>.</param>
    public static async Task<LaboratoryLab> UpAsync(
        string name, int nodes, string engine, string configuration, string[] options)
    {
        LaboratoryLab lab = new(string.Create(
            CultureInfo.InvariantCulture,
            $"/var/tmp/truce-laboratory-{System.Environment.ProcessId}-{name}"));
        try
        {
            string[] more = engine == "corosync" ? ["--links", "1"] : [];
            await lab.DoAsync(
                ["lab", "up", "--engine", engine, "--nodes",
                    nodes.ToString(CultureInfo.InvariantCulture), .. more, .. options,
                    "--agents", Repository.At("tests", "Truce.EndToEnd", "agents", "laboratory"),
                    "--timeout", "180s"])
                .ConfigureAwait(false);
            await lab.ConfigureAsync(configuration).ConfigureAwait(false);
            return lab;
        }
        catch
        {
            await lab.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Applies a configuration.</summary>
    public async Task ConfigureAsync(string xml)
    {
        string file = Path.Combine(_scratch, "configuration.xml");
        await File.WriteAllTextAsync(file, xml).ConfigureAwait(false);
        await DoAsync(["config", "apply", file]).ConfigureAwait(false);
    }

    /// <summary>Runs <c>truce …</c>.</summary>
    public Task<Ended> RunAsync(params string[] arguments) =>
        Command.RunAsync(Repository.At("bin", "truce"), arguments, s_limit, _environment, "/");

    /// <summary>Runs <c>truce …</c>, which must succeed.</summary>
    public async Task DoAsync(string[] arguments)
    {
        Ended ended = await RunAsync(arguments).ConfigureAwait(false);
        if (ended.Code != 0)
            throw new InvalidOperationException(
                $"truce {string.Join(' ', arguments.Take(3))}: exit {ended.Code}: {ended.Output}");
    }

    /// <summary>Waits until the two unrelated services have shown themselves alive.</summary>
    public async Task RunningAsync()
    {
        for (Stopwatch watch = Stopwatch.StartNew(); watch.Elapsed < s_limit;)
        {
            if (LaboratoryUptime.Unrelated.All(s => Record().Any(e => e.Resource == s && e.What == "alive")))
                return;
            await Task.Delay(500).ConfigureAwait(false);
        }

        throw new TimeoutException("the services don't come up");
    }

    /// <summary>Everything that the world recorded.</summary>
    public IReadOnlyList<WorldEvent> Record() =>
        WorldRecord.Read(World, Path.Combine(Folder, "events"));

    /// <summary>The lab's own words of a time on: nanoseconds, node, words.</summary>
    public IEnumerable<(long At, string Node, string Words)> Events(long since) =>
        File.ReadLines(Path.Combine(Folder, "events")).Select(l => l.Split(' ', 3)).Where(w => w.Length == 3)
            .Select(w => (long.Parse(w[0], CultureInfo.InvariantCulture), w[1], w[2])).Where(e =>
                e.Item1 >= since);

    /// <summary>Shots that the power switch fired, and those that a device only told of.</summary>
    public async Task<IReadOnlyList<(string By, string Target)>> ShotsAsync(
        LaboratoryScenario scenario, long since)
    {
        if (scenario.Cause != LaboratoryCause.LyingDevice)
            return Shots(since);
        Ended told = await RunAsync("fence", "history", "--json").ConfigureAwait(false);
        return told.Code != 0 ? [] : [.. JsonDocument.Parse(told.Output).RootElement.EnumerateArray()
            .Where(f => f.GetProperty("result").GetString() == "done")
            .Select(f => (f.GetProperty("by").GetString()!, f.GetProperty("target").GetString()!))];
    }

    /// <summary>Shots that the power switch fired.</summary>
    public IReadOnlyList<(string By, string Target)> Shots(long since) =>
        [.. Events(since).Where(e => e.Words.StartsWith("power-off", StringComparison.Ordinal)
            && e.Words.Contains("cause=fence", StringComparison.Ordinal)).Select(e => (By(e.Words), e.Node))];

    private static string By(string words) =>
        words.Split(' ').FirstOrDefault(w => w.StartsWith("by=", StringComparison.Ordinal))?[3..] ?? "?";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await RunAsync("lab", "down").ConfigureAwait(false);
        Directory.Delete(_scratch, recursive: true);
    }
}

/// <summary>How long services ran that have nothing to do with the cause, by what they recorded
/// themselves.</summary>
internal static class LaboratoryUptime
{
    // A service shows itself ten times a second; on a busy machine, later.
    private const long GapMaxNs = 1_000_000_000;

    /// <summary>The unrelated services.</summary>
    public static IReadOnlyList<string> Unrelated { get; } = ["web", "db"];

    /// <summary>The share of the time that the worse of them ran.</summary>
    public static double Of(IReadOnlyList<WorldEvent> record, long begin, long end) =>
        Unrelated.Min(service =>
    {
        long last = begin;
        long down = 0;
        foreach (WorldEvent alive in record.Where(e => e.Resource == service && e.What == "alive"
            && e.Nanoseconds >= begin && e.Nanoseconds <= end))
        {
            if (alive.Nanoseconds - last > GapMaxNs)
                down += alive.Nanoseconds - last;
            last = alive.Nanoseconds;
        }

        if (end - last > GapMaxNs)
            down += end - last;
        return 1 - ((double)down / (end - begin));
    });
}
