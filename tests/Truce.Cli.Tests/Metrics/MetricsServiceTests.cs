using Truce.Cli.Cluster;

namespace Truce.Cli.Tests.Metrics;

/// <summary><c>truce metrics --listen</c>, over real connections on the loopback.</summary>
public sealed class MetricsServiceTests : IAsyncDisposable
{
    private readonly SettableTime _time = new();
    private ScriptedCluster? _cluster = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_answers_while_the_cluster_is_down_and_says_so_once()
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await using AnnouncedWriter output = new();
        await using StringWriter error = new();
        Task<int> service = CommandLine.RunAsync(
            ["metrics", "--listen", "127.0.0.1:0", "--socket", "s"], Context(output, error, end.Token));
        Uri metrics = new((await output.Announced.WaitAsync(Cancel)).Trim());
        using HttpClient scraper = new();

        Assert.Contains("truce_up 1\n", await scraper.GetStringAsync(metrics, Cancel),
            StringComparison.Ordinal);
        _cluster = null;
        _time.Advance(TimeSpan.FromSeconds(2));
        string down = await scraper.GetStringAsync(metrics, Cancel);
        Assert.Contains("ha_cluster_scrape_success{collector=\"pacemaker\"} 0\n", down,
            StringComparison.Ordinal);
        Assert.Contains("truce_scrape_last_success_timestamp_seconds 1772366400\n", down,
            StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(2));
        await scraper.GetStringAsync(metrics, Cancel);
        _cluster = new ScriptedCluster();
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Contains("truce_up 1\n", await scraper.GetStringAsync(metrics, Cancel),
            StringComparison.Ordinal);

        await end.CancelAsync();
        Assert.Equal((int)ExitCode.Done, await service);
        Assert.Equal("truce: no cluster answers at s\ntruce: the cluster answers again\n", error.ToString());
    }

    [Fact]
    public async Task Scrapes_within_a_second_ask_the_cluster_once()
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await using AnnouncedWriter output = new();
        await using StringWriter error = new();
        Task<int> service = CommandLine.RunAsync(
            ["metrics", "--listen", "127.0.0.1:0", "--socket", "s"], Context(output, error, end.Token));
        Uri metrics = new((await output.Announced.WaitAsync(Cancel)).Trim());
        using HttpClient scraper = new();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => scraper.GetStringAsync(metrics, Cancel)));
        Assert.Single(_cluster!.Asked.OfType<Truce.Contracts.ClientRequest.GetStatus>());
        await end.CancelAsync();
        await service;
    }

    public ValueTask DisposeAsync() => _cluster?.DisposeAsync() ?? ValueTask.CompletedTask;

    private CliContext Context(TextWriter output, TextWriter error, CancellationToken interrupted) => new()
    {
        Output = output,
        Error = error,
        Input = TextReader.Null,
        Environment = _ => null,
        IsTerminal = false,
        Interrupted = interrupted,
        ConnectAsync = (_, _) => Task.FromResult<ICluster?>(_cluster),
        Planner = Scheduler.Planner.Plan,
        Time = _time,
    };

    /// <summary>Standard output, whose first line is waited for.</summary>
    private sealed class AnnouncedWriter : StringWriter
    {
        private readonly TaskCompletionSource<string> _announced =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Announced => _announced.Task;

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            _announced.TrySetResult(ToString());
            return Task.CompletedTask;
        }
    }

    private sealed class SettableTime : TimeProvider
    {
        private long _ticks = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero).UtcTicks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public override DateTimeOffset GetUtcNow() => new(_ticks, TimeSpan.Zero);

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
