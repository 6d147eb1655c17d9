using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Text;
using Truce.Cli.Cluster;

namespace Truce.Cli.Metrics;

/// <summary><c>truce metrics</c>: what monitoring systems ask for, once or over HTTP.</summary>
internal static class MetricsCommand
{
    /// <summary>The port of the field's exporter, so that scrapers needn't be told another.</summary>
    private const int Port = 9664;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(8);

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        Option<IPEndPoint?> listen = new("--listen")
        {
            Description = $"Serve them over HTTP until ended [without an address: 127.0.0.1:{Port}]",
            HelpName = "ADDRESS:PORT",
            Arity = ArgumentArity.ZeroOrOne,
            CustomParser = Endpoint,
        };
        Command command = new("metrics", "Print metrics for Prometheus, or serve them") { listen };
        command.SetAction((parse, cancel) =>
        {
            MetricsScrape scrape = new(context, parse, s_limit);
            IPEndPoint? given = parse.GetValue(listen);
            return parse.GetResult(listen) is null
                ? OnceAsync(context, scrape, cancel)
                : ServeAsync(context, scrape, given ?? new IPEndPoint(IPAddress.Loopback, Port), cancel);
        });
        return context.Location.AddTo(command);
    }

    // Without a port an address isn't one: IPEndPoint takes 9664 for an address.
    private static IPEndPoint? Endpoint(ArgumentResult result)
    {
        if (result.Tokens.Count == 0)
            return null;
        string text = result.Tokens[0].Value;
        int colon = text.LastIndexOf(':');
        if (colon > 0 && text[^1] != ']' && IPEndPoint.TryParse(text, out IPEndPoint? endpoint)
            && IPAddress.TryParse(text.AsSpan(0, colon), out _))
            return endpoint;
        result.AddError(
            $"{text}: not an address with a port; "
            + $"write for example 127.0.0.1:{Port}, 0.0.0.0:{Port} or [::1]:{Port}");
        return null;
    }

    // What can be known is printed; the exit code says if that wasn't all.
    private static async Task<int> OnceAsync(
        CliContext context, MetricsScrape scrape, CancellationToken cancel)
    {
        await context.Output.WriteAsync(MetricsText.Of(await scrape.TakeAsync(cancel).ConfigureAwait(false)))
            .ConfigureAwait(false);
        if (scrape.Failure is { } failure)
            throw failure;
        return (int)ExitCode.Done;
    }

    private static async Task<int> ServeAsync(
        CliContext context, MetricsScrape scrape, IPEndPoint listen, CancellationToken cancel)
    {
        TroubleLog log = new(context.Error);
        SharedAnswer answer = new(
            async c =>
            {
                MetricsSnapshot snapshot = await scrape.TakeAsync(c).ConfigureAwait(false);
                log.Tell(scrape.Failure?.Message);
                return Encoding.UTF8.GetBytes(MetricsText.Of(snapshot));
            },
            context.Time, cancel);
        using MetricsServer server = new(listen, answer, context.Error);
        try
        {
            await server.StartAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception refused) when (refused is IOException or System.Net.Sockets.SocketException)
        {
            throw new CommandException(ExitCode.BadInput, $"{listen}: {refused.Message}",
                "choose an address of this machine and a port that is free: --listen ADDRESS:PORT");
        }

        await context.Output.WriteLineAsync($"{server.Address}/metrics").ConfigureAwait(false);
        await context.Output.FlushAsync(cancel).ConfigureAwait(false);
        await Task.Delay(Timeout.InfiniteTimeSpan, cancel)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return (int)ExitCode.Done;
    }
}
