
namespace Truce.Model.Xml;

/// <summary>The names that attribute sets had before schema 3.0, and what became of them.</summary>
internal sealed class OldNames(FindingLog log)
{
    private static readonly Dictionary<string, string> s_renamedOptions = new()
    {
        ["cluster_recheck_interval"] = "cluster-recheck-interval",
        ["dc_deadtime"] = "dc-deadtime",
        ["election_timeout"] = "election-timeout",
        ["no_quorum_policy"] = "no-quorum-policy",
        ["remove_after_stop"] = "remove-after-stop",
        ["shutdown_escalation"] = "shutdown-escalation",
        ["startup_fencing"] = "startup-fencing",
        ["stonith_action"] = "stonith-action",
        ["stonith_enabled"] = "stonith-enabled",
        ["stop_orphan_actions"] = "stop-orphan-actions",
        ["stop_orphan_resources"] = "stop-orphan-resources",
        ["symmetric_cluster"] = "symmetric-cluster",
        ["transition_idle_timeout"] = "cluster-delay",
    };

    private static readonly Dictionary<string, string> s_resourceDefaults = new()
    {
        ["default-resource-stickiness"] = "resource-stickiness",
        ["default_resource_stickiness"] = "resource-stickiness",
        ["is-managed-default"] = "is-managed",
        ["is_managed_default"] = "is-managed",
    };

    private static readonly HashSet<string> s_droppedOptions =
    [
        "default-migration-threshold", "default_migration_threshold", "expected-quorum-votes",
        "notification-agent",
        "notification-recipient",
    ];

    private static readonly HashSet<string> s_oldStacks =
        ["heartbeat", "openais", "classic openais", "classic openais (with plugin)", "cman"];

    private static readonly Dictionary<string, string> s_fenceParameters = new()
    {
        ["pcmk_list_cmd"] = "pcmk_list_action",
        ["pcmk_monitor_cmd"] = "pcmk_monitor_action",
        ["pcmk_off_cmd"] = "pcmk_off_action",
        ["pcmk_on_cmd"] = "pcmk_on_action",
        ["pcmk_reboot_cmd"] = "pcmk_reboot_action",
        ["pcmk_status_cmd"] = "pcmk_status_action",
    };

    // An operation's instance attributes of these names were settings of the operation.
    private static readonly HashSet<string> s_operationSettings =
        ["interval-origin", "start-delay", "enabled", "on-fail", "record-pending", "role", "timeout"];

    private static readonly HashSet<string> s_names =
    [
        .. s_renamedOptions.Keys, .. s_resourceDefaults.Keys, .. s_droppedOptions, "default-action-timeout",
        "default_action_timeout", "default-resource-failure-stickiness",
        "default_resource_failure_stickiness",
        "resource-failure-stickiness", "resource_failure_stickiness",
    ];

    /// <summary>
    /// Whether it is a name of old that <see cref="Replace(Configuration)"/> takes care of.
    /// </summary>
    public static bool Contains(string? name) => name is not null && s_names.Contains(name);

    private readonly List<NameValue> _resourceDefaults = [];
    private readonly List<NameValue> _operationDefaults = [];

    public Configuration Replace(Configuration configuration)
    {
        EquatableArray<AttributeSet> properties = Map(configuration.ClusterProperties, ReplaceOption);
        return configuration with
        {
            ClusterProperties = properties,
            ResourceDefaults = Upgrade.AddDefaults(configuration.ResourceDefaults, _resourceDefaults, "rsc"),
            OperationDefaults = Upgrade.AddDefaults(configuration.OperationDefaults, _operationDefaults,
                "op"),
            Resources = configuration.Resources.Select(Replace).ToEquatableArray(),
            Templates = configuration.Templates.Select(Replace).ToEquatableArray(),
        };
    }

    private NameValue? ReplaceOption(NameValue pair)
    {
        if (pair.Name is not { } name)
            return pair;
        if (s_renamedOptions.TryGetValue(name, out string? renamed))
            return Rename(pair, renamed);
        if (s_resourceDefaults.TryGetValue(name, out string? moved))
            return Move(pair, moved, _resourceDefaults, "rsc_defaults");
        if (name is "default-action-timeout" or "default_action_timeout")
            return Move(pair, "timeout", _operationDefaults, "op_defaults");
        if (name is "default-resource-failure-stickiness" or "default_resource_failure_stickiness")
            return pair.Value == "-INFINITY"
                ? Move(pair with { Value = "1" }, "migration-threshold", _resourceDefaults, "rsc_defaults")
                : Drop(pair);
        if (s_droppedOptions.Contains(name)
            || (name == "cluster-infrastructure" && s_oldStacks.Contains(pair.Value ?? "")))
            return Drop(pair);
        return pair;
    }

    private Resource Replace(Resource resource) => resource switch
    {
        Resource.Primitive primitive => Replace(primitive),
        Resource.Group group => group with { Members = group.Members.Select(Replace).ToEquatableArray() },
        Resource.Cloned clone => clone with { Child = Replace(clone.Child) },
        Resource.Bundle bundle =>
            bundle with { Content = bundle.Content is { } content ? Replace(content) : null },
    };

    private Resource.Primitive Replace(Resource.Primitive primitive)
    {
        List<NameValue> requires = [];
        OperationList? operations = Replace(primitive.Operations, requires);
        return primitive with
        {
            MetaAttributes = AddRequires(Map(primitive.MetaAttributes, ReplaceMeta), requires),
            InstanceAttributes = Map(primitive.InstanceAttributes, ReplaceParameter),
            Operations = operations,
        };
    }

    private ResourceTemplate Replace(ResourceTemplate template)
    {
        List<NameValue> requires = [];
        OperationList? operations = Replace(template.Operations, requires);
        return template with
        {
            MetaAttributes = AddRequires(Map(template.MetaAttributes, ReplaceMeta), requires),
            InstanceAttributes = Map(template.InstanceAttributes, ReplaceParameter),
            Operations = operations,
        };
    }

    private NameValue? ReplaceMeta(NameValue pair) => pair.Name switch
    {
        "isolation" or "isolation-host" or "isolation-instance" or "isolation-wrapper" =>
            Rename(pair with { Value = "Stopped" }, "target-role"),
        "resource-failure-stickiness" or "resource_failure_stickiness" =>
            pair.Value == "-INFINITY" ? Rename(pair with { Value = "1" }, "migration-threshold") : Drop(pair),
        _ => pair,
    };

    private NameValue? ReplaceParameter(NameValue pair)
    {
        if (pair.Name is { } name && s_fenceParameters.TryGetValue(name, out string? renamed))
            return Rename(pair, renamed);
        if (pair.Name != "pcmk_arg_map")
            return pair;
        return pair.Value is { } map && map.StartsWith("port:", StringComparison.Ordinal)
            ? Rename(pair with { Value = map["port:".Length..] }, "pcmk_host_argument")
            : Drop(pair);
    }

    private OperationList? Replace(OperationList? list, List<NameValue> requires) => list is null
        ? null
        : list with { Operations = list.Operations.Select(o => Replace(o, requires)).ToEquatableArray() };

    private Operation Replace(Operation operation, List<NameValue> requires)
    {
        NameValue? TakeRequires(NameValue pair)
        {
            if (pair.Name != "requires")
                return pair;
            if (operation.Name is OperationNames.Start or OperationNames.Promote)
                requires.Add(pair);
            return Drop(pair);
        }

        List<NameValue> settings =
            [.. operation.InstanceAttributes.SelectMany(s => s.Pairs).Where(IsSetting)];
        EquatableArray<AttributeSet> meta = Map(operation.MetaAttributes, TakeRequires);
        return operation with
        {
            MetaAttributes = settings.Count == 0 ? meta : meta.Add(SettingsOf(operation, settings)),
            InstanceAttributes =
                Map(operation.InstanceAttributes, p => IsSetting(p) ? null : TakeRequires(p)),
        };
    }

    private static bool IsSetting(NameValue pair) =>
        pair.Name is { } name && s_operationSettings.Contains(name);

    private static AttributeSet SettingsOf(Operation operation, List<NameValue> settings) =>
        new() { Id = operation.Id + "-upgraded-meta", Pairs = [.. settings] };

    private static EquatableArray<AttributeSet> AddRequires(EquatableArray<AttributeSet> meta,
        List<NameValue> requires)
    {
        if (requires.Count == 0 || meta.Any(s => s.Pairs.Any(p => p.Name == "requires")))
            return meta;
        NameValue pair = requires[0];
        return meta.Add(new AttributeSet { Id = pair.Id + "-set", Pairs = [pair] });
    }

    private static EquatableArray<AttributeSet> Map(EquatableArray<AttributeSet> sets, Func<NameValue,
        NameValue?> change) =>
        sets.Select(s => s with { Pairs = s.Pairs.Select(change).OfType<NameValue>().ToEquatableArray() })
            .ToEquatableArray();

    private NameValue Rename(NameValue pair, string name)
    {
        Tell(pair, $"becomes {name}");
        return pair with { Name = name };
    }

    private NameValue? Move(NameValue pair, string name, List<NameValue> target, string section)
    {
        Tell(pair, $"moves to {section} as {name}");
        target.Add(pair with { Name = name });
        return null;
    }

    private NameValue? Drop(NameValue pair)
    {
        Tell(pair, "no longer has a meaning there and is dropped");
        return null;
    }

    private void Tell(NameValue pair, string what) => log.Information(FindingIds.Upgraded,
        new Place(0, 0, "nvpair", pair.Id), $"{pair.Name} of an older schema {what}", "nothing");
}
