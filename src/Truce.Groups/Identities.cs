using Truce.Model;
using Truce.Model.Replication;

namespace Truce.Groups;

/// <summary>The name of a process group. Compared by ordinal.</summary>
public readonly record struct GroupName(string Value) : IComparable<GroupName>
{
    /// <inheritdoc/>
    public int CompareTo(GroupName other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>The name of a claim. Compared by ordinal.</summary>
public readonly record struct ClaimName(string Value) : IComparable<ClaimName>
{
    /// <inheritdoc/>
    public int CompareTo(ClaimName other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>
/// One stay of a server among the servers, from the view that it joined in. A server that was left out and
/// comes back is another one: its former clients were counted as dead.
/// </summary>
public readonly record struct ServerId(EngineMember Member, Epoch Since) : IComparable<ServerId>
{
    /// <inheritdoc/>
    public int CompareTo(ServerId other)
    {
        int byMember = Member.CompareTo(other.Member);
        return byMember != 0 ? byMember : Since.CompareTo(other.Since);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Member}@{Since}";
}

/// <summary>One connection of a client to its server; never used twice.</summary>
public readonly record struct ClientId(ServerId Server, long Number) : IComparable<ClientId>
{
    /// <inheritdoc/>
    public int CompareTo(ClientId other)
    {
        int byServer = Server.CompareTo(other.Server);
        return byServer != 0 ? byServer : Number.CompareTo(other.Number);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Server}#{Number}";
}

/// <summary>
/// An unbroken line of state. Servers whose majority has lost its memory found another one, and keep it shut
/// until every lease of the former has ended.
/// </summary>
public sealed record Lineage(EngineMember Founder, Epoch Epoch, long Stamp);
