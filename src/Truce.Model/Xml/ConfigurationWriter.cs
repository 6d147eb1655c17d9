namespace Truce.Model.Xml;

/// <summary>Writes the element <c>configuration</c>, but for resources and constraints.</summary>
internal sealed class ConfigurationWriter
{
    private readonly XmlOutput _output;
    private readonly AttributeSetWriter _sets;
    private readonly SchemaVersion? _schema;

    public ConfigurationWriter(XmlOutput output, SchemaVersion? schema)
    {
        _output = output;
        _schema = schema;
        _sets = new AttributeSetWriter(output, RoleWords(schema));
    }

    // Older schemas refuse the newer spelling of roles.
    private static Words<Role> RoleWords(SchemaVersion? schema) =>
        schema is { } known && known.CompareTo(SchemaVersion.PromotedRoles) < 0 ? Vocabulary.OldRole
            : Vocabulary.Role;

    public void Write(Configuration configuration)
    {
        _output.Open("configuration");
        WriteSets("crm_config", "cluster_property_set", configuration.ClusterProperties, isOptional: false);
        WriteNodes(configuration.Nodes);
        new ResourceWriter(_output, _sets, RoleWords(_schema)).Write(configuration);
        new ConstraintWriter(_output, _sets, RoleWords(_schema)).Write(configuration.Constraints);
        WriteTopology(configuration.FencingTopology);
        WriteSets("rsc_defaults", "meta_attributes", configuration.ResourceDefaults, isOptional: true);
        WriteSets("op_defaults", "meta_attributes", configuration.OperationDefaults, isOptional: true);
        WriteTags(configuration.Tags);
        WriteAccess(configuration.AccessControl);
        WriteAlerts(configuration.Alerts);
        _output.Close();
    }

    private void WriteSets(string section, string element, EquatableArray<AttributeSet> sets, bool isOptional)
    {
        if (isOptional && sets.IsEmpty)
            return;
        _output.Open(section);
        _sets.Write(element, sets);
        _output.Close();
    }

    private void WriteNodes(EquatableArray<Node> nodes)
    {
        _output.Open("nodes");
        foreach (Node node in nodes)
        {
            _output.Open("node").Attribute("id", node.Id.Value).Attribute("uname", node.Name.Value)
                .Attribute("type", Vocabulary.NodeType, node.DeclaredType)
                .Attribute("description", node.Description).Attribute("score", node.Score);
            _sets.Write("instance_attributes", node.InstanceAttributes);
            _sets.Write("utilization", node.Utilization);
            _output.Close();
        }

        _output.Close();
    }

    private void WriteTopology(EquatableArray<FencingLevel> levels)
    {
        if (levels.IsEmpty)
            return;
        _output.Open("fencing-topology");
        foreach (FencingLevel level in levels)
        {
            _output.Open("fencing-level").Attribute("id", level.Id);
            WriteTarget(level.Target);
            _output.Attribute("index", level.Index).Attribute("devices",
                string.Join(',', level.Devices)).Close();
        }

        _output.Close();
    }

    private XmlOutput WriteTarget(LevelTarget target) => target switch
    {
        LevelTarget.ByName(var node) => _output.Attribute("target", node.Value),
        LevelTarget.ByPattern(var pattern) => _output.Attribute("target-pattern", pattern),
        LevelTarget.ByAttributeValue(var attribute, var value) =>
            _output.Attribute("target-attribute", attribute).Attribute("target-value", value),
    };

    private void WriteTags(EquatableArray<Tag> tags)
    {
        if (tags.IsEmpty)
            return;
        _output.Open("tags");
        foreach (Tag tag in tags)
        {
            _output.Open("tag").Attribute("id", tag.Id);
            foreach (string id in tag.Objects)
                _output.Open("obj_ref").Attribute("id", id).Close();
            _output.Close();
        }

        _output.Close();
    }

    private void WriteAccess(AccessControl? access)
    {
        if (access is null)
            return;
        _output.Open("acls");
        foreach (AclRole role in access.Roles)
            WriteRole(role);
        WriteSubjects("acl_target", access.Targets);
        WriteSubjects("acl_group", access.Groups);
        _output.Close();
    }

    private void WriteRole(AclRole role)
    {
        _output.Open("acl_role").Attribute("id", role.Id).Attribute("description", role.Description);
        foreach (AclEntry entry in role.Permissions)
        {
            _output.Open("acl_permission").Attribute("id", entry.Id).Attribute("kind", Vocabulary.AclKind,
                entry.Kind);
            WriteScope(entry.Scope);
            _output.Attribute("description", entry.Description).Close();
        }

        _output.Close();
    }

    private XmlOutput WriteScope(AclScope scope) => scope switch
    {
        AclScope.ByXPath(var xpath) => _output.Attribute("xpath", xpath),
        AclScope.ByReference(var reference) => _output.Attribute("reference", reference),
        AclScope.ByObjectType(var type, var attribute) =>
            _output.Attribute("object-type", type).Attribute("attribute", attribute),
    };

    private void WriteSubjects(string element, EquatableArray<AclSubject> subjects)
    {
        foreach (AclSubject subject in subjects)
        {
            _output.Open(element).Attribute("id", subject.Id).Attribute("name", subject.Name);
            foreach (string role in subject.Roles)
                _output.Open("role").Attribute("id", role).Close();
            _output.Close();
        }
    }

    private void WriteAlerts(EquatableArray<Alert> alerts)
    {
        if (alerts.IsEmpty)
            return;
        _output.Open("alerts");
        foreach (Alert alert in alerts)
            WriteAlert(alert);
        _output.Close();
    }

    private void WriteAlert(Alert alert)
    {
        _output.Open("alert").Attribute("id", alert.Id).Attribute("description",
            alert.Description).Attribute("path", alert.Path);
        _sets.Write("meta_attributes", alert.MetaAttributes);
        _sets.Write("instance_attributes", alert.InstanceAttributes);
        WriteSelection(alert.Selection);
        foreach (AlertRecipient recipient in alert.Recipients)
        {
            _output.Open("recipient").Attribute("id", recipient.Id).Attribute("description",
                recipient.Description)
                .Attribute("value", recipient.Value);
            _sets.Write("meta_attributes", recipient.MetaAttributes);
            _sets.Write("instance_attributes", recipient.InstanceAttributes);
            _output.Close();
        }

        _output.Close();
    }

    private void WriteSelection(AlertSelection? selection)
    {
        if (selection is null)
            return;
        _output.Open("select");
        WriteSelectedAttributes(selection.Attributes);
        foreach ((AlertEvents events, string element) in (ReadOnlySpan<(AlertEvents, string)>)
            [(AlertEvents.Fencing, "select_fencing"), (AlertEvents.Nodes, "select_nodes"),
                (AlertEvents.Resources, "select_resources")])
        {
            if (selection.Events.HasFlag(events))
                _output.Open(element).Close();
        }

        _output.Close();
    }

    private void WriteSelectedAttributes(EquatableArray<AlertAttributeName>? attributes)
    {
        if (attributes is not { } names)
            return;
        _output.Open("select_attributes");
        foreach (AlertAttributeName name in names)
            _output.Open("attribute").Attribute("id", name.Id).Attribute("name", name.Name).Close();
        _output.Close();
    }
}
