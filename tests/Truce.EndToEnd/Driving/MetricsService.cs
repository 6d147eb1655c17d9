using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Truce.EndToEnd.Driving;

/// <summary><c>truce metrics --listen</c> for a lab, as its unit would run it.</summary>
internal sealed partial class MetricsService : IAsyncDisposable
{
    private readonly HttpClient _client = new();
    private readonly Process _process;

    private MetricsService(Process process, Uri address) => (_process, Address) = (process, address);

    /// <summary>Where it answers.</summary>
    public Uri Address { get; }

    /// <summary>Starts it on a free port of the loopback.</summary>
    public static async Task<MetricsService> StartAsync(LabCluster cluster, CancellationToken cancel)
    {
        ProcessStartInfo start = new(Programs.Truce, ["metrics", "--listen", "127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["TRUCE_LAB_DIR"] = cluster.Folder;
        start.Environment.Remove("TRUCE_SOCKET");
        Process process = Process.Start(start)!;
        string? line = await process.StandardOutput.ReadLineAsync(cancel);
        return new MetricsService(process,
            new Uri(line ?? throw new InvalidOperationException("it ended at once")));
    }

    /// <summary>What it answers.</summary>
    public Task<string> ScrapeAsync(CancellationToken cancel) => _client.GetStringAsync(Address, cancel);

    /// <summary>The values of a metric, by the label that is asked for, of the series that have all of the
    /// given labels.</summary>
    public static IReadOnlyList<(string Label, string Value)> Read(string text, string metric, string label,
        params string[] with) =>
    [
        .. from line in text.Split('\n')
           where line.StartsWith(metric + "{", StringComparison.Ordinal)
               && with.All(w => line.Contains(w, StringComparison.Ordinal))
           let value = line[(line.LastIndexOf(' ') + 1)..]
           select (Label().Matches(line).First(m => m.Groups[1].Value == label).Groups[2].Value, value),
    ];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _client.Dispose();
    }

    [GeneratedRegex("(\\w+)=\"([^\"]*)\"")]
    private static partial Regex Label();
}
