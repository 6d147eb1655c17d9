using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Truce.Lab.Hosts;

namespace Truce.Lab;

/// <summary>The properties of a new lab.</summary>
public sealed record LabOptions
{
    /// <summary>How many nodes.</summary>
    public int Nodes { get; init; } = 3;

    /// <summary>What carries messages.</summary>
    public LabEngine Engine { get; init; } = LabEngine.Local;

    /// <summary>Number of networks between the nodes.</summary>
    public int Links { get; init; } = 1;

    /// <summary>Whether Corosync's links are encrypted.</summary>
    public bool Encrypted { get; init; } = true;

    /// <summary>KEY=VALUE for the quorum section of corosync.conf.</summary>
    public ImmutableArray<string> Quorum { get; init; } = [];

    /// <summary>Whether a quorum device runs outside the nodes.</summary>
    public bool Witness { get; init; }

    /// <summary>The configuration to start with: CIB XML.</summary>
    public string? Configuration { get; init; }

    /// <summary>Folders of agents, each offered as <c>ocf:FOLDERNAME:*</c>.</summary>
    public ImmutableArray<string> Agents { get; init; } = [];

    /// <summary>Shared disks.</summary>
    public ImmutableArray<LabDisk> Disks { get; init; } = [];

    /// <summary>Resource agents of the machine (<c>PROVIDER/NAME</c>) that record, outside of the nodes, what
    /// is done with them; not without mount namespaces.</summary>
    public ImmutableArray<string> Recorded { get; init; } = [];

    /// <summary>Settings to begin with.</summary>
    public LabSettings Settings { get; init; } = new();

    /// <summary>The folder of truce, truced and the small programs; null: where this program lies.</summary>
    public string? Programs { get; init; }

    /// <summary>The program that nodes run; null for truced next to the other programs.</summary>
    public string? Daemon { get; init; }

    /// <summary>Milliseconds of silence after which a node is lost.</summary>
    public int TokenMs { get; init; } = 1000;

    /// <summary>Null: the strongest that is allowed.</summary>
    public Isolation? Isolation { get; init; }
}

/// <summary>A lab: hosts on one machine, their power and their network. All
/// of it lies in one folder.</summary>
/// <param name="paths">Where.</param>
public sealed class TruceLab(LabPaths paths)
{
    private static readonly TimeSpan s_cgroupMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_keeperMax = TimeSpan.FromSeconds(20);

    /// <summary>Where the lab lies.</summary>
    public LabPaths Paths { get; } = paths;

    /// <summary>Makes the lab and gives its nodes power. It doesn't wait for the cluster on them.</summary>
    /// <exception cref="LabException">A lab is there already, or the machine can't do it.</exception>
    public async Task UpAsync(LabOptions options, CancellationToken cancel)
    {
        LabDefinition definition = await DefineAsync(options, cancel).ConfigureAwait(false);
        using FileStream held = Take();
        await ClearLeftoversAsync(cancel).ConfigureAwait(false);
        await LabFolder.CreateAsync(Paths, definition, options.Settings, cancel).ConfigureAwait(false);
        LabRoot.Start(Paths, definition);
        await WaitForKeeperAsync(cancel).ConfigureAwait(false);
        await Task.WhenAll(definition.Nodes.Select(n => BootAsync(n.Name, cancel))).ConfigureAwait(false);
    }

    /// <summary>Ends the lab and removes everything of it; also what a crash left.</summary>
    /// <returns>False if nothing was there.</returns>
    public async Task<bool> DownAsync(CancellationToken cancel)
    {
        if (!File.Exists(Paths.Definition))
            return false;
        LabFolder.RequireOwn(Paths);
        using (Take())
            await RemoveAsync(cancel).ConfigureAwait(false);
        Directory.Delete(Paths.Root, recursive: true);
        return true;
    }

    /// <summary>Cuts a node's power. Returns when it is certainly off.</summary>
    public Task KillAsync(string node, CancellationToken cancel) =>
        AskAsync(new("kill") { Node = node }, cancel);

    /// <summary>Gives a node power.</summary>
    public Task BootAsync(string node, CancellationToken cancel) =>
        AskAsync(new("boot") { Node = node }, cancel);

    /// <summary>Stops all processes of a node where they are.</summary>
    public Task PauseAsync(string node, CancellationToken cancel) =>
        AskAsync(new("pause") { Node = node }, cancel);

    /// <summary>Lets them go on.</summary>
    public Task ThawAsync(string node, CancellationToken cancel) =>
        AskAsync(new("thaw") { Node = node }, cancel);

    /// <summary>Lets the second group no longer hear the first; nor the other
    /// way, unless it is one way.</summary>
    public Task CutAsync(
        IEnumerable<string> from, IEnumerable<string> to, int? link, bool oneWay, CancellationToken cancel) =>
        AskAsync(new("cut") { From = [.. from], To = [.. to], Link = link, OneWay = oneWay }, cancel);

    /// <summary>Ends all cuts.</summary>
    public Task HealAsync(CancellationToken cancel) => AskAsync(new("heal"), cancel);

    /// <summary>Changes a setting.</summary>
    public Task SetAsync(string key, string value, CancellationToken cancel) =>
        AskAsync(new("set") { Key = key, Value = value }, cancel);

    /// <summary>Adds a line to the record of events.</summary>
    public Task NoteAsync(string node, string what, CancellationToken cancel) =>
        AskAsync(new("note") { Node = node, Value = what }, cancel);

    /// <summary>How the lab is.</summary>
    public async Task<LabStatus> StatusAsync(CancellationToken cancel)
    {
        LabStatus status = (
            await KeeperClient.AskAsync(Paths, new("status"), cancel).ConfigureAwait(false)).Status!;
        HostProcesses processes = new(status.Isolation, LabRoot.Find(Paths));
        return status with
        {
            Directory = Paths.Root,
            Nodes = [.. status.Nodes.Select(processes.Translate)],
        };
    }

    /// <summary>The socket of a node's API, reachable from outside.</summary>
    public string ApiSocket(string node) => Path.Combine(Paths.Node(node).Run, "api.sock");

    /// <summary>Runs a command on a node, with this process's standard streams,
    /// and gives its exit code.</summary>
    public async Task<int> ExecAsync(string node, IReadOnlyList<string> command, CancellationToken cancel)
    {
        ProcessStartInfo start = await EnterAsync(node, command, cancel).ConfigureAwait(false);
        using Process process = Process.Start(start)
            ?? throw new LabException(LabFailure.Failed, "nsenter couldn't be started", "install util-linux");
        try
        {
            await process.WaitForExitAsync(cancel).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Ending the command that entered the node is meant for the program that it runs there.
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        return process.ExitCode;
    }

    /// <summary>How to start a command on a node (or, for <c>client</c>, outside the
    /// nodes, on their network).</summary>
    public async Task<ProcessStartInfo> EnterAsync(string node, IReadOnlyList<string> command,
        CancellationToken cancel)
    {
        LabStatus status = await StatusAsync(cancel).ConfigureAwait(false);
        return node == LabDefinition.Client
            ? NodeEntry.ForClient(status, Paths, command)
            : NodeEntry.ForNode(status, Find(status, node), Paths, command);
    }

    private static LabNodeStatus Find(LabStatus status, string node)
    {
        LabNodeStatus found = status.Nodes.FirstOrDefault(n => n.Name == node)
            ?? throw new LabException(LabFailure.BadInput, $"{node}: no such node in this lab",
                $"name one of {string.Join(", ", status.Nodes.Select(n => n.Name))}, or {LabDefinition.Client}");
        return found.Pid is null
            ? throw new LabException(LabFailure.Refused, $"{node} is off", $"truce lab boot {node}")
            : found;
    }

    private async Task AskAsync(ControlRequest request, CancellationToken cancel) =>
        await KeeperClient.AskAsync(Paths, request, cancel).ConfigureAwait(false);

    private static async Task<LabDefinition> DefineAsync(LabOptions options, CancellationToken cancel)
    {
        string programs = Path.GetFullPath(options.Programs ?? AppContext.BaseDirectory);
        ImmutableArray<LabNode> nodes =
            [.. Enumerable.Range(1, Math.Max(0, options.Nodes))
                .Select(i => new LabNode("n" + i.ToString(CultureInfo.InvariantCulture), i))];
        LabDefinition definition = new()
        {
            Isolation = options.Isolation ?? await IsolationProbe.FindAsync(cancel).ConfigureAwait(false),
            Engine = options.Engine,
            Links = options.Links,
            TokenMs = options.TokenMs,
            Encrypted = options.Encrypted,
            Quorum = options.Quorum,
            Witness = options.Witness,
            Nodes = nodes,
            Agents = [.. options.Agents.Select(a => Path.TrimEndingDirectorySeparator(Path.GetFullPath(a)))
                .Select(a => new LabAgents(Path.GetFileName(a), a))],
            Disks = options.Disks,
            Recorded = options.Recorded,
            Programs = Path.TrimEndingDirectorySeparator(programs),
            Daemon = Path.GetFullPath(options.Daemon ?? Path.Combine(programs, "truced")),
            InitialConfiguration = options.Configuration ?? DefaultConfiguration.Render(nodes),
        };
        LabChecks.Check(definition);
        return definition;
    }

    private FileStream Take()
    {
        LabFolder.Claim(Paths);
        try
        {
            return new FileStream(Paths.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new LabException(LabFailure.Refused,
                $"another command is creating or removing the lab in {Paths.Root}",
                "wait for it, or set TRUCE_LAB_DIR to another folder");
        }
    }

    private async Task ClearLeftoversAsync(CancellationToken cancel)
    {
        if (await KeeperClient.TryAskAsync(Paths, new("status"), cancel).ConfigureAwait(false) is not null)
            throw new LabException(LabFailure.Refused, $"a lab is up in {Paths.Root}", "truce lab down");
        if (File.Exists(Paths.Definition))
            await RemoveAsync(cancel).ConfigureAwait(false);
        LabFolder.RequireEmpty(Paths);
    }

    private async Task RemoveAsync(CancellationToken cancel)
    {
        await KeeperClient.TryAskAsync(Paths, new("down"), cancel).ConfigureAwait(false);
        await LabRoot.EndAsync(Paths, cancel).ConfigureAwait(false);
        foreach (string device in LoopDisks.AttachedBelow(Paths.Root).ToArray())
            await LoopDisks.DetachAsync(device, cancel).ConfigureAwait(false);
        if (Cgroups.Find(Paths) is { } cgroups
            && !await cgroups.RemoveAllAsync(s_cgroupMax, cancel).ConfigureAwait(false))
            throw new LabException(LabFailure.Failed, $"cgroups of the lab {Paths.Tag} are still busy",
                "truce lab down, again");
        LabFolder.Clear(Paths);
    }

    private async Task WaitForKeeperAsync(CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(s_keeperMax);
        while (await KeeperClient.TryAskAsync(Paths, new("status"), cancel).ConfigureAwait(false) is null)
        {
            if (limit.IsCancellationRequested)
            {
                throw new LabException(LabFailure.Failed,
                    $"the lab's keeper doesn't answer: {LabFolder.LastLine(Paths.KeeperLog)}",
                    $"read {Paths.KeeperLog}; then truce lab down");
            }

            await Task.Delay(10, cancel).ConfigureAwait(false);
        }
    }
}
