namespace Truce.Model;

/// <summary>
/// The id of a resource as the CIB names it, or of one instance of a clone
/// (<c>ip:0</c>). Compared by ordinal.
/// </summary>
public readonly record struct ResourceId(string Value) : IComparable<ResourceId>
{
    /// <inheritdoc/>
    public int CompareTo(ResourceId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
