using System.Globalization;
using System.Text.Json;
using Truce.EndToEnd.Driving;
using Truce.Verify.Safe;

namespace Truce.Verify.Install;

/// <summary>A row of the client's that the database acknowledged.</summary>
/// <param name="Number">Its number.</param>
/// <param name="At">When, in ms since 1970.</param>
internal readonly record struct WrittenRow(long Number, long At);

/// <summary>What the nodes' databases are on.</summary>
internal enum DiskKind
{
    /// <summary>The lab's own: what was written survives a power cut, as the machine's page cache
    /// does.</summary>
    Machine,

    /// <summary>A layer that loses what wasn't synced (<see cref="UnsyncedLayer"/>).</summary>
    LosesUnsynced,
}

/// <summary>
/// PostgreSQL with streaming replication on three nodes over Corosync, set up by the scripts of
/// examples/postgresql, and its client. What docs/operations/postgresql.md types, typed by a program.
/// </summary>
internal sealed class PostgresqlLab(SafeLab lab, DiskKind disks) : IAsyncDisposable
{
    private const string Address = "10.77.0.200";
    private const string Data = "/var/lib/postgresql/15/ha";
    private static readonly string[] s_example = ["examples", "postgresql"];
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan s_readyMax = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan s_clientMax = TimeSpan.FromHours(3);
    private Task<Ended>? _client;

    /// <summary>The nodes.</summary>
    public static IReadOnlyList<string> Nodes { get; } = ["n1", "n2", "n3"];

    // In the lab's folder: when the lab goes, so does the file, and the client ends with it.
    private string Acknowledged => Path.Combine(lab.Folder, "acknowledged");

    /// <summary>Brings nodes up and sets the databases up.</summary>
    /// <exception cref="InvalidOperationException">Something of that fails.</exception>
    public static async Task<PostgresqlLab> UpAsync(DiskKind disks)
    {
        SafeLab lab = await SafeLab.UpAsync(
            "postgresql", "--nodes", "3", "--engine", "corosync", "--agents", Repository.At(s_example))
            .ConfigureAwait(false);
        PostgresqlLab made = new(lab, disks);
        try
        {
            if (disks == DiskKind.LosesUnsynced)
                await UnsyncedLayer.BuildAsync(lab).ConfigureAwait(false);
            foreach (string node in Nodes)
                await made.MountAsync(node).ConfigureAwait(false);
            await made.ScriptAsync("n1", "prepare", "primary").ConfigureAwait(false);
            foreach (string node in Nodes.Skip(1))
                await made.ScriptAsync(node, "prepare", "standby", "10.77.0.1").ConfigureAwait(false);
            await made.ScriptAsync("n1", "prepare", "done").ConfigureAwait(false);
            await made.DoAsync("config", "apply", Example("paf.xml")).ConfigureAwait(false);
            return made;
        }
        catch
        {
            await made.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts the client.</summary>
    public void Write() => _client = Command.RunAsync(
        Repository.At("bin", "truce"), ["lab", "exec", "client", "--", Example("write-rows"), Acknowledged],
        s_clientMax, lab.Environment, "/");

    /// <summary>What was acknowledged so far, in the order of time.</summary>
    public IReadOnlyList<WrittenRow> Rows() => File.Exists(Acknowledged)
        // The last line may be half written.
        ? [.. File.ReadAllText(Acknowledged).Split('\n')[..^1].Select(Row).OrderBy(r => r.At)]
        : [];

    /// <summary>Acknowledged rows that the primary hasn't, in words; empty: none.</summary>
    public async Task<string> LostAsync()
    {
        Ended counted = await lab.TruceAsync(
            "lab", "exec", "client", "--", Example("count-rows"), Acknowledged).ConfigureAwait(false);
        if (counted.Code == 0)
            return "";
        return counted.Answer.Contains("lost: ", StringComparison.Ordinal)
            ? counted.Answer.Trim().ReplaceLineEndings(" ")
            : throw new InvalidOperationException($"count-rows: exit {counted.Code}: {counted.LastLine}");
    }

    /// <summary>Waits until there is a primary with two standbys that may be promoted; its node.</summary>
    /// <exception cref="TimeoutException">There isn't in time.</exception>
    public async Task<string> ReadyAsync()
    {
        string seen = "nothing";
        for (DateTime end = DateTime.UtcNow + s_readyMax; DateTime.UtcNow < end;)
        {
            (string? primary, seen) = await LookAsync().ConfigureAwait(false);
            if (primary is not null)
                return primary;
            await Task.Delay(s_poll).ConfigureAwait(false);
        }

        throw new TimeoutException(
            $"no primary with two standbys within {s_readyMax.TotalSeconds} s: {seen}");
    }

    /// <summary>Cuts the power of a node, and waits for the client's next acknowledged row.</summary>
    /// <returns>How long the client had none, in ms.</returns>
    /// <exception cref="TimeoutException">None within the limit.</exception>
    public async Task<long> CutAsync(string node)
    {
        long before = Now();
        await DoAsync("lab", "kill", node).ConfigureAwait(false);
        long cut = Now();
        for (DateTime end = DateTime.UtcNow + s_readyMax; DateTime.UtcNow < end;)
        {
            // An answer that was under way at the cut is no sign of the next primary.
            IReadOnlyList<WrittenRow> rows = Rows();
            if (rows.FirstOrDefault(r => r.At > cut + 1000) is { At: > 0 } first)
                return Outage(rows, before, first.At);
            await Task.Delay(s_poll).ConfigureAwait(false);
        }

        throw new TimeoutException(
            $"no row acknowledged within {s_readyMax.TotalSeconds} s of the power cut of {node}");
    }

    /// <summary>Makes the database of a node that was cut off a standby again, once it has booted.</summary>
    /// <returns>How: rewound or copied.</returns>
    public async Task<string> RejoinAsync(string node)
    {
        await OnlineAsync(node).ConfigureAwait(false);
        await MountAsync(node).ConfigureAwait(false);
        // A node that is lost again and again is quarantined; here it is known who pulls the plug.
        if ((await StatusAsync().ConfigureAwait(false))?.Quarantined.Contains(node) == true)
            await lab.DoAsync("fence", "release", node).ConfigureAwait(false);
        return (await ScriptAsync(node, "rejoin").ConfigureAwait(false))
            .Split('\n').First(l => l is "rewound" or "copied" or "was a standby");
    }

    /// <summary>
    /// Cuts the power of all nodes at once, boots them, and lets the primary's node begin as it is; the
    /// others rejoin.
    /// </summary>
    public async Task CutAllAsync(string primary)
    {
        await DoAsync(["lab", "kill", .. Nodes]).ConfigureAwait(false);
        await DoAsync(["lab", "boot", .. Nodes]).ConfigureAwait(false);
        await OnlineAsync(primary).ConfigureAwait(false);
        await MountAsync(primary).ConfigureAwait(false);
        await DoAsync("attr", "set", primary, "postgres-ready", "yes", "--transient").ConfigureAwait(false);
        await UntilAsync(
            async () => (await StatusAsync().ConfigureAwait(false))?.NodeOf("address") == primary,
            $"{primary} isn't the primary again").ConfigureAwait(false);
        foreach (string node in Nodes.Where(n => n != primary))
            await RejoinAsync(node).ConfigureAwait(false);
    }

    /// <summary>Ends the client, keeps the list of its rows.</summary>
    public async Task<IReadOnlyList<WrittenRow>> EndAsync()
    {
        IReadOnlyList<WrittenRow> rows = Rows();
        File.Delete(Acknowledged);
        if (_client is { } client)
            await client.ConfigureAwait(false);
        _client = null;
        return rows;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await EndAsync().ConfigureAwait(false);
        await lab.DisposeAsync().ConfigureAwait(false);
    }

    private static long Outage(IReadOnlyList<WrittenRow> rows, long from, long to)
    {
        long[] times = [.. rows.Where(r => r.At <= to).Select(r => r.At)];
        return Enumerable.Range(1, times.Length - 1).Where(i => times[i] >= from)
            .Max(i => times[i] - times[i - 1]);
    }

    private Task MountAsync(string node) => disks == DiskKind.LosesUnsynced
        ? UnsyncedLayer.MountAsync(lab, node, Data)
        : Task.CompletedTask;

    private Task OnlineAsync(string node) => UntilAsync(
        async () => await StatusAsync().ConfigureAwait(false) is { } view
            && view.Nodes.Any(n => n.Name == node && n.State == "online"),
        $"{node} isn't online");

    private static async Task UntilAsync(Func<Task<bool>> isSo, string otherwise)
    {
        for (DateTime end = DateTime.UtcNow + s_readyMax; DateTime.UtcNow < end;)
        {
            if (await isSo().ConfigureAwait(false))
                return;
            await Task.Delay(s_poll).ConfigureAwait(false);
        }

        throw new TimeoutException($"{otherwise} after {s_readyMax.TotalSeconds} s");
    }

    private async Task<(string? Primary, string Seen)> LookAsync()
    {
        if (await StatusAsync().ConfigureAwait(false) is not { IsSettled: true } view)
            return (null, "the cluster hasn't settled");
        if (view.NodeOf("address") is not { } primary)
            return (null, "the address is nowhere");
        foreach (string node in Nodes.Where(n => n != primary))
            if (await ScoreAsync(node).ConfigureAwait(false) is var score and < 0)
                return (null, $"{node} may not be promoted (score {score})");
        Ended asked = await lab.TruceAsync(
            "lab", "exec", "client", "--", "psql", "-qtAX", "-h", Address, "-U", "postgres", "-c",
            "select count(*) from pg_stat_replication where state = 'streaming'").ConfigureAwait(false);
        return asked.Code == 0 && asked.LastLine == "2"
            ? (primary, "")
            : (null, $"standbys: {asked.LastLine}");
    }

    private async Task<ClusterView?> StatusAsync()
    {
        Ended status = await lab.TruceAsync("status", "--json").ConfigureAwait(false);
        return status.Code == 0 ? ClusterView.Parse(status.Answer) : null;
    }

    // What PAF gives a node; without one it has never seen it as a standby.
    private async Task<int> ScoreAsync(string node)
    {
        Ended shown = await lab.TruceAsync("attr", "show", node, "--json").ConfigureAwait(false);
        if (shown.Code != 0)
            return int.MinValue;
        using JsonDocument attributes = JsonDocument.Parse(shown.Answer);
        string? score = attributes.RootElement.EnumerateArray()
            .Where(a => a.GetProperty("name").GetString() == "master-postgres")
            .Select(a => a.GetProperty("value").GetString()).FirstOrDefault();
        return int.TryParse(score, CultureInfo.InvariantCulture, out int n) ? n : int.MinValue;
    }

    private Task<string> ScriptAsync(string node, string script, params string[] arguments) =>
        DoAsync(["lab", "exec", node, "--", $"/run/lab/agents/{s_example[^1]}/{script}", .. arguments]);

    private Task<string> DoAsync(params string[] words) => lab.DoAsync(words);

    private static WrittenRow Row(string line)
    {
        string[] words = line.Split(' ');
        return new WrittenRow(
            long.Parse(words[0], CultureInfo.InvariantCulture),
            long.Parse(words[1], CultureInfo.InvariantCulture));
    }

    private static string Example(string file) => Repository.At([.. s_example, file]);

    private static long Now() => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
}
