using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A device for several nodes that switches the same plug for each of them.</summary>
public sealed class FenceFixedPlug : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("fence-fixed-plug", Severity.Warning,
        "A fence device for several nodes has one plug",
        "Whichever node is to be fenced, the same one is switched off, and the intended one counts as off "
            + "but keeps running");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach (PlacedPrimitive device in input.Primitives.Where(p => p.IsFenceDevice))
        {
            string[] hosts =
                [.. (FenceHosts.Of(device)?.Hosts ?? []).Distinct(StringComparer.OrdinalIgnoreCase)];
            if (hosts.Length < 2)
                continue;
            string[] names = device.Parameter("pcmk_host_argument")?.Value is { } configured
                && configured is not ("none" or "plug" or "port")
                ? [configured]
                : ["plug", "port"];
            if (names.Select(device.Parameter).FirstOrDefault(p => p is not null) is not { } plug)
                continue;
            yield return new Sighting(
                Spot.Of(plug, device.Spot),
                $"{device.Written.Id} fences {string.Join(", ", hosts.Take(8))}, "
                    + $"all by {plug.Name} {plug.Value}",
                "remove it, or map each node to its plug: pcmk_host_map=\"n1:1;n2:2\"");
        }
    }
}
