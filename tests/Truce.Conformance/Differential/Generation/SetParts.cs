using System.Xml.Linq;

namespace Truce.Conformance.Differential.Generation;

/// <summary>Makes up constraints over sets of resources.</summary>
internal static class SetParts
{
    /// <summary>Some constraints with sets.</summary>
    public static void Add(Draft draft)
    {
        if (draft.Chance(14, "order-set"))
            AddOrder(draft);
        if (draft.Chance(14, "colocation-set"))
            AddColocation(draft);
        if (draft.Chance(9, "location-set"))
            AddLocation(draft);
    }

    /// <summary>A set of resources.</summary>
    public static XElement Set(Draft draft, IReadOnlyList<Target> targets, string roleName, string? role)
    {
        XElement set = new("resource_set", new XAttribute("id", draft.NewId("set")));
        if (role is not null)
            set.Add(new XAttribute(roleName, role));
        foreach (Target target in targets)
            set.Add(new XElement("resource_ref", new XAttribute("id", target.Id)));
        return set;
    }

    private static void AddOrder(Draft draft)
    {
        (List<Target> one, List<Target> two) = Halves(draft);
        XElement order = ConstraintParts.New(draft, "rsc_order");
        if (draft.Chance(40))
            order.Add(new XAttribute("kind", draft.Pick("Mandatory", "Optional", "Serialize")));
        XElement first = Set(draft, one, "action", null);
        if (draft.Chance(50))
            first.Add(new XAttribute("sequential", "false"));
        if (draft.Chance(30))
            first.Add(new XAttribute("require-all", "false"));
        order.Add(first);
        if (two.Count > 0)
            order.Add(Set(draft, two, "action", draft.Chance(20) ? "start" : null));
        draft.Constraints.Add(order);
    }

    private static void AddColocation(Draft draft)
    {
        (List<Target> one, List<Target> two) = Halves(draft);
        XElement colocation = ConstraintParts.New(draft, "rsc_colocation");
        colocation.Add(new XAttribute("score", draft.Pick("INFINITY", "100", "-INFINITY", "-100", "20")));
        XElement first = Set(draft, one, "role", null);
        if (draft.Chance(40))
            first.Add(new XAttribute("sequential", "false"));
        colocation.Add(first);
        if (two.Count > 0)
            colocation.Add(Set(draft, two, "role", two.All(t => t.Promotable) && draft.Chance(60) ? "Promoted" : null));
        draft.Constraints.Add(colocation);
    }

    private static void AddLocation(Draft draft)
    {
        XElement location = ConstraintParts.New(draft, "rsc_location");
        location.Add(new XAttribute("node", draft.Pick(draft.Nodes)), new XAttribute("score", draft.Score()));
        location.Add(Set(draft, draft.Some(draft.Targets, 3), "role", null));
        draft.Constraints.Add(location);
    }

    private static (List<Target> One, List<Target> Two) Halves(Draft draft)
    {
        List<Target> all = draft.Some(draft.Targets, draft.Number(2, 4));
        int cut = draft.Number(1, all.Count);
        return (all[..cut], all[cut..]);
    }
}
