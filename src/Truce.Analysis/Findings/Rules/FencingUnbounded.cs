using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>The fence guard's limits are off.</summary>
public sealed class FencingUnbounded : Rule
{
    private static readonly string[] s_limits =
        ["truce-fence-shots-per-cause", "truce-fence-shots-per-node", "truce-fence-shots-per-target"];

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("fencing-unbounded", Severity.Warning,
        "A limit of the fence guard is turned off",
        "A cause that a reboot doesn't cure (a stop that always fails, a cut cable) makes nodes shoot "
            + "each other forever");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from name in s_limits
        where Numbers.ParseInt(input.Options.Text(name)) is <= 0
        select new Sighting(input.SpotOfOption(name, name), $"{name} is {input.Options.Text(name)}: no limit",
            $"remove {name}, or set it to 1 or more");
}
