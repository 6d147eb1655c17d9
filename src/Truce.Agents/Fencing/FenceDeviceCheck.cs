using System.Collections.Immutable;
using Truce.Agents.Describing;
using Truce.Model.Fencing;

namespace Truce.Agents.Fencing;

/// <summary>What of a device's configuration doesn't fit its agent.</summary>
public static class FenceDeviceCheck
{
    /// <summary>What is wrong with the configuration, according to the agent's metadata.</summary>
    public static ImmutableArray<string> Check(FenceDevice device, AgentMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(metadata);
        // The cluster supplies these itself.
        string[] supplied = ["action", "option", "plug", "port", "nodename", device.Options.HostArgument ?? ""];
        bool IsGiven(AgentParameter p) => device.Parameters.ContainsKey(p.Name) || p.Default is not null
            || supplied.Contains(p.Name)
            || metadata.Parameters.Any(o => o.ReplacedBy.Contains(p.Name) && device.Parameters.ContainsKey(o.Name));
        return
        [
            .. device.Problems,
            .. metadata.Parameters.Where(p => p.IsRequired && !p.IsDeprecated && !IsGiven(p))
                .Select(p => $"{device.Agent} needs {p.Name}"),
            .. device.Parameters.Keys.Where(k => !metadata.Takes(k) && !supplied.Contains(k))
                .Select(k => $"{device.Agent} has no parameter {k}"),
            .. metadata.Parameters.Where(p => p.IsDeprecated && device.Parameters.ContainsKey(p.Name))
                .Select(p => $"{p.Name} is deprecated" + (p.ReplacedBy.IsEmpty ? "" : $"; do: use {p.ReplacedBy[0]}")),
        ];
    }

    /// <summary>What matters of the metadata when a node is fenced.</summary>
    public static FenceAbilities Abilities(this AgentMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return new FenceAbilities(
            [.. metadata.Actions.Select(a => a.Name)], [.. metadata.Parameters.Select(p => p.Name)]);
    }
}
