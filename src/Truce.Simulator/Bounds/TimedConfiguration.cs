using System.Globalization;
using System.Text;
using Truce.Model;

namespace Truce.Simulator.Bounds;

/// <summary>
/// Draws a configuration whose times matter: services alone, in groups and behind each other, with intervals
/// and timeouts of their own, and a fence device with its timeout and delay.
/// </summary>
internal sealed class TimedConfiguration
{
    private readonly Random _random;
    private readonly StringBuilder _resources = new();
    private readonly StringBuilder _constraints = new();
    private readonly List<string> _tops = [];

    private TimedConfiguration(int number) =>
        (_random, Nodes) = (new Random(unchecked((number * 9_973) + 17)), 2 + (number % 4));

    /// <summary>How many nodes it is for.</summary>
    public int Nodes { get; }

    /// <summary>The CIB.</summary>
    public string Xml { get; private set; } = "";

    /// <summary>The configuration of a number: always the same.</summary>
    public static TimedConfiguration Draw(int number)
    {
        TimedConfiguration drawn = new(number);
        drawn.Xml = drawn.Make();
        return drawn;
    }

    private string Make()
    {
        int count = 1 + _random.Next(3);
        for (int i = 1; i <= count; i++)
            Add(string.Create(CultureInfo.InvariantCulture, $"r{i}"));
        for (int i = 1; i < _tops.Count; i++)
            Bind(_tops[i - 1], _tops[i]);
        string nodes = string.Concat(Enumerable.Range(1, Nodes)
            .Select(i => $"<node id=\"{i}\" uname=\"n{i}\"/>"));
        return "<cib validate-with=\"pacemaker-3.9\" admin_epoch=\"0\" epoch=\"1\" num_updates=\"0\"><configuration>"
            + $"<crm_config><cluster_property_set id=\"o\"><nvpair id=\"o1\" name=\"stonith-enabled\" value=\"true\"/>{Options()}</cluster_property_set></crm_config>"
            + $"<nodes>{nodes}</nodes><resources>{_resources}{Device()}</resources><constraints>{_constraints}</constraints>{Defaults()}</configuration><status/></cib>";
    }

    private void Add(string name)
    {
        _tops.Add(name);
        if (_random.Next(3) > 0)
        {
            _resources.Append(Service(name));
            return;
        }

        _resources.Append(CultureInfo.InvariantCulture, $"<group id=\"{name}\">");
        for (int i = 0; i < 2 + _random.Next(2); i++)
            _resources.Append(Service($"{name}{(char)('a' + i)}"));
        _resources.Append("</group>");
    }

    private void Bind(string first, string then)
    {
        if (_random.Next(2) == 0)
            return;
        _constraints.Append(CultureInfo.InvariantCulture,
            $"<rsc_order id=\"o-{then}\" first=\"{first}\" then=\"{then}\" kind=\"Mandatory\"/>");
        if (_random.Next(2) == 0)
            _constraints.Append(CultureInfo.InvariantCulture,
                $"<rsc_colocation id=\"c-{then}\" rsc=\"{then}\" with-rsc=\"{first}\" score=\"INFINITY\"/>");
    }

    private string Service(string id)
    {
        string meta = _random.Next(3) == 0
            ? string.Create(CultureInfo.InvariantCulture,
                $"<meta_attributes id=\"{id}-meta\"><nvpair id=\"{id}-mt\" name=\"migration-threshold\" value=\"{1 + _random.Next(2)}\"/></meta_attributes>")
            : "";
        return $"<primitive id=\"{id}\" class=\"ocf\" provider=\"sim\" type=\"Service\">{meta}<operations>"
            + Operation(id, OperationNames.Monitor, 4 + _random.Next(20), 5 + _random.Next(25))
            + Operation(id, OperationNames.Start, 0, 6 + _random.Next(40))
            + Operation(id, OperationNames.Stop, 0, 6 + _random.Next(40))
            + "</operations></primitive>";
    }

    private static string Operation(string id, string name, int intervalSeconds, int timeoutSeconds) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"<op id=\"{id}-{name}\" name=\"{name}\" interval=\"{intervalSeconds}s\" timeout=\"{timeoutSeconds}s\"/>");

    private string Device()
    {
        string delay = _random.Next(4) == 0
            ? string.Create(CultureInfo.InvariantCulture,
                $"<nvpair id=\"power-d\" name=\"pcmk_delay_base\" value=\"{1 + _random.Next(6)}s\"/>")
            : "";
        return "<primitive id=\"power\" class=\"stonith\" type=\"fence_sim\"><instance_attributes id=\"power-i\">"
            + string.Create(CultureInfo.InvariantCulture,
                $"<nvpair id=\"power-t\" name=\"pcmk_reboot_timeout\" value=\"{8 + _random.Next(50)}s\"/><nvpair id=\"power-o\" name=\"pcmk_off_timeout\" value=\"{8 + _random.Next(50)}s\"/>{delay}")
            + "</instance_attributes><operations><op id=\"power-m\" name=\"monitor\" interval=\"60s\" timeout=\"20s\"/></operations></primitive>";
    }

    private string Options() => _random.Next(4) switch
    {
        0 => "<nvpair id=\"o2\" name=\"batch-limit\" value=\"20\"/>" + Off,
        1 => "<nvpair id=\"o3\" name=\"stonith-timeout\" value=\"40s\"/>",
        2 => Off,
        _ => "",
    };

    // Where nodes come back after a fencing, their return is part of the
    // bound; where they stay off, it isn't.
    private const string Off = "<nvpair id=\"o4\" name=\"stonith-action\" value=\"off\"/>";

    private string Defaults() => _random.Next(2) == 0
        ? "<rsc_defaults><meta_attributes id=\"d\"><nvpair id=\"d1\" name=\"resource-stickiness\" value=\"100\"/></meta_attributes></rsc_defaults>"
        : "";
}
