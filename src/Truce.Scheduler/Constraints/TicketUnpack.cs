using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>Reads ticket constraints and applies what a ticket that isn't granted means.</summary>
internal static class TicketUnpack
{
    public static void Run(World world, Constraint.Ticket constraint)
    {
        Ticket ticket = NodeStatesUnpack.TicketOf(world, constraint.TicketId.Value);
        if (constraint.Resource is { } id)
        {
            foreach (PlanResource resource in References.Resolve(world, id.Value, out _))
                Add(world, constraint, ticket, resource, constraint.Role);
        }

        foreach (ResourceSet set in References.Sets(world, constraint.Sets))
        {
            foreach (PlanResource resource in References.Of(world, set))
                Add(world, constraint, ticket, resource, set.Role);
        }
    }

    private static void Add(World world, Constraint.Ticket constraint, Ticket ticket, PlanResource resource, Role? role)
    {
        ResourceRole wanted = ColocationUnpack.RoleOf(role);
        LossPolicy loss = constraint.LossPolicy ?? (wanted == ResourceRole.Promoted ? LossPolicy.Demote : LossPolicy.Stop);
        if (loss == LossPolicy.Fence && !world.Settings.FencingEnabled)
            loss = LossPolicy.Stop;
        var need = new TicketNeed(constraint.Id, resource, ticket, wanted, loss);
        resource.Tickets.Add(need);
        if (!ticket.Granted || ticket.Standby)
            Apply(world, resource, need);
    }

    private static void Apply(World world, PlanResource resource, TicketNeed need)
    {
        foreach (PlanResource child in resource.Children)
            Apply(world, child, need);
        if (need.Ticket.Granted)
        {
            if (need.Role != ResourceRole.Promoted || need.Loss == LossPolicy.Stop)
                Locations.Ban(world, resource, null, "__ticket_standby__", need.Id);
            return;
        }

        bool matches = need.Role == ResourceRole.Unknown || need.Role == resource.Role;
        switch (need.Loss)
        {
            case LossPolicy.Stop:
                Locations.Ban(world, resource, null, "__loss_of_ticket__", need.Id);
                break;
            case LossPolicy.Demote:
                if (need.Role != ResourceRole.Promoted)
                    Locations.Ban(world, resource, null, "__loss_of_ticket__", need.Id);
                break;
            case LossPolicy.Fence:
                if (!matches)
                    return;
                Locations.Ban(world, resource, null, "__loss_of_ticket__", need.Id);
                foreach (PlanNode node in resource.Running)
                    Fences.Need(world, node, "deadman ticket was lost", false);
                break;
            case LossPolicy.Freeze:
                if (!matches)
                    return;
                if (resource.Running.Count == 0)
                {
                    Locations.Ban(world, resource, null, "__loss_of_ticket__", need.Id);
                    return;
                }

                resource.Clear(Is.Managed);
                resource.Set(Is.Blocked);
                break;
        }
    }
}
