using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A misspelled option of the fencer.</summary>
public sealed class UnknownFenceOption : Rule
{
    internal const string Id = "unknown-fence-option";

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new(Id, Severity.Warning,
        "A fence device has a parameter pcmk_… that doesn't exist",
        "It has no effect: the device may fence other nodes than intended, or with other times");

    private static readonly string[] s_actions = ["reboot", "off", "on", "list", "monitor", "status"];

    private static readonly string[] s_known =
    [
        "pcmk_host_argument", "pcmk_host_map", "pcmk_host_list", "pcmk_host_check", "pcmk_delay_max",
        "pcmk_delay_base", "pcmk_action_limit", "pcmk_arg_map", "pcmk_poweroff_action",
        .. s_actions.SelectMany(a => (string[])
            [$"pcmk_{a}_action", $"pcmk_{a}_timeout", $"pcmk_{a}_retries", $"pcmk_{a}_cmd"]),
    ];

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from device in input.Primitives
        where device.IsFenceDevice
        from pair in device.Written.InstanceAttributes.SelectMany(s => s.Pairs)
        where pair.Name is { } name && name.StartsWith("pcmk_", StringComparison.Ordinal)
            && !s_known.Contains(name)
        let nearest = NearestName.Find(pair.Name!, s_known)
        select new Sighting(Spot.Of(pair, device.Spot), $"the fencer has no option '{pair.Name}'",
            nearest is null ? "remove it" : $"write '{nearest}' if that was meant");
}
