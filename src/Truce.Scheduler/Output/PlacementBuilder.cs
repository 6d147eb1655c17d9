using System.Collections.Immutable;

using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>Says where every resource was placed, and how each score came about.</summary>
internal static class PlacementBuilder
{
    public static ImmutableArray<Placement> Build(World world) =>
        world.Request.KeepPlacements ? [.. world.AllResources().Select(r => Of(world, r))] : [];

    private static Placement Of(World world, PlanResource resource)
    {
        ILookup<int, ScoreStep> steps = resource.ScoreSteps.ToLookup(s => s.Node);
        PlanNode? place = resource.IsPrimitive ? resource.Assigned : Instances.Place(resource, false);
        return new Placement(
            new ResourceId(resource.Id),
            place is null ? null : new NodeId(place.Name),
            resource.NextRole,
            resource.Has(Is.Managed),
            [.. world.Nodes.Select(n => new NodePlacement(
                new NodeId(n.Name), resource.Allowed.Has(n.Index), Availability.CanRun(n),
                resource.Allowed[n.Index],
                [.. steps[n.Index].Select(Part)]))],
            [.. resource.PromotionSteps.Select(Part)],
            resource.Parent is { } parent ? new ResourceId(parent.Id) : null)
        {
            Followers =
            [
                .. ColocationLists.OthersWith(resource).Where(c => c.Score >= Scores.Infinity)
                    .Select(c => new Companion(new ResourceId(c.Dependent.Id), c.Id)),
            ],
            Nowhere = resource.Nowhere is { } reason
                ? Part(new ScoreStep(-1, -Scores.Infinity, true, reason)) : null,
        };
    }

    private static ScorePart Part(ScoreStep step) => new(
        step.Score, step.Becomes, step.Reason.Rule, step.Reason.Source,
        step.Reason.Other is { } other ? new ResourceId(other.Id) : null);
}
