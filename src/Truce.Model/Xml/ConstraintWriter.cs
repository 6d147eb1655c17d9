using Truce.Model.Rules;

namespace Truce.Model.Xml;

/// <summary>Writes the section <c>constraints</c>.</summary>
internal sealed class ConstraintWriter(XmlOutput output, AttributeSetWriter attributeSets, Words<Role> roles)
{
    public void Write(EquatableArray<Constraint> constraints)
    {
        output.Open("constraints");
        foreach (Constraint constraint in constraints)
            Write(constraint);
        output.Close();
    }

    private void Write(Constraint constraint)
    {
        EquatableArray<ResourceSet> sets = constraint switch
        {
            Constraint.Location location => WriteTag(location),
            Constraint.Colocation colocation => WriteTag(colocation),
            Constraint.Ordering order => WriteTag(order),
            Constraint.Ticket ticket => WriteTag(ticket),
        };
        foreach (ResourceSet set in sets)
            Write(set);
        if (constraint is Constraint.Location { Rules: var rules })
            Write(rules);
        if (!constraint.Lifetime.IsEmpty)
        {
            output.Open("lifetime");
            Write(constraint.Lifetime);
            output.Close();
        }

        output.Close();
    }

    private void Write(EquatableArray<Rule> rules)
    {
        foreach (Rule rule in rules)
            attributeSets.Write(rule);
    }

    private EquatableArray<ResourceSet> WriteTag(Constraint.Location location)
    {
        output.Open("rsc_location").Attribute("id", location.Id).Attribute("rsc", location.Resource?.Value)
            .Attribute("rsc-pattern", location.ResourcePattern).Attribute("role", roles, location.Role)
            .Attribute("node", location.Node?.Value).Attribute("score", location.Score)
            .Attribute("resource-discovery", Vocabulary.Discovery, location.Discovery);
        return location.Sets;
    }

    private EquatableArray<ResourceSet> WriteTag(Constraint.Colocation colocation)
    {
        output.Open("rsc_colocation").Attribute("id", colocation.Id).Attribute("rsc",
            colocation.Resource?.Value)
            .Attribute("with-rsc", colocation.WithResource?.Value).Attribute("score", colocation.Score)
            .Attribute("rsc-role", roles, colocation.Role).Attribute("with-rsc-role", roles,
                colocation.WithRole)
            .Attribute("node-attribute", colocation.NodeAttribute).Attribute("influence",
                colocation.InfluenceText);
        return colocation.Sets;
    }

    private EquatableArray<ResourceSet> WriteTag(Constraint.Ordering order)
    {
        output.Open("rsc_order").Attribute("id", order.Id).Attribute("first", order.First?.Value)
            .Attribute("then", order.Then?.Value)
            .Attribute("first-action", Vocabulary.OrderAction, order.FirstAction)
            .Attribute("then-action", Vocabulary.OrderAction, order.ThenAction)
            .Attribute("kind", Vocabulary.OrderKind, order.Kind).Attribute("score", order.Score)
            .Attribute("symmetrical", order.Symmetrical).Attribute("require-all", order.RequireAll);
        return order.Sets;
    }

    private EquatableArray<ResourceSet> WriteTag(Constraint.Ticket ticket)
    {
        output.Open("rsc_ticket").Attribute("id", ticket.Id).Attribute("rsc", ticket.Resource?.Value)
            .Attribute("rsc-role", roles, ticket.Role).Attribute("ticket", ticket.TicketId.Value)
            .Attribute("loss-policy", Vocabulary.LossPolicy, ticket.LossPolicy);
        return ticket.Sets;
    }

    private void Write(ResourceSet set)
    {
        output.Open("resource_set").Attribute("id", set.Id).Attribute("id-ref", set.IdRef)
            .Attribute("sequential", set.Sequential).Attribute("require-all", set.RequireAll)
            .Attribute("ordering", Vocabulary.SetOrdering, set.Ordering)
            .Attribute("action", Vocabulary.OrderAction, set.Action).Attribute("role", roles, set.Role)
            .Attribute("score", set.Score).Attribute("kind", Vocabulary.OrderKind, set.Kind);
        foreach (ResourceId id in set.Resources)
            output.Open("resource_ref").Attribute("id", id.Value).Close();
        output.Close();
    }
}
