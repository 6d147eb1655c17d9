namespace Truce.Scheduler.Engine;

/// <summary>Removes the history of a resource from a node, once it is stopped there.</summary>
internal static class Cleanup
{
    public static void Schedule(World world, PlanResource resource, PlanNode node, bool optional)
    {
        if (!node.Online || resource.Has(Is.Failed))
            return;
        ActionFactory.Resource(
            world, resource, Tasks.Key(resource, Tasks.Delete), Tasks.Delete, node, optional);
        OrderingRules.Resources(world, resource, Tasks.Stop, resource, Tasks.Delete,
            optional ? Relation.FirstImpliesThen : Relation.Ordered, "stop before delete");
        OrderingRules.Resources(world, resource, Tasks.Delete, resource, Tasks.Start,
            optional ? Relation.FirstImpliesThen : Relation.Ordered, "delete before start");
    }
}
