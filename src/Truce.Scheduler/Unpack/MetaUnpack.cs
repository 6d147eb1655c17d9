using Truce.Model;
using Truce.Model.Rules;

namespace Truce.Scheduler.Engine;

/// <summary>Reads a resource's meta attributes: its own, its parents', the
/// defaults; and what they mean.</summary>
internal static class MetaUnpack
{
    public static void Run(World world, PlanResource resource)
    {
        Collect(world, resource);
        Flags(world, resource);
        Numbers(world, resource);
        resource.MultiplyActive = resource.Meta.GetValueOrDefault("multiple-active") switch
        {
            "stop_only" => MultiplyActive.StopOnly,
            "block" => MultiplyActive.Block,
            "stop_unexpected" => MultiplyActive.StopUnexpected,
            _ => MultiplyActive.StopStart,
        };
        resource.ConfiguredRole = TargetRole(resource);
        if (resource.ConfiguredRole is { } role)
            resource.NextRole = role;
        Requires(world, resource);
    }

    private static void Collect(World world, PlanResource resource)
    {
        AgentName? agent = resource.IsPrimitive ? new AgentName(resource.Class, resource.Provider, resource.Type) : null;
        var context = new RuleContext { Agent = agent };
        if (resource.Config is not null)
        {
            EquatableArray<AttributeSet> own = resource.Config is Resource.Primitive primitive
                ? Templates.Join(primitive.MetaAttributes, Templates.Of(world, primitive)?.MetaAttributes)
                : resource.Config.MetaAttributes;
            world.Judging.Merge(own, context, resource.Meta);
        }

        if (resource.Parent is { } parent)
        {
            foreach ((string name, string value) in parent.Meta)
                resource.Meta.TryAdd(name, value);
        }

        world.Judging.Merge(world.Cib.Configuration.ResourceDefaults, context, resource.Meta);
    }

    private static void Flags(World world, PlanResource resource)
    {
        bool? Flag(string name) => CibBoolean.Parse(resource.Meta.GetValueOrDefault(name));
        resource.Flags = Is.Unassigned | Is.Managed;
        bool managed = Flag("is-managed") ?? true;
        if (Flag("maintenance") ?? world.Settings.MaintenanceMode)
        {
            managed = false;
            resource.Set(Is.Maintenance);
        }

        if (world.Settings.MaintenanceMode)
        {
            managed = false;
            resource.Set(Is.Maintenance);
        }

        if (!managed)
            resource.Clear(Is.Managed);
        if (Flag("notify") ?? false)
            resource.Set(Is.Notify);
        bool unique = resource.Parent is { } parent ? parent.Has(Is.Unique) : resource.Kind != ResourceKind.Clone;
        if (resource.Kind == ResourceKind.Clone)
            // Several instances on a node must differ (Pacemaker 3.0: the default of globally-unique).
            unique = Flag("globally-unique")
                ?? SettingsUnpack.Number(resource.Meta.GetValueOrDefault("clone-node-max"), 1) > 1;
        if (resource.Kind == ResourceKind.Bundle)
            unique = false;
        if (resource.Parent is null && resource.IsPrimitive)
            unique = true;
        if (unique)
            resource.Set(Is.Unique);
        if (Flag("critical") ?? true)
            resource.Set(Is.Critical);
        if (Flag("allow-migrate") ?? IsRemoteAgent(resource))
            resource.Set(Is.AllowMigrate);
        if (resource.IsFenceDevice)
            resource.Set(Is.FenceDevice);
        resource.Unfences = resource.IsFenceDevice && resource.Meta.GetValueOrDefault("provides") == "unfencing";
    }

    public static bool IsRemoteAgent(PlanResource resource) =>
        resource is { Class: AgentName.Ocf, Provider: "pacemaker", Type: "remote" };

    private static void Numbers(World world, PlanResource resource)
    {
        resource.Priority = SettingsUnpack.Number(resource.Meta.GetValueOrDefault("priority"), 0);
        resource.ConfiguredPriority = resource.Priority;
        string? stickiness = resource.Meta.GetValueOrDefault("resource-stickiness");
        bool instance = resource.Parent is { Kind: ResourceKind.Clone }
            || resource.Parent?.Parent is { Kind: ResourceKind.Clone };
        resource.Stickiness = SettingsUnpack.Number(stickiness, instance ? 1 : 0);
        string? threshold = resource.Meta.GetValueOrDefault("migration-threshold");
        resource.MigrationThreshold = Math.Max(0, SettingsUnpack.Number(threshold, Scores.Infinity));
        resource.FailureTimeoutMs =
            Interval.ParseMilliseconds(resource.Meta.GetValueOrDefault("failure-timeout")) ?? 0;
        if (resource.FailureTimeoutMs > 0)
            resource.FailureTimeoutMs = (resource.FailureTimeoutMs + 500) / 1000 * 1000;
        // A connection is tried again when its interval is over, whatever is said of failures in general.
        if (Parameters.ReconnectMs(world, resource) is > 0 and long reconnect)
            resource.FailureTimeoutMs = reconnect / 1000 * 1000;
    }

    private static ResourceRole? TargetRole(PlanResource resource)
    {
        ResourceRole? role = Roles.Parse(resource.Meta.GetValueOrDefault("target-role"));
        if (role == ResourceRole.Unpromoted && !InPromotable(resource))
            return null;
        return role is ResourceRole.Stopped or ResourceRole.Unpromoted ? role : null;
    }

    private static bool InPromotable(PlanResource resource)
    {
        for (PlanResource? each = resource; each is not null; each = each.Parent)
        {
            if (each.IsPromotable || ResourcesUnpack.Flag(each, "promotable") == true
                || each.Config is Resource.Cloned { Form: CloneForm.Master })
                return true;
        }

        return false;
    }

    private static void Requires(World world, PlanResource resource)
    {
        string? wanted = resource.Meta.GetValueOrDefault("requires");
        bool fencing = world.Settings.FencingEnabled;
        // A connection may move before its old host is shot: nothing runs twice for that.
        if (resource.IsFenceDevice && wanted is not ("nothing" or "quorum") || wanted is null && IsRemoteAgent(resource))
            wanted = "quorum";
        switch (wanted)
        {
            case "nothing":
                return;
            case "quorum":
                resource.Set(Is.NeedsQuorum);
                return;
            case "unfencing" when fencing:
                resource.Set(Is.NeedsFencing | Is.NeedsUnfencing | Is.NeedsQuorum);
                return;
            case "fencing" when fencing:
                resource.Set(Is.NeedsFencing | Is.NeedsQuorum);
                return;
            default:
                if (world.HaveUnfencing && wanted is null && fencing)
                    resource.Set(Is.NeedsUnfencing);
                if (fencing)
                    resource.Set(Is.NeedsFencing);
                resource.Set(Is.NeedsQuorum);
                return;
        }
    }
}

/// <summary>Roles as words.</summary>
internal static class Roles
{
    public static ResourceRole? Parse(string? text) => text?.ToLowerInvariant() switch
    {
        "stopped" => ResourceRole.Stopped,
        "started" => ResourceRole.Started,
        "unpromoted" or "slave" => ResourceRole.Unpromoted,
        "promoted" or "master" => ResourceRole.Promoted,
        _ => null,
    };

    public static ResourceRole Of(Role role) => role switch
    {
        Role.Stopped => ResourceRole.Stopped,
        Role.Started => ResourceRole.Started,
        Role.Unpromoted => ResourceRole.Unpromoted,
        Role.Promoted => ResourceRole.Promoted,
    };

    public static string Text(ResourceRole role) => role switch
    {
        ResourceRole.Unknown => "Unknown",
        ResourceRole.Stopped => "Stopped",
        ResourceRole.Started => "Started",
        ResourceRole.Unpromoted => "Unpromoted",
        ResourceRole.Promoted => "Promoted",
    };
}
