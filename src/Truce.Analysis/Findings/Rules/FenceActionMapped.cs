using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>An action of a fence device that is another one by name: a shot that switches nothing,
/// or a question that shoots.</summary>
public sealed class FenceActionMapped : Rule
{
    private static readonly string[] s_shots = ["reboot", "off"];

    private static readonly string[] s_questions =
        [OperationNames.Monitor, OperationNames.Status, OperationNames.List];

    private static readonly string[] s_switching = ["reboot", "off", "cycle", "poweroff"];

    private static readonly string[] s_harmless =
    [
        OperationNames.Monitor, OperationNames.Status, OperationNames.List, "list-status", "metadata",
        OperationNames.MetaData, OperationNames.ValidateAll, "manpage", "on", "unfence", "enable",
    ];

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("fence-action-mapped", Severity.Error,
        "A fence device runs a different action from the one requested",
        "A node counts as off although it was never switched, and its resources run twice; or querying the device "
            + "switches a node off");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from device in input.Primitives
        where device.IsFenceDevice
        from sighting in Sightings(device, s_shots, s_harmless, "no node would be switched off", "off or reboot")
            .Concat(Sightings(
                device, s_questions, s_switching, "a query would shoot a node", "monitor, status or metadata"))
        select sighting;

    private static IEnumerable<Sighting> Sightings(
        PlacedPrimitive device, string[] actions, string[] wrong, string so, string right) =>
        from action in actions
        let pair = Mapped(device, action, wrong)
        where pair is not null
        select new Sighting(
            Spot.Of(pair, device.Spot), $"{device.Written.Id} runs '{pair.Value}' for {action}: {so}",
            $"write {right}, or remove it");

    private static NameValue? Mapped(PlacedPrimitive device, string action, string[] wrong) =>
        device.Parameter($"pcmk_{action}_action") is { } pair
            && wrong.Contains(pair.Value, StringComparer.OrdinalIgnoreCase)
            ? pair
            : null;
}
