using System.Security.Cryptography;
using System.Text;

namespace Truce.Scheduler.Engine;

/// <summary>Digests of parameters, by which a changed configuration is noticed: MD5 of an XML element, as the field has it.</summary>
internal static class Digests
{
    public static string Of(IEnumerable<KeyValuePair<string, string>> parameters)
    {
        var text = new StringBuilder(" <parameters");
        foreach ((string name, string value) in parameters)
        {
            text.Append(' ').Append(name).Append("=\"");
            Escape(text, value);
            text.Append('"');
        }

        text.Append("/>\n");
        // Not for security: the field's history carries MD5, and only equality is asked.
#pragma warning disable CA5351
        byte[] hash = MD5.HashData(Encoding.UTF8.GetBytes(text.ToString()));
#pragma warning restore CA5351
        return Convert.ToHexStringLower(hash);
    }

    private static void Escape(StringBuilder text, string value)
    {
        foreach (char c in value)
        {
            switch (c)
            {
                case '&':
                    text.Append("&amp;");
                    break;
                case '<':
                    text.Append("&lt;");
                    break;
                case '>':
                    text.Append("&gt;");
                    break;
                case '"':
                    text.Append("&quot;");
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                default:
                    text.Append(c);
                    break;
            }
        }
    }

    /// <summary>What an operation's digest covers: the parameters, the operation's own, and the time-out if it recurs.</summary>
    public static SortedDictionary<string, string> Parameters(
        World world, PlanResource resource, string task, long intervalMs, PlanNode node, bool withAddress)
    {
        OperationConfig? config = OperationRules.Find(world, resource, task, intervalMs, includeDisabled: false);
        var values = new SortedDictionary<string, string>(
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

    public static SortedDictionary<string, string> OperationParameters(
        World world, PlanResource resource, OperationConfig config, PlanNode? node)
    {
        var values = new SortedDictionary<string, string>(StringComparer.Ordinal);
        world.Merger.Merge(config.Config.InstanceAttributes.Items, new RuleContext
        {
            NodeAttributes = node?.Attributes,
            Agent = new Truce.Model.AgentName(resource.Class, resource.Provider, resource.Type),
            OperationName = config.Name,
            OperationIntervalMs = config.IntervalMs,
        }, values);
        return values;
    }
}
