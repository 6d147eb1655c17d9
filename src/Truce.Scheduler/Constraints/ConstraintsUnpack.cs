using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>Reads all constraints that hold at this time.</summary>
internal static class ConstraintsUnpack
{
    public static void Run(World world)
    {
        foreach (Constraint constraint in world.Cib.Configuration.Constraints)
        {
            if (!Alive(world, constraint))
                continue;
            switch (constraint)
            {
                case Constraint.Location location:
                    LocationUnpack.Run(world, location);
                    break;
                case Constraint.Colocation colocation:
                    ColocationUnpack.Run(world, colocation);
                    break;
                case Constraint.Ordering order:
                    OrderUnpack.Run(world, order);
                    break;
                case Constraint.Ticket ticket:
                    TicketUnpack.Run(world, ticket);
                    break;
            }
        }
    }

    private static bool Alive(World world, Constraint constraint)
    {
        if (constraint.Lifetime.IsEmpty)
            return true;
        foreach (Truce.Model.Rules.Rule rule in constraint.Lifetime)
        {
            if (world.Judging.Holds(rule, Truce.Model.Rules.RuleContext.Nothing))
                return true;
        }

        return false;
    }
}
