using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Truce.Control.Components;
using Truce.Model;
using Truce.Runtime.Groups;
using Truce.Runtime.Supervisor;

namespace Truce.Daemon.Configuration;

/// <summary>
/// Reads truce.conf: <c>key = value</c> lines, <c>#</c> begins a comment line. A key that is unknown or
/// comes twice, and a value that can't be, is an error with its line: a misspelt <c>watchdog</c> that is
/// silently ignored costs data later.
/// </summary>
internal static class ConfigurationFile
{
    private const int BytesMax = 64 * 1024;
    private const string KernelBootId = "/proc/sys/kernel/random/boot_id";
    private static readonly Dictionary<string, Func<DaemonConfiguration, string, DaemonConfiguration>> s_keys = new()
    {
        ["node"] = (c, v) => c with { Node = new NodeId(Name(v)) },
        ["cluster"] = (c, v) => c with { Cluster = Name(v) },
        ["engine"] = (c, v) => c with { Engine = Choose<EngineKind>(v) },
        ["engine_socket"] = (c, v) => c with { EngineSocket = FullPath(v) },
        ["nodes"] = (c, v) => c with { Nodes = NodeList.Parse(v) },
        ["state_dir"] = (c, v) => c with { StateDirectory = FullPath(v) },
        ["run_dir"] = (c, v) => c with { RunDirectory = FullPath(v) },
        ["log_dir"] = (c, v) => c with { LogDirectory = FullPath(v) },
        ["agents_dirs"] = (c, v) => c with { AgentDirectories = Providers(v) },
        ["fence_dirs"] = (c, v) => c with { FenceDirectories = Paths(v) },
        ["path_prepend"] = (c, v) => c with { PathPrepend = Paths(v) },
        ["cgroup_root"] = (c, v) => c with { CgroupRoot = v == "none" ? v : FullPath(v) },
        ["power"] = (c, v) => c with { Power = Power(v) },
        ["watchdog"] = (c, v) => c with { Watchdog = Watchdog(v) },
        ["watchdog_timeout_ms"] = (c, v) => c with { WatchdogTimeout = Milliseconds(v) },
        ["boot_id"] = (c, v) => c with { BootId = Name(v) },
        ["initial_config"] = (c, v) => c with { InitialConfiguration = FullPath(v) },
        ["api_group"] = (c, v) => c with { ApiGroup = Name(v) },
        ["api_user"] = (c, v) => c with { ApiUser = Name(v) },
        ["groups"] = (c, v) => c with { Groups = Choose<GroupsChoice>(v) },
        ["groups_access"] = (c, v) => c with { GroupsAccess = AccessEntry.Parse(v) },
        ["groups_loss"] = (c, v) => Loss(c, "groups", v),
        ["respawn_max"] = (c, v) => c with { RespawnMax = Number(v, 0, 1000) },
        ["respawn_window_ms"] = (c, v) => c with { RespawnWindow = Milliseconds(v) },
        ["stall_limit_ms"] = (c, v) => c with { StallLimit = Stall(v) },
        ["supervisor_grace_ms"] = (c, v) => c with { SupervisorGrace = Grace(v) },
        ["engine_grace_ms"] = (c, v) => c with { EngineGrace = Milliseconds(v) },
        ["executor_loss"] = (c, v) => Loss(c, "executor", v),
        ["controller_loss"] = (c, v) => Loss(c, "controller", v),
        ["fencer_loss"] = (c, v) => Loss(c, "fencer", v),
        ["api_loss"] = (c, v) => Loss(c, "api", v),
        ["engine_loss"] = (c, v) => Loss(c, "engine", v),
        ["role_loss"] = (c, v) => Loss(c, "role", v),
        ["stop_limit_ms"] = (c, v) => c with { StopLimit = Milliseconds(v) },
        ["test_pause"] = (c, v) => c with { TestPause = v },
    };

    /// <summary>The keys, for the documentation's test.</summary>
    public static IEnumerable<string> Keys => s_keys.Keys;

    public static DaemonConfiguration Load(string path)
    {
        if (!File.Exists(path))
            throw new ConfigurationException($"{path}: doesn't exist; do: create it (docs/reference/truce.conf.md)");
        try
        {
            return Parse(
                path, ReadLines(path), Environment.MachineName, File.ReadAllText(KernelBootId).Trim());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(
                $"{path}: {e.Message}; do: make it readable for this user");
        }
    }

    private static string[] ReadLines(string path)
    {
        FileInfo file = new(path);
        if (file.Length > BytesMax)
            throw new ConfigurationException(
                $"{path}: longer than {BytesMax} bytes; do: keep only what docs/reference/truce.conf.md describes");
        try
        {
            return new UTF8Encoding(false, true).GetString(
                File.ReadAllBytes(path)).TrimStart('\uFEFF').Split('\n');
        }
        catch (DecoderFallbackException)
        {
            throw new ConfigurationException($"{path}: not valid UTF-8; do: save it as UTF-8");
        }
    }

    public static DaemonConfiguration Parse(string path, string[] lines, string hostName, string kernelBootId)
    {
        DaemonConfiguration configuration = new() { Node = new NodeId(hostName), BootId = kernelBootId };
        HashSet<string> seen = [];
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length == 0 || line.StartsWith('#'))
                continue;
            configuration = Apply(configuration, line, $"{path}:{i + 1}", seen);
        }

        return configuration;
    }

    private static DaemonConfiguration Apply(
        DaemonConfiguration configuration, string line, string position, HashSet<string> seen)
    {
        int equals = line.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
            throw new ConfigurationException($"{position}: '{line}' has no '='; do: write key = value");
        string key = line[..equals].Trim();
        string value = line[(equals + 1)..].Trim();
        if (!s_keys.TryGetValue(key, out Func<DaemonConfiguration, string, DaemonConfiguration>? apply))
        {
            throw new ConfigurationException(
                $"{position}: '{key}' is unknown; do: use one of {string.Join(", ", s_keys.Keys)}");
        }

        if (!seen.Add(key))
            throw new ConfigurationException($"{position}: '{key}' comes twice; do: remove one");
        try
        {
            return apply(configuration, value);
        }
        catch (FormatException e)
        {
            throw new ConfigurationException($"{position}: {key} = {value}: {e.Message}");
        }
    }

    private static string Name(string value) =>
        value.Length is > 0 and <= 128 && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? value
            : throw new FormatException("not a name; do: use letters, digits, '-', '_' and '.'");

    private static string FullPath(string value) => Path.IsPathFullyQualified(value)
        ? value
        : throw new FormatException("not a full path; do: begin with '/'");

    private static ImmutableArray<string> Paths(string value) =>
        [.. value.Split(':', StringSplitOptions.RemoveEmptyEntries).Select(FullPath)];

    private static ImmutableSortedDictionary<string, string> Providers(string value)
    {
        ImmutableSortedDictionary<string, string>.Builder providers =
            ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (string item in value.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = item.Split('=', 2);
            if (parts.Length != 2)
                throw new FormatException($"'{item}' is not PROVIDER=PATH; do: write provider=/path:provider2=/path2");
            providers[Name(parts[0])] = FullPath(parts[1]);
        }

        return providers.ToImmutable();
    }

    private static PowerChoice Power(string value) => value switch
    {
        "none" => new PowerChoice.None(),
        "real" => new PowerChoice.Real(),
        _ when value.StartsWith("lab:", StringComparison.Ordinal) => new PowerChoice.Lab(FullPath(value[4..])),
        _ => throw new FormatException("do: use none, lab:SOCKET or real"),
    };

    private static WatchdogChoice Watchdog(string value) => value switch
    {
        "none" => new WatchdogChoice.None(),
        _ when value.StartsWith("lab:", StringComparison.Ordinal) => new WatchdogChoice.Lab(FullPath(value[4..])),
        _ when value.StartsWith("/dev/", StringComparison.Ordinal) => new WatchdogChoice.Device(value),
        _ => throw new FormatException("do: use none, lab:SOCKET or /dev/DEVICE"),
    };

    private static DaemonConfiguration Loss(DaemonConfiguration configuration, string component, string value)
    {
        string[] words = ComponentLosses.Words[component];
        return words.Contains(value)
            ? configuration with
            {
                Losses = ComponentLosses.Read(c => c == component ? value : null).Over(configuration.Losses),
            }
            : throw new FormatException($"do: use one of {string.Join(", ", words)}");
    }

    private static T Choose<T>(string value) where T : struct, Enum =>
        Enum.TryParse(value, ignoreCase: true, out T chosen) && Enum.IsDefined(chosen) && !char.IsAsciiDigit(value[0])
            ? chosen
            : throw new FormatException($"do: use one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}");

    private static int Number(string value, int min, int max) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && number >= min && number <= max
            ? number
            : throw new FormatException($"do: use a number from {min} to {max}");

    private static TimeSpan Stall(string value) => Permitted(
        value, StallRule.Objection,
        $"from {StallRule.Least.TotalMilliseconds:0} to {StallRule.Most.TotalMilliseconds:0}");

    private static TimeSpan Grace(string value) => Permitted(
        value, SupervisorWatch.Objection, $"from {SupervisorWatch.Least.TotalMilliseconds:0} on");

    private static TimeSpan Permitted(string value, Func<TimeSpan, string?> objectionTo, string range)
    {
        TimeSpan length = Milliseconds(value);
        return objectionTo(length) is { } objection
            ? throw new FormatException($"{objection}; do: use a number {range}")
            : length;
    }

    private static TimeSpan Milliseconds(string value) => TimeSpan.FromMilliseconds(Number(value, 1, 86_400_000));
}
