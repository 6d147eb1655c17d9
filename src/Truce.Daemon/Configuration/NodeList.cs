using System.Collections.Immutable;
using System.Globalization;
using Truce.Model;

namespace Truce.Daemon.Configuration;

/// <summary>Nodes with their votes, as "n1 n2:2 n3" or with commas between.</summary>
internal static class NodeList
{
    public static ImmutableSortedDictionary<NodeId, int> Parse(string text)
    {
        ImmutableSortedDictionary<NodeId, int>.Builder nodes = ImmutableSortedDictionary.CreateBuilder<NodeId, int>();
        foreach (string item in text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = item.Split(':');
            int votes = 1;
            if (parts.Length > 2 || parts[0].Length == 0 || (parts.Length == 2
                && !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out votes)))
                throw new FormatException($"'{item}' is not NAME or NAME:VOTES");
            if (!nodes.TryAdd(new NodeId(parts[0]), votes))
                throw new FormatException($"'{parts[0]}' comes twice");
        }

        return nodes.Count > 0 ? nodes.ToImmutable() : throw new FormatException("no node named");
    }
}
