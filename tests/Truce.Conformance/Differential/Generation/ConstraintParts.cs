using System.Xml.Linq;

namespace Truce.Conformance.Differential.Generation;

/// <summary>Makes up constraints.</summary>
internal static class ConstraintParts
{
    /// <summary>Constraints between what there is.</summary>
    public static void Add(Draft draft)
    {
        if (draft.Chance(16, "tag"))
            AddTag(draft);
        int locations = draft.Number(draft.Features.Contains("opt-in") ? 5 : 1, 6);
        for (int i = 0; i < locations; i++)
            AddLocation(draft);
        int colocations = draft.Number(0, 3);
        for (int i = 0; i < colocations; i++)
            AddColocation(draft);
        int orders = draft.Number(0, 3);
        for (int i = 0; i < orders; i++)
            AddOrder(draft);
        SetParts.Add(draft);
        if (draft.Chance(18, "ticket"))
            AddTicket(draft);
    }

    /// <summary>A constraint with an id.</summary>
    public static XElement New(Draft draft, string kind) => new(kind, new XAttribute("id", draft.NewId(kind)));

    private static void AddTag(Draft draft)
    {
        XElement tag = new("tag", new XAttribute("id", draft.NewId("tag")));
        foreach (Target target in draft.Some([.. draft.Targets.Where(t => !t.IsMany)], 2))
            tag.Add(new XElement("obj_ref", new XAttribute("id", target.Id)));
        if (!tag.HasElements)
            return;
        draft.Tags.Add(tag);
        XElement location = New(draft, "rsc_location");
        location.Add(new XAttribute("rsc", tag.Attribute("id")!.Value), new XAttribute("node", draft.Pick(draft.Nodes)), new XAttribute("score", draft.Score()));
        draft.Constraints.Add(location);
    }

    private static void AddLocation(Draft draft)
    {
        XElement location = New(draft, "rsc_location");
        Target target = draft.Pick(draft.Targets);
        if (draft.Chance(5, "location-pattern"))
            location.Add(new XAttribute("rsc-pattern", draft.Pick("^rsc-.*", "mem-[0-9]$", "cln-.*")));
        else
            location.Add(new XAttribute("rsc", target.Id));
        if (target.Promotable && draft.Chance(20, "location-role"))
            location.Add(new XAttribute("role", draft.Pick("Promoted", "Unpromoted", "Started")));
        bool ruled = draft.Chance(25, "location-rule");
        if (draft.Chance(6, "resource-discovery"))
            location.Add(new XAttribute("resource-discovery", draft.Pick("always", "never", "exclusive")));
        if (ruled)
            location.Add(Rule(draft, target));
        else
            location.Add(new XAttribute("node", draft.Pick([.. draft.Nodes, .. draft.FarNodes])), new XAttribute("score", draft.Score()));
        draft.Constraints.Add(location);
    }

    private static XElement Rule(Draft draft, Target target)
    {
        bool byAttribute = draft.Features.Contains("node-attributes") && draft.Chance(15);
        XElement rule = RuleParts.ForNodes(draft, byAttribute ? null : draft.Score());
        if (byAttribute)
            rule.Add(new XAttribute("score-attribute", "weight"));
        if (target.Promotable && draft.Chance(20))
            rule.Add(new XAttribute("role", "Promoted"));
        return rule;
    }

    private static void AddColocation(Draft draft)
    {
        draft.Features.Add("colocation");
        List<Target> two = draft.Some(draft.Targets, 2);
        if (two.Count < 2)
            return;
        if (draft.Chance(50))
            two.Reverse();
        XElement colocation = New(draft, "rsc_colocation");
        colocation.Add(new XAttribute("rsc", two[0].Id), new XAttribute("with-rsc", two[1].Id), new XAttribute("score", draft.Score()));
        if (two[0].Promotable && draft.Chance(30))
            colocation.Add(new XAttribute("rsc-role", draft.Pick("Promoted", "Unpromoted")));
        if (two[1].Promotable && draft.Chance(60, "colocation-role"))
            colocation.Add(new XAttribute("with-rsc-role", draft.Pick("Promoted", "Promoted", "Unpromoted")));
        if (draft.Features.Contains("node-attributes") && draft.Chance(20, "colocation-attribute"))
            colocation.Add(new XAttribute("node-attribute", draft.Pick("site", "rack")));
        if (draft.Chance(14, "influence"))
            colocation.Add(new XAttribute("influence", "false"));
        draft.Constraints.Add(colocation);
    }

    private static void AddOrder(Draft draft)
    {
        draft.Features.Add("order");
        List<Target> two = draft.Some(draft.Targets, 2);
        if (two.Count < 2)
            return;
        if (draft.Chance(30))
            two.Reverse();
        XElement order = New(draft, "rsc_order");
        order.Add(new XAttribute("first", two[0].Id), new XAttribute("then", two[1].Id));
        if (draft.Chance(60))
            order.Add(new XAttribute("kind", draft.Pick("Mandatory", "Optional", "Optional", "Serialize")));
        if (order.Attribute("kind")?.Value == "Serialize")
            draft.Features.Add("order-serialize");
        if (two[0].Promotable && draft.Chance(75, "order-promote"))
            order.Add(new XAttribute("first-action", draft.Pick("promote", "promote", "demote")));
        if (two[1].Promotable && draft.Chance(25))
            order.Add(new XAttribute("then-action", "promote"));
        else if (order.Attribute("first-action") is not null)
            order.Add(new XAttribute("then-action", draft.Pick("start", "start", "stop")));
        if (draft.Chance(16, "order-asymmetrical"))
            order.Add(new XAttribute("symmetrical", "false"));
        if (two[0].IsMany && draft.Chance(42, "require-all"))
            order.Add(new XAttribute("require-all", "false"));
        draft.Constraints.Add(order);
    }

    private static void AddTicket(Draft draft)
    {
        foreach (string ticket in draft.Pick<string[]>(["ticketA"], ["ticketA", "ticketB"]))
        {
            draft.Tickets.Add(ticket);
            XElement constraint = New(draft, "rsc_ticket");
            constraint.Add(new XAttribute("ticket", ticket), new XAttribute("loss-policy", draft.Pick("stop", "demote", "fence", "freeze")));
            Target target = draft.Pick(draft.Targets);
            if (draft.Chance(35, "ticket-set"))
                constraint.Add(SetParts.Set(draft, draft.Some(draft.Targets, 2), "role", null));
            else
                constraint.Add(new XAttribute("rsc", target.Id));
            if (constraint.Attribute("rsc") is not null && target.Promotable && draft.Chance(60))
                constraint.Add(new XAttribute("rsc-role", "Promoted"));
            draft.Constraints.Add(constraint);
        }
    }
}
