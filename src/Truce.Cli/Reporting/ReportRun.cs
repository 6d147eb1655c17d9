using System.CommandLine;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Truce.Agents.Running;
using Truce.Cli.Ending;
using Truce.Cli.Printing;

namespace Truce.Cli.Reporting;

/// <summary>Makes a report: takes each source for itself, masks what is secret, writes the archive.</summary>
/// <param name="context">The cluster's surroundings.</param>
/// <param name="parse">The command line, which says where the cluster is.</param>
/// <param name="places">Where this machine's sources are.</param>
/// <param name="window">The time that it is about.</param>
internal sealed class ReportRun(
    CliContext context, ParseResult parse, ReportPlaces places, ReportWindow window)
{
    // What a sick machine may need for all of it; a person waits for this.
    private static readonly TimeSpan s_all = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_learning = TimeSpan.FromSeconds(30);

    // After its limit a source gives what it has got so far; one that can't is left behind.
    private static readonly TimeSpan s_last = TimeSpan.FromSeconds(2);

    private readonly KnownSecrets _secrets = new(new SecretFiles(places.Agents));
    private readonly List<ReportItemJson> _items = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>Makes it.</summary>
    /// <param name="output">The archive; null: a name of its own in the present folder.</param>
    /// <param name="cancel">Ends it; nothing is then left.</param>
    /// <returns>The index, and how large the archive is.</returns>
    public async Task<(ReportIndexJson Index, long Bytes)> MakeAsync(string? output, CancellationToken cancel)
    {
        DateTimeOffset made = context.Time.GetUtcNow();
        NodeSources node = new(places, window);
        string name = $"truce-report-{FileName(node.Node)}-{made:yyyyMMdd'T'HHmmss'Z'}";
        string path = Path.GetFullPath(output ?? name + ".tar.gz");
        using ReportArchive archive = ReportArchive.Create(path, name, made);
        ReportCluster cluster = new(context, parse);
        ClusterSources told = new(context, cluster, _secrets);
        // Before anything is written, all secrets are known that can be.
        await LearnAsync(told, cancel).ConfigureAwait(false);
        Redaction redaction = new(_secrets.Values);
        try
        {
            foreach (ReportSource source in told.All(window).Concat(node.All()))
                await AddAsync(archive, redaction, source, cancel).ConfigureAwait(false);
            ReportIndexJson index = new(
                CommandLine.Version, node.Node, made, window.From, window.To, path,
                new ReportSecretsJson(_secrets.Values.Count, [.. _secrets.Unread]), _items,
                await OthersAsync(cluster, node.Node, cancel).ConfigureAwait(false));
            archive.Add("index.txt", redaction.Text(ReportIndex.Whole(index)));
            archive.Add(
                "index.json", JsonSerializer.SerializeToUtf8Bytes(index, CliJson.Indented.ReportIndexJson));
            archive.Keep();
            return (index, archive.Bytes);
        }
        catch (IOException full)
        {
            throw new CommandException(
                ExitCode.BadInput, $"{path}: {full.Message}",
                "free disk space, or name a file on another disk with --output");
        }
    }

    private async Task LearnAsync(ClusterSources cluster, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(s_learning);
        try
        {
            await cluster.LearnAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            _secrets.Misses("reading the configuration's versions took too long");
        }
        catch (Exception problem) when (Failures.Expected(problem) is { } expected)
        {
            _secrets.Misses($"the configuration couldn't be read: {expected.Message}");
        }
    }

    private async Task AddAsync(
        ReportArchive archive, Redaction redaction, ReportSource source, CancellationToken cancel)
    {
        long begin = _clock.ElapsedMilliseconds;
        ReportContent content = _clock.Elapsed > s_all
            ? new ReportContent.Missing($"left out: the report took {s_all.TotalMinutes:0} minutes already")
            : await TakeAsync(source, cancel).ConfigureAwait(false);
        (byte[]? bytes, string state, long leftOut, string remark) = Written(redaction, source, content);
        if (bytes is not null)
            archive.Add(source.File, bytes);
        _items.Add(new ReportItemJson(
            source.File, source.Origin, state, bytes?.Length ?? 0, leftOut,
            _clock.ElapsedMilliseconds - begin, redaction.Text(remark)));
    }

    private static (byte[]? Bytes, string State, long LeftOut, string Remark) Written(
        Redaction redaction, ReportSource source, ReportContent content) => content switch
    {
        ReportContent.Text text => (
            Encoding.UTF8.GetBytes(redaction.Text(text.Content, source.Harmless)),
            text.LeftOut > 0 ? ReportItemJson.Cut : ReportItemJson.Whole, text.LeftOut, text.Remark),
        ReportContent.Json json => (redaction.Json(json.Content), ReportItemJson.Whole, 0, ""),
        ReportContent.Absent absent => (null, ReportItemJson.Absent, 0, absent.Why),
        ReportContent.Missing missing => (null, ReportItemJson.Missing, 0, missing.Why),
    };

    // On a thread of its own: reading from a disk that hangs can't be ended, only left behind.
    private static async Task<ReportContent> TakeAsync(ReportSource source, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(source.Limit);
        string late = $"it took longer than {source.Limit.TotalSeconds:0} s";
        try
        {
            Task<ReportContent> taken = Task.Run(() => source.TakeAsync(limit.Token), CancellationToken.None);
            Task ended = await Task.WhenAny(taken, Task.Delay(source.Limit + s_last, cancel))
                .ConfigureAwait(false);
            cancel.ThrowIfCancellationRequested();
            return ended == taken ? await taken.ConfigureAwait(false) : new ReportContent.Missing(late);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new ReportContent.Missing(late);
        }
        catch (Exception problem) when (Failures.Expected(problem) is { } expected)
        {
            return new ReportContent.Missing(expected.Message);
        }
    }

    private static async Task<IReadOnlyList<string>> OthersAsync(
        ReportCluster cluster, string node, CancellationToken cancel)
    {
        try
        {
            return [.. (await cluster.StatusAsync(cancel).ConfigureAwait(false)).Nodes.Select(n => n.Name)
                .Where(n => n != node)];
        }
        catch (CommandException)
        {
            return [];
        }
    }

    private static string FileName(string node) =>
        string.Concat(node.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '_'));
}
