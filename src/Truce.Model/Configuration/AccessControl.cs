namespace Truce.Model;

/// <summary>The section <c>acls</c>: roles with permissions, and who has which role.</summary>
public sealed record AccessControl(EquatableArray<AclRole> Roles, EquatableArray<AclSubject> Targets,
    EquatableArray<AclSubject> Groups);

/// <summary>A named list of permissions, the first that matches decides.</summary>
public sealed record AclRole(string Id, string? Description, EquatableArray<AclEntry> Permissions);

/// <summary>
/// A user (<c>acl_target</c>) or a group of users (<c>acl_group</c>). <paramref name="Name"/> is the system's
/// name where it differs from the id.
/// </summary>
public sealed record AclSubject(string Id, string? Name, EquatableArray<string> Roles)
{
    /// <summary>The name that the operating system knows.</summary>
    public string SystemName => Name ?? Id;
}

/// <summary>What may be done with the elements of <paramref name="Scope"/>.</summary>
public sealed record AclEntry(string Id, AclKind Kind, AclScope Scope, string? Description = null);

/// <summary>What a permission says.</summary>
public enum AclKind
{
    /// <summary>May read.</summary>
    Read,

    /// <summary>May read and write.</summary>
    Write,

    /// <summary>May neither.</summary>
    Deny,
}

/// <summary>The elements that a permission applies to.</summary>
public abstract record AclScope
{
    private AclScope() { }

    /// <summary>Those an XPath expression selects.</summary>
    public sealed record ByXPath(string XPath) : AclScope;

    /// <summary>The one with that id.</summary>
    public sealed record ByReference(string Reference) : AclScope;

    /// <summary>Those of an element name, perhaps only with that attribute.</summary>
    public sealed record ByObjectType(string ObjectType, string? Attribute) : AclScope;
}
