using System.Collections.Immutable;

using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>Sums up the actions, per node and per resource instance, for the transition summary.</summary>
internal static class DecisionBuilder
{
    public static ImmutableArray<Decision> Build(World world)
    {
        ImmutableArray<Decision>.Builder decisions = ImmutableArray.CreateBuilder<Decision>();
        Fencing(world, decisions);
        foreach (PlanResource resource in world.Resources)
            Add(resource, decisions);
        return decisions.ToImmutable();
    }

    private static void Fencing(World world, ImmutableArray<Decision>.Builder decisions)
    {
        for (int i = world.Actions.Count - 1; i >= 0; i--)
        {
            PlanAction action = world.Actions[i];
            if (action.Task != Tasks.Fence || action.Resource is not null || action.IsOptional || action.Node is not { } node)
                continue;
            decisions.Add(new Decision.Fence(
                new NodeId(node.Name), action.MetaValue("stonith_action") ?? "", action.Reason,
                node is { IsGuest: true, Connection.Container: { } machine } ? new ResourceId(machine.Id)
                    : null)
            {
                Causes = Fences.CausesOf(world, action),
            });
        }
    }

    private static void Add(PlanResource resource, ImmutableArray<Decision>.Builder decisions)
    {
        if (resource.Bundle is { } bundle)
        {
            foreach (Replica replica in bundle.Replicas)
            {
                foreach (PlanResource? part in (ReadOnlySpan<PlanResource?>)
                    [replica.Ip, replica.Container, replica.Remote, replica.Child])
                {
                    if (part is not null)
                        Add(part, decisions);
                }
            }

            return;
        }

        if (!resource.IsPrimitive)
        {
            foreach (PlanResource child in resource.Children)
                Add(child, decisions);
            return;
        }

        PrimitiveDecision.Add(resource, decisions);
    }
}
