using System.Collections.Immutable;
using System.Globalization;
using Truce.Agents.Bench.Hosts;
using Truce.Agents.Processes;
using Truce.Agents.Running;
using Truce.Model;
using Truce.Ports;

namespace Truce.Agents.Bench;

/// <summary>A fresh host with the resource in it, and what checks do there.</summary>
internal sealed class Stage : IAsyncDisposable
{
    /// <summary>What the folders of hosts are called, in the folder for temporary files.</summary>
    public const string FolderPrefix = "truce-bench-";

    private const string Tools = HostScript.Share + "/tools";
    private const string ShimFolder = HostScript.Share + "/shim";
    private const int BesideMax = 200;
    private const int LooksMax = 5;
    private static readonly TimeSpan s_apart = TimeSpan.FromMilliseconds(500);
    private static readonly string[] s_covered = ["/tmp/", "/run/", "/mnt/", "/dev/"];

    private readonly BenchSubject _subject;
    private readonly BenchHost _host;

    private Stage(BenchSubject subject, BenchHost host)
    {
        (_subject, _host) = (subject, host);
    }

    /// <summary>What was put beside the resource and isn't its own.</summary>
    public Neighbours Neighbours { get; private set; } = Neighbours.None;

    /// <summary>The folder shared with the host.</summary>
    public string Share => _host.Share;

    /// <summary>What the agent under test is.</summary>
    public BenchSubject Subject => _subject;

    /// <summary>Boots a host and prepares it.</summary>
    public static async Task<Stage> BootAsync(
        BenchSubject subject, ProcessSpawner spawner, CancellationToken cancel)
    {
        Stage stage = new(subject, await HostAsync(subject, spawner, cancel).ConfigureAwait(false));
        try
        {
            await stage.PrepareAsync(cancel).ConfigureAwait(false);
            return stage;
        }
        catch
        {
            await stage.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Runs an action as the cluster would.</summary>
    public Task<ActionResult> DoAsync(string action, CancellationToken cancel) =>
        DoAsync(action, new ActionOptions(), cancel);

    /// <summary>Runs an action in a particular way.</summary>
    public async Task<ActionResult> DoAsync(string action, ActionOptions options, CancellationToken cancel)
    {
        OperationSpec operation = Operation(action, options);
        ImmutableSortedDictionary<string, string> environment =
            OcfEnvironment.For(operation, Settings(options));
        ProcessSpec spec = new(
            operation.OperationId, _subject.Path, [action], environment, operation.Timeout)
        {
            LeaveDaemonsOn =
                [OcfCode.Success, OcfCode.RunningPromoted, OcfCode.Degraded, OcfCode.DegradedPromoted],
            Capture = options.Capture,
        };
        if (options.Wrapper.Length > 0)
            spec = spec with
            {
                Program = options.Wrapper[0],
                Arguments = [.. options.Wrapper[1..], _subject.Path, action],
            };
        ProcessResult result = await _host.RunAsync(spec, cancel).ConfigureAwait(false);
        if (!options.MayBeCancelled)
            cancel.ThrowIfCancellationRequested();
        return new ActionResult(action, result.End, result.Output.Text, result.Errors.Text,
            result.ExitReason ?? "", result.Duration);
    }

    /// <summary>Runs a program in the host.</summary>
    public Task<ProcessResult> RunAsync(ProcessSpec spec, CancellationToken cancel) =>
        _host.RunAsync(spec, cancel);

    /// <summary>Runs a step of the bench in the host.</summary>
    public Task<string> ShellAsync(string script, CancellationToken cancel, params string[] words) =>
        _host.ShellAsync(script, cancel, words);

    /// <summary>The processes of the host, but for those of the bench.</summary>
    public async Task<ImmutableArray<HostProcess>> ProcessesAsync(CancellationToken cancel)
    {
        string listed = await ShellAsync(
            "echo $$; for p in /proc/[0-9]*; do echo \"$(readlink $p/exe)\"; cat $p/stat; done 2>/dev/null; "
            + "true",
            cancel).ConfigureAwait(false);
        return [.. HostProcess.Read(listed).Where(p => !Neighbours.Processes.Contains(p.Id))];
    }

    /// <summary>Those of them that don't end by themselves soon: an action may announce an address, or
    /// write a log, in the background. Nothing is waited for where there are only so many as are
    /// expected.</summary>
    public async Task<ImmutableArray<HostProcess>> LastingProcessesAsync(
        int expected, CancellationToken cancel)
    {
        ImmutableArray<HostProcess> lasting = await ProcessesAsync(cancel).ConfigureAwait(false);
        for (int i = 0; i < LooksMax && lasting.Length > expected; i++)
        {
            await Task.Delay(s_apart, cancel).ConfigureAwait(false);
            ImmutableArray<HostProcess> now = await ProcessesAsync(cancel).ConfigureAwait(false);
            lasting = [.. now.Where(lasting.Contains)];
        }

        return lasting;
    }

    /// <summary>Kills processes as a crash does.</summary>
    public async Task KillAsync(ImmutableArray<HostProcess> processes, CancellationToken cancel)
    {
        if (processes.Length == 0)
            return;
        await SignalAsync("KILL", processes, cancel).ConfigureAwait(false);
        await ShellAsync("sleep 0.05", cancel).ConfigureAwait(false);
    }

    /// <summary>Sends processes a signal. Those that have ended already don't matter.</summary>
    public Task SignalAsync(string signal, ImmutableArray<HostProcess> processes, CancellationToken cancel) =>
        ShellAsync("signal=$1; shift; for p; do kill -s \"$signal\" \"$p\"; done 2>/dev/null; true", cancel,
            [signal, .. processes.Select(p => p.Id.ToString(CultureInfo.InvariantCulture))]);

    /// <summary>Kills all that runs, as a crash of the resource does.</summary>
    public async Task CrashAsync(CancellationToken cancel) =>
        await KillAsync(await ProcessesAsync(cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);

    /// <summary>What has been changed on the host's disk so far.</summary>
    public async Task<ImmutableSortedDictionary<string, HostFile>> FilesAsync(CancellationToken cancel) =>
        HostFile.Read(await ShellAsync(
            $"find {HostScript.Disk}/over {HostScript.Disk}/run {HostScript.Disk}/tmp "
            + "-printf '%P\\t%H\\t%y\\t%s\\t%T@\\t%m\\n' 2>/dev/null; true", cancel).ConfigureAwait(false));

    /// <summary>What became of the neighbours; null: they are as they were.</summary>
    public async Task<string?> HarmToNeighboursAsync(CancellationToken cancel)
    {
        string script = """
            while read -r kind what; do
              case $kind in
                process)
                  [ -d "/proc/$what" ] || echo "a process beside it was killed" ;;
                mount)
                  grep -qs " $what tmpfs" /proc/mounts || echo "$what was unmounted, which isn't its own" ;;
                file)
                  [ -f "$what" ] || echo "$what was removed, which isn't its own" ;;
              esac
            done </run/truce-bench/neighbours
            """;
        string harm = await ShellAsync(script, cancel).ConfigureAwait(false);
        return harm.Length == 0 ? null : harm.Trim().Split('\n')[0];
    }

    /// <summary>Mounts a file system at a folder that never answers.</summary>
    public async Task HangAsync(string folder, CancellationToken cancel)
    {
        string holder = await ShellAsync(HostTools.HangMount, cancel, folder).ConfigureAwait(false);
        Neighbours = Neighbours with
        {
            Processes = Neighbours.Processes.Add(int.Parse(holder, CultureInfo.InvariantCulture)),
        };
    }

    /// <summary>Puts a counting script before every program.</summary>
    public void Shim(IEnumerable<string> programs)
    {
        string folder = Path.Combine(Share, "shim");
        Directory.CreateDirectory(folder);
        Directory.CreateDirectory(Path.Combine(Share, "calls"));
        foreach (string program in programs)
            File.CreateSymbolicLink(Path.Combine(folder, program), "../shim.sh");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _host.DisposeAsync();

    // Until there is a host that removes it, the folder is ours to remove.
    private static async Task<BenchHost> HostAsync(
        BenchSubject subject, ProcessSpawner spawner, CancellationToken cancel)
    {
        string share = Directory.CreateTempSubdirectory(FolderPrefix).FullName;
        try
        {
            await FurnishAsync(subject, share, cancel).ConfigureAwait(false);
            return await BenchHost.BootAsync(spawner, share, subject.Path, cancel).ConfigureAwait(false);
        }
        catch
        {
            BenchHost.Remove(share);
            throw;
        }
    }

    private static async Task FurnishAsync(BenchSubject subject, string share, CancellationToken cancel)
    {
        if (subject.Instead is { } damaged)
            await File.WriteAllTextAsync(Path.Combine(share, "agent"), damaged, cancel).ConfigureAwait(false);
        string tools = Path.Combine(share, "tools");
        Directory.CreateDirectory(tools);
        foreach (string name in HostTools.ClusterToolNames)
            await WriteProgramAsync(Path.Combine(tools, name), HostTools.ClusterTool,
                cancel).ConfigureAwait(false);
        await WriteProgramAsync(Path.Combine(share, "shim.sh"), HostTools.Shim, cancel).ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(share, "lines.bash"), HostTools.Lines, cancel)
            .ConfigureAwait(false);
        string folder = Path.GetDirectoryName(subject.Path)!;
        if (s_covered.Any(c => subject.Path.StartsWith(c, StringComparison.Ordinal)))
            CopyFolder(folder, Path.Combine(share, "beside"));
    }

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from).Take(BesideMax))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    private static async Task WriteProgramAsync(string path, string text, CancellationToken cancel)
    {
        await File.WriteAllTextAsync(path, text, cancel).ConfigureAwait(false);
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }

    private async Task PrepareAsync(CancellationToken cancel)
    {
        if (_subject.Options.Prepare is { } prepare)
            await RunPreparationAsync(prepare, cancel).ConfigureAwait(false);
        string made = await ShellAsync(HostTools.Neighbours + "\n", cancel, [.. _subject.Values])
            .ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(Share, "neighbours"), made, cancel).ConfigureAwait(false);
        Neighbours = Neighbours.Read(made);
    }

    private async Task RunPreparationAsync(string prepare, CancellationToken cancel)
    {
        try
        {
            await ShellAsync(prepare, cancel).ConfigureAwait(false);
        }
        catch (BenchException e)
        {
            throw new BenchException(BenchFailure.BadInput, $"the preparing script failed: {e.Message}",
                "make it succeed in a host where only the machine's own files are");
        }
    }

    private OperationSpec Operation(string action, ActionOptions options)
    {
        ImmutableSortedDictionary<string, string> meta = ImmutableSortedDictionary<string, string>.Empty;
        if (_subject.IsPromotable)
            meta = meta.SetItems(s_cloned);
        return new OperationSpec(
            $"bench-{Guid.NewGuid():N}", AgentKind.Resource, BenchSubject.Resource, _subject.Name.Class,
            _subject.Name.Provider, _subject.Name.Type, action,
            options.Parameters ?? _subject.Options.Parameters, meta.SetItems(options.Meta),
            options.Limit ?? _subject.Limit(action), 0);
    }

    private static readonly ImmutableSortedDictionary<string, string> s_cloned =
        ImmutableSortedDictionary<string, string>.Empty.Add("clone", "0").Add("clone_max", "1")
            .Add("clone_node_max", "1").Add("promoted_max", "1").Add("promoted_node_max", "1")
            .Add("master_max", "1").Add("master_node_max", "1").Add("notify", "true")
            .Add("globally_unique", "false");

    private Finding.AgentSettings Settings(ActionOptions options) => _subject.Options.Settings with
    {
        ToolDirectories = options.Shims == Shims.On ? [ShimFolder, Tools] : [Tools],
        StateDirectory = "/run/resource-agents",
        NodeName = BenchSubject.Node,
        LogFacility = "none",
        ExtraEnvironment = _subject.Options.Settings.ExtraEnvironment.SetItems(options.Environment)
            .SetItem("HA_SBIN_DIR", Tools).SetItem("SHELL", "/bin/bash"),
    };
}

/// <summary>Whether counting scripts stand before the programs.</summary>
internal enum Shims
{
    /// <summary>They don't.</summary>
    Off,

    /// <summary>They do.</summary>
    On,
}

/// <summary>How an action is run.</summary>
internal sealed record ActionOptions
{
    /// <summary>Words that come before the agent: a tracer, an interpreter.</summary>
    public ImmutableArray<string> Wrapper { get; init; } = [];

    /// <summary>Further variables.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Further meta attributes.</summary>
    public ImmutableSortedDictionary<string, string> Meta { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Other parameters than the resource's.</summary>
    public ImmutableSortedDictionary<string, string>? Parameters { get; init; }

    /// <summary>Another limit than the resource's.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>How much of what it prints is kept.</summary>
    public CaptureLimits Capture { get; init; } = new(64 * 1024, 64 * 1024);

    /// <summary>Whether counting scripts stand before the programs.</summary>
    public Shims Shims { get; init; }

    /// <summary>Whether its being cancelled is what the check wants.</summary>
    public bool MayBeCancelled { get; init; }
}
