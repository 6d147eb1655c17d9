using System.Globalization;
using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A shot that is cut off before a device can have answered.</summary>
public sealed class ShortFencingTimeout : Rule
{
    private const long LeastMs = 5_000;

    private static readonly string[] s_own = ["pcmk_reboot_timeout", "pcmk_off_timeout"];

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("short-fencing-timeout", Severity.Warning,
        "Fencing has less time than a fence device needs",
        "A shot that times out has failed, although it may have taken effect: the node's resources aren't "
            + "recovered");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        PlacedPrimitive[] devices = [.. input.Primitives.Where(p => p.IsFenceDevice)];
        if (devices.Length > 0 && input.Options.FencingTimeoutMs < LeastMs)
        {
            yield return Sight(
                input.SpotOfOption("fencing-timeout", "stonith-timeout"), "fencing",
                input.Options.FencingTimeoutMs);
        }

        foreach (PlacedPrimitive device in devices)
        {
            foreach (NameValue pair in s_own.Select(device.Parameter).OfType<NameValue>())
            {
                if (Interval.ParseMilliseconds(pair.Value) is { } own and < LeastMs)
                    yield return Sight(Spot.Of(pair, device.Spot), $"fencing with {device.Written.Id}", own);
            }
        }
    }

    private static Sighting Sight(Spot spot, string what, long milliseconds) => new(
        spot,
        string.Create(CultureInfo.InvariantCulture, $"{what} times out after {milliseconds / 1_000.0:0.###} s"),
        "allow what the device needs at worst, 60s by default");
}
