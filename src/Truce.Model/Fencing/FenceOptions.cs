using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Truce.Model.Fencing;

/// <summary>How a device's targets are known (<c>pcmk_host_check</c>).</summary>
public enum HostCheck
{
    /// <summary>From pcmk_host_list and pcmk_host_map.</summary>
    StaticList,

    /// <summary>The device lists them.</summary>
    DynamicList,

    /// <summary>The device is asked for the status of each.</summary>
    Status,

    /// <summary>It can fence any node.</summary>
    None,
}

/// <summary>What is configured for one action of a device.</summary>
/// <param name="Action">The action passed to the agent (<c>pcmk_off_action</c>).</param>
/// <param name="Timeout">Null: that of the fencing operation.</param>
/// <param name="Retries">How often a failure is tried again while there is time.</param>
public sealed record FenceActionOptions(string Action, TimeSpan? Timeout, int Retries);

/// <summary>The <c>pcmk_…</c> options of a fence device: for the cluster, not for the agent.</summary>
public sealed record FenceOptions
{
    private const int RetriesDefault = 2;

    /// <summary>Actions that may be configured.</summary>
    public static ImmutableArray<string> ActionNames { get; } =
        ["reboot", "off", "on", OperationNames.List, OperationNames.Monitor, OperationNames.Status];

    private static readonly string[] s_plainNames =
    [
        "pcmk_host_map", "pcmk_host_list", "pcmk_host_check", "pcmk_host_argument", "pcmk_delay_base",
        "pcmk_delay_max", "pcmk_action_limit",
    ];

    /// <summary>Node to port, or ports.</summary>
    public ImmutableSortedDictionary<string, string> HostMap { get; init; } =
        ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Nodes that it can fence.</summary>
    public ImmutableSortedSet<string> HostList { get; init; } = ImmutableSortedSet<string>.Empty;

    /// <summary>Null: not configured.</summary>
    public HostCheck? HostCheck { get; init; }

    /// <summary>The agent's parameter that names the target; null: not
    /// configured; <c>none</c>: none.</summary>
    public string? HostArgument { get; init; }

    /// <summary>Delay of every node that <see cref="DelayBaseByNode"/> doesn't name.</summary>
    public TimeSpan DelayBase { get; init; }

    /// <summary>Delay by target.</summary>
    public ImmutableSortedDictionary<string, TimeSpan> DelayBaseByNode { get; init; } =
        ImmutableSortedDictionary<string, TimeSpan>.Empty;

    /// <summary>The most that base and random delay may be together.</summary>
    public TimeSpan DelayMax { get; init; }

    /// <summary>How many actions it can do at once; null: any number.</summary>
    public int? ActionLimit { get; init; } = 1;

    /// <summary>By the names in <see cref="ActionNames"/>.</summary>
    public ImmutableSortedDictionary<string, FenceActionOptions> Actions { get; init; } =
        ImmutableSortedDictionary<string, FenceActionOptions>.Empty;

    /// <summary>What holds for an action.</summary>
    public FenceActionOptions For(string action) =>
        Actions.GetValueOrDefault(action) ?? new FenceActionOptions(action, null, RetriesDefault);

    /// <summary>Whether the action was renamed: then the agent's metadata says nothing about it.</summary>
    public bool Renames(string action) => For(action).Action != action;

    /// <summary>How long to wait before a node is fenced.</summary>
    /// <param name="target">The node.</param>
    /// <param name="fraction">At random, at least 0 and below 1.</param>
    public TimeSpan Delay(string target, double fraction)
    {
        TimeSpan delay = DelayBaseByNode.TryGetValue(target, out TimeSpan own) ? own : DelayBase;
        return DelayMax > delay ? delay + ((DelayMax - delay) * fraction) : delay;
    }

    /// <summary>Reads them from a device's parameters.</summary>
    /// <param name="parameters">All of them.</param>
    /// <param name="problems">Takes a sentence for each that can't be used;
    /// its default holds instead.</param>
    public static FenceOptions Read(IReadOnlyDictionary<string, string> parameters, ICollection<string> problems)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(problems);
        OptionReader reader = new(parameters, problems);
        ImmutableSortedDictionary<string, string> delays = reader.Map("pcmk_delay_base");
        return new FenceOptions
        {
            HostMap = reader.Map("pcmk_host_map"),
            HostList = [.. (reader.Text("pcmk_host_list") ?? "")
                .Split([' ', '\t', '\n', ',', ';'], StringSplitOptions.RemoveEmptyEntries)],
            HostCheck = reader.HostCheck(),
            HostArgument = reader.Text("pcmk_host_argument"),
            DelayBase = delays.IsEmpty ? reader.Time("pcmk_delay_base") ?? TimeSpan.Zero : TimeSpan.Zero,
            DelayBaseByNode = delays.ToImmutableSortedDictionary(
                d => d.Key, d => reader.Time($"pcmk_delay_base of {d.Key}", d.Value) ?? TimeSpan.Zero),
            DelayMax = reader.Time("pcmk_delay_max") ?? TimeSpan.Zero,
            ActionLimit = reader.Number("pcmk_action_limit", 1) is int limit and > 0 ? limit : null,
            Actions = ActionNames.ToImmutableSortedDictionary(a => a, a => new FenceActionOptions(
                reader.Text($"pcmk_{a}_action") ?? a,
                reader.Time($"pcmk_{a}_timeout"),
                Math.Max(0, reader.Number($"pcmk_{a}_retries", RetriesDefault)))),
        };
    }

    /// <summary>Whether a name that begins with <c>pcmk_</c> is one of these.</summary>
    public static bool IsKnown(string name) => s_plainNames.Contains(name)
        || ActionNames.Any(a => name == $"pcmk_{a}_action" || name == $"pcmk_{a}_timeout" || name == $"pcmk_{a}_retries");

    /// <summary>Reads <c>node1:1;node2:2,3</c>; a backslash takes the next character as it is.</summary>
    public static ImmutableSortedDictionary<string, string> ReadMap(string text)
    {
        ImmutableSortedDictionary<string, string>.Builder map =
            ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        StringBuilder word = new();
        string? node = null;
        for (int i = 0; i <= text.Length; i++)
        {
            char c = i < text.Length ? text[i] : ';';
            if (c == '\\' && i + 1 < text.Length)
                word.Append(text[++i]);
            else if (c is ':' or '=' && node is null)
                (node, _) = (word.ToString(), word.Clear());
            else if (c is not (';' or ' ' or '\t' or '\n'))
                word.Append(c);
            else
            {
                if (node is { Length: > 0 } && word.Length > 0)
                    map[node] = word.ToString();
                (node, _) = (null, word.Clear());
            }
        }

        return map.ToImmutable();
    }

    private sealed class OptionReader(IReadOnlyDictionary<string, string> parameters, ICollection<string> problems)
    {
        public string? Text(string name) =>
            parameters.TryGetValue(name, out string? value) && value.Length > 0 ? value : null;

        public ImmutableSortedDictionary<string, string> Map(string name) =>
            Text(name) is string text && text.AsSpan().IndexOfAny(':', '=') >= 0
                ? ReadMap(text)
                : ImmutableSortedDictionary<string, string>.Empty;

        public TimeSpan? Time(string name) => Time(name, Text(name));

        public TimeSpan? Time(string name, string? text)
        {
            if (Interval.ParseMilliseconds(text) is { } ms)
                return TimeSpan.FromMilliseconds(Math.Min(ms, int.MaxValue));
            if (text is not null)
                problems.Add($"{name}=\"{text}\" is not a duration; do: write it as 5s or 500ms");
            return null;
        }

        public int Number(string name, int otherwise)
        {
            string? text = Text(name);
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number))
                return number;
            if (text is not null)
                problems.Add($"{name}=\"{text}\" is not a whole number");
            return otherwise;
        }

        public HostCheck? HostCheck()
        {
            switch (Text("pcmk_host_check"))
            {
                case null: return null;
                case "static-list": return Fencing.HostCheck.StaticList;
                case "dynamic-list": return Fencing.HostCheck.DynamicList;
                case "status": return Fencing.HostCheck.Status;
                case "none": return Fencing.HostCheck.None;
                case string other:
                    problems.Add(
                        $"pcmk_host_check=\"{other}\" is not one of static-list, dynamic-list, status, none");
                    return null;
            }
        }
    }
}
