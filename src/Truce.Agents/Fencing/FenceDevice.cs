using System.Collections.Immutable;
using Truce.Agents.Describing;

namespace Truce.Agents.Fencing;

/// <summary>A configured fence device.</summary>
public sealed class FenceDevice
{
    private FenceDevice(
        string id, string agent, ImmutableSortedDictionary<string, string> parameters, FenceOptions options,
        ImmutableArray<string> problems)
    {
        Id = id;
        Agent = agent;
        Parameters = parameters;
        Options = options;
        Problems = problems;
    }

    /// <summary>Its id in the configuration.</summary>
    public string Id { get; }

    /// <summary>Its agent, such as fence_ipmilan.</summary>
    public string Agent { get; }

    /// <summary>What the agent is told, apart from action and target. May hold secrets.</summary>
    public ImmutableSortedDictionary<string, string> Parameters { get; }

    /// <summary>What the cluster is told.</summary>
    public FenceOptions Options { get; }

    /// <summary>What of the configuration can't be used, in sentences.</summary>
    public ImmutableArray<string> Problems { get; }

    /// <summary>Reads a device from its instance attributes.</summary>
    public static FenceDevice Read(string id, string agent, IReadOnlyDictionary<string, string> attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        List<string> problems = [];
        FenceOptions options = FenceOptions.Read(attributes, problems);
        problems.AddRange(attributes.Keys.Where(k => IsClusters(k) && !FenceOptions.IsKnown(k))
            .Order(StringComparer.Ordinal).Select(k => $"{k} is no option of a fence device"));
        // A line feed in a value would begin a parameter of its own.
        problems.AddRange(attributes.Where(a => a.Value.AsSpan().IndexOfAny('\n', '\r', '\0') >= 0)
            .Select(a => $"{a.Key} has a line feed in its value").Order(StringComparer.Ordinal));
        return new FenceDevice(id, agent, attributes.Where(a => !IsClusters(a.Key))
            .ToImmutableSortedDictionary(a => a.Key, a => a.Value, StringComparer.Ordinal), options, [.. problems]);
    }

    /// <summary>What is wrong with the configuration, as far as the agent's metadata tells.</summary>
    public ImmutableArray<string> Check(AgentMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        // The cluster supplies these itself.
        string[] supplied = ["action", "option", "plug", "port", "nodename", Options.HostArgument ?? ""];
        bool IsGiven(AgentParameter p) => Parameters.ContainsKey(p.Name) || p.Default is not null
            || supplied.Contains(p.Name)
            || metadata.Parameters.Any(o => o.ReplacedBy.Contains(p.Name) && Parameters.ContainsKey(o.Name));
        return
        [
            .. Problems,
            .. metadata.Parameters.Where(p => p.IsRequired && !p.IsDeprecated && !IsGiven(p))
                .Select(p => $"{Agent} needs {p.Name}"),
            .. Parameters.Keys.Where(k => !metadata.Takes(k) && !supplied.Contains(k))
                .Select(k => $"{Agent} has no parameter {k}"),
            .. metadata.Parameters.Where(p => p.IsDeprecated && Parameters.ContainsKey(p.Name))
                .Select(p => $"{p.Name} is deprecated" + (p.ReplacedBy.IsEmpty ? "" : $"; do: use {p.ReplacedBy[0]}")),
        ];
    }

    /// <summary>Leaves the parameters out: they may hold secrets.</summary>
    public override string ToString() => $"{Id} ({Agent})";

    private static bool IsClusters(string name) =>
        name.StartsWith("pcmk_", StringComparison.Ordinal) || name is "stonith-timeout" or "crm_feature_set"
        || name.StartsWith("CRM_meta", StringComparison.Ordinal);
}
