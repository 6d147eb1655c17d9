using System.Collections.Immutable;
using Truce.Model;

namespace Truce.Agents.Finding;

/// <summary>Where an agent is, or why it can't be used.</summary>
public abstract record AgentPlace
{
    private AgentPlace() { }

    /// <summary>A program, with its class after <c>service</c> was resolved.</summary>
    public sealed record Program(string Class, string Path) : AgentPlace;

    /// <summary>A unit that systemd runs.</summary>
    public sealed record Unit(string Name) : AgentPlace;

    /// <summary>Not on this node (OCF code 5).</summary>
    public sealed record Missing(string Reason) : AgentPlace;

    /// <summary>Truce doesn't run agents of this class, or the name is impossible (OCF code 6).</summary>
    public sealed record Refused(string Reason) : AgentPlace;
}

/// <summary>Finds the agents of this node. Looks at the disk each time: agents
/// come and go with packages.</summary>
public sealed class AgentCatalog(AgentSettings settings)
{
    private static readonly string[] s_unitDirectories =
        ["/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
            "/lib/systemd/system"];

    private static readonly string[] s_unitSuffixes =
        [".service", ".socket", ".mount", ".timer", ".path", ".target", ".slice", ".scope", ".swap", ".device",
            ".automount"];

    /// <summary>Where the agent is.</summary>
    public AgentPlace Locate(AgentName name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Problem(name) is string problem)
            return new AgentPlace.Refused(problem);
        return name.Class switch
        {
            AgentName.Ocf => LocateOcf(name),
            AgentName.Stonith => LocateFence(name.Type),
            AgentName.Lsb => LocateLsb(name.Type),
            AgentName.Systemd => new AgentPlace.Unit(UnitName(name.Type)),
            // An init script first, as Pacemaker's documentation has it.
            AgentName.Service => LocateLsb(name.Type) is AgentPlace.Program script ? script : LocateUnit(name.Type),
            "upstart" => new AgentPlace.Refused("class upstart is not supported; do: use systemd"),
            "nagios" => new AgentPlace.Refused(
                "class nagios is not supported; do: call the plugin from an OCF agent's monitor action"),
            _ => new AgentPlace.Refused($"class {name.Class} is unknown"),
        };
    }

    /// <summary>All OCF agents, fence agents, init scripts and installed units, by name.</summary>
    public ImmutableArray<AgentName> List() =>
    [
        .. Providers().SelectMany(p => Files(ProviderDirectory(p)).Select(t => new AgentName(AgentName.Ocf, p, t)))
            .Concat(Files(settings.InitDirectory).Select(t => new AgentName(AgentName.Lsb, null, t)))
            .Concat(settings.FenceDirectories.SelectMany(Files)
                .Where(f => f.StartsWith("fence_", StringComparison.Ordinal))
                .Select(t => new AgentName(AgentName.Stonith, null, t)))
            .Concat(Units().Select(t => new AgentName(AgentName.Systemd, null, t)))
            .Distinct().OrderBy(n => n.ToString(), StringComparer.Ordinal),
    ];

    /// <summary>The providers of OCF agents.</summary>
    public ImmutableArray<string> Providers()
    {
        string root = Path.Combine(settings.OcfRoot, "resource.d");
        IEnumerable<string> installed = Directory.Exists(root)
            ? Directory.GetDirectories(root).Select(d => Path.GetFileName(d)!)
            : [];
        return [.. installed.Concat(settings.ExtraProviders.Keys).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>A unit's full name: a type without a unit suffix means a service.</summary>
    public static string UnitName(string type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return s_unitSuffixes.Any(s => type.EndsWith(s, StringComparison.Ordinal)) ? type : type + ".service";
    }

    private AgentPlace LocateOcf(AgentName name)
    {
        string path = Path.Combine(ProviderDirectory(name.Provider!), name.Type);
        return File.Exists(path)
            ? new AgentPlace.Program(AgentName.Ocf, path)
            : new AgentPlace.Missing($"agent {name} is not installed: {path} does not exist");
    }

    private AgentPlace LocateFence(string type)
    {
        string? path = settings.FenceDirectories.Select(d => Path.Combine(d, type)).FirstOrDefault(File.Exists);
        return path is not null
            ? new AgentPlace.Program(AgentName.Stonith, path)
            : new AgentPlace.Missing(
                $"fence agent {type} is not installed: not in {string.Join(", ", settings.FenceDirectories)}");
    }

    private AgentPlace LocateLsb(string type)
    {
        string path = Path.Combine(settings.InitDirectory, type); // a full path replaces the directory
        return File.Exists(path)
            ? new AgentPlace.Program(AgentName.Lsb, path)
            : new AgentPlace.Missing($"init script {path} does not exist");
    }

    private AgentPlace LocateUnit(string type)
    {
        string unit = UnitName(type);
        int at = unit.IndexOf('@');
        string template = at < 0 ? unit : unit[..(at + 1)] + Path.GetExtension(unit);
        return s_unitDirectories.Any(d => File.Exists(Path.Combine(d, unit)) || File.Exists(Path.Combine(d, template)))
            ? new AgentPlace.Unit(unit)
            : new AgentPlace.Missing($"{type} is neither a script in {settings.InitDirectory} nor a systemd unit");
    }

    private string ProviderDirectory(string provider) => settings.ExtraProviders.TryGetValue(provider, out string? own)
        ? own
        : Path.Combine(settings.OcfRoot, "resource.d", provider);

    /// <summary>A name that leads out of the directories above would run anything as root.</summary>
    private static string? Problem(AgentName name)
    {
        bool mayBePath = name.Class is AgentName.Lsb or AgentName.Service;
        if (name.Class == AgentName.Ocf && string.IsNullOrEmpty(name.Provider))
            return $"agent {name} has no provider";
        bool isImpossible = name.Type.Length == 0 || name.Type[0] is '.' or '-' || name.Type.Any(char.IsControl)
            || name.Provider?.Contains('/') == true || name.Provider?.StartsWith('.') == true
            || (name.Type.Contains('/') && !(mayBePath && name.Type[0] == '/'));
        return isImpossible ? $"{name} is not a valid agent name" : null;
    }

    private static IEnumerable<string> Files(string directory) => !Directory.Exists(directory)
        ? []
        : Directory.GetFiles(directory).Where(IsExecutable).Select(f => Path.GetFileName(f)!)
            .Where(f => f[0] != '.');

    private static IEnumerable<string> Units() => s_unitDirectories.Where(Directory.Exists)
        .SelectMany(d => Directory.GetFiles(d, "*.service")).Select(f => Path.GetFileNameWithoutExtension(f)!).Distinct();

    private static bool IsExecutable(string path) => Processes.Native.Access(path, 1) == 0;
}
