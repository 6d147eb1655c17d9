using System.Collections.Immutable;

namespace Truce.Model.Fencing;

/// <summary>A configured fence device.</summary>
public sealed class FenceDevice
{
    /// <summary>The meta attribute of a fence agent's operation that names the node to fence.</summary>
    public const string TargetMeta = "target";

    /// <summary>Exit code of a fence agent's <c>status</c>: the target is off (0: it is on).</summary>
    public const int StatusOff = 2;

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

    /// <summary>The agent's parameters, except action and target. May contain secrets.</summary>
    public ImmutableSortedDictionary<string, string> Parameters { get; }

    /// <summary>The options for the cluster itself.</summary>
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
            .Order(StringComparer.Ordinal).Select(k => $"{k} is not an option of a fence device"));
        // A line feed in a value would begin a parameter of its own.
        problems.AddRange(attributes.Where(a => a.Value.AsSpan().IndexOfAny('\n', '\r', '\0') >= 0)
            .Select(a => $"{a.Key} has a line feed in its value").Order(StringComparer.Ordinal));
        return new FenceDevice(id, agent, attributes.Where(a => !IsClusters(a.Key))
            .ToImmutableSortedDictionary(a => a.Key, a => a.Value, StringComparer.Ordinal), options, [.. problems]);
    }

    /// <summary>How many actions a device with these instance attributes allows at
    /// once (pcmk_action_limit).</summary>
    public static int ActionsAtOnce(IReadOnlyDictionary<string, string> attributes) =>
        FenceOptions.Read(attributes, []).ActionLimit ?? int.MaxValue;

    /// <summary>Leaves the parameters out: they may hold secrets.</summary>
    public override string ToString() => $"{Id} ({Agent})";

    private static bool IsClusters(string name) =>
        name.StartsWith("pcmk_", StringComparison.Ordinal) || name is "stonith-timeout" or "crm_feature_set" or "provides"
        || name.StartsWith("CRM_meta", StringComparison.Ordinal);
}
