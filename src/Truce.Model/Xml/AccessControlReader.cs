namespace Truce.Model.Xml;

/// <summary>Reads the section <c>acls</c>, of today and of schemas before 2.0.</summary>
internal sealed class AccessControlReader(XmlCursor cursor, ReferenceLedger ledger)
{
    private readonly List<AclRole> _roles = [];
    private readonly List<AclSubject> _targets = [];
    private readonly List<AclSubject> _groups = [];

    public AccessControl Read()
    {
        cursor.TakeAttributes().Done();
        ChildWalk children = cursor.Children();
        while (children.Next())
            ReadMember();
        return new AccessControl([.. _roles], [.. _targets], [.. _groups]);
    }

    private void ReadMember()
    {
        switch (cursor.Name)
        {
            case "acl_role":
                ReadRole();
                break;
            case "acl_target":
                _targets.Add(ReadSubject("acl_target"));
                break;
            case "acl_group":
                _groups.Add(ReadSubject("acl_group"));
                break;
            case "acl_user" when cursor.IsOldSchema:
                ReadOldUser();
                break;
            default:
                cursor.RejectElement("acls", "acl_role", "acl_target", "acl_group");
                break;
        }
    }

    private void ReadRole()
    {
        XmlAttributes a = cursor.TakeAttributes();
        string id = a.Required("id");
        ledger.Define(id, "acl_role", a);
        string? description = a.Text("description");
        a.Done();
        List<AclEntry> entries = [];
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (!TryReadEntry(entries))
                cursor.RejectElement("acl_role", "acl_permission");
        }

        _roles.Add(new AclRole(id, description, [.. entries]));
    }

    private bool TryReadEntry(List<AclEntry> entries)
    {
        switch (cursor.Name)
        {
            case "acl_permission":
                entries.Add(ReadEntry());
                return true;
            case "read" or "write" or "deny" when cursor.IsOldSchema:
                entries.Add(ReadOldEntry());
                return true;
            default:
                return false;
        }
    }

    private AclEntry ReadEntry()
    {
        XmlAttributes a = cursor.TakeAttributes();
        string id = a.Required("id");
        ledger.Define(id, "acl_permission", a);
        AclKind? kind = a.Word("kind", Vocabulary.AclKind);
        if (a.Text("kind") is null)
            a.Missing("kind");
        AclEntry entry = new(id, kind ?? AclKind.Deny, ReadScope(a, "reference", "object-type"),
            a.Text("description"));
        a.Done();
        cursor.ExpectNoChildren("acl_permission");
        return entry;
    }

    private AclScope ReadScope(XmlAttributes a, string referenceName, string typeName)
    {
        (string? xpath, string? reference, string? type, string? attribute) =
            (a.Text("xpath"), a.Text(referenceName), a.Text(typeName), a.Text("attribute"));
        if (reference is not null)
            ledger.Refer(reference, a.PlaceOf(referenceName));
        int count = (xpath is null ? 0 : 1) + (reference is null ? 0 : 1) + (type is null ? 0 : 1);
        if (count != 1 && !(referenceName == "ref" && xpath is null && count == 2))
            a.Refuse(typeName, $"exactly one of xpath, {referenceName} and {typeName} is needed",
                "write one of them");
        return reference is not null ? new AclScope.ByReference(reference)
            : type is not null ? new AclScope.ByObjectType(type, attribute)
            : new AclScope.ByXPath(attribute is null ? xpath ?? "" : $"{xpath}[@{attribute}]");
    }

    // Before 2.0 the permission's kind was the element's name.
    private AclEntry ReadOldEntry()
    {
        AclKind kind = Vocabulary.AclKind.Parse(cursor.Name)!.Value;
        string element = cursor.Name;
        XmlAttributes a = cursor.TakeAttributes();
        string id = a.Required("id");
        ledger.Define(id, element, a);
        AclEntry entry = new(id, kind, ReadScope(a, "ref", "tag"));
        a.Done();
        cursor.ExpectNoChildren(element);
        return entry;
    }

    private AclSubject ReadSubject(string element)
    {
        XmlAttributes a = cursor.TakeAttributes();
        string id = a.Required("id");
        if (element == "acl_group")
            ledger.Define(id, element, a);
        string? name = a.Text("name");
        a.Done();
        List<string> roles = [];
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "role")
                roles.Add(ReadRoleReference());
            else
                cursor.RejectElement(element, "role");
        }

        return new AclSubject(id, name, [.. roles]);
    }

    private string ReadRoleReference()
    {
        string element = cursor.Name;
        XmlAttributes a = cursor.TakeAttributes();
        string id = a.Required("id");
        ledger.Refer(id, a.PlaceOf("id"), "acl_role");
        a.Done();
        cursor.ExpectNoChildren(element);
        return id;
    }

    // Before 2.0 a user had roles, or permissions of his own: those become a role "auto-USER".
    private void ReadOldUser()
    {
        XmlAttributes a = cursor.TakeAttributes();
        Place place = a.Element;
        string id = a.Required("id");
        a.Done();
        List<string> roles = [];
        List<AclEntry> entries = [];
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name is "role_ref")
                roles.Add(ReadRoleReference());
            else if (!TryReadEntry(entries))
                cursor.RejectElement("acl_user", "role_ref", "read", "write", "deny");
        }

        if (roles.Count > 0 && entries.Count > 0)
            cursor.Log.Error(FindingIds.Structure, place, "both roles and permissions of its own",
                "make the permissions a role");
        if (entries.Count > 0)
        {
            _roles.Add(new AclRole("auto-" + id, null, [.. entries]));
            roles.Add("auto-" + id);
        }

        _targets.Add(new AclSubject(id, null, [.. roles]));
        cursor.Log.Information(FindingIds.Upgraded, place, "acl_user of an older schema becomes acl_target",
            "nothing");
    }
}
