using System.Collections.Immutable;
using System.CommandLine;
using Truce.Cli.Cluster;
using Truce.Cli.Ending;
using Truce.Cli.Events;
using Truce.Contracts;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Cli.Alerts;

/// <summary>Follows the cluster, and hands each fact's calls on. What happened before it began isn't
/// told.</summary>
/// <param name="context">Where, and what time it is.</param>
/// <param name="parse">The command line, which says where the cluster is.</param>
/// <param name="call">Takes a call; returns at once.</param>
internal sealed class AlertFollower(CliContext context, ParseResult parse, Action<AlertCall> call)
{
    /// <summary>How long a question waits for an event; holds and attributes are compared as often.</summary>
    private const int WaitMs = 5_000;

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private string? _lineage;
    private long _after;
    private long _sequence;
    private AlertMoment? _before;
    private AlertCalls? _calls;
    private readonly TroubleLog _trouble = new(context.Error);

    /// <summary>Follows until it is ended; a cluster that goes is waited for.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await using ICluster cluster = await context.OpenAsync(parse, cancel).ConfigureAwait(false);
                while (!cancel.IsCancellationRequested)
                    await StepAsync(cluster, cancel).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem) when (Failures.Expected(problem) is { } expected)
            {
                _trouble.Tell(expected.Message);
            }

            await Task.Delay(s_pause, context.Time,
                cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits for what is new, and tells it.</summary>
    internal async Task StepAsync(ICluster cluster, CancellationToken cancel)
    {
        ClusterStatusDocument status = await cluster.StatusAsync(cancel).ConfigureAwait(false);
        if (_before is null || $"{status.Cluster} {status.Lineage}" != _lineage)
        {
            await BeginAsync(cluster, status, cancel).ConfigureAwait(false);
            return;
        }

        ImmutableArray<ClusterEvent> events = (await cluster.AskAsync<ClientReply.Events>(
            new ClientRequest.GetEvents(_after, EventPages.Size, WaitMs),
                cancel).ConfigureAwait(false)).Items;
        status = await cluster.StatusAsync(cancel).ConfigureAwait(false);
        bool changed = !events.IsEmpty || status.ConfigurationVersion != _before.Status.ConfigurationVersion
            || (_calls!.WantAttributes && status.Index != _before.Status.Index);
        AlertMoment now = new(status, changed
            ? await CibAsync(cluster, cancel).ConfigureAwait(false) : _before.Cib);
        await TellAsync(cluster, now, events, cancel).ConfigureAwait(false);
        _before = now;
        _after = events.IsEmpty ? _after : events[^1].Index;
        _trouble.Tell(null);
    }

    private async Task BeginAsync(ICluster cluster, ClusterStatusDocument status, CancellationToken cancel)
    {
        IReadOnlyList<ClusterEvent> known =
            await EventPages.AfterAsync(cluster, 0, cancel).ConfigureAwait(false);
        _before = new AlertMoment(status, await CibAsync(cluster, cancel).ConfigureAwait(false));
        _calls = new AlertCalls(_before.Cib.Configuration, context.Time.LocalTimeZone);
        _after = known.Count == 0 ? 0 : known[^1].Index;
        _lineage = $"{status.Cluster} {status.Lineage}";
        _trouble.Tell(null);
    }

    private async Task TellAsync(
        ICluster cluster, AlertMoment now, ImmutableArray<ClusterEvent> events, CancellationToken cancel)
    {
        if (now.Cib.Configuration != _before!.Cib.Configuration)
            _calls = new AlertCalls(now.Cib.Configuration, context.Time.LocalTimeZone);
        if (!_calls!.Any)
            return;
        bool fenced = events.Any(e => e.Kind.StartsWith("fence-", StringComparison.Ordinal));
        ImmutableArray<FenceRecord> fences = fenced
            ? (await cluster.AskAsync<ClientReply.FenceHistory>(new ClientRequest.GetFenceHistory(), cancel)
                .ConfigureAwait(false)).Items
            : [];
        foreach (AlertFact fact in new AlertFacts(_before, now, fences, context.Time.GetUtcNow()).All(events))
        {
            _sequence++;
            foreach (AlertCall one in _calls.For(fact, _sequence))
                call(one);
        }
    }

    private static async Task<Cib> CibAsync(ICluster cluster, CancellationToken cancel) =>
        CibReader.Parse(await RunningConfiguration.ReadAsync(cluster, cancel).ConfigureAwait(false),
            Answers.Configuration)
            is CibReadResult.Accepted read
            ? read.Cib
            : throw new CommandException(ExitCode.Unreachable, "the cluster's configuration can't be read",
                "use the truce program of the same version as the cluster's truced");
}
