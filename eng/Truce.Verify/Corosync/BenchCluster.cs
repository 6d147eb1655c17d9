using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Truce.Verify.Corosync;

/// <summary>A lab with Corosync that is measured: driven by <c>truce</c>, watched through what the lab and
/// the agents recorded.</summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(4);
    private static readonly string[] s_nodes = ["n1", "n2", "n3"];
    private readonly Dictionary<string, string> _environment;
    private readonly string _scratch = Directory.CreateTempSubdirectory("truce-bench").FullName;

    private BenchCluster(string folder)
    {
        Folder = folder;
        Stamps = new StampRecord(folder);
        _environment = new() { ["TRUCE_LAB_DIR"] = folder, ["TRUCE_SOCKET"] = "" };
    }

    public string Folder { get; }

    public StampRecord Stamps { get; }

    /// <summary>Three nodes, two links (without encryption, as pcmk-bench has them), the peer-lab's agent,
    /// and a configuration.</summary>
    public static async Task<BenchCluster> UpAsync(int token, string configuration, string bootDelay = "3")
    {
        BenchCluster cluster = new(
            string.Create(CultureInfo.InvariantCulture, $"/var/tmp/truce-bench-{Environment.ProcessId}"));
        try
        {
            string file = cluster.Write(configuration);
            await cluster.DoAsync(
                "lab", "up", "--engine", "corosync", "--nodes", "3", "--links", "2", "--unencrypted",
                "--token",
                token.ToString(CultureInfo.InvariantCulture), "--config", file, "--agents",
                StampRecord.WriteAgent(cluster._scratch)).ConfigureAwait(false);
            await cluster.DoAsync("lab", "set", "boot_delay", bootDelay).ConfigureAwait(false);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>All nodes but one.</summary>
    public static string[] AllBut(string node) => [.. s_nodes.Where(n => n != node)];

    /// <summary>Runs <c>truce …</c>.</summary>
    public Task<Ended> RunAsync(params string[] arguments) =>
        Command.RunAsync(Repository.At("bin", "truce"), arguments, s_limit, _environment, "/");

    /// <summary>Runs <c>truce …</c>, which must succeed.</summary>
    public async Task<string> DoAsync(params string[] arguments)
    {
        Ended ended = await RunAsync(arguments).ConfigureAwait(false);
        return ended.Code == 0
            ? ended.Output
            : throw new InvalidOperationException(
                $"truce {string.Join(' ', arguments)}: exit {ended.Code}: {ended.Output}");
    }

    /// <summary>Applies a configuration.</summary>
    public Task ApplyAsync(string configuration) => DoAsync("config", "apply", Write(configuration));

    /// <summary>The coordinator, once the cluster is whole and settled.</summary>
    public async Task<string> WholeAsync()
    {
        for (Stopwatch watch = Stopwatch.StartNew(); watch.Elapsed < s_limit;)
        {
            Ended ended = await RunAsync("status", "--json").ConfigureAwait(false);
            if (ended.Code == 0 && JsonDocument.Parse(ended.Output).RootElement is var status
                && status.GetProperty("state").GetString() == "settled"
                && status.GetProperty("nodes").EnumerateArray().Count(
                    n => n.GetProperty("state").GetString() == "online") == 3)
                return status.GetProperty("coordinator").GetString()!;
            await Task.Delay(200).ConfigureAwait(false);
        }

        throw new TimeoutException(
            "the cluster isn't whole again: " + (await RunAsync("status").ConfigureAwait(false)).Output);
    }

    /// <summary>Waits for an operation's end on some node since then.</summary>
    public async Task<StampEvent?> UntilAsync(long since, Func<StampEvent, bool> isIt, TimeSpan limit)
    {
        for (Stopwatch watch = Stopwatch.StartNew(); watch.Elapsed < limit;)
        {
            if (Stamps.Since(since).FirstOrDefault(isIt) is { } found)
                return found;
            await Task.Delay(20).ConfigureAwait(false);
        }

        return null;
    }

    /// <summary>When the lab or its power switch recorded something of a node, first after a time.</summary>
    public long? LabEvent(long since, string node, string words) =>
        File.ReadLines(Path.Combine(Folder, "events"))
        .Select(l => l.Split(' ', 3))
        .Where(w => w.Length == 3 && w[1] == node && w[2].StartsWith(words, StringComparison.Ordinal))
        .Select(w => (long?)long.Parse(w[0], CultureInfo.InvariantCulture))
        .FirstOrDefault(t => t >= since);

    /// <summary>When the survivors' Corosyncs first had a membership without somebody, after a
    /// time.</summary>
    public long? Membership(long since, IEnumerable<string> survivors) => survivors
        .SelectMany(n =>
            File.ReadLines(Path.Combine(Folder, "nodes", n, "disk", "var-log", "corosync", "corosync.log")))
        .Where(l => l.Contains("A new membership", StringComparison.Ordinal)
            && l.Contains("left:", StringComparison.Ordinal))
        .Select(CorosyncTime)
        // Its clock is cut to milliseconds.
        .Where(t => t >= since - 1_000_000)
        .Min();

    /// <summary>Nanoseconds since 1970.</summary>
    public static long Now => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;

    public async ValueTask DisposeAsync()
    {
        await RunAsync("lab", "down").ConfigureAwait(false);
        Directory.Delete(_scratch, recursive: true);
    }

    private string Write(string configuration)
    {
        string file = Path.Combine(_scratch, "configuration.xml");
        File.WriteAllText(file, configuration);
        return file;
    }

    // "Nov 22 10:32:11.123 [245] …", local time, no year.
    private static long? CorosyncTime(string line)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{DateTime.Now.Year} {line[..19]}");
        return DateTime.TryParseExact(
            text, "yyyy MMM dd HH:mm:ss.fff", CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal,
            out DateTime time)
            ? (time.ToUniversalTime() - DateTime.UnixEpoch).Ticks * 100
            : null;
    }
}
