using Truce.Model.Rules;
using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>The parameters that an operation's digest covers: a changed
/// configuration is noticed by it.</summary>
internal static class Digests
{
    /// <summary>What an operation's digest covers: the parameters, the operation's own, and
    /// the timeout if it recurs.</summary>
    public static SortedList<string, string> Parameters(
        World world, PlanResource resource, string task, long intervalMs, PlanNode node, bool withAddress)
    {
        OperationConfig? config = OperationRules.Find(resource, task, intervalMs, includeDisabled: false);
        var values = new SortedList<string, string>(
            Engine.Parameters.For(world, resource, node), StringComparer.Ordinal);
        if (config is not null)
        {
            foreach ((string name, string value) in OperationParameters(world, resource, config, node))
                values[name] = value;
        }

        if (values.TryGetValue("addr", out string? address) && address == "#uname" && resource.Container is not null)
        {
            PlanNode? host = resource.Container.Assigned
                ?? (resource.Container.Running.Count > 0 ? resource.Container.Running[0] : null);
            values["addr"] = withAddress && host is not null ? host.Name : address;
        }

        foreach (string name in values.Keys.ToList())
        {
            if (name.StartsWith("CRM_meta_", StringComparison.Ordinal)
                || name is "id" or "crm_feature_set" or "op-digest" or "op-target-rc")
                values.Remove(name);
        }

        if (intervalMs > 0)
        {
            values["CRM_meta_timeout"] =
                OperationRules.Meta(world, resource, config, task, intervalMs)["timeout"];
        }

        return values;
    }

    /// <summary>The parameters of an operation's own; empty where it isn't configured.</summary>
    public static SortedList<string, string> OperationParameters(
        World world, PlanResource resource, string task, long intervalMs, PlanNode? node) =>
        OperationRules.Find(resource, task, intervalMs, includeDisabled: false) is { } config
            ? OperationParameters(world, resource, config, node) : [];

    public static SortedList<string, string> OperationParameters(
        World world, PlanResource resource, OperationConfig config, PlanNode? node)
    {
        var values = new SortedList<string, string>(StringComparer.Ordinal);
        world.Judging.Merge(config.Config.InstanceAttributes, new RuleContext
        {
            NodeAttribute = node is null ? null : node.Attribute,
            Agent = new AgentName(resource.Class, resource.Provider, resource.Type),
            Operation = config.Name,
            OperationIntervalMs = config.IntervalMs,
        }, values);
        return values;
    }
}
