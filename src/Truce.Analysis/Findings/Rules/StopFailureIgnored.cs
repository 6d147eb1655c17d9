using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A resource that may run twice.</summary>
public sealed class StopFailureIgnored : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("stop-failure-ignored", Severity.Warning,
        "A stop has on-fail=ignore",
        "A resource that couldn't be stopped counts as stopped and is started elsewhere: it runs "
            + "twice, and data is lost");

    // What may well run twice: it only looks at something.
    private static readonly HashSet<string> s_harmless =
        ["ping", "pingd", "diskd", "ifspeed", "ethmonitor", "SysInfo", "HealthCPU", "HealthSMART", "ClusterMon", "MailTo"];

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from primitive in input.Primitives
        where !primitive.IsFenceDevice && !s_harmless.Contains(primitive.Type)
        from operation in primitive.Operations
        where operation is { Name: OperationNames.Stop, OnFail: OnFail.Ignore }
        select new Sighting(Spot.Of(operation), $"a failed stop of {primitive.Written.Id} is ignored",
            "remove on-fail: a failed stop then fences its node, or blocks the resource where fencing is "
                + "off");
}
