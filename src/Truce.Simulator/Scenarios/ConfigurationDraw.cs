using System.Globalization;
using System.Text;

namespace Truce.Simulator.Scenarios;

/// <summary>
/// Draws a configuration in which everything can run: services, groups and clones, with
/// constraints that never contradict each other.
/// </summary>
internal sealed class ConfigurationDraw(Random random, int nodes)
{
    private readonly StringBuilder _resources = new();
    private readonly StringBuilder _constraints = new();
    private readonly List<string> _names = [];
    private int _ids;

    public string Make()
    {
        int count = 1 + random.Next(5);
        for (int i = 1; i <= count; i++)
            Add(string.Create(CultureInfo.InvariantCulture, $"r{i}"));
        for (int i = 1; i < _names.Count; i++)
            Constrain(_names[random.Next(i)], _names[i]);
        _resources.Append(Configurations.Device);
        return Configurations.Cib(Options(), _resources.ToString(), _constraints.ToString());
    }

    private void Add(string name)
    {
        _names.Add(name);
        switch (random.Next(10))
        {
            case < 6:
                _resources.Append(Configurations.Service(name, Meta(name), 3 + random.Next(12)));
                break;
            case < 8:
                _resources.Append(CultureInfo.InvariantCulture, $"<group id=\"{name}\">");
                for (int i = 0; i < 2 + random.Next(2); i++)
                    _resources.Append(Configurations.Service($"{name}{(char)('a' + i)}", "", 3 + random.Next(12)));
                _resources.Append("</group>");
                break;
            default:
                _resources.Append(CultureInfo.InvariantCulture, $"<clone id=\"{name}\">{Configurations.Service(name + "c", "", 10)}</clone>");
                break;
        }
    }

    private string Meta(string name) => random.Next(5) switch
    {
        0 => Attributes(name, ("migration-threshold", "3")),
        1 => Attributes(name, ("resource-stickiness", "100"), ("failure-timeout", "30s")),
        2 => Attributes(name, ("priority", "10")),
        _ => "",
    };

    private static string Attributes(string name, params ReadOnlySpan<(string Name, string Value)> pairs)
    {
        StringBuilder text = new($"<meta_attributes id=\"{name}-meta\">");
        foreach ((string key, string value) in pairs)
            text.Append(CultureInfo.InvariantCulture, $"<nvpair id=\"{name}-{key}\" name=\"{key}\" value=\"{value}\"/>");
        return text.Append("</meta_attributes>").ToString();
    }

    private void Constrain(string first, string then)
    {
        string id = string.Create(CultureInfo.InvariantCulture, $"c{++_ids}");
        switch (random.Next(8))
        {
            case 0:
                _constraints.Append(CultureInfo.InvariantCulture, $"<rsc_order id=\"{id}\" first=\"{first}\" then=\"{then}\" kind=\"Mandatory\"/>");
                break;
            case 1:
                _constraints.Append(CultureInfo.InvariantCulture, $"<rsc_order id=\"{id}\" first=\"{first}\" then=\"{then}\" kind=\"Optional\"/>");
                break;
            case 2:
                _constraints.Append(CultureInfo.InvariantCulture, $"<rsc_colocation id=\"{id}\" rsc=\"{then}\" with-rsc=\"{first}\" score=\"50\"/>");
                break;
            case 3:
                int node = 1 + random.Next(nodes);
                int score = random.Next(1, 200);
                _constraints.Append(CultureInfo.InvariantCulture, $"<rsc_location id=\"{id}\" rsc=\"{then}\" node=\"n{node}\" score=\"{score}\"/>");
                break;
        }
    }

    private string Options()
    {
        StringBuilder options = new("<nvpair id=\"o1\" name=\"stonith-enabled\" value=\"true\"/>");
        if (random.Next(4) == 0)
            Add("no-quorum-policy", "freeze");
        if (random.Next(4) == 0)
            Add("stonith-action", "off");
        if (random.Next(4) == 0)
            Add("start-failure-is-fatal", "false");
        if (random.Next(5) == 0)
            Add("stonith-max-attempts", "2");
        return options.ToString();

        void Add(string name, string value) =>
            options.Append(CultureInfo.InvariantCulture, $"<nvpair id=\"o-{name}\" name=\"{name}\" value=\"{value}\"/>");
    }
}
