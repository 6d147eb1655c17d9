using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>What a primitive gets from its template: its own settings come first.</summary>
internal static class Templates
{
    public static ResourceTemplate? Of(World world, Resource.Primitive primitive)
    {
        if (primitive.Template is null)
            return null;
        foreach (ResourceTemplate template in world.Cib.Configuration.Templates)
        {
            if (template.Id == primitive.Template)
                return template;
        }

        return null;
    }

    public static AgentName? Agent(World world, Resource.Primitive primitive) =>
        primitive.Agent ?? Of(world, primitive)?.Agent;

    // Of sets with equal scores the later one wins: the primitive's own.
    public static EquatableArray<AttributeSet> Join(EquatableArray<AttributeSet> own, EquatableArray<AttributeSet>? template) =>
        template is null || template.Value.IsEmpty ? own : [.. template.Value, .. own];

    public static List<OperationConfig> Operations(World world, Resource.Primitive primitive)
    {
        var all = new List<OperationConfig>();
        Add(world, all, primitive.Operations, 0);
        var names = new HashSet<(string, ResourceRole)>(all.Select(Kind));
        var own = all.ToList();
        all.Clear();
        var inherited = new List<OperationConfig>();
        Add(world, inherited, Of(world, primitive)?.Operations, 0);
        all.AddRange(inherited.Where(o => !names.Contains(Kind(o))));
        own.AddRange(all);
        return own;
    }

    // An operation of a primitive stands for its template's of the same name and role, whatever the interval.
    private static (string, ResourceRole) Kind(OperationConfig operation) => (operation.Name, operation.Config.Role switch
    {
        Role.Promoted => ResourceRole.Promoted,
        Role.Stopped => ResourceRole.Stopped,
        Role.Started or Role.Unpromoted or null => ResourceRole.Started,
    });

    private static void Add(World world, List<OperationConfig> into, OperationList? list, int depth)
    {
        if (list is null || depth > 4)
            return;
        foreach (Operation operation in list.Operations)
            into.Add(new OperationConfig(operation));
        if (list.IdRef is not null)
            Add(world, into, Referenced(world, list.IdRef), depth + 1);
    }

    private static OperationList? Referenced(World world, string id)
    {
        foreach (ResourceTemplate template in world.Cib.Configuration.Templates)
        {
            if (template.Operations?.Id == id)
                return template.Operations;
        }

        return world.Cib.Configuration.Resources.SelectMany(r => r.Primitives)
            .Select(p => p.Operations).FirstOrDefault(o => o?.Id == id);
    }
}
