using Truce.Model;
using Truce.Model.Rules;

namespace Truce.Scheduler.Engine;

/// <summary>A resource's instance parameters, its groups' included; rules may make
/// them depend on the node.</summary>
internal static class Parameters
{
    /// <summary>Parameters as far as they don't depend on a node.</summary>
    public static SortedList<string, string> Fixed(World world, PlanResource resource) =>
        resource.FixedParameters ??= Read(world, resource, null);

    public static SortedList<string, string> For(World world, PlanResource resource, PlanNode? node)
    {
        if (node is null || !DependOnNode(resource))
            return Fixed(world, resource);
        return Read(world, resource, node);
    }

    /// <summary>How long after a failure a remote connection is tried again, in
    /// milliseconds; 0 where it isn't said.</summary>
    public static long ReconnectMs(World world, PlanResource resource) => resource.IsConnection || MetaUnpack.IsRemoteAgent(resource)
        ? Interval.ParseMilliseconds(Fixed(world, resource).GetValueOrDefault("reconnect_interval")) ?? 0
        : 0;

    public static bool DependOnNode(PlanResource resource)
    {
        for (PlanResource? each = resource; each is not null; each = each.Parent)
        {
            if (Judging.DependsOnRules(SetsOf(each)))
                return true;
        }

        return false;
    }

    private static EquatableArray<AttributeSet> SetsOf(PlanResource resource) =>
        resource.IsPrimitive ? resource.ParameterSets : resource.Config?.InstanceAttributes ?? default;

    private static SortedList<string, string> Read(World world, PlanResource resource, PlanNode? node)
    {
        var values = new SortedList<string, string>(StringComparer.Ordinal);
        var context = new RuleContext
        {
            NodeAttribute = node is null ? null : node.Attribute,
            Agent = new AgentName(resource.Class, resource.Provider, resource.Type),
        };
        for (PlanResource? each = resource; each is not null; each = each.Parent)
        {
            world.Judging.Merge(SetsOf(each), context, values);
        }

        return values;
    }
}
