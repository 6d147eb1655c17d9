using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>Parameters that the agent itself refuses.</summary>
public sealed class RefusedByAgent : Rule
{
    /// <inheritdoc/>
    public override RuleNeed Need => RuleNeed.AgentValidation;

    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("refused-parameters", Severity.Warning,
        "A resource's agent refuses the parameters that it gets",
        "Its start fails, at least on this machine");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from primitive in input.Primitives
        where input.Refused!.ContainsKey(primitive.Written.Id)
        let refused = input.Refused![primitive.Written.Id]
        select new Sighting(primitive.Spot,
            $"validate-all of {primitive.Effective.Agent} answers {OutcomeWords.OfCode(refused.Code)} "
                + $"({refused.Code})" + (refused.Reason.Length > 0 ? $": {refused.Reason}" : ""),
            $"correct the parameters that it names: truce agent show {primitive.Effective.Agent}");
}
