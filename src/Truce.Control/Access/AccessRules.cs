using System.Collections.Immutable;
using System.Xml.Linq;
using Truce.Model;
using Truce.Model.Xml;

namespace Truce.Control;

/// <summary>A caller at the socket.</summary>
/// <param name="Name">The user.</param>
/// <param name="Groups">The user's groups.</param>
/// <param name="MayAll">Root, or the user that Truce runs as: nothing is refused.</param>
public sealed record Caller(string Name, ImmutableArray<string> Groups, bool MayAll);

/// <summary>
/// What a caller may do. Without enable-acl, members of Truce's group may view the cluster and only root may
/// change it; with it, the roles of acl_target and acl_group decide. Fencing needs a write permission for the
/// object type <c>truce-fence</c>: no other right includes it.
/// </summary>
public sealed class AccessRules
{
    private readonly Cib _cib;
    private readonly Caller _caller;
    private readonly DateTimeOffset? _at;
    private readonly ImmutableArray<AclEntry> _permissions;

    /// <summary>For a caller, by a configuration, at a time.</summary>
    public AccessRules(Cib cib, Caller caller, DateTimeOffset? at = null)
    {
        _cib = cib;
        _at = at;
        _caller = caller;
        _permissions = Permissions(cib.Configuration.AccessControl, caller);
    }

    private bool IsByRole => ClusterOptions.From(_cib.Configuration, _at).EnableAcl;

    /// <summary>A CIB as the caller may see it, its secrets masked.</summary>
    public string Readable(Cib cib)
    {
        ArgumentNullException.ThrowIfNull(cib);
        return ReadableWithSecrets(SecretNames.Masked(cib));
    }

    /// <summary>A CIB as the caller may see it, for one who may see secrets
    /// (<see cref="SecretsObjection"/>) and asked for them.</summary>
    public string ReadableWithSecrets(Cib cib)
    {
        string xml = CibWriter.Write(cib);
        if (_caller.MayAll || !IsByRole)
            return xml;
        XDocument document = XDocument.Parse(xml);
        Strip(document.Root!, Marks(document));
        return document.ToString();
    }

    /// <summary>
    /// Why the caller may change nothing of the configuration, whatever the change; null: some changes may be
    /// allowed. Costs nothing, so that it comes before everything that does.
    /// </summary>
    public string? AnyChangeObjection() => General()
        ?? (_caller.MayAll || _permissions.Any(p => p.Kind == AclKind.Write)
            ? null
            : Refused("may change nothing"));

    /// <summary>Why the caller may not put a configuration in the place of the
    /// present one; null: allowed.</summary>
    public string? ChangeObjection(Cib proposed)
    {
        if (General() is { } objection || _caller.MayAll)
            return General();
        XDocument old = Document(_cib);
        XDocument next = Document(proposed);
        if (_cib.Header.ValidateWith != proposed.Header.ValidateWith && !Marks(old).MayWrite(old.Root!))
            return Refused("may not change the schema");
        return Refused(new AclDifference(Marks(old), Marks(next)).Objection(
            old.Root!.Element("configuration")!, next.Root!.Element("configuration")!));
    }

    /// <summary>Why the caller may not set a transient attribute; null: allowed.</summary>
    public string? AttributeObjection(NodeId node, string name) => StatusObjection(
        $"may not set {name} of {node}",
        status =>
        {
            XElement state = Child(status, "node_state", "uname", node.Value);
            XElement set = Child(Child(state, "transient_attributes"), "instance_attributes");
            return [Child(set, "nvpair", "name", name)];
        });

    /// <summary>Why the caller may not forget what is known of resources, or
    /// restart them; null: allowed.</summary>
    public string? HistoryObjection(IReadOnlyCollection<ResourceId> resources, NodeId? node) => StatusObjection(
        $"may not change the history of {(resources.Count == 0 ? "all resources" : string.Join(", ", resources))}",
        status => status.Descendants("lrm_resource").Where(r =>
            (resources.Count == 0 || resources.Any(i => InstanceNames.IsOf((string?)r.Attribute("id") ?? "", i.Value)))
            && (node is null || (string?)r.Ancestors("node_state").First().Attribute("uname") == node.Value.Value))
            .DefaultIfEmpty(status));

    /// <summary>Why the caller may not change a ticket; null: allowed.</summary>
    public string? TicketObjection(string ticket) => StatusObjection(
        $"may not change ticket {ticket}", status => [Child(Child(status, "tickets"), "ticket_state", "id", ticket)]);

    /// <summary>Why the caller may not use the agents' tools; null: allowed. Agents run as root.</summary>
    public string? ToolObjection() => _caller.MayAll
        ? null
        : $"user {_caller.Name} is not an agent: these tools are for agents; do: use truce";

    /// <summary>Why the caller may not fence; null: allowed.</summary>
    public string? FencingObjection()
    {
        if (General() is { } objection || _caller.MayAll)
            return General();
        ImmutableArray<AclKind> said = Said(AclMarks.FencingType);
        return Refused(said.Contains(AclKind.Write) && !said.Contains(AclKind.Deny)
            ? null
            : $"may not fence: this requires write permission for object-type {AclMarks.FencingType}");
    }

    /// <summary>Why the caller may not see secrets; null: allowed.</summary>
    public string? SecretsObjection()
    {
        if (_caller.MayAll)
            return null;
        ImmutableArray<AclKind> said = IsByRole ? Said(AclMarks.SecretsType) : [];
        return !said.IsEmpty && !said.Contains(AclKind.Deny)
            ? null
            : $"user {_caller.Name} may not see secrets: this requires a permission for object-type {AclMarks.SecretsType}";
    }

    private ImmutableArray<AclKind> Said(string type) =>
    [
        .. _permissions.Where(p => p.Scope is AclScope.ByObjectType scope && scope.ObjectType == type).Select(p => p.Kind),
    ];

    private string? StatusObjection(string what, Func<XElement, IEnumerable<XElement>> targets)
    {
        if (General() is { } objection || _caller.MayAll)
            return General();
        XDocument document = XDocument.Parse(CibWriter.Write(_cib));
        XElement[] wanted = [.. targets(Child(document.Root!, "status"))];
        AclMarks marks = Marks(document);
        return Refused(wanted.All(marks.MayWrite) ? null : what);
    }

    private string? General() => _caller.MayAll || IsByRole
        ? null
        : $"user {_caller.Name} may view the cluster, but not change it; do: run it as root, or give the user roles (enable-acl, acl_target)";

    private string? Refused(string? what) =>
        what is null ? null : $"user {_caller.Name} {what}; do: see the roles in the configuration's acls";

    private AclMarks Marks(XDocument document) => new(document, _permissions);

    private static XDocument Document(Cib cib) => XDocument.Parse(CibWriter.Write(cib with { Status = ClusterStatus.Empty }));

    // What encloses something readable stays as scaffolding, without its attributes.
    private static bool Strip(XElement element, AclMarks marks)
    {
        bool any = false;
        foreach (XElement child in element.Elements().ToList())
        {
            if (Strip(child, marks))
                any = true;
            else
                child.Remove();
        }

        bool readable = marks.MayRead(element);
        if (!readable && element.Parent is not null)
            element.Attributes().Where(a => a.Name != "id").Remove();
        return readable || any || element.Parent is null;
    }

    private static XElement Child(XElement parent, string name, string? attribute = null, string? value = null)
    {
        XElement? found = parent.Elements(name)
            .FirstOrDefault(e => attribute is null || (string?)e.Attribute(attribute) == value);
        if (found is not null)
            return found;
        found = new XElement(name, attribute is null ? null : new XAttribute(attribute, value!));
        parent.Add(found);
        return found;
    }

    private static ImmutableArray<AclEntry> Permissions(AccessControl? acls, Caller caller)
    {
        if (acls is null)
            return [];
        HashSet<string> roles =
        [
            .. acls.Targets.Where(t => t.SystemName == caller.Name).SelectMany(t => t.Roles),
            .. acls.Groups.Where(g => caller.Groups.Contains(g.SystemName)).SelectMany(g => g.Roles),
        ];
        return [.. acls.Roles.Where(r => roles.Contains(r.Id)).SelectMany(r => r.Permissions)];
    }
}
