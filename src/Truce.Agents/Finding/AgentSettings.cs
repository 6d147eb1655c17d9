using System.Collections.Immutable;

namespace Truce.Agents.Finding;

/// <summary>Where agents are on this node, and what each of them finds in its environment.</summary>
public sealed record AgentSettings
{
    /// <summary>Below it lie resource.d/PROVIDER/TYPE and lib/heartbeat.</summary>
    public string OcfRoot { get; init; } = "/usr/lib/ocf";

    /// <summary>Directories of OCF agents elsewhere, by provider name. They win over those below
    /// <see cref="OcfRoot"/>.</summary>
    public ImmutableSortedDictionary<string, string> ExtraProviders { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Where LSB scripts are.</summary>
    public string InitDirectory { get; init; } = "/etc/init.d";

    /// <summary>Where Pacemaker's cibsecret keeps what a value <c>lrm://</c> stands for.</summary>
    public string PacemakerSecrets { get; init; } = "/var/lib/pacemaker/lrm/cibsecrets";

    /// <summary>Where fence agents (fence_*) are; the first that has one wins.</summary>
    public ImmutableArray<string> FenceDirectories { get; init; } = ["/usr/sbin"];

    /// <summary>Where systemd shows that it runs, and takes units and drop-ins that
    /// last until the next boot.</summary>
    public string SystemdDirectory { get; init; } = "/run/systemd/system";

    /// <summary>The program that talks to systemd; a bare name is looked for in
    /// <see cref="SearchPath"/>.</summary>
    public string Systemctl { get; init; } = "systemctl";

    /// <summary>The unit in which Truce itself runs: at shutdown it must stop before
    /// the units that it manages.</summary>
    public string OwnUnit { get; init; } = "truce.service";

    /// <summary>Come before the system's directories in PATH: Truce's own
    /// crm_attribute and the like.</summary>
    public ImmutableArray<string> ToolDirectories { get; init; } = [];

    /// <summary>Where agents keep what must not outlive a boot (HA_RSCTMP).</summary>
    public string StateDirectory { get; init; } = "/run/resource-agents";

    /// <summary>Where results of agents' tests are kept.</summary>
    public string TestsDirectory { get; init; } = "/var/lib/truce/agent-tests";

    /// <summary>syslog's facility for agents' messages; <c>none</c> sends them to standard error, where they
    /// become part of the operation's output.</summary>
    public string LogFacility { get; init; } = "none";

    /// <summary>The feature set reported to agents that compare it (Pacemaker 2.1.5's).</summary>
    public string FeatureSet { get; init; } = "3.16.1";

    /// <summary>This node's name, for agents that ask for it.</summary>
    public string? NodeName { get; init; }

    /// <summary>Further variables for every agent.</summary>
    public ImmutableSortedDictionary<string, string> ExtraEnvironment { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>PATH for every agent.</summary>
    public string SearchPath => string.Join(':', ToolDirectories
        .AddRange("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"));
}
