using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Truce.Analysis.WhatIf;
using Truce.Cli.Cluster;
using Truce.Cli.Events;
using Truce.Cli.Printing;
using Truce.Cli.Status;
using Truce.Contracts;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Cli.Reporting;

/// <summary>What the cluster itself tells: its state, its configuration now and before, and what happened.
/// </summary>
/// <param name="context">The planner, for the reasons; and what time it is.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="secrets">Is told of every secret before anything is written.</param>
internal sealed class ClusterSources(CliContext context, ReportCluster cluster, KnownSecrets secrets)
{
    private const int VersionsMax = 50;
    private const int VersionFilesMax = 10;
    private const int ReasonsBytesMax = 8 * 1024 * 1024;

    private readonly SortedDictionary<long, Cib> _versions = [];
    private ImmutableArray<ConfigurationEntry> _history = [];
    private Cib? _present;

    /// <summary>Learns all secrets that there are or were, and reads the configurations on the way.</summary>
    public async Task LearnAsync(CancellationToken cancel)
    {
        _present = await cluster.CibAsync(null, secrets, cancel).ConfigureAwait(false);
        _history = (await cluster.AskAsync<ClientReply.ConfigurationHistory>(
            new ClientRequest.GetConfigurationHistory(), cancel).ConfigureAwait(false)).Versions;
        foreach (ConfigurationEntry entry in _history.Take(VersionsMax))
        {
            Cib cib = await cluster.CibAsync(entry.Version, secrets, cancel).ConfigureAwait(false);
            if (_versions.Count < VersionFilesMax)
                _versions[entry.Version] = cib;
        }

        if (_history.Length > VersionsMax)
            secrets.Misses($"only the newest {VersionsMax} versions of the configuration were searched");
    }

    /// <summary>The files about the cluster.</summary>
    public IEnumerable<ReportSource> All(ReportWindow window) =>
    [
        Json("cluster/status.json", "truce status --json", cluster.StatusAsync,
            CliJson.Indented.ClusterStatusDocument),
        new("cluster/status.txt", "truce status", StatusTextAsync),
        new("cluster/holds.txt", "the holds of truce status", HoldsAsync),
        new("cluster/cib.xml", "truce config show --with-status", PresentAsync),
        new("cluster/config-history.json", "truce config history --json", HistoryAsync),
        .. _versions.Select(v => new ReportSource(
            string.Create(CultureInfo.InvariantCulture, $"cluster/config-{v.Key}.xml"),
            string.Create(CultureInfo.InvariantCulture, $"truce config show {v.Key}"),
            _ => Task.FromResult<ReportContent>(Masked(v.Value)))),
        new("cluster/events.txt", "truce events", c => EventsAsync(window, c)),
        Json("cluster/fence-history.json", "truce fence history --json", FencesAsync,
            CliJson.Indented.IReadOnlyListFenceRecord),
        new("cluster/why.txt", "truce why RESOURCE --details, for each", WhyAsync)
        {
            Limit = TimeSpan.FromSeconds(60),
        },
    ];

    private static ReportSource Json<T>(
        string file, string origin, Func<CancellationToken, Task<T>> ask, JsonTypeInfo<T> type) =>
        new(file, origin, async cancel => new ReportContent.Json(
            JsonSerializer.SerializeToUtf8Bytes(await ask(cancel).ConfigureAwait(false), type)));

    private async Task<IReadOnlyList<FenceRecord>> FencesAsync(CancellationToken cancel) =>
        (await cluster.AskAsync<ClientReply.FenceHistory>(
            new ClientRequest.GetFenceHistory(), cancel).ConfigureAwait(false)).Items;

    private async Task<ReportContent> StatusTextAsync(CancellationToken cancel)
    {
        ClusterStatusDocument status = await cluster.StatusAsync(cancel).ConfigureAwait(false);
        using StringWriter text = new(CultureInfo.InvariantCulture);
        new StatusPage(text, context.Time.GetUtcNow()).Write(status);
        return new ReportContent.Text(text.ToString());
    }

    private async Task<ReportContent> HoldsAsync(CancellationToken cancel)
    {
        ClusterStatusDocument status = await cluster.StatusAsync(cancel).ConfigureAwait(false);
        return status.Holds.IsEmpty
            ? new ReportContent.Absent("nothing is held back")
            : new ReportContent.Text(string.Concat(
                status.Holds.Select(h => $"{h.Kind}: {h.Subject}{h.Reason}\n")));
    }

    private async Task<ReportContent> PresentAsync(CancellationToken cancel) =>
        Masked(_present ??= await cluster.CibAsync(null, secrets, cancel).ConfigureAwait(false));

    private static ReportContent.Text Masked(Cib cib) =>
        new(CibWriter.Write(SecretNames.Masked(cib)));

    private async Task<ReportContent> HistoryAsync(CancellationToken cancel)
    {
        _history = (await cluster.AskAsync<ClientReply.ConfigurationHistory>(
            new ClientRequest.GetConfigurationHistory(), cancel).ConfigureAwait(false)).Versions;
        return new ReportContent.Json(JsonSerializer.SerializeToUtf8Bytes(
            _history, CliJson.Indented.IReadOnlyListConfigurationEntry));
    }

    private async Task<ReportContent> EventsAsync(ReportWindow window, CancellationToken cancel)
    {
        List<string> lines = [];
        for (long after = 0; ;)
        {
            ImmutableArray<ClusterEvent> page = (await cluster.AskAsync<ClientReply.Events>(
                new ClientRequest.GetEvents(after, EventPages.Size, 0), cancel).ConfigureAwait(false)).Items;
            lines.AddRange(page.Where(e => e.At >= window.From && e.At <= window.To).Select(EventText.Line));
            if (page.Length < EventPages.Size)
                break;
            after = page[^1].Index;
        }

        return lines.Count == 0
            ? new ReportContent.Absent("none in this time")
            : new ReportContent.Text(string.Join('\n', lines) + "\n");
    }

    private async Task<ReportContent> WhyAsync(CancellationToken cancel)
    {
        Cib cib = _present ??= await cluster.CibAsync(null, secrets, cancel).ConfigureAwait(false);
        ImmutableArray<HoldStatus> holds =
            (await cluster.StatusAsync(cancel).ConfigureAwait(false)).Holds;
        using StringWriter text = new(CultureInfo.InvariantCulture);
        string[] resources =
            [.. cib.Configuration.Resources.SelectMany(r => r.Primitives).Select(p => p.Id.Value)];
        for (int i = 0; i < resources.Length; i++)
        {
            string resource = resources[i];
            if (text.GetStringBuilder().Length > ReasonsBytesMax)
            {
                text.WriteLine($"(left out for their length: {string.Join(", ", resources[i..])})");
                break;
            }

            text.WriteLine($"== {resource}");
            await ExplainAsync(text, cib, resource, holds, cancel).ConfigureAwait(false);
            text.WriteLine();
        }

        return resources.Length == 0
            ? new ReportContent.Absent("there are no resources")
            : new ReportContent.Text(text.ToString());
    }

    private async Task ExplainAsync(
        StringWriter text, Cib cib, string resource, ImmutableArray<HoldStatus> holds,
        CancellationToken cancel)
    {
        try
        {
            Explanation explanation = await WhyCommand.ExplainAsync(
                context, cib, RunningConfiguration.Name, resource, holds, Departures.Of(holds),
                cancel).ConfigureAwait(false);
            new WhyText(text, explanation, [.. WhyCommand.About(holds, cib, resource)])
                .Write(WhyDetails.Shown);
        }
        catch (CommandException problem)
        {
            text.WriteLine(problem.Message);
        }
    }
}
