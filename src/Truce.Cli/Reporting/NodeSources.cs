using System.Globalization;
using Truce.Cli.Nodes;

namespace Truce.Cli.Reporting;

/// <summary>What this machine tells: its files, its logs, and what its programs print.</summary>
/// <param name="places">Where they are.</param>
/// <param name="window">The time that logs are taken of.</param>
internal sealed class NodeSources(ReportPlaces places, ReportWindow window)
{
    private const int LogBytesMax = 4 * 1024 * 1024;
    private const int JournalBytesMax = 16 * 1024 * 1024;
    private const int FileBytesMax = 1024 * 1024;
    private const string Lines = "100000";

    private static readonly string[] s_facts =
    [
        "/proc/version", "/proc/sys/kernel/random/boot_id", "/proc/uptime", "/proc/loadavg", "/proc/meminfo",
        "/proc/pressure/cpu", "/proc/pressure/memory", "/proc/pressure/io", "/etc/os-release",
        "/sys/devices/system/clocksource/clocksource0/current_clocksource",
    ];

    private static readonly string[] s_kernelWords =
    [
        "watchdog", "softdog", "iTCO", "lockup", "blocked for more than", "Out of memory", "oom-kill", "rcu:",
        "I/O error", "Link is", "link down", "link up", "machine check", "Hardware Error", "clocksource",
    ];

    private static readonly string[] s_roles =
        ["supervisor", "controller", "executor", "fencer", "api", "groups"];

    private static readonly string[] s_units =
        ["truced", "truce-metrics", "truce-alerts", "corosync", "corosync-qdevice", "sbd", "pacemaker"];

    private static readonly string[] s_packages =
    [
        "truce", "corosync", "corosync-qdevice", "libknet1", "libqb100", "resource-agents", "fence-agents",
        "pacemaker", "systemd",
    ];

    private readonly ReportProgram _programs = new(places.Programs);
    private readonly IReadOnlyDictionary<string, string> _values = Values(places.Configuration);

    /// <summary>This node's name.</summary>
    public string Node => _values.GetValueOrDefault("node", Environment.MachineName);

    private string LogFolder => _values.GetValueOrDefault("log_dir", "/var/log/truce");

    private string RunFolder => _values.GetValueOrDefault("run_dir", "/run/truce");

    private string StateFolder => _values.GetValueOrDefault("state_dir", "/var/lib/truce");

    /// <summary>The files about this node.</summary>
    public IEnumerable<ReportSource> All() =>
    [
        .. Quick().Select(s => s with { Limit = places.Patience }),
        new("logs/journal.txt", "the journal of truced and Corosync", JournalAsync)
        {
            Limit = places.Patience * 3,
        },
        new("logs/kernel.txt", "the kernel on watchdogs, stalls, memory, disks and links", KernelAsync)
        {
            Limit = places.Patience * 3,
        },
    ];

    private IEnumerable<ReportSource> Quick() =>
    [
        new("node/versions.txt", "truce, truced, Corosync and the system's packages", VersionsAsync),
        new("node/system.txt", string.Join(", ", s_facts), FactsAsync),
        FileOf("node/truce.conf", places.Configuration),
        FileOf("node/out.txt", Path.Combine(RunFolder, "controller.out"), Presence.Optional),
        new("node/files.txt", $"names and sizes in {StateFolder} and {RunFolder}", FileListAsync),
        ProgramOf("node/addresses.txt", "ip", "addr"),
        ProgramOf("node/links.txt", "ip", "-s", "link"),
        ProgramOf("node/disks.txt", "df", "-P", "-T"),
        ProgramOf("node/inodes.txt", "df", "-P", "-i"),
        ProgramOf("node/time.txt", "timedatectl", "show"),
        ProgramOf("node/units.txt", "systemctl", ["--no-pager", "show", "-p",
            "Id,ActiveState,SubState,Result,NRestarts,UnitFileState,StatusText,ExecMainStatus,"
                + "StateChangeTimestamp",
            .. s_units]),
        FileOf("corosync/corosync.conf", places.CorosyncConf, _values.GetValueOrDefault("engine") == "local"
            ? Presence.Optional : Presence.Expected) with { Harmless = "token" },
        ProgramOf("corosync/cfgtool-status.txt", "corosync-cfgtool", "-s"),
        ProgramOf("corosync/cfgtool-nodes.txt", "corosync-cfgtool", "-n"),
        ProgramOf("corosync/quorumtool.txt", "corosync-quorumtool", "-s"),
        ProgramOf("corosync/stats.txt", "corosync-cmapctl", "-m", "stats"),
        .. places.CorosyncLogs.Select((f, i) =>
            FileOf($"logs/corosync-{i + 1}.log", f, Presence.Optional, LogBytesMax)),
        .. RoleLogs(),
    ];

    // A node without one has the defaults.
    private static IReadOnlyDictionary<string, string> Values(string file)
    {
        try
        {
            return NodeConfiguration.Read(file);
        }
        catch (CommandException)
        {
            return new Dictionary<string, string>();
        }
    }

    private static ReportSource FileOf(
        string name, string file, Presence presence = Presence.Expected, int bytesMax = FileBytesMax) =>
        new(name, file, async cancel => presence == Presence.Optional && !File.Exists(file)
            ? new ReportContent.Absent($"there is no {file}")
            : await ReadAsync(file, bytesMax, cancel).ConfigureAwait(false));

    private ReportSource ProgramOf(string name, string program, params string[] arguments) =>
        new(name, $"{program} {string.Join(' ', arguments)}", cancel =>
            _programs.RunAsync(program, arguments, FileBytesMax, cancel));

    private static async Task<ReportContent.Text> ReadAsync(
        string file, int bytesMax, CancellationToken cancel)
    {
        FileStream stream =
            new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        await using (stream.ConfigureAwait(false))
            return await TextTail.ReadAsync(stream, bytesMax, cancel).ConfigureAwait(false);
    }

    // Looking for what is there would take a disk that hangs for granted.
    private IEnumerable<ReportSource> RoleLogs() =>
        from role in s_roles
        from name in new[] { $"{role}.log.1", $"{role}.log" }
        let file = Path.Combine(LogFolder, name)
        select new ReportSource($"logs/{name}", file, async cancel => File.Exists(file)
            ? InWindow(await ReadAsync(file, LogBytesMax, cancel).ConfigureAwait(false))
            : new ReportContent.Absent("it isn't there"));

    // Lines begin with their time in UTC; what doesn't belongs to the line before it.
    private ReportContent InWindow(ReportContent.Text log)
    {
        string from = Stamp(window.From), to = Stamp(window.To);
        bool within = true;
        List<string> kept = [];
        foreach (string line in log.Content.Split('\n'))
        {
            if (line.Length > from.Length && line[10] == 'T' && char.IsAsciiDigit(line[0]))
                within = string.CompareOrdinal(line, 0, from, 0, from.Length) >= 0
                    && string.CompareOrdinal(line, 0, to, 0, to.Length) <= 0;
            if (within)
                kept.Add(line);
        }

        if (kept.All(string.IsNullOrWhiteSpace))
            return new ReportContent.Absent("nothing in this time");
        return new ReportContent.Text(string.Join('\n', kept).TrimEnd('\n') + "\n", log.LeftOut);
    }

    private static string Stamp(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);

    private async Task<ReportContent> JournalAsync(CancellationToken cancel) => await JournalAsync(
        s_units.SelectMany(u => new[] { "-u", u + ".service" }), cancel).ConfigureAwait(false);

    private async Task<ReportContent> KernelAsync(CancellationToken cancel)
    {
        ReportContent all = await JournalAsync(["-k"], cancel).ConfigureAwait(false);
        if (all is not ReportContent.Text text)
            return all;
        string[] lines = [.. text.Content.Split('\n').Where(l =>
            s_kernelWords.Any(w => l.Contains(w, StringComparison.OrdinalIgnoreCase)))];
        return lines.Length == 0
            ? new ReportContent.Absent("no such line in this time")
            : text with { Content = string.Join('\n', lines) + "\n" };
    }

    private async Task<ReportContent> JournalAsync(IEnumerable<string> of, CancellationToken cancel)
    {
        ReportContent said = await _programs.RunAsync(
            "journalctl",
            ["--no-pager", "--quiet", "--output=short-iso-precise", "--utc", $"--lines={Lines}",
                $"--since=@{window.From.ToUnixTimeSeconds()}",
                $"--until=@{window.To.ToUnixTimeSeconds() + 1}", .. of],
            JournalBytesMax, cancel).ConfigureAwait(false);
        return said switch
        {
            ReportContent.Text { Content.Length: 0, Remark: var remark } => Environment.IsPrivilegedProcess
                ? new ReportContent.Absent(remark.Length > 0 ? remark : "nothing in this time")
                : new ReportContent.Missing("nothing that this user may read; do: run it as root"),
            ReportContent.Text or ReportContent.Json or ReportContent.Absent or ReportContent.Missing => said,
        };
    }

    private async Task<ReportContent> VersionsAsync(CancellationToken cancel)
    {
        List<string> lines = [$"truce {CommandLine.Version}"];
        (string Program, string[] Arguments)[] asked =
        [
            ("truced", ["--version"]), ("corosync", ["-v"]), ("uname", ["-srvm"]),
            ("dpkg-query", ["-W", "-f", "${Package} ${Version}\\n", .. s_packages]),
            ("rpm", ["-q", .. s_packages]),
        ];
        foreach ((string program, string[] arguments) in asked)
        {
            ReportContent said =
                await _programs.RunAsync(program, arguments, FileBytesMax, cancel).ConfigureAwait(false);
            lines.Add(said switch
            {
                ReportContent.Text text => text.Content.Trim(),
                ReportContent.Absent absent => absent.Why,
                ReportContent.Missing missing => missing.Why,
                ReportContent.Json => "",
            });
        }

        return new ReportContent.Text(string.Join('\n', lines) + "\n");
    }

    private static async Task<ReportContent> FactsAsync(CancellationToken cancel)
    {
        List<string> lines = [];
        foreach (string file in s_facts.Where(File.Exists))
        {
            lines.Add($"== {file}");
            try
            {
                lines.Add(
                    (await ReadAsync(file, FileBytesMax, cancel).ConfigureAwait(false)).Content.TrimEnd());
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                lines.Add($"({unreadable.Message})");
            }
        }

        return new ReportContent.Text(string.Join('\n', lines) + "\n");
    }

    private Task<ReportContent> FileListAsync(CancellationToken cancel)
    {
        List<string> lines = [];
        foreach (string folder in new[] { StateFolder, RunFolder })
        {
            lines.Add($"== {folder}");
            DirectoryInfo info = new(folder);
            lines.AddRange(!info.Exists ? ["(isn't there)"]
                : info.GetFileSystemInfos().OrderBy(f => f.Name, StringComparer.Ordinal).Select(Describe));
        }

        return Task.FromResult<ReportContent>(new ReportContent.Text(string.Join('\n', lines) + "\n"));
    }

    private static string Describe(FileSystemInfo info)
    {
        long bytes = info is FileInfo file ? file.Length : 0;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{info.LastWriteTimeUtc:yyyy-MM-dd HH:mm:ss}Z {bytes,12} {info.Name}");
    }

    private enum Presence
    {
        Expected,
        Optional,
    }
}
