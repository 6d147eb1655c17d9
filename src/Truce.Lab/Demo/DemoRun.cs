using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Truce.Client;
using Truce.Contracts;

namespace Truce.Lab.Demo;

/// <summary>
/// The demo: three nodes, a service, a client that measures, a power cut. It works in a lab of its own, and
/// removes it whatever happens.
/// </summary>
/// <param name="lab">The lab to make.</param>
/// <param name="examples">The folder examples/demo.</param>
/// <param name="output">Where the story goes.</param>
/// <param name="daemon">What nodes run; null: truced.</param>
/// <param name="asked">How nodes are kept apart; null: as strictly as is allowed.</param>
public sealed class DemoRun(TruceLab lab, string examples, TextWriter output, string? daemon,
    Isolation? asked)
{
    private const int TokenMs = 1000;
    private static readonly TimeSpan s_settleMax = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan s_pageMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(1);

    private readonly List<PageRequest> _requests = [];
    private readonly Lock _lock = new();

    /// <summary>Runs it. The last line printed is the verdict.</summary>
    /// <returns>0 if all went as promised, else 1.</returns>
    public async Task<int> RunAsync(CancellationToken cancel)
    {
        string verdict;
        try
        {
            verdict = await PlayAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception problem)
            when (problem is LabException or ClusterUnreachableException or IOException or OperationCanceledException)
        {
            verdict = $"DEMO FAILED: {problem.Message.ReplaceLineEndings(" ")}";
        }

        try
        {
            await lab.DownAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception problem)
            when (problem is LabException or IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            verdict = "DEMO FAILED: the lab could not be removed completely: "
                + problem.Message.ReplaceLineEndings(" ");
        }

        await SayAsync(verdict).ConfigureAwait(false);
        return verdict.StartsWith("DEMO OK", StringComparison.Ordinal) ? 0 : 1;
    }

    private async Task<string> PlayAsync(CancellationToken cancel)
    {
        Isolation isolation = asked ?? await IsolationProbe.FindAsync(cancel).ConfigureAwait(false);
        await SayAsync($"Three nodes: {IsolationProbe.Describe(isolation)}.").ConfigureAwait(false);
        await new LabCommands(lab, TextWriter.Null, isJson: false)
            .UpAsync(Options(isolation), LabSettling.IsSettledAsync, s_settleMax, cancel)
                .ConfigureAwait(false);
        using Process client = await StartClientAsync(isolation, cancel).ConfigureAwait(false);
        try
        {
            await UntilAsync(() => Recent(20) is { Length: 20 } last && last.All(r => r.IsOk), s_pageMax,
                "the page was never available", cancel).ConfigureAwait(false);
            await ShowStatusAsync(cancel).ConfigureAwait(false);
            return await CutAsync(isolation, cancel).ConfigureAwait(false);
        }
        finally
        {
            client.Kill();
        }
    }

    private LabOptions Options(Isolation isolation) => new()
    {
        Nodes = 3,
        TokenMs = TokenMs,
        Isolation = isolation,
        Daemon = daemon,
        Agents = [Path.Combine(examples, "agents", "truce-demo")],
        Disks = isolation == Isolation.Hosts ? [new LabDisk("shared", 64)] : [],
        Recorded = isolation == Isolation.Hosts
            ? ["heartbeat/Filesystem", "heartbeat/IPaddr2", "heartbeat/nginx"] : [],
        Configuration = File.ReadAllText(
            Path.Combine(examples, isolation == Isolation.Hosts ? "cluster.xml"
            : "cluster-without-root.xml")),
    };

    private async Task<Process> StartClientAsync(Isolation isolation, CancellationToken cancel)
    {
        string server = isolation switch
        {
            Isolation.Hosts => "10.77.0.100:80",
            Isolation.UserNamespaces => "10.77.0.100:8077",
            Isolation.Processes => "127.0.0.1:8077",
        };
        ProcessStartInfo start = await lab.EnterAsync(LabDefinition.Client, [Program, "lab-client", server],
            cancel).ConfigureAwait(false);
        start.RedirectStandardOutput = true;
        start.RedirectStandardInput = true;
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Note(line.Data);
        process.BeginOutputReadLine();
        await SayAsync($"A client requests http://{server}/ ten times a second, and waits at most 100 ms.")
            .ConfigureAwait(false);
        return process;
    }

    private async Task<string> CutAsync(Isolation isolation, CancellationToken cancel)
    {
        string victim = ActiveNode();
        long begin = Keeper.EventLog.Now();
        await SayAsync($"\nNow {victim}, where the service is running, loses power.").ConfigureAwait(false);
        await lab.KillAsync(victim, cancel).ConfigureAwait(false);
        await UntilAsync(() => Recent(1000).Any(r => !r.IsOk && r.Due > begin), s_pageMax,
            "the client noticed nothing", cancel).ConfigureAwait(false);
        await UntilAsync(() => Recent(1).All(r => r.IsOk), s_pageMax, "the page didn't come back within 60 s",
            cancel).ConfigureAwait(false);
        await Task.Delay(s_quiet, cancel).ConfigureAwait(false);
        await ShowStatusAsync(cancel).ConfigureAwait(false);
        return await JudgeAsync(await GatherAsync(isolation, victim, begin, cancel).ConfigureAwait(false))
            .ConfigureAwait(false);
    }

    private async Task<DemoFacts> GatherAsync(Isolation isolation, string victim, long begin,
        CancellationToken cancel) => new()
    {
        Victim = victim,
        CutAt = DemoRecords.First(lab.Paths, victim, "power-cut", begin) ?? begin,
        TokenMs = TokenMs,
        World = DemoRecords.Read(lab.Paths),
        Requests = Recent(int.MaxValue),
        Told = await ToldAsync(victim, cancel).ConfigureAwait(false),
        Writers = DemoRecords.Writers(await StampsAsync(isolation, cancel).ConfigureAwait(false)),
    };

    private async Task<string> JudgeAsync(DemoFacts facts)
    {
        DemoVerdict verdict = DemoVerdict.Judge(facts);
        await SayAsync($"\nSince the power cut of {facts.Victim}:").ConfigureAwait(false);
        foreach (string line in DemoTimeline.Render(facts))
            await SayAsync(line).ConfigureAwait(false);
        await SayAsync($"""

            the client's outage            {verdict.OutageMs,6} ms
            of which nobody could avoid    {verdict.UnavoidableMs,6} ms: detection {verdict.DetectionMs}, fencing {verdict.FencingMs}, agents' own time {verdict.AgentsMs}
            """).ConfigureAwait(false);
        return verdict.Failures.IsEmpty
            ? string.Create(CultureInfo.InvariantCulture,
                $"DEMO OK outage_ms={verdict.OutageMs} unavoidable_ms={verdict.UnavoidableMs}")
            : $"DEMO FAILED: {string.Join("; ", verdict.Failures)}";
    }

    // Where the last member of the group was last started.
    private string ActiveNode() =>
        DemoRecords.Read(lab.Paths).LastOrDefault(l => l is { Resource: "web", What: "started" })?.Node
        ?? throw new LabException(LabFailure.Failed, "no agent recorded that it started the page");

    private async Task<ImmutableArray<ToldEvent>> ToldAsync(string victim, CancellationToken cancel)
    {
        LabStatus status = await lab.StatusAsync(cancel).ConfigureAwait(false);
        string asked = status.Nodes.First(n => n.Power == "on" && n.Name != victim).Name;
        await using ClusterClient client = await ClusterClient.ConnectAsync(lab.ApiSocket(asked), cancel)
            .ConfigureAwait(false);
        ClientReply reply = await client.AskAsync(new ClientRequest.GetEvents(0, 1000, 0), cancel)
            .ConfigureAwait(false);
        return reply is ClientReply.Events events
            ? [.. events.Items.Select(
                e => new ToldEvent((e.At.UtcDateTime - DateTime.UnixEpoch).Ticks * 100, e.Kind, e.Node,
                e.Resource, e.Detail))]
            : throw new LabException(LabFailure.Failed, $"{asked} doesn't report its events");
    }

    private async Task<string> StampsAsync(Isolation isolation, CancellationToken cancel)
    {
        if (isolation != Isolation.Hosts)
            return await File.ReadAllTextAsync(Path.Combine(lab.Paths.World, "disk", "stamps"), cancel)
                .ConfigureAwait(false);
        ProcessStartInfo start = await lab.EnterAsync(ActiveNode(), ["cat", "/srv/shared/stamps"], cancel)
            .ConfigureAwait(false);
        start.RedirectStandardOutput = true;
        using Process process = Process.Start(start)!;
        return await process.StandardOutput.ReadToEndAsync(cancel).ConfigureAwait(false);
    }

    private async Task ShowStatusAsync(CancellationToken cancel)
    {
        ProcessStartInfo start = new(Program, ["status"])
            { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["TRUCE_LAB_DIR"] = lab.Paths.Root;
        start.Environment.Remove("TRUCE_SOCKET");
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync(cancel);
        await SayAsync("\n"
            + (await process.StandardOutput.ReadToEndAsync(cancel).ConfigureAwait(false)).TrimEnd()
            + (await errors.ConfigureAwait(false)).TrimEnd()).ConfigureAwait(false);
    }

    private void Note(string? line)
    {
        if (line is not null && PageRequest.Parse(line) is { } request)
        {
            lock (_lock)
                _requests.Add(request);
        }
    }

    private ImmutableArray<PageRequest> Recent(int count)
    {
        lock (_lock)
            return [.. _requests.TakeLast(count)];
    }

    private static async Task UntilAsync(Func<bool> condition, TimeSpan limit, string otherwise,
        CancellationToken cancel)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > limit)
                throw new LabException(LabFailure.TimedOut, otherwise);
            await Task.Delay(20, cancel).ConfigureAwait(false);
        }
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "truce");

    private Task SayAsync(string text) => output.WriteLineAsync(text);
}
