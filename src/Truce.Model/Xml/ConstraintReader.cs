using Truce.Model.Rules;

namespace Truce.Model.Xml;

/// <summary>Reads the section <c>constraints</c>.</summary>
internal sealed class ConstraintReader(XmlCursor cursor, ReferenceLedger ledger, RuleReader rules)
{
    public EquatableArray<Constraint> Read()
    {
        List<Constraint> constraints = [];
        cursor.TakeAttributes().Done();
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (ReadConstraint() is { } constraint)
                constraints.Add(constraint);
        }

        return [.. constraints];
    }

    private Constraint? ReadConstraint()
    {
        switch (cursor.Name)
        {
            case "rsc_location":
                return ReadLocation();
            case "rsc_colocation":
                return ReadColocation();
            case "rsc_order":
                return ReadOrder();
            case "rsc_ticket":
                return ReadTicket();
            default:
                cursor.RejectElement("constraints", "rsc_location", "rsc_colocation", "rsc_order",
                    "rsc_ticket");
                return null;
        }
    }

    private Constraint.Location ReadLocation()
    {
        XmlAttributes a = cursor.TakeAttributes();
        Constraint.Location location = new(DefineId(a, "rsc_location"))
        {
            Resource = ReadResource(a, "rsc"),
            ResourcePattern = a.Text("rsc-pattern"),
            Role = a.Word("role", Vocabulary.Role),
            Node = a.Text("node") is { } node ? new NodeId(node) : null,
            Score = a.Score("score"),
            Discovery = a.Word("resource-discovery", Vocabulary.Discovery),
        };
        bool hasScore = a.Text("score") is not null;
        a.Done();
        Place place = a.Element;
        Parts parts = ReadParts("rsc_location", Part.Sets | Part.Rules | Part.Lifetime);
        location = location with { Sets = [.. parts.Sets], Rules = [.. parts.Rules],
            Lifetime = [.. parts.Lifetime] };
        RequireOne(place, "the resources: rsc, rsc-pattern or resource_set", location.Resource is not null,
            location.ResourcePattern is not null, !location.Sets.IsEmpty);
        RequireOne(place, "the place: node with score, or rules", location.Node is not null || hasScore,
            !location.Rules.IsEmpty);
        if (location.Rules.IsEmpty && (location.Node is null || !hasScore))
            cursor.Log.Error(FindingIds.MissingXmlAttribute, place, "node and score belong together",
                "write both");
        return location;
    }

    private Constraint.Colocation ReadColocation()
    {
        XmlAttributes a = cursor.TakeAttributes();
        Constraint.Colocation colocation = new(DefineId(a, "rsc_colocation"))
        {
            Resource = ReadResource(a, "rsc"),
            WithResource = ReadResource(a, "with-rsc"),
            Role = a.Word("rsc-role", Vocabulary.Role),
            WithRole = a.Word("with-rsc-role", Vocabulary.Role),
            Score = a.Score("score"),
            NodeAttribute = a.Text("node-attribute"),
            InfluenceText = a.Text("influence"),
        };
        WarnAboutInfluence(colocation, a);
        if (cursor.IsOldSchema)
            Upgrade.DropColocationScoreAttribute(a, cursor.Log);
        a.Done();
        Place place = a.Element;
        Parts parts = ReadParts("rsc_colocation", Part.Sets | Part.Lifetime);
        colocation = colocation with { Sets = [.. parts.Sets], Lifetime = [.. parts.Lifetime] };
        RequirePairOrSets(place, "rsc", colocation.Resource, "with-rsc", colocation.WithResource,
            colocation.Sets);
        return colocation;
    }

    // The scheduler treats it as the default then, as recorded clusters show (case colocation-influence).
    private void WarnAboutInfluence(Constraint.Colocation colocation, XmlAttributes a)
    {
        if (colocation is { InfluenceText: not null, Influence: null })
        {
            cursor.Log.Warning(FindingIds.ImpossibleValue, a.PlaceOf("influence"),
                $"influence=\"{colocation.InfluenceText}\" is not a boolean, the default is used",
                "write true or false");
        }
    }

    private Constraint.Ordering ReadOrder()
    {
        XmlAttributes a = cursor.TakeAttributes();
        Constraint.Ordering order = new(DefineId(a, "rsc_order"))
        {
            First = ReadResource(a, "first"),
            Then = ReadResource(a, "then"),
            FirstAction = a.Word("first-action", Vocabulary.OrderAction),
            ThenAction = a.Word("then-action", Vocabulary.OrderAction),
            Kind = a.Word("kind", Vocabulary.OrderKind),
            Score = a.Score("score"),
            Symmetrical = a.Boolean("symmetrical"),
            RequireAll = a.Boolean("require-all"),
        };
        if (order is { Kind: not null, Score: not null })
            a.Refuse("score", "both kind and score", "keep kind");
        a.Done();
        Place place = a.Element;
        Parts parts = ReadParts("rsc_order", Part.Sets | Part.Lifetime);
        order = order with { Sets = [.. parts.Sets], Lifetime = [.. parts.Lifetime] };
        RequirePairOrSets(place, "first", order.First, "then", order.Then, order.Sets);
        return order;
    }

    private Constraint.Ticket ReadTicket()
    {
        XmlAttributes a = cursor.TakeAttributes();
        Constraint.Ticket ticket = new(DefineId(a, "rsc_ticket"), new TicketId(a.Required("ticket")))
        {
            Resource = ReadResource(a, "rsc"),
            Role = a.Word("rsc-role", Vocabulary.Role),
            LossPolicy = a.Word("loss-policy", Vocabulary.LossPolicy),
        };
        a.Done();
        Place place = a.Element;
        Parts parts = ReadParts("rsc_ticket", Part.Sets);
        ticket = ticket with { Sets = [.. parts.Sets] };
        RequireOne(place, "the resources: rsc or resource_set", ticket.Resource is not null,
            !ticket.Sets.IsEmpty);
        return ticket;
    }

    private string DefineId(XmlAttributes a, string element)
    {
        string id = a.Required("id");
        ledger.Define(id, element, a);
        return id;
    }

    private ResourceId? ReadResource(XmlAttributes a, string name)
    {
        if (a.Text(name) is not { } id)
            return null;
        ledger.Refer(id, a.PlaceOf(name), ReferenceLedger.Placeable);
        return new ResourceId(id);
    }

    private void RequirePairOrSets(Place place, string firstName, ResourceId? first, string thenName,
        ResourceId? then,
        EquatableArray<ResourceSet> sets)
    {
        if ((first is null) != (then is null))
            cursor.Log.Error(FindingIds.MissingXmlAttribute, place,
                $"{firstName} and {thenName} belong together", "write both");
        else
            RequireOne(place, $"the resources: {firstName} with {thenName}, or resource_set",
                first is not null, !sets.IsEmpty);
    }

    private void RequireOne(Place place, string what, params ReadOnlySpan<bool> present)
    {
        int count = 0;
        foreach (bool one in present)
            count += one ? 1 : 0;
        if (count == 0)
            cursor.Log.Error(FindingIds.Structure, place, $"missing: {what}",
                "add it, or remove the constraint");
        else if (count > 1)
            cursor.Log.Error(FindingIds.Structure, place, $"given more than once: {what}", "keep one");
    }

    [Flags]
    private enum Part
    {
        Sets = 1,
        Rules = 2,
        Lifetime = 4,
    }

    private readonly record struct Parts(List<ResourceSet> Sets, List<Rule> Rules, List<Rule> Lifetime);

    private Parts ReadParts(string element, Part allowed)
    {
        Parts parts = new([], [], []);
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "resource_set" && allowed.HasFlag(Part.Sets))
                parts.Sets.Add(ReadSet());
            else if (cursor.Name == "rule" && allowed.HasFlag(Part.Rules))
                parts.Rules.Add(rules.Read());
            else if (cursor.Name == "lifetime" && allowed.HasFlag(Part.Lifetime))
                ReadLifetime(parts.Lifetime);
            else
                cursor.RejectElement(element, "resource_set", "rule", "lifetime");
        }

        return parts;
    }

    private void ReadLifetime(List<Rule> lifetime)
    {
        cursor.TakeAttributes().Done();
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "rule")
                lifetime.Add(rules.Read());
            else
                cursor.RejectElement("lifetime", "rule");
        }
    }

    private ResourceSet ReadSet()
    {
        XmlAttributes a = cursor.TakeAttributes();
        if (a.Text("id-ref") is { } idRef)
        {
            ledger.Refer(idRef, a.PlaceOf("id-ref"), "resource_set");
            a.Done();
            cursor.ExpectNoChildren("a reference (resource_set with id-ref)");
            return new ResourceSet { IdRef = idRef };
        }

        Place place = a.Element;
        ResourceSet set = new()
        {
            Id = DefineId(a, "resource_set"),
            Sequential = a.Boolean("sequential"),
            RequireAll = a.Boolean("require-all"),
            Ordering = a.Word("ordering", Vocabulary.SetOrdering),
            Action = a.Word("action", Vocabulary.OrderAction),
            Role = a.Word("role", Vocabulary.Role),
            Score = a.Score("score"),
            Kind = a.Word("kind", Vocabulary.OrderKind),
        };
        a.Done();
        set = set with { Resources = ReadMembers() };
        if (set.Resources.IsEmpty)
            cursor.Log.Error(FindingIds.Structure, place, "a resource_set without members",
                "add resource_ref, or remove the set");
        return set;
    }

    private EquatableArray<ResourceId> ReadMembers()
    {
        List<ResourceId> members = [];
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "resource_ref")
                members.Add(ReadMember());
            else
                cursor.RejectElement("resource_set", "resource_ref");
        }

        return [.. members];
    }

    private ResourceId ReadMember()
    {
        XmlAttributes a = cursor.TakeAttributes();
        ResourceId id = ReadResource(a, "id") ?? new ResourceId(a.Required("id"));
        a.Done();
        cursor.ExpectNoChildren("resource_ref");
        return id;
    }
}
