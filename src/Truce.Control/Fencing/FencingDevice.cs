using System.Collections.Immutable;
using Truce.Model;

namespace Truce.Control;

/// <summary>A configured fence device: a resource of class stonith, with what the field's parameters say of it.</summary>
public sealed record FencingDevice(
    ResourceId Id, AgentName Agent, int Priority, ImmutableSortedDictionary<string, string> Parameters)
{
    /// <summary>How the device knows which nodes it can fence.</summary>
    public HostCheck Check => Parameters.GetValueOrDefault("pcmk_host_check") switch
    {
        "none" => HostCheck.Any,
        "static-list" => HostCheck.Listed,
        "dynamic-list" => HostCheck.Asked,
        "status" => HostCheck.Any,
        _ => Parameters.ContainsKey("pcmk_host_list") || Parameters.ContainsKey("pcmk_host_map")
            ? HostCheck.Listed
            : HostCheck.Asked,
    };

    /// <summary>The name by which the device knows a node: from pcmk_host_map, else the node's own.</summary>
    public string PlugOf(NodeId node) => Map().GetValueOrDefault(node.Value, node.Value);

    /// <summary>Whether its lists name a node.</summary>
    public bool Lists(NodeId node) =>
        Map().ContainsKey(node.Value) || Names("pcmk_host_list").Contains(node.Value, StringComparer.Ordinal);

    /// <summary>What the agent gets: its own parameters, the target under the name it expects, and the node's name.</summary>
    public ImmutableSortedDictionary<string, string> ParametersFor(NodeId target)
    {
        ImmutableSortedDictionary<string, string>.Builder parameters = Parameters
            .Where(p => !p.Key.StartsWith("pcmk_", StringComparison.Ordinal) && p.Key != "provides" && p.Key != "stonith-timeout")
            .ToImmutableSortedDictionary(StringComparer.Ordinal).ToBuilder();
        string argument = Parameters.GetValueOrDefault("pcmk_host_argument", "port");
        if (argument != "none")
            parameters[argument] = PlugOf(target);
        parameters["nodename"] = target.Value;
        return parameters.ToImmutable();
    }

    /// <summary>The agent's word for an action (pcmk_reboot_action and its like).</summary>
    public string ActionName(string action) => Parameters.GetValueOrDefault($"pcmk_{action}_action", action);

    /// <summary>How long an action may take.</summary>
    public TimeSpan Timeout(string action, TimeSpan general) => Time($"pcmk_{action}_timeout") ?? general;

    /// <summary>How often an action is tried by this device in one attempt (1 to 10).</summary>
    public int Tries(string action) =>
        Math.Clamp(Numbers.ParseInt(Parameters.GetValueOrDefault($"pcmk_{action}_retries")) ?? 2, 1, 10);

    /// <summary>
    /// The delay before a shot: the fixed part, which may differ by node, and a part drawn between it and the
    /// largest allowed, by <paramref name="draw"/> (0 to 1).
    /// </summary>
    public TimeSpan Delay(NodeId target, double draw)
    {
        TimeSpan least = BaseDelay(target);
        TimeSpan most = Time("pcmk_delay_max") ?? least;
        return most > least ? least + ((most - least) * draw) : least;
    }

    private TimeSpan BaseDelay(NodeId target)
    {
        string text = Parameters.GetValueOrDefault("pcmk_delay_base", "");
        if (!text.Contains(':', StringComparison.Ordinal))
            return Time("pcmk_delay_base") ?? TimeSpan.Zero;
        string? own = Pairs(text).GetValueOrDefault(target.Value);
        return Interval.ParseMilliseconds(own) is { } ms ? TimeSpan.FromMilliseconds(ms) : TimeSpan.Zero;
    }

    private TimeSpan? Time(string name) =>
        Interval.ParseMilliseconds(Parameters.GetValueOrDefault(name)) is { } ms
            ? TimeSpan.FromMilliseconds(Math.Min(ms, int.MaxValue))
            : null;

    private ImmutableDictionary<string, string> Map() => Pairs(Parameters.GetValueOrDefault("pcmk_host_map", ""));

    private static ImmutableDictionary<string, string> Pairs(string text)
    {
        ImmutableDictionary<string, string>.Builder pairs = ImmutableDictionary.CreateBuilder<string, string>();
        foreach (string part in text.Split([';', ' ', '\t', '\n', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            int at = part.IndexOfAny([':', '=']);
            if (at > 0)
                pairs[part[..at]] = part[(at + 1)..];
        }

        return pairs.ToImmutable();
    }

    private string[] Names(string name) => Parameters.GetValueOrDefault(name, "")
        .Split([' ', ',', ';', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>How a device knows which nodes it can fence.</summary>
public enum HostCheck
{
    /// <summary>By its lists.</summary>
    Listed,

    /// <summary>By asking the device.</summary>
    Asked,

    /// <summary>It can fence any, or only trying tells.</summary>
    Any,
}
