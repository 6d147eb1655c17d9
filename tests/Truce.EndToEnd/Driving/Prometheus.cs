using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Truce.EndToEnd.Driving;

/// <summary>The distribution's own Prometheus, which asks one target every two seconds.</summary>
internal sealed class Prometheus : IAsyncDisposable
{
    private const string Program = "/usr/bin/prometheus";

    private readonly string _folder = Directory.CreateTempSubdirectory("truce-prometheus-").FullName;
    private readonly HttpClient _client = new();
    private readonly Process _process;
    private readonly string _address;

    private Prometheus(Uri target)
    {
        _address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{FreePort()}");
        string configuration = Path.Combine(_folder, "prometheus.yml");
        File.WriteAllText(configuration, $$"""
            global: {scrape_interval: 2s, scrape_timeout: 2s}
            rule_files: ["{{Path.Combine(Programs.Root, "examples", "monitoring", "alerts.yml")}}"]
            scrape_configs:
              - job_name: truce
                static_configs: [{targets: ["{{target.Authority}}"]}]
            """);
        _process = Process.Start(new ProcessStartInfo(Program,
            [$"--config.file={configuration}", $"--storage.tsdb.path={_folder}/data",
                $"--web.listen-address={_address}",
                "--log.level=error"]))!;
    }

    /// <summary>Skips the test where it isn't installed.</summary>
    public static void Require() => Assert.SkipUnless(File.Exists(Program), "prometheus isn't installed");

    /// <summary>Starts it.</summary>
    /// <param name="target">The metrics' address.</param>
    public static Prometheus Start(Uri target) => new(target);

    /// <summary>Waits until a query gives what is wished; its series, each by its labels.</summary>
    public async Task<IReadOnlyList<IReadOnlyDictionary<string, string>>> UntilAsync(
        string query, Func<IReadOnlyList<IReadOnlyDictionary<string, string>>, bool> isSo,
            CancellationToken cancel)
    {
        IReadOnlyList<IReadOnlyDictionary<string, string>> last = [];
        for (int attempt = 0; attempt < 300; attempt++)
        {
            last = await QueryAsync(query, cancel);
            if (isSo(last))
                return last;
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancel);
        }

        throw new TimeoutException($"{query} is\n{string.Join('\n', last.Select(s => string.Join(' ', s)))}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _client.Dispose();
        Directory.Delete(_folder, true);
    }

    private async Task<IReadOnlyList<IReadOnlyDictionary<string, string>>> QueryAsync(
        string query, CancellationToken cancel)
    {
        try
        {
            string answer = await _client.GetStringAsync(
                new Uri($"http://{_address}/api/v1/query?query={Uri.EscapeDataString(query)}"), cancel);
            using JsonDocument document = JsonDocument.Parse(answer);
            return
            [
                .. document.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(
                    s => s.GetProperty("metric").EnumerateObject()
                        .ToDictionary(l => l.Name, l => l.Value.GetString()!)),
            ];
        }
        catch (HttpRequestException)
        {
            // It is still starting.
            return [];
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
