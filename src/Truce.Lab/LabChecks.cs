using Truce.Lab.Keeper;

namespace Truce.Lab;

/// <summary>Refuses what a lab can't be, before anything is made.</summary>
internal static class LabChecks
{
    /// <summary>Checks a definition.</summary>
    /// <exception cref="LabException">It can't be.</exception>
    public static void Check(LabDefinition definition)
    {
        if (definition.Nodes.Length is < 1 or > LabDefinition.NodesMax)
            throw new LabException(LabFailure.BadInput,
                $"--nodes {definition.Nodes.Length}: a lab has 1 to {LabDefinition.NodesMax} nodes");
        if (definition.Links is < 1 or > LabDefinition.LinksMax)
            throw new LabException(LabFailure.BadInput,
                $"--links {definition.Links}: a lab has 1 to {LabDefinition.LinksMax} links");
        if (definition.TokenMs is < 50 or > 600_000)
            throw new LabException(LabFailure.BadInput,
                $"--token {definition.TokenMs}: 50 to 600000 milliseconds");
        if (definition.Engine == LabEngine.Corosync)
            CheckCorosync(definition);
        else if (definition.Witness)
            throw new LabException(LabFailure.BadInput, "--witness: the local engine has no quorum device",
                "truce lab up --engine corosync --witness");
        if (definition.Disks.Length > 0 && definition.Isolation != Isolation.Hosts)
            throw new LabException(LabFailure.Refused, "a shared disk needs root",
                "run it as root, or without --disk");
        // As root, processes that aren't kept apart could reach the machine's own sysrq and devices.
        if (definition.Isolation == Isolation.Processes && Native.GetUserId() == 0)
            throw new LabException(LabFailure.Refused, "nodes without namespaces aren't allowed as root",
                "run it as another user");
        CheckFiles(definition);
    }

    private static void CheckCorosync(LabDefinition definition)
    {
        foreach (string pair in definition.Quorum.Where(q => !q.Contains('=', StringComparison.Ordinal)
            || q.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '=' or '.'))))
            throw new LabException(LabFailure.BadInput, $"--quorum {pair}: not KEY=VALUE");
        if (definition.Isolation != Isolation.Hosts)
            throw new LabException(LabFailure.Refused, "hosts with Corosync and systemd need root",
                "run it as root, or truce lab up --engine local");
        if (definition.TokenMs < 300)
            throw new LabException(LabFailure.BadInput,
                $"--token {definition.TokenMs}: Corosync needs at least 300 milliseconds");
        RequireInstalled(
            "install corosync and systemd, or truce lab up --engine local", "/usr/sbin/corosync",
            "/lib/systemd/systemd");
        if (definition.Witness)
            RequireInstalled(
                "install corosync-qnetd and corosync-qdevice, or omit --witness", Witness.Program,
                "/usr/sbin/corosync-qdevice");
    }

    private static void RequireInstalled(string remedy, params ReadOnlySpan<string> programs)
    {
        foreach (string program in programs)
        {
            if (!File.Exists(program))
                throw new LabException(LabFailure.Refused, $"{program} isn't installed", remedy);
        }
    }

    private static void CheckFiles(LabDefinition definition)
    {
        foreach (string agent in definition.Recorded.Where(a => !File.Exists("/usr/lib/ocf/resource.d/" + a)))
            throw new LabException(LabFailure.Refused, $"the resource agent {agent} isn't installed",
                "install resource-agents");
        foreach (LabAgents agents in definition.Agents)
        {
            if (!Directory.Exists(agents.Path))
                throw new LabException(LabFailure.BadInput, $"{agents.Path}: no such folder of agents");
        }

        foreach (string program in new[]
            { definition.Daemon, Path.Combine(definition.Programs, "truce-lab-init"),
            Path.Combine(definition.Programs, "fence_truce_lab") })
        {
            if (!File.Exists(program))
                throw new LabException(LabFailure.Refused, $"{program} is missing", "make build");
        }
    }
}
