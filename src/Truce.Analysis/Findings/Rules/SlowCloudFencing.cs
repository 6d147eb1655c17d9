using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A cloud's interface that needs minutes.</summary>
public sealed class SlowCloudFencing : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("slow-cloud-fencing", Severity.Warning,
        "A cloud's fence agent has less than two minutes",
        "Clouds take minutes to stop a machine: the shot times out although it takes effect, and "
            + "recovery waits or is tried again and again");

    private const long LeastMs = 120_000;

    private static readonly HashSet<string> s_clouds = ["fence_azure_arm", "fence_aws", "fence_gce"];

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from device in input.Primitives
        where device.IsFenceDevice && s_clouds.Contains(device.Type)
        let given = Interval.ParseMilliseconds(device.Parameter("pcmk_reboot_timeout")?.Value)
            ?? input.Options.FencingTimeoutMs
        where given < LeastMs
        select new Sighting(device.Spot, $"{device.Written.Id} ({device.Type}) has {given / 1000} s",
            "set pcmk_reboot_timeout and fencing-timeout as the cloud's guide says: 300s to 900s");
}
