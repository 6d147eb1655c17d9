using System.Xml.Linq;

namespace Truce.Conformance.Differential.Generation;

/// <summary>Makes up primitives, groups and clones.</summary>
internal static class ResourceParts
{
    /// <summary>All resources of the cluster.</summary>
    public static void Add(Draft draft)
    {
        if (draft.Chance(18, "template"))
            AddTemplate(draft);
        FenceParts.Add(draft);
        Several(draft, draft.Number(2, 5), () => draft.Resources.Add(Placed(draft, Primitive(draft, "rsc", topLevel: true), TargetKind.Primitive)));
        if (draft.Chance(50, "group"))
            Several(draft, draft.Number(1, 2), () => draft.Resources.Add(Placed(draft, Group(draft), TargetKind.Group)));
        if (draft.Chance(42, "clone"))
            Several(draft, draft.Number(1, 2), () => draft.Resources.Add(Clone(draft, promotable: false)));
        if (draft.Chance(36, "promotable"))
            Several(draft, draft.Number(1, 2), () => draft.Resources.Add(Clone(draft, promotable: true)));
        ContainerParts.Add(draft);
        Defaults(draft);
    }

    /// <summary>A primitive of the usual kinds.</summary>
    public static XElement Primitive(Draft draft, string stem, bool topLevel, bool stateful = false)
    {
        string id = draft.NewId(stem);
        XElement primitive = new("primitive", new XAttribute("id", id));
        XElement? template = draft.Resources.Elements("template").FirstOrDefault();
        if (!stateful && template is not null && draft.Chance(40))
            primitive.Add(new XAttribute("template", template.Attribute("id")!.Value));
        else
            AddAgent(draft, primitive, stateful);
        AddParameters(draft, primitive);
        if (draft.Features.Contains("utilization") && draft.Chance(70))
            AddDemand(draft, primitive);
        AddMeta(draft, primitive, topLevel);
        AddOperations(draft, primitive, stateful);
        draft.Primitives.Add(primitive);
        return primitive;
    }

    /// <summary>A group; its members are no targets of their own, but for some.</summary>
    public static XElement Group(Draft draft, bool stateful = false)
    {
        XElement group = new("group", new XAttribute("id", draft.NewId("grp")));
        int members = draft.Number(2, 4);
        for (int i = 0; i < members; i++)
            group.Add(Primitive(draft, "mem", topLevel: false, stateful));
        if (draft.Chance(15))
            draft.Meta(group, "resource-stickiness", draft.Pick("100", "10", "INFINITY"));
        if (draft.Chance(10, "target-role"))
            draft.Meta(group, "target-role", draft.Pick("Stopped", "Started"));
        if (draft.Chance(8, "priority"))
            draft.Meta(group, "priority", draft.Number(1, 20));
        if (draft.Chance(5, "unmanaged"))
            draft.Meta(group, "is-managed", "false");
        return group;
    }

    /// <summary>Makes it a target of constraints, and gives back the element.</summary>
    public static XElement Placed(Draft draft, XElement resource, TargetKind kind, bool promotable = false)
    {
        draft.Targets.Add(new Target(resource.Attribute("id")!.Value, kind, promotable));
        return resource;
    }

    private static void Several(Draft draft, int count, Action make)
    {
        _ = draft;
        for (int i = 0; i < count; i++)
            make();
    }

    private static XElement Clone(Draft draft, bool promotable)
    {
        XElement clone = new("clone", new XAttribute("id", draft.NewId(promotable ? "prom" : "cln")));
        XElement meta = draft.Set(clone, "meta_attributes");
        bool ofGroup = draft.Chance(promotable ? 20 : 30, promotable ? "promotable-group" : "cloned-group");
        clone.Add(ofGroup ? Group(draft, promotable) : Primitive(draft, "inst", topLevel: false, promotable));
        if (promotable)
            meta.Add(draft.Pair("promotable", "true"));
        Numbers(draft, meta, promotable);
        Flags(draft, meta, clone);
        return Placed(draft, clone, promotable ? TargetKind.Promotable : TargetKind.Clone, promotable);
    }

    private static void Numbers(Draft draft, XElement meta, bool promotable)
    {
        if (draft.Chance(35, "clone-max"))
            meta.Add(draft.Pair("clone-max", draft.Number(1, 4)));
        if (draft.Chance(15, "clone-unique"))
        {
            meta.Add(draft.Pair("globally-unique", "true"));
            meta.Add(draft.Pair("clone-node-max", draft.Number(1, 2)));
        }

        if (draft.Chance(18, "clone-min"))
            meta.Add(draft.Pair("clone-min", draft.Number(1, 2)));
        if (promotable && draft.Chance(30, "promoted-max"))
            meta.Add(draft.Pair("promoted-max", draft.Number(1, 2)));
        if (promotable && draft.Chance(6))
            meta.Add(draft.Pair("promoted-node-max", 1));
    }

    private static void Flags(Draft draft, XElement meta, XElement clone)
    {
        if (draft.Chance(45, "clone-interleave"))
            meta.Add(draft.Pair("interleave", "true"));
        if (draft.Chance(18, "clone-ordered"))
            meta.Add(draft.Pair("ordered", "true"));
        if (draft.Chance(30, "clone-notify"))
            meta.Add(draft.Pair("notify", "true"));
        if (draft.Chance(12, "target-role"))
            draft.Meta(clone, "target-role", draft.Pick("Stopped", "Started", "Unpromoted", "Promoted"));
        if (draft.Chance(5, "unmanaged"))
            draft.Meta(clone, "is-managed", "false");
        if (draft.Chance(5, "maintenance-resource"))
            draft.Meta(clone, "maintenance", "true");
        if (draft.Chance(8, "priority"))
            draft.Meta(clone, "priority", draft.Number(1, 20));
    }

    private static void AddTemplate(Draft draft)
    {
        XElement template = new("template", new XAttribute("id", draft.NewId("tmpl")));
        AddAgent(draft, template, stateful: false);
        AddParameters(draft, template);
        if (draft.Chance(50))
            draft.Meta(template, "resource-stickiness", "20");
        AddOperations(draft, template, stateful: false);
        draft.Resources.Add(template);
    }

    private static void AddAgent(Draft draft, XElement primitive, bool stateful)
    {
        if (!stateful && draft.Chance(15))
            primitive.Add(new XAttribute("class", draft.Pick("systemd", "lsb")), new XAttribute("type", "httpd"));
        else
            primitive.Add(new XAttribute("class", "ocf"), new XAttribute("provider", "pacemaker"), new XAttribute("type", stateful ? "Stateful" : "Dummy"));
    }

    private static void AddParameters(Draft draft, XElement primitive)
    {
        XElement set = draft.Set(primitive, "instance_attributes");
        set.Add(draft.Pair("state", draft.NewId("/run/state")));
        if (!draft.Chance(10, "parameters-by-rule"))
            return;
        XElement other = new("instance_attributes", new XAttribute("id", draft.NewId("ia")), new XAttribute("score", draft.Number(1, 9)));
        other.Add(RuleParts.ForNodes(draft, null), draft.Pair("fake", draft.Number(1, 9)));
        set.AddAfterSelf(other);
    }

    private static void AddDemand(Draft draft, XElement primitive)
    {
        XElement set = draft.Set(primitive, "utilization");
        set.Add(draft.Pair("cpu", draft.Number(1, 3)));
        if (draft.Chance(50))
            set.Add(draft.Pair("memory", draft.Number(1, 8) * 256));
    }

    private static void AddMeta(Draft draft, XElement primitive, bool topLevel)
    {
        if (topLevel && draft.Chance(14, "allow-migrate"))
            draft.Meta(primitive, "allow-migrate", "true");
        if (topLevel && draft.Chance(10, "target-role"))
            draft.Meta(primitive, "target-role", draft.Pick("Stopped", "Started"));
        if (draft.Chance(4, "unmanaged"))
            draft.Meta(primitive, "is-managed", "false");
        if (draft.Chance(3, "maintenance-resource"))
            draft.Meta(primitive, "maintenance", "true");
        if (draft.Chance(9, "priority"))
            draft.Meta(primitive, "priority", draft.Number(1, 20));
        if (draft.Chance(12, "stickiness"))
            draft.Meta(primitive, "resource-stickiness", draft.Pick("100", "1", "INFINITY", "-10"));
        if (draft.Chance(12, "migration-threshold"))
            draft.Meta(primitive, "migration-threshold", draft.Number(1, 3));
        if (draft.Chance(9, "failure-timeout"))
            draft.Meta(primitive, "failure-timeout", draft.Pick("60s", "1h", "10min"));
        if (draft.Chance(6, "multiple-active"))
            draft.Meta(primitive, "multiple-active", draft.Pick("block", "stop_only", "stop_start", "stop_unexpected"));
        if (draft.Chance(5, "not-critical"))
            draft.Meta(primitive, "critical", "false");
        if (draft.Chance(5, "requires"))
            draft.Meta(primitive, "requires", draft.Pick("nothing", "quorum", "fencing"));
        if (draft.Chance(3, "allow-unhealthy"))
            draft.Meta(primitive, "allow-unhealthy-nodes", "true");
    }

    private static void AddOperations(Draft draft, XElement primitive, bool stateful)
    {
        XElement operations = new("operations");
        if (draft.Chance(80))
            operations.Add(Operation(draft, "monitor", stateful ? "11s" : "10s", stateful ? draft.Pick("Promoted", "Promoted", null) : null));
        if (stateful && draft.Chance(70))
            operations.Add(Operation(draft, "monitor", "12s", operations.Elements().Any(o => o.Attribute("role") is null) ? "Promoted" : "Unpromoted"));
        if (draft.Chance(8, "monitor-stopped"))
            operations.Add(Operation(draft, "monitor", "21s", "Stopped"));
        if (draft.Chance(20, "stop-on-fail"))
            operations.Add(With(Operation(draft, "stop", "0", null), "on-fail", draft.Pick("block", "ignore", "fence")));
        if (draft.Chance(12, "start-on-fail"))
            operations.Add(With(Operation(draft, "start", "0", null), "on-fail", draft.Pick("block", "ignore", "restart", "stop")));
        if (stateful && draft.Chance(15, "demote-on-fail"))
            operations.Add(With(Operation(draft, "demote", "0", null), "on-fail", draft.Pick("block", "ignore", "fence", "stop")));
        if (operations.HasElements)
            primitive.Add(operations);
    }

    private static XElement Operation(Draft draft, string name, string interval, string? role)
    {
        XElement operation = new("op", new XAttribute("id", draft.NewId("op")), new XAttribute("name", name), new XAttribute("interval", interval));
        if (role is not null)
            operation.Add(new XAttribute("role", role));
        if (draft.Chance(40))
            operation.Add(new XAttribute("timeout", draft.Pick("20s", "60", "1min")));
        if (name == "monitor" && draft.Chance(22, "monitor-on-fail"))
            operation.Add(new XAttribute("on-fail", draft.Pick("ignore", "block", "stop", "restart", "standby", "fence", role == "Promoted" ? "demote" : "restart")));
        if (name == "monitor" && draft.Chance(3, "operation-disabled"))
            operation.Add(new XAttribute("enabled", "false"));
        return operation;
    }

    private static XElement With(XElement element, string name, string value)
    {
        element.SetAttributeValue(name, value);
        return element;
    }

    private static void Defaults(Draft draft)
    {
        if (draft.Chance(35, "resource-defaults"))
        {
            XElement set = draft.Set(draft.ResourceDefaults, "meta_attributes");
            set.Add(draft.Pair("resource-stickiness", draft.Pick("1", "100", "1000")));
            if (draft.Chance(20))
                set.Add(draft.Pair("migration-threshold", 2));
            if (draft.Chance(40))
                AddRuled(draft, draft.ResourceDefaults, draft.Chance(50) ? RuleParts.ForDate(draft) : RuleParts.ForResources(draft), "resource-stickiness", "70");
        }

        if (draft.Chance(20, "operation-defaults"))
        {
            draft.Set(draft.OperationDefaults, "meta_attributes").Add(draft.Pair("timeout", "90s"));
            if (draft.Chance(50))
                AddRuled(draft, draft.OperationDefaults, RuleParts.ForOperations(draft), "timeout", "45s");
        }
    }

    private static void AddRuled(Draft draft, XElement section, XElement rule, string name, string value) =>
        section.Add(new XElement(
            "meta_attributes", new XAttribute("id", draft.NewId("ruled")), new XAttribute("score", 5), rule, draft.Pair(name, value)));
}
