using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace Truce.Simulator.Scenarios;

/// <summary>The configurations that runs take: a collection that grows (the files beside
/// this one), and drawn ones.</summary>
internal static class Configurations
{
    private const string Prefix = "Truce.Simulator.Configurations.";

    /// <summary>The collection: name and text.</summary>
    public static ImmutableSortedDictionary<string, string> Collection { get; } = Load();

    /// <summary>One of the collection, or a drawn one.</summary>
    public static (string Name, string Xml) Draw(Random random, int nodes, int seed)
    {
        string[] names = [.. Collection.Keys];
        if (random.NextDouble() < 0.55)
        {
            string name = names[random.Next(names.Length)];
            return (name, Collection[name]);
        }

        return (string.Create(CultureInfo.InvariantCulture, $"drawn-{seed}"), new ConfigurationDraw(random, nodes).Make());
    }

    /// <summary>That many services, and a fence device.</summary>
    public static string Services(int count, bool fencing = true)
    {
        string resources = string.Concat(Enumerable.Range(1, count).Select(i => Service($"r{i}")));
        string device = fencing ? "<primitive id=\"power\" class=\"stonith\" type=\"fence_sim\"/>" : "";
        return Cib($"<nvpair id=\"o1\" name=\"stonith-enabled\" value=\"{(fencing ? "true" : "false")}\"/>", resources + device, "");
    }

    internal static string Device => "<primitive id=\"power\" class=\"stonith\" type=\"fence_sim\"><operations>"
        + "<op id=\"power-m\" name=\"monitor\" interval=\"30s\" timeout=\"20s\"/></operations></primitive>";

    internal static string Service(string id, string inner = "", int intervalSeconds = 5) =>
        $"<primitive id=\"{id}\" class=\"ocf\" provider=\"sim\" type=\"Service\">{inner}<operations>"
        + string.Create(CultureInfo.InvariantCulture, $"<op id=\"{id}-m\" name=\"monitor\" interval=\"{intervalSeconds}s\" timeout=\"20s\"/>")
        + $"<op id=\"{id}-s\" name=\"start\" interval=\"0\" timeout=\"20s\"/><op id=\"{id}-t\" name=\"stop\" interval=\"0\" timeout=\"20s\"/>"
        + "</operations></primitive>";

    internal static string Cib(string options, string resources, string constraints) =>
        "<cib validate-with=\"pacemaker-3.9\" admin_epoch=\"0\" epoch=\"1\" num_updates=\"0\"><configuration>"
        + $"<crm_config><cluster_property_set id=\"o\">{options}</cluster_property_set></crm_config>"
        + $"<nodes/><resources>{resources}</resources><constraints>{constraints}</constraints></configuration><status/></cib>";

    private static ImmutableSortedDictionary<string, string> Load()
    {
        Assembly assembly = typeof(Configurations).Assembly;
        return assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))
            .ToImmutableSortedDictionary(n => n[Prefix.Length..^".xml".Length], Read, StringComparer.Ordinal);

        string Read(string name)
        {
            using StreamReader reader = new(assembly.GetManifestResourceStream(name)!, Encoding.UTF8);
            return reader.ReadToEnd();
        }
    }
}
