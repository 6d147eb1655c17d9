namespace Truce.Model.Xml;

/// <summary>Reads the root element and hands its sections out.</summary>
internal sealed class DocumentReader
{
    private readonly XmlCursor _cursor;
    private readonly AttributeSetReader _sets;
    private readonly RuleReader _rules;
    private readonly ReferenceLedger _ledger;
    private readonly NodeReader _nodes;

    public DocumentReader(XmlCursor cursor, ReferenceLedger ledger)
    {
        _cursor = cursor;
        _ledger = ledger;
        _rules = new RuleReader(cursor, ledger);
        _sets = new AttributeSetReader(cursor, ledger, _rules);
        _nodes = new NodeReader(cursor, ledger, _sets);
    }

    public Cib Read()
    {
        XmlAttributes a = _cursor.TakeAttributes();
        CibHeader header = ReadHeader(a);
        _cursor.IsOldSchema = header.ValidateWith is { } schema
            && schema.CompareTo(SchemaVersion.Current) < 0;
        a.Done();
        Place place = a.Element;
        Configuration? configuration = null;
        ClusterStatus? status = null;
        ChildWalk children = _cursor.Children();
        while (children.Next())
        {
            if (_cursor.Name == "configuration" && configuration is null)
                configuration = ReadConfiguration();
            else if (_cursor.Name == "status" && status is null)
                status = new StatusReader(_cursor, _sets).Read();
            else
                RejectSection("cib", "configuration", "status");
        }

        if (configuration is null)
            _cursor.Log.Error(FindingIds.Structure, place, "there is no configuration",
                "add the element configuration");
        return new Cib(header, configuration ?? Configuration.Empty, status ?? ClusterStatus.Empty);
    }

    /// <summary>A document that is the configuration section alone, as pcs writes it
    /// for scope=configuration.</summary>
    public Cib ReadBareConfiguration() => new(new CibHeader(), ReadConfiguration(), ClusterStatus.Empty);

    private static CibHeader ReadHeader(XmlAttributes a) => new()
    {
        Version = new CibVersion(ReadCounter(a, "admin_epoch"), ReadCounter(a, "epoch"),
            ReadCounter(a, "num_updates")),
        ValidateWith = ReadSchema(a),
        CrmFeatureSet = a.Text("crm_feature_set"),
        HaveQuorum = a.Boolean("have-quorum"),
        DcUuid = a.Text("dc-uuid") is { } dc ? new NodeUuid(dc) : null,
        ExecutionDate = a.Text("execution-date"),
        CibLastWritten = a.Text("cib-last-written"),
        UpdateOrigin = a.Text("update-origin"),
        UpdateClient = a.Text("update-client"),
        UpdateUser = a.Text("update-user"),
        NoQuorumPanic = a.Boolean("no-quorum-panic"),
        RemoteTlsPort = a.Int("remote-tls-port", 0, 65535),
        RemoteClearPort = a.Int("remote-clear-port", 0, 65535),
    };

    // Tools that write configurations (crmsh, pcs) leave versions out: they are the cluster's business.
    private static long ReadCounter(XmlAttributes a, string name) => a.Long(name, 0) ?? 0;

    private static SchemaVersion? ReadSchema(XmlAttributes a)
    {
        string? text = a.Text("validate-with");
        if (text is null or "none")
            return null;
        if (SchemaVersion.TryParse(text, out SchemaVersion version))
            return version;
        a.Refuse("validate-with", $"validate-with=\"{text}\" is not a schema that Truce knows",
            $"upgrade or downgrade to one from pacemaker-1.0 to {SchemaVersion.Newest}");
        return null;
    }

    private Configuration ReadConfiguration()
    {
        _cursor.TakeAttributes().Done();
        Place place = _cursor.Place;
        Configuration configuration = Configuration.Empty;
        HashSet<string> seen = [];
        ChildWalk children = _cursor.Children();
        while (children.Next())
        {
            if (seen.Add(_cursor.Name))
                configuration = ReadSection(configuration);
            else
                RejectSection("configuration");
        }

        foreach (string section in (ReadOnlySpan<string>)["crm_config", "nodes", "resources", "constraints"])
        {
            if (!seen.Contains(section))
                _cursor.Log.Error(FindingIds.Structure, place, $"the section {section} is missing",
                    $"add <{section}/>");
        }

        return configuration;
    }

    private Configuration ReadSection(Configuration configuration)
    {
        switch (_cursor.Name)
        {
            case "crm_config":
                return configuration with { ClusterProperties = ReadSets("cluster_property_set",
                    AttributeSetUse.ClusterProperties) };
            case "rsc_defaults":
                return configuration with { ResourceDefaults = ReadSets("meta_attributes",
                    AttributeSetUse.ResourceMeta) };
            case "op_defaults":
                return configuration with { OperationDefaults = ReadSets("meta_attributes",
                    AttributeSetUse.OperationMeta) };
            case "nodes":
                return configuration with { Nodes = _nodes.ReadNodes() };
            case "resources":
                return new ResourceReader(_cursor, _ledger, _sets).Read(configuration);
            case "constraints":
                return configuration with { Constraints = new ConstraintReader(_cursor, _ledger,
                    _rules).Read() };
            case "tags":
                return configuration with { Tags = _nodes.ReadTags() };
            case "fencing-topology":
                return configuration with { FencingTopology = _nodes.ReadTopology() };
            case "acls":
                return configuration with { AccessControl = new AccessControlReader(_cursor,
                    _ledger).Read() };
            case "alerts":
                return configuration with { Alerts = new AlertReader(_cursor, _ledger, _sets).Read() };
            default:
                _cursor.RejectElement("configuration", "crm_config", "rsc_defaults", "op_defaults", "nodes",
                    "resources",
                    "constraints", "tags", "fencing-topology", "acls", "alerts");
                return configuration;
        }
    }

    private EquatableArray<AttributeSet> ReadSets(string element, AttributeSetUse use)
    {
        string section = _cursor.Name;
        List<AttributeSet> sets = [];
        _cursor.TakeAttributes().Done();
        ChildWalk children = _cursor.Children();
        while (children.Next())
        {
            if (_cursor.Name == element)
                sets.Add(_sets.Read(use));
            else
                _cursor.RejectElement(section, element);
        }

        return [.. sets];
    }

    private void RejectSection(string parent, params ReadOnlySpan<string> known)
    {
        if (_cursor.Name is not ("configuration" or "status") && parent == "cib")
        {
            _cursor.RejectElement(parent, known);
            return;
        }

        _cursor.Log.Error(FindingIds.Structure, _cursor.Place, $"a second {_cursor.Name}",
            "merge the two");
        _cursor.Skip();
    }
}
