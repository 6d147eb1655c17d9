using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>What fence devices say about the nodes that they fence.</summary>
internal static class FenceHosts
{
    private static readonly char[] s_separators = [' ', ',', ';', '\t', '\n'];

    private static readonly string[] s_addresses = ["ip", "ipaddr", "hostname", "host"];

    /// <summary>The parameters that say where the device itself is reached.</summary>
    public static IEnumerable<NameValue> Addresses(PlacedPrimitive device) =>
        s_addresses.Select(device.Parameter).OfType<NameValue>();

    /// <summary>The parameter that names the hosts, and them; null where the
    /// device finds out by itself.</summary>
    public static (NameValue Pair, string[] Hosts)? Of(PlacedPrimitive device)
    {
        if (device.Parameter("pcmk_host_map") is { } map)
        {
            return (map, [.. Split(map.Value!).Select(e => e.Split([':', '='], 2)[0])]);
        }

        return device.Parameter("pcmk_host_list") is { } list ? (list, Split(list.Value!)) : null;
    }

    /// <summary>
    /// Whether the device asks its hardware, and so may fence nodes that nobody listed.
    /// </summary>
    public static bool AsksHardware(PlacedPrimitive device) =>
        device.Parameter("pcmk_host_check")?.Value is { } check ? check is "dynamic-list" or "status" or "none" : Of(device) is null;

    private static string[] Split(string text) => text.Split(s_separators, StringSplitOptions.RemoveEmptyEntries);
}
