using System.Globalization;

using Truce.Model;
using Truce.Model.Rules;

namespace Truce.Scheduler.Engine;

/// <summary>Makes the resources: instances of clones, members of groups, parts of
/// bundles, connections of guests.</summary>
internal static class ResourcesUnpack
{
    public static void Run(World world)
    {
        TemplatesAndTags(world);
        foreach (Resource configured in world.Cib.Configuration.Resources)
        {
            if (configured is Resource.Bundle { Content: not null } bundle && !BundleUnpack.IsReachable(bundle))
            {
                world.Warnings.Add($"{bundle.Id}: neither addresses nor a port to reach the service by; the bundle is ignored");
                continue;
            }

            PlanResource resource = Make(world, configured, null, "");
            world.Resources.Add(resource);
        }

        GuestUnpack.Run(world);
        world.HaveFencing = world.Settings.HaveWatchdog;
        foreach (PlanResource resource in world.AllResources().ToList())
        {
            if (resource.IsFenceDevice)
                world.HaveFencing = true;
        }
    }

    private static void TemplatesAndTags(World world)
    {
        foreach (ResourceTemplate template in world.Cib.Configuration.Templates)
            world.TemplateUsers.TryAdd(template.Id, []);
        foreach (Tag tag in world.Cib.Configuration.Tags)
        {
            if (!world.Tags.TryGetValue(tag.Id, out List<string>? members))
                world.Tags[tag.Id] = members = [];
            members.AddRange(tag.Objects);
        }
    }

    // Only OCF and fence agents are told their instance: services of the init system can't be told apart.
    private static bool HoldsUnnumbered(World world, Resource resource) => resource switch
    {
        Resource.Primitive p =>
            Templates.Agent(world, p) is { Class: not (AgentName.Ocf or AgentName.Stonith) },
        Resource.Group g => g.Members.Any(m => HoldsUnnumbered(world, m)),
        Resource.Cloned c => HoldsUnnumbered(world, c.Child),
        Resource.Bundle => false,
    };

    /// <summary>Makes one resource with all it holds; <paramref name="suffix"/> is
    /// the instance, as in ":0".</summary>
    public static PlanResource Make(World world, Resource configured, PlanResource? parent, string suffix)
    {
        ResourceKind kind = configured switch
        {
            Resource.Primitive => ResourceKind.Primitive,
            Resource.Group => ResourceKind.Group,
            Resource.Cloned => ResourceKind.Clone,
            Resource.Bundle => ResourceKind.Bundle,
        };
        PlanResource resource = world.NewResource(configured.Id.Value + suffix, kind);
        resource.ConfigId = configured.Id.Value;
        resource.Config = configured;
        resource.Parent = parent;
        resource.NewScores(world.Nodes.Count);
        if (configured is Resource.Primitive primitive)
            FillPrimitive(world, resource, primitive);
        MetaUnpack.Run(world, resource);
        if (resource.Kind == ResourceKind.Clone && HoldsUnnumbered(world, configured))
            resource.Clear(Is.Unique);
        world.Register(resource);
        switch (configured)
        {
            case Resource.Primitive:
                break;
            case Resource.Group group:
                resource.Group = new GroupData
                {
                    Ordered = CibBoolean.Parse(resource.Meta.GetValueOrDefault("ordered")) ?? true,
                    Colocated = CibBoolean.Parse(resource.Meta.GetValueOrDefault("collocated")) ?? true,
                };
                foreach (Resource.Primitive member in group.Members)
                    resource.Children.Add(Make(world, member, resource, suffix));
                break;
            case Resource.Cloned cloned:
                MakeClone(world, resource, cloned);
                break;
            case Resource.Bundle bundle:
                BundleUnpack.Run(world, resource, bundle);
                break;
        }

        Tables.Fill(world, resource);
        return resource;
    }

    private static void FillPrimitive(World world, PlanResource resource, Resource.Primitive primitive)
    {
        ResourceTemplate? template = Templates.Of(world, primitive);
        AgentName? agent = primitive.Agent ?? template?.Agent;
        resource.Class = agent?.Class ?? "";
        resource.Provider = agent?.Provider;
        resource.Type = agent?.Type ?? "";
        resource.Operations = Templates.Operations(world, primitive);
        resource.ParameterSets = Templates.Join(primitive.InstanceAttributes, template?.InstanceAttributes);
        if (template is not null)
        {
            List<string> users = world.TemplateUsers[template.Id];
            if (!users.Contains(primitive.Id.Value))
                users.Add(primitive.Id.Value);
        }

        var utilization = new Dictionary<string, string>(StringComparer.Ordinal);
        world.Judging.Merge(Templates.Join(primitive.Utilization, template?.Utilization), RuleContext.Nothing, utilization);
        foreach ((string name, string value) in utilization)
            resource.Utilization[name] = SettingsUnpack.Number(value, 0);
    }

    private static void MakeClone(World world, PlanResource resource, Resource.Cloned cloned)
    {
        bool promotable = cloned.Form == CloneForm.Master || Flag(resource, "promotable") == true;
        var data = new CloneData
        {
            Promotable = promotable,
            Max = Number(resource, "clone-max") ?? Math.Max(1, KnownNodes(world)),
            NodeMax = Number(resource, "clone-node-max") ?? 1,
            PromotedMax = Number(resource, "promoted-max", "master-max") ?? 1,
            PromotedNodeMax = Number(resource, "promoted-node-max", "master-node-max") ?? 1,
            Interleave = Flag(resource, "interleave") ?? false,
            Ordered = Flag(resource, "ordered") ?? false,
            Template = cloned.Child,
        };
        bool refused = !resource.Has(Is.Unique) && Flag(resource, "globally-unique") == true;
        if (!resource.Has(Is.Unique))
            data.NodeMax = Math.Min(data.NodeMax, 1);
        if (refused)
            data.Max = Math.Min(data.Max, KnownNodes(world));
        resource.Clone = data;
        for (int i = 0; i < data.Max; i++)
            AddInstance(world, resource, i);
        // Asked to be unique but not able to for a member: in the last instance of a group, those before that
        // member are watched as if they were (kept: last-group-instance-is-watched).
        if (refused && resource.Children is [.., { Kind: ResourceKind.Group } last])
        {
            foreach (PlanResource each in last.Children.TakeWhile(m => !HoldsUnnumbered(world, m.Config!)))
                each.WatchedWhileStopped = true;
        }

        // One instance keeps the configured member known even if nothing may run: one too many, where it
        // does.
        if (data.Max == 0)
        {
            foreach (PlanResource each in World.Walk(AddInstance(world, resource, 0)))
                each.Set(Is.Removed | Is.RemovedInstance);
        }
    }

    // Guests of bundles that come later in the configuration aren't known yet when a clone counts the nodes.
    private static int KnownNodes(World world) =>
        world.Nodes.Count(n => n.Connection is not null || n is { BundleGuest: false, Forgotten: false });

    public static PlanResource AddInstance(World world, PlanResource clone, int number)
    {
        PlanResource instance = Make(
            world, clone.Clone!.Template!, clone, string.Create(CultureInfo.InvariantCulture, $":{number}"));
        foreach (PlanResource each in World.Walk(instance))
            each.InstanceNumber = number;
        clone.Children.Add(instance);
        return instance;
    }

    public static bool? Flag(PlanResource resource, string name) =>
        CibBoolean.Parse(resource.Meta.GetValueOrDefault(name));

    public static int? Number(PlanResource resource, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (resource.Meta.TryGetValue(name, out string? text) && Truce.Model.Score.Parse(text) is { } number)
                return number.Value;
        }

        return null;
    }
}
