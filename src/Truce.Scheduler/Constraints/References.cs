using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>Whom a constraint means: a resource, all users of a template, or all members of a tag.</summary>
internal static class References
{
    /// <summary>The resources behind an id; <paramref name="plural"/> says that it
    /// was a template or a tag.</summary>
    public static List<PlanResource> Resolve(World world, string id, out bool plural)
    {
        plural = false;
        if (world.FindConfigured(id) is { } resource)
            return [resource];
        plural = true;
        if (world.TemplateUsers.TryGetValue(id, out List<string>? users))
            return Configured(world, users);
        return world.Tags.TryGetValue(id, out List<string>? members) ? Configured(world, members) : [];
    }

    private static List<PlanResource> Configured(World world, List<string> ids)
    {
        var found = new List<PlanResource>(ids.Count);
        foreach (string id in ids)
        {
            if (world.FindConfigured(id) is { } resource)
                found.Add(resource);
        }

        return found;
    }

    public static List<PlanResource> Of(World world, ResourceSet set)
    {
        var found = new List<PlanResource>(set.Resources.Count);
        foreach (ResourceId id in set.Resources)
            found.AddRange(Resolve(world, id.Value, out _));
        return found;
    }

    /// <summary>Sets, with references to others replaced by what they refer to.</summary>
    public static List<ResourceSet> Sets(World world, EquatableArray<ResourceSet> sets)
    {
        var all = new List<ResourceSet>(sets.Count);
        foreach (ResourceSet set in sets)
            all.Add(set.IdRef is null ? set : Referenced(world, set.IdRef) ?? set);
        return all;
    }

    private static ResourceSet? Referenced(World world, string id) =>
        world.Cib.Configuration.Constraints.SelectMany(c => c switch
        {
            Constraint.Location location => location.Sets.Items,
            Constraint.Colocation colocation => colocation.Sets.Items,
            Constraint.Ordering order => order.Sets.Items,
            Constraint.Ticket ticket => ticket.Sets.Items,
        }).FirstOrDefault(s => s.Id == id);
}
