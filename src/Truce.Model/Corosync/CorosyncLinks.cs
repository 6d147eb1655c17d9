using System.Collections.Immutable;
using System.Globalization;

namespace Truce.Model.Corosync;

/// <summary>An address of a node in corosync.conf's nodelist.</summary>
/// <param name="Node">The node's name.</param>
/// <param name="Link">The link, 0 first.</param>
/// <param name="Address">As written: an address, or a host name.</param>
public sealed record CorosyncAddress(string Node, int Link, string Address);

/// <summary>The links that the nodes hear each other by (corosync.conf(5): ringX_addr).</summary>
/// <param name="Addresses">Each node's address on each link.</param>
public sealed record CorosyncLinks(ImmutableArray<CorosyncAddress> Addresses)
{
    private const int LinksMax = 8;
    private const int GroupsV6 = 8;

    /// <summary>The links' numbers.</summary>
    public IEnumerable<int> Links => Addresses.Select(a => a.Link).Distinct();

    /// <summary>Takes them from a file.</summary>
    public static CorosyncLinks From(CorosyncSection root)
    {
        ArgumentNullException.ThrowIfNull(root);
        return new CorosyncLinks(
        [
            .. from node in root.First("nodelist")?.All("node") ?? []
               from link in Enumerable.Range(0, LinksMax)
               let address = node.Find($"ring{link}_addr")
               where address is not null
               select new CorosyncAddress(
                   node.Find("name")?.Text ?? node.Find("ring0_addr")?.Text ?? "", link, address.Text),
        ]);
    }

    /// <summary>The node that has an address on one of the links; null: none.</summary>
    public string? NodeAt(string address) => Addresses.FirstOrDefault(a => IsSame(a.Address, address))?.Node;

    /// <summary>
    /// Whether an address lies in a link's network. No netmask stands in corosync.conf: the first 24 bits are
    /// compared, 64 of IPv6.
    /// </summary>
    public bool IsOn(int link, string address) => NetworkOf(address) is { } network
        && Addresses.Any(a => a.Link == link && NetworkOf(a.Address) == network);

    private static bool IsSame(string one, string other) =>
        one.Equals(other, StringComparison.OrdinalIgnoreCase)
        || (Groups(one) is { } a && Groups(other) is { } b && a.SequenceEqual(b));

    // Null: no address, but a name.
    private static string? NetworkOf(string address)
    {
        if (Groups(address) is not { } groups)
            return null;
        int length = groups.Length == GroupsV6 ? groups.Length / 2 : groups.Length - 1;
        return string.Join(groups.Length == GroupsV6 ? ':' : '.', groups[..length]);
    }

    // The four numbers of an IPv4 address, the eight of an IPv6 one.
    private static int[]? Groups(string address)
    {
        if (!address.Contains(':', StringComparison.Ordinal))
            return Numbers(address.Split('.'), NumberStyles.None) is { Length: 4 } v4 ? v4 : null;
        string[] halves = address.Split("::");
        string[] begin = halves[0].Split(':', StringSplitOptions.RemoveEmptyEntries);
        string[] end = halves.Length == 2 ? halves[1].Split(':', StringSplitOptions.RemoveEmptyEntries) : [];
        int left = GroupsV6 - begin.Length - end.Length;
        if (halves.Length > 2 || left < 0 || (halves.Length == 1 && left > 0))
            return null;
        return Numbers([.. begin, .. Enumerable.Repeat("0", left), .. end], NumberStyles.AllowHexSpecifier);
    }

    private static int[]? Numbers(string[] parts, NumberStyles style)
    {
        int[] numbers = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], style, CultureInfo.InvariantCulture, out numbers[i]))
                return null;
        }

        return numbers;
    }
}
