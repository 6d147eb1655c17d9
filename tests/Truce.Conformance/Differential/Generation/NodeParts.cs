using System.Globalization;
using System.Xml.Linq;

namespace Truce.Conformance.Differential.Generation;

/// <summary>Makes up nodes and cluster options.</summary>
internal static class NodeParts
{
    /// <summary>The cluster's nodes.</summary>
    public static void Add(Draft draft)
    {
        int count = draft.Number(2, 5);
        bool attributes = draft.Chance(40, "node-attributes");
        bool utilization = draft.Chance(18, "utilization");
        bool health = draft.Chance(15, "health");
        for (int i = 1; i <= count; i++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"node{i}");
            draft.Nodes.Add(name);
            XElement node = new("node", new XAttribute("id", i), new XAttribute("uname", name));
            draft.NodeSection.Add(node);
            if (attributes)
                AddAttributes(draft, node);
            if (utilization)
                AddCapacity(draft, node);
            if (health && draft.Chance(60))
                draft.Set(node, "instance_attributes").Add(draft.Pair("#health-disk", draft.Pick("red", "yellow", "green", "-50", "20")));
        }

        if (utilization)
            draft.Option("placement-strategy", draft.Pick("utilization", "balanced", "minimal", "default"));
        if (health)
            AddHealth(draft);
        SetAside(draft);
    }

    /// <summary>Cluster options.</summary>
    public static void AddOptions(Draft draft)
    {
        if (draft.Chance(22, "no-fencing"))
            draft.Option("stonith-enabled", "false");
        else
            draft.Features.Add("fencing");
        AddQuorum(draft);
        if (draft.Chance(12, "opt-in"))
            draft.Option("symmetric-cluster", "false");
        if (draft.Chance(8, "maintenance-mode"))
            draft.Option("maintenance-mode", "true");
        if (draft.Chance(7, "stop-all"))
            draft.Option("stop-all-resources", "true");
        if (draft.Chance(12, "start-failure-not-fatal"))
            draft.Option("start-failure-is-fatal", "false");
        if (draft.Chance(10, "shutdown-lock"))
            AddShutdownLock(draft);
        if (draft.Chance(10, "no-startup-probes"))
            draft.Option("enable-startup-probes", "false");
        if (draft.Chance(8, "keep-orphans"))
            draft.Option("stop-orphan-resources", "false");
        if (draft.Chance(8, "keep-orphan-actions"))
            draft.Option("stop-orphan-actions", "false");
        AddFencing(draft);
        if (draft.Chance(10, "migration-limit"))
            draft.Option("migration-limit", draft.Number(0, 2));
    }

    private static void AddQuorum(Draft draft)
    {
        if (draft.Chance(18, "no-quorum"))
            draft.Quorate = false;
        if (draft.Chance(45, "no-quorum-policy"))
            draft.Option("no-quorum-policy", draft.Pick("stop", "freeze", "ignore", "suicide", "demote"));
    }

    private static void AddShutdownLock(Draft draft)
    {
        draft.Option("shutdown-lock", "true");
        if (draft.Chance(40))
            draft.Option("shutdown-lock-limit", draft.Pick("5min", "2h"));
    }

    private static void AddFencing(Draft draft)
    {
        if (draft.Chance(12, "fence-off"))
            draft.Option("stonith-action", "off");
        if (draft.Chance(12, "priority-fencing-delay"))
            draft.Option("priority-fencing-delay", "60");
        if (draft.Chance(12, "concurrent-fencing"))
            draft.Option("concurrent-fencing", draft.Pick("true", "false"));
        if (draft.Chance(8, "no-startup-fencing"))
            draft.Option("startup-fencing", "false");
        if (draft.Chance(8, "watchdog"))
        {
            draft.Option("have-watchdog", "true");
            draft.Option("stonith-watchdog-timeout", "10");
        }
    }

    private static void AddAttributes(Draft draft, XElement node)
    {
        XElement set = draft.Set(node, "instance_attributes");
        if (draft.Chance(70))
            set.Add(draft.Pair("site", draft.Pick("east", "west")));
        if (draft.Chance(60))
            set.Add(draft.Pair("rack", draft.Number(1, 3)));
        if (draft.Chance(30))
            set.Add(draft.Pair("weight", draft.Pick("100", "20", "-INFINITY", "INFINITY")));
    }

    private static void AddCapacity(Draft draft, XElement node)
    {
        XElement set = draft.Set(node, "utilization");
        set.Add(draft.Pair("cpu", draft.Number(1, 8)));
        if (draft.Chance(60))
            set.Add(draft.Pair("memory", draft.Number(2, 16) * 512));
    }

    private static void AddHealth(Draft draft)
    {
        draft.Option("node-health-strategy", draft.Pick("none", "migrate-on-red", "only-green", "progressive", "custom"));
        if (draft.Chance(40))
            draft.Option("node-health-base", draft.Pick("10", "-20"));
        if (draft.Chance(30))
            draft.Option("node-health-yellow", "-20");
        if (draft.Chance(30))
            draft.Option("node-health-red", "-1000");
    }

    private static void SetAside(Draft draft)
    {
        List<XElement> nodes = [.. draft.NodeSection.Elements("node")];
        if (draft.Chance(14, "standby"))
            draft.Set(draft.Pick(nodes), "instance_attributes").Add(draft.Pair("standby", "on"));
        if (draft.Chance(9, "node-maintenance"))
            draft.Set(draft.Pick(nodes), "instance_attributes").Add(draft.Pair("maintenance", "true"));
    }
}
