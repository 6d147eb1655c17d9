using System.Collections.Immutable;

namespace Truce.Model.Fencing;

/// <summary>
/// Which devices fence a node, in which order: the levels of its topology (all devices of a level must
/// succeed), or without one each capable device as a level of its own, by priority. What only the device
/// itself knows (its list, its status) is queried by the fencer, right before the shot.
/// </summary>
public static class DeviceChoice
{
    /// <summary>The levels for a target, as far as
    /// <paramref name="shooter"/> may use their devices.</summary>
    public static ImmutableArray<ImmutableArray<ConfiguredDevice>> Levels(Cib cib, NodeId target, NodeId shooter)
    {
        ImmutableArray<ConfiguredDevice> devices = Usable(cib, target, shooter);
        ImmutableArray<FencingLevel> topology = Topology(cib, target);
        if (topology.Length == 0)
            return [.. devices.OrderByDescending(d => d.Priority).Select(d => ImmutableArray.Create(d))];

        // A level whose devices aren't all there can't succeed as a whole.
        return
        [
            .. topology.GroupBy(l => l.Index).OrderBy(g => g.Key)
                .Select(g => g.SelectMany(l => l.Devices).Distinct()
                    .Select(id => devices.FirstOrDefault(d => d.Id == id)).ToImmutableArray())
                .Where(l => l.Length > 0 && l.All(d => d is not null))
                .Select(l => l.Select(d => d!).ToImmutableArray()),
        ];
    }

    /// <summary>How long a shot at a node is held back by the devices of its first
    /// level: at least, and at most.</summary>
    public static (TimeSpan Least, TimeSpan Most) Delay(Cib cib, NodeId target, NodeId shooter)
    {
        ImmutableArray<ImmutableArray<ConfiguredDevice>> levels = Levels(cib, target, shooter);
        if (levels.Length == 0)
            return (TimeSpan.Zero, TimeSpan.Zero);
        return (
            levels[0].Max(d => d.Device.Options.Delay(target.Value, 0)),
            levels[0].Max(d => d.Device.Options.Delay(target.Value, 1)));
    }

    /// <summary>
    /// What lets a node in again (meta attribute provides=unfencing): all of these devices, whatever the
    /// topology says, since each of them may have cut it off.
    /// </summary>
    public static ImmutableArray<ImmutableArray<ConfiguredDevice>> Unfencing(Cib cib, NodeId target, NodeId shooter)
    {
        ImmutableArray<ConfiguredDevice> devices = [.. Usable(cib, target, shooter).Where(d => d.Unfences)];
        return devices.Length == 0 ? [] : [devices];
    }

    /// <summary>All devices that aren't switched off, in the order of the configuration.</summary>
    public static IEnumerable<ConfiguredDevice> Devices(Cib cib) => cib.Configuration.Resources
        // What is in a container can't fence.
        .Where(r => r is not Resource.Bundle).SelectMany(r => r.Primitives).Select(p =>
        Device(cib, p)).OfType<ConfiguredDevice>();

    private static ImmutableArray<ConfiguredDevice> Usable(Cib cib, NodeId target, NodeId shooter) =>
    [
        .. Devices(cib).Where(d => FenceTargeting.MayFence(d.Device, target.Value) && !IsBanned(cib, d.Id, shooter)),
    ];

    // What names the node outdoes what matches its name, and that what matches an attribute.
    private static ImmutableArray<FencingLevel> Topology(Cib cib, NodeId target)
    {
        ILookup<int, FencingLevel> levels = cib.Configuration.FencingTopology
            .ToLookup(l => Closeness(cib, l.Target, target));
        return [.. levels[1].Any() ? levels[1] : levels[2].Any() ? levels[2] : levels[3]];
    }

    // 0: not for this node.
    private static int Closeness(Cib cib, LevelTarget level, NodeId target) => level switch
    {
        LevelTarget.ByName(var node) => node == target ? 1 : 0,
        LevelTarget.ByPattern(var pattern) => Matches(pattern, target.Value) ? 2 : 0,
        LevelTarget.ByAttributeValue(var attribute, var value) =>
            NodeAttribute(cib, target, attribute) == value ? 3 : 0,
    };

    private static ConfiguredDevice? Device(Cib cib, Resource.Primitive primitive)
    {
        ResourceTemplate? template = primitive.Template is null
            ? null
            : cib.Configuration.Templates.FirstOrDefault(t => t.Id == primitive.Template);
        if ((primitive.Agent ?? template?.Agent) is not { Class: AgentName.Stonith } agent)
            return null;
        ImmutableSortedDictionary<string, string> meta = Merge(primitive.MetaAttributes, template?.MetaAttributes ?? []);
        ImmutableSortedDictionary<string, string> attributes =
            Merge(primitive.InstanceAttributes, template?.InstanceAttributes ?? []);
        return meta.GetValueOrDefault("target-role") == "Stopped"
            ? null
            : new ConfiguredDevice(
                primitive.Id, agent, Numbers.ParseInt(meta.GetValueOrDefault("priority")) ?? 0,
                meta.GetValueOrDefault("provides") == "unfencing", attributes,
                FenceDevice.Read(primitive.Id.Value, agent.Type, attributes));
    }

    // Fencing must work when rules can't be judged: sets with rules are left out.
    private static ImmutableSortedDictionary<string, string> Merge(
        EquatableArray<AttributeSet> own, EquatableArray<AttributeSet> template)
    {
        SortedDictionary<string, string> merged = new(StringComparer.Ordinal);
        foreach (AttributeSet set in own.Concat(template).Where(s => s.Rule is null))
        {
            foreach (NameValue pair in set.Pairs)
            {
                if (pair is { Name: { } name, Value: { } value })
                    merged.TryAdd(name, value);
            }
        }

        return merged.ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    private static bool Matches(string pattern, string name) => SafePattern.TryMake(pattern, out _)?.IsMatch(name) ?? false;

    private static string? NodeAttribute(Cib cib, NodeId node, string attribute) => cib.Configuration.Nodes
        .Where(n => n.Name == node).SelectMany(n => n.InstanceAttributes).SelectMany(s => s.Pairs)
        .FirstOrDefault(p => p.Name == attribute)?.Value;

    private static bool IsBanned(Cib cib, ResourceId device, NodeId shooter) =>
        cib.Configuration.Constraints.OfType<Constraint.Location>()
            .Any(l => l.Resource == device && l.Node == shooter && l.Score is { IsMinusInfinity: true });
}

/// <summary>A fence device of the configuration.</summary>
/// <param name="Id">Its resource id.</param>
/// <param name="Agent">The fence agent.</param>
/// <param name="Priority">The higher, the earlier, where no topology says.</param>
/// <param name="Unfences">It lets nodes in again when they join.</param>
/// <param name="Attributes">All instance attributes, for the fencer; may hold secrets.</param>
/// <param name="Device">What they say.</param>
public sealed record ConfiguredDevice(
    ResourceId Id, AgentName Agent, int Priority, bool Unfences,
    ImmutableSortedDictionary<string, string> Attributes, FenceDevice Device)
{
    /// <summary>Leaves the parameters out.</summary>
    public override string ToString() => Device.ToString();
}
