using System.CommandLine;
using Truce.Cli.Cluster;
using Truce.Cli.Ending;
using Truce.Cli.Events;
using Truce.Contracts;
using Truce.Model;
using Truce.Model.Corosync;
using Truce.Model.Xml;

namespace Truce.Cli.Metrics;

/// <summary>Asks a cluster for all that the metrics tell. A cluster that doesn't answer is an answer
/// too.</summary>
/// <param name="context">Where, and what time it is.</param>
/// <param name="parse">The command line, which says where the cluster is.</param>
/// <param name="limit">How long a cluster may take: less than a scraper waits (10 s by default).</param>
internal sealed class MetricsScrape(CliContext context, ParseResult parse, TimeSpan limit)
{
    private const string CorosyncConf = "/etc/corosync/corosync.conf";

    private readonly EventTally _events = new();
    private DateTimeOffset? _lastSuccess;

    /// <summary>Why the last scrape failed; null: it didn't.</summary>
    public CommandException? Failure { get; private set; }

    /// <summary>Asks once.</summary>
    public async Task<MetricsSnapshot> TakeAsync(CancellationToken cancel)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        end.CancelAfter(limit);
        MetricsSnapshot snapshot = new() { Events = _events, Version = CommandLine.Version };
        Failure = null;
        try
        {
            await using ICluster cluster = await context.OpenAsync(parse, end.Token).ConfigureAwait(false);
            long begin = context.Time.GetTimestamp();
            ClusterStatusDocument status =
                Whole(await cluster.StatusAsync(end.Token).ConfigureAwait(false));
            snapshot = snapshot with
            {
                Status = status,
                StatusTook = context.Time.GetElapsedTime(begin),
                Addresses = Addresses(),
            };
            begin = context.Time.GetTimestamp();
            snapshot = await WithRestAsync(snapshot, cluster, status, end.Token).ConfigureAwait(false);
            _lastSuccess = context.Time.GetUtcNow();
            snapshot = snapshot with { RestTook = context.Time.GetElapsedTime(begin) };
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            Failure = new CommandException(
                ExitCode.TimedOut, $"the cluster didn't answer within {limit.TotalSeconds:0.#} s");
        }
        catch (Exception problem) when (Failures.Expected(problem) is { } expected)
        {
            Failure = expected;
        }

        return snapshot with { LastSuccess = _lastSuccess };
    }

    private async Task<MetricsSnapshot> WithRestAsync(
        MetricsSnapshot snapshot, ICluster cluster, ClusterStatusDocument status, CancellationToken cancel)
    {
        _events.Continue($"{status.Cluster} {status.Lineage}");
        _events.Add(await EventPages.AfterAsync(cluster, _events.After, cancel).ConfigureAwait(false));
        ClientReply.FenceHistory fences = await cluster
            .AskAsync<ClientReply.FenceHistory>(new ClientRequest.GetFenceHistory(), cancel)
            .ConfigureAwait(false);
        ClientReply.ConfigurationHistory versions = await cluster.AskAsync<ClientReply.ConfigurationHistory>(
            new ClientRequest.GetConfigurationHistory(), cancel).ConfigureAwait(false);
        // Secrets stay masked: the answer is for everyone who reaches the port.
        ClientReply.Configuration configuration = await cluster.AskAsync<ClientReply.Configuration>(
            new ClientRequest.GetConfiguration(null, true), cancel).ConfigureAwait(false);
        return snapshot with
        {
            Fences = fences.Items,
            ConfiguredAt = versions.Versions.IsEmpty ? null : versions.Versions[0].At,
            Cib = CibReader.Parse(configuration.Xml, Answers.Configuration) is CibReadResult.Accepted read
                ? read.Cib
                : throw new CommandException(ExitCode.Unreachable,
                    "the cluster's configuration can't be read",
                    "use the truce program of the same version as the cluster's truced"),
        };
    }

    // What an older node doesn't tell.
    private static ClusterStatusDocument Whole(ClusterStatusDocument status) => status with
    {
        AnsweredBy = status.AnsweredBy ?? "",
        Slower = status.Slower.IsDefault ? [] : status.Slower,
    };

    // Absent with the local engine. Where it is another cluster's, it doesn't name this node.
    private static CorosyncLinks? Addresses()
    {
        try
        {
            string text = File.ReadAllText(CorosyncConf);
            return CorosyncReader.Parse(text, CorosyncConf) is CorosyncReadResult.Accepted read
                ? CorosyncLinks.From(read.Root) : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
