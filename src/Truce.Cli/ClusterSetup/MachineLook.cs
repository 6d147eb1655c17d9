using System.Collections.Immutable;
using Truce.Analysis.Setup;
using Truce.Cli.Nodes;
using Truce.Model.Corosync;

namespace Truce.Cli.ClusterSetup;

/// <summary>A corosync.conf that is judged, where it is or where it may go.</summary>
/// <param name="Text">What stands in it.</param>
/// <param name="File">As it was read.</param>
/// <param name="Key">The key that goes with it; null: none.</param>
internal sealed record Candidate(string Text, CorosyncFile File, byte[]? Key)
{
    /// <summary>Who can read the key where it is; a key that is yet to be written is for root
    /// alone.</summary>
    public KeyAccess Access { get; init; }

    /// <summary>Reads a text.</summary>
    /// <exception cref="CommandException">It is no corosync.conf.</exception>
    public static Candidate Of(string text, string name, byte[]? key) =>
        CorosyncReader.Parse(text, name) switch
    {
        CorosyncReadResult.Accepted accepted => new Candidate(text, new CorosyncFile(name, accepted.Root),
            key),
        CorosyncReadResult.Refused refused => throw new CommandException(
            ExitCode.BadInput, $"{name} can't be used; nothing has been changed")
        {
            File = name,
            Findings = [.. refused.Findings.Select(FindingText.OnWire)],
        },
    };

    /// <summary>The cluster's name.</summary>
    public string Cluster => File.Totem?.Find("cluster_name")?.Text ?? "";

    /// <summary>Its version; 0: it names none.</summary>
    public int Version => CorosyncEdit.VersionOf(File.Root);

    /// <summary>The nodes' names.</summary>
    public string[] Names => [.. File.Nodes.Select(n => n.Find("name")?.Text).OfType<string>()];
}

/// <summary>Learns what rules need to know of this machine; changes nothing.</summary>
internal sealed class MachineLook(ISetupHost host)
{
    /// <summary>The units that play a part.</summary>
    public static IReadOnlyList<string> Units { get; } = ["corosync", "truced", "corosync-qdevice",
        "pacemaker"];

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    /// <summary>truce.conf; empty if there is none.</summary>
    public IReadOnlyDictionary<string, string> Settings() =>
        File.Exists(host.PathOf(NodeConfiguration.File))
            ? NodeConfiguration.Read(host.PathOf(NodeConfiguration.File))
            : ImmutableDictionary<string, string>.Empty;

    /// <summary>What truced calls this node.</summary>
    public string NodeName() => Settings().GetValueOrDefault("node", host.HostName);

    /// <summary>The installed Corosync's version.</summary>
    /// <exception cref="CommandException">There is none.</exception>
    public async Task<string> CorosyncVersionAsync(CancellationToken cancel)
    {
        // Corosync Cluster Engine, version '3.1.7'
        ProgramEnd end = await host.RunAsync("corosync", ["-v"], s_limit, cancel).ConfigureAwait(false);
        string[] parts = end.Output.Split('\'');
        return end.Code == 0 && parts.Length > 1
            ? parts[1]
            : throw new CommandException(
                ExitCode.BadInput, "Corosync isn't installed on this node", "apt-get install corosync");
    }

    /// <summary>Looks at the machine with a corosync.conf in mind.</summary>
    public async Task<Machine> LookAsync(Candidate candidate, CancellationToken cancel)
    {
        IReadOnlyDictionary<string, MachineUnit> units = await UnitsAsync(cancel).ConfigureAwait(false);
        Machine machine = new()
        {
            HostName = host.HostName,
            NodeName = NodeName(),
            Settings = Settings(),
            Addresses = host.Addresses(),
            Ports = host.Ports(),
            Units = units,
            Resolved = await ResolvedAsync(candidate, cancel).ConfigureAwait(false),
            Clock = await ClockAsync(cancel).ConfigureAwait(false),
            Key = candidate.Key is { } key ? new MachineKey(key.Length, candidate.Access) : null,
            Refusal = await RefusalAsync(candidate, cancel).ConfigureAwait(false),
        };
        return machine with { Silent = await SilentAsync(candidate, machine, cancel).ConfigureAwait(false) };
    }

    /// <summary>What the running Corosync says; null: it doesn't answer.</summary>
    public async Task<CorosyncRuntime?> RuntimeAsync(CancellationToken cancel)
    {
        ProgramEnd links =
            await host.RunAsync("corosync-cfgtool", ["-n"], s_limit, cancel).ConfigureAwait(false);
        if (links.Code != 0)
            return null;
        ProgramEnd map = await host.RunAsync(
            "corosync-cmapctl", ["totem.config_version", "nodelist.node."], s_limit,
                cancel).ConfigureAwait(false);
        return CorosyncRuntime.Parse(links.Output, map.Output);
    }

    /// <summary>The units, with systemd asked once; empty: it doesn't answer.</summary>
    public async Task<IReadOnlyDictionary<string, MachineUnit>> UnitsAsync(CancellationToken cancel)
    {
        ProgramEnd end = await host.RunAsync("systemctl",
            ["show", "-p", "Id,LoadState,ActiveState,UnitFileState", .. Units.Select(u => u + ".service")],
            s_limit, cancel).ConfigureAwait(false);
        if (end.Code != 0)
            return ImmutableDictionary<string, MachineUnit>.Empty;
        Dictionary<string, MachineUnit> units = [];
        foreach (string block in end.Output.Split("\n\n"))
        {
            Dictionary<string, string> values = block.Split('\n').Select(l => l.Split('=', 2))
                .Where(p => p.Length == 2).DistinctBy(p => p[0]).ToDictionary(p => p[0], p => p[1]);
            if (values.GetValueOrDefault("Id") is { } id)
                units[id.Replace(".service", "", StringComparison.Ordinal)] = new MachineUnit(
                    values.GetValueOrDefault("LoadState", ""), values.GetValueOrDefault("ActiveState", ""),
                    values.GetValueOrDefault("UnitFileState", ""));
        }

        return units;
    }

    private async Task<ClockState> ClockAsync(CancellationToken cancel)
    {
        ProgramEnd end = await host.RunAsync(
            "timedatectl", ["show", "-p", "NTPSynchronized", "--value"], s_limit,
                cancel).ConfigureAwait(false);
        return (end.Code, end.Output.Trim()) switch
        {
            (0, "yes") => ClockState.Synchronised,
            (0, "no") => ClockState.Free,
            _ => ClockState.Unknown,
        };
    }

    // Names of nodes, and addresses that are written as names.
    private async Task<IReadOnlyDictionary<string, ImmutableArray<string>>> ResolvedAsync(
        Candidate candidate, CancellationToken cancel)
    {
        string[] names = [.. candidate.Names
            .Concat(CorosyncLinks.From(candidate.File.Root).Addresses.Select(a => a.Address)).Distinct()];
        ImmutableArray<string>[] found = await Task.WhenAll(names.Select(n => host.ResolveAsync(n, cancel)))
            .ConfigureAwait(false);
        return names.Zip(found).ToDictionary(p => p.First, p => p.Second);
    }

    private async Task<ImmutableArray<string>> SilentAsync(
        Candidate candidate, Machine machine, CancellationToken cancel)
    {
        string[] others = [.. CorosyncLinks.From(candidate.File.Root).Addresses
            .Where(a => !a.Node.Equals(machine.NodeName, StringComparison.OrdinalIgnoreCase))
            .Select(a => a.Address)];
        bool[] answers = await Task.WhenAll(others.Select(o =>
            host.AnswersAsync(o, cancel))).ConfigureAwait(false);
        IEnumerable<string> silent = others.Where((_, i) => !answers[i]);
        if (candidate.File.Device?.First("net")?.Find("host")?.Text is { } device
            && !await host.ListensAsync(device, MachineRules.DevicePort, cancel).ConfigureAwait(false))
            silent = silent.Append(device);
        return [.. silent];
    }

    // Corosync reads the key before it judges the file, so both are laid out where only this user sees them.
    private async Task<string?> RefusalAsync(Candidate candidate, CancellationToken cancel)
    {
        string folder = Directory.CreateTempSubdirectory("truce-corosync-").FullName;
        try
        {
            string key = Path.Combine(folder, "authkey"), conf = Path.Combine(folder, "corosync.conf");
            if (candidate.Key is not null)
                await File.WriteAllBytesAsync(key, candidate.Key, cancel).ConfigureAwait(false);
            string text = CorosyncEdit.ForTrial(
                candidate.Text, candidate.File.Root, key, Path.Combine(folder, "log"));
            await File.WriteAllTextAsync(conf, text, cancel).ConfigureAwait(false);
            ProgramEnd end =
                await host.RunAsync("corosync", ["-t", "-c", conf], s_limit, cancel).ConfigureAwait(false);
            return end.Code is 0 or ProgramEnd.None ? null : Complaint(end, conf);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Nov 30 18:22:25 error   [MAIN  ] parse error in config: No valid name found for local host
    private static string Complaint(ProgramEnd end, string file)
    {
        string line = (end.Output + end.Error).Split('\n').FirstOrDefault(l =>
            l.Contains("error", StringComparison.Ordinal)) ?? end.Error.Trim();
        int mark = line.IndexOf("] ", StringComparison.Ordinal);
        return line[(mark < 0 ? 0 : mark + 2)..]
            .Replace("parse error in config: ", "", StringComparison.Ordinal)
            .Replace("parser error: ", "", StringComparison.Ordinal)
            .Replace(file + ":", "line ", StringComparison.Ordinal);
    }
}
