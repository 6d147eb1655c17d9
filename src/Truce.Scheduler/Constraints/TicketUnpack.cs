using Truce.Model;
using Truce.Model.Fencing;

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
                Ban(world, resource, ScoreRule.TicketStandby, need);
            return;
        }

        bool matches = need.Role == ResourceRole.Unknown || need.Role == resource.Role;
        switch (need.Loss)
        {
            case LossPolicy.Stop:
                Ban(world, resource, ScoreRule.TicketMissing, need);
                break;
            case LossPolicy.Demote:
                if (need.Role != ResourceRole.Promoted)
                    Ban(world, resource, ScoreRule.TicketMissing, need);
                break;
            case LossPolicy.Fence:
                if (!matches)
                    return;
                Ban(world, resource, ScoreRule.TicketMissing, need);
                foreach (PlanNode node in resource.Running)
                    Fences.Need(
                        world, node, new FenceCause.TicketLost(need.Ticket.Id, new ResourceId(resource.Id)),
                        "deadman ticket was lost");
                break;
            case LossPolicy.Freeze:
                // Only what runs is frozen: a group or clone still follows its members.
                if (!matches || !resource.IsPrimitive)
                    return;
                if (resource.Running.Count == 0)
                {
                    Ban(world, resource, ScoreRule.TicketMissing, need);
                    return;
                }

                resource.Clear(Is.Managed);
                resource.Set(Is.Blocked);
                break;
        }
    }

    // Bans are for what runs. The scores of a group or clone only say where its parts may go.
    private static void Ban(World world, PlanResource resource, ScoreRule rule, TicketNeed need)
    {
        if (resource.IsPrimitive)
            Locations.Ban(world, resource, null, new ScoreReason(rule, need.Id));
    }
}
