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
        "A shot has less time than a fence device takes",
        "A shot that is cut off counts as failed, though it may have hit: the node's resources stay where "
            + "they were");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        PlacedPrimitive[] devices = [.. input.Primitives.Where(p => p.IsFenceDevice)];
        if (devices.Length > 0 && input.Options.FencingTimeoutMs < LeastMs)
        {
            yield return Sight(
                input.SpotOfOption("fencing-timeout", "stonith-timeout"), "a shot",
                input.Options.FencingTimeoutMs);
        }

        foreach (PlacedPrimitive device in devices)
        {
            foreach (NameValue pair in s_own.Select(device.Parameter).OfType<NameValue>())
            {
                if (Interval.ParseMilliseconds(pair.Value) is { } own and < LeastMs)
                    yield return Sight(Spot.Of(pair, device.Spot), $"a shot of {device.Written.Id}", own);
            }
        }
    }

    private static Sighting Sight(Spot spot, string what, long milliseconds) => new(
        spot,
        string.Create(CultureInfo.InvariantCulture, $"{what} may take {milliseconds / 1_000.0:0.###} s"),
        "give it what the device takes at worst, 60s by default");
}
