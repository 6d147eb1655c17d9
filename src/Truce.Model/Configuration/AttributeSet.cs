using Truce.Model.Rules;

namespace Truce.Model;

/// <summary>
/// A set of name-value pairs (<c>instance_attributes</c>, <c>meta_attributes</c>, <c>utilization</c>,
/// <c>cluster_property_set</c>), or a reference to one written elsewhere. Where several sets apply, see
/// <see cref="AttributeSets"/> for which value wins.
/// </summary>
public sealed record AttributeSet
{
    /// <summary>The set's own id; null for a reference.</summary>
    public string? Id { get; init; }

    /// <summary>The id of the set that is meant; null unless this is a reference.</summary>
    public string? IdRef { get; init; }

    /// <summary>Which set comes first; null where not written (counts as 0).</summary>
    public Score? Score { get; init; }

    /// <summary>When the set applies; null for always.</summary>
    public Rule? Rule { get; init; }

    /// <summary>The pairs, in the order of the document.</summary>
    public EquatableArray<NameValue> Pairs { get; init; }
}

/// <summary>
/// A name-value pair (<c>nvpair</c>), or a reference to one: then <paramref name="IdRef"/> is set,
/// <paramref name="Id"/> is null and <paramref name="Name"/> may replace the name. <paramref name="Value"/>
/// is null where not written, which differs from empty.
/// </summary>
public sealed record NameValue(string? Id, string? Name, string? Value, string? IdRef = null);
