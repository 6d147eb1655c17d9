using System.Collections.Immutable;
using Truce.Agents.Finding;
using Truce.Cli.Nodes;

namespace Truce.Cli.Reporting;

/// <summary>Where on this machine a report's sources are.</summary>
internal sealed record ReportPlaces
{
    /// <summary>The node's truce.conf.</summary>
    public string Configuration { get; init; } = NodeConfiguration.File;

    /// <summary>Corosync's configuration.</summary>
    public string CorosyncConf { get; init; } = "/etc/corosync/corosync.conf";

    /// <summary>Where Corosync logs, if it doesn't log to the journal only.</summary>
    public ImmutableArray<string> CorosyncLogs { get; init; } =
        ["/var/log/cluster/corosync.log", "/var/log/corosync/corosync.log"];

    /// <summary>Where programs are.</summary>
    public ImmutableArray<string> Programs { get; init; } =
        ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>How long a program or a file may take; the journal takes three times as long.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Where secrets' files are.</summary>
    public AgentSettings Agents { get; init; } = new();
}
