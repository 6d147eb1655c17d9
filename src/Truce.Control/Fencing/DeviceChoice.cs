using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Truce.Model;

namespace Truce.Control;

/// <summary>
/// Which devices fence a node, in which order: the levels of its topology (all devices of a level must succeed), or
/// without one each capable device as a level of its own, by priority.
/// </summary>
public static class DeviceChoice
{
    /// <summary>The levels for a target, as far as <paramref name="shooter"/> may use their devices.</summary>
    public static ImmutableArray<ImmutableArray<FencingDevice>> Levels(Cib cib, NodeId target, NodeId shooter)
    {
        ImmutableArray<FencingDevice> devices = [.. Devices(cib).Where(d => !IsBanned(cib, d.Id, shooter))];
        ImmutableArray<FencingLevel> topology =
        [
            .. cib.Configuration.FencingTopology.Where(l => IsFor(cib, l.Target, target)).OrderBy(l => l.Index),
        ];
        if (topology.Length == 0)
        {
            return [.. devices.Where(d => MayFence(d, target)).OrderByDescending(d => d.Priority).Select(d => ImmutableArray.Create(d))];
        }

        // A level whose devices aren't all there can't succeed as a whole.
        return
        [
            .. topology.Select(l => l.Devices.Select(id => devices.FirstOrDefault(d => d.Id == id)).ToImmutableArray())
                .Where(l => l.Length > 0 && l.All(d => d is not null))
                .Select(l => l.Select(d => d!).ToImmutableArray()),
        ];
    }

    /// <summary>All devices that aren't switched off, in the order of the configuration.</summary>
    public static IEnumerable<FencingDevice> Devices(Cib cib) => cib.Configuration.Resources
        .SelectMany(Primitives).Select(p => Device(cib, p)).OfType<FencingDevice>();

    /// <summary>Whether a device, as far as its lists tell, can fence a node.</summary>
    public static bool MayFence(FencingDevice device, NodeId target) => device.Check switch
    {
        HostCheck.Listed => device.Lists(target),
        HostCheck.Asked or HostCheck.Any => true,
    };

    private static FencingDevice? Device(Cib cib, Resource.Primitive primitive)
    {
        ResourceTemplate? template = primitive.Template is null
            ? null
            : cib.Configuration.Templates.FirstOrDefault(t => t.Id == primitive.Template);
        if ((primitive.Agent ?? template?.Agent) is not { Class: "stonith" } agent)
            return null;
        ImmutableSortedDictionary<string, string> meta = Merge(primitive.MetaAttributes, template?.MetaAttributes ?? []);
        return meta.GetValueOrDefault("target-role") == "Stopped"
            ? null
            : new FencingDevice(
                primitive.Id, agent, Numbers.ParseInt(meta.GetValueOrDefault("priority")) ?? 0,
                Merge(primitive.InstanceAttributes, template?.InstanceAttributes ?? []));
    }

    private static IEnumerable<Resource.Primitive> Primitives(Resource resource) => resource switch
    {
        Resource.Primitive primitive => [primitive],
        Resource.Group group => group.Members,
        Resource.Cloned cloned => Primitives(cloned.Child),
        Resource.Bundle => [],
    };

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

    private static bool IsFor(Cib cib, FencingTarget level, NodeId target) => level switch
    {
        FencingTarget.ByName(var node) => node == target,
        FencingTarget.ByPattern(var pattern) => Matches(pattern, target.Value),
        FencingTarget.ByAttributeValue(var attribute, var value) => NodeAttribute(cib, target, attribute) == value,
    };

    private static bool Matches(string pattern, string name)
    {
        try
        {
            return Regex.IsMatch(name, pattern, RegexOptions.CultureInvariant, TimeSpan.FromMilliseconds(100));
        }
        catch (Exception e) when (e is RegexMatchTimeoutException or ArgumentException)
        {
            return false;
        }
    }

    private static string? NodeAttribute(Cib cib, NodeId node, string attribute) => cib.Configuration.Nodes
        .Where(n => n.Name == node).SelectMany(n => n.InstanceAttributes).SelectMany(s => s.Pairs)
        .FirstOrDefault(p => p.Name == attribute)?.Value;

    private static bool IsBanned(Cib cib, ResourceId device, NodeId shooter) =>
        cib.Configuration.Constraints.OfType<Constraint.Location>()
            .Any(l => l.Resource == device && l.Node == shooter && l.Score is { IsMinusInfinity: true });
}
