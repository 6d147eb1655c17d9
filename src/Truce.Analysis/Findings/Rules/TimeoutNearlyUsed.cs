using System.Globalization;
using Truce.Model;

namespace Truce.Analysis.Findings.Rules;

/// <summary>An operation that uses most of its timeout.</summary>
public sealed class TimeoutNearlyUsed : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("timeout-nearly-used", Severity.Warning,
        "An operation took most of its timeout when it last ran",
        "A little more load, and it times out: a start counts as failed, a stop costs the node");

    private const long LeastMs = 1_000;

    // In percent of the timeout.
    private const int Most = 80;

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input) =>
        from primitive in input.Primitives
        from operation in primitive.Operations
        let taken = Recorded.LongestMs(input, primitive, operation)
        let given = input.TimeoutMs(operation)
        where taken >= LeastMs && taken * 100 >= given * Most
        select new Sighting(Spot.Of(operation),
            string.Create(CultureInfo.InvariantCulture,
                $"{operation.Name} took {taken / 1000.0:0.###} s of its {given / 1000.0:0.###} s"),
            "set the timeout to at least twice what was measured, or find out why it is slow");
}
