using Truce.Model;
using Truce.Model.Rules;
using DateCondition = Truce.Model.Rules.RuleCondition.DateTest;

namespace Truce.Analysis.Findings.Rules;

/// <summary>A range of hours or days that holds nothing.</summary>
public sealed class NeverTrueDate : Rule
{
    /// <inheritdoc/>
    public override FindingKind Kind { get; } = new("never-true-date", Severity.Warning,
        "A date range ends before it begins",
        "The rule never holds: what it should do at night or on weekends never happens");

    /// <inheritdoc/>
    public override IEnumerable<Sighting> Look(RuleInput input)
    {
        foreach (DateCondition test in AllRules(input).SelectMany(r => Tests(r, 0)))
        {
            foreach ((string name, string? text) in test.Spec is { } spec ? Fields(spec) : [])
            {
                if (text is not null && DateRange.TryParse(text, out DateRange range) && range.Low > range.High)
                {
                    yield return new Sighting(new Spot("date_spec", test.Spec!.Id), $"{name}=\"{text}\" never holds",
                        "write two expressions joined by or: up to the end (22-23), and from the beginning (0-6)");
                }
            }
        }
    }

    private static IEnumerable<Model.Rules.Rule> AllRules(RuleInput input) =>
    [
        .. input.Configuration.Constraints.OfType<Constraint.Location>().SelectMany(l => l.Rules),
        .. input.Configuration.Constraints.SelectMany(c => c.Lifetime),
        .. Sets(input).Select(s => s.Rule).OfType<Model.Rules.Rule>(),
    ];

    private static IEnumerable<AttributeSet> Sets(RuleInput input) =>
    [
        .. input.Configuration.ClusterProperties, .. input.Configuration.ResourceDefaults, .. input.Configuration.OperationDefaults,
        .. input.Resources.SelectMany(r => r.MetaAttributes.Concat(r.InstanceAttributes)),
    ];

    // Nesting is bounded by the reader.
    private static IEnumerable<DateCondition> Tests(Model.Rules.Rule rule, int depth) => depth > 40
        ? []
        : rule.Conditions.SelectMany(c => c switch
        {
            RuleCondition.Nested(var nested) => Tests(nested, depth + 1),
            DateCondition test => [test],
            RuleCondition.NodeAttributeTest or RuleCondition.ResourceTest or RuleCondition.OperationTest => [],
        });

    private static IEnumerable<(string Name, string? Text)> Fields(DatePattern spec) =>
    [
        ("seconds", spec.Seconds), ("minutes", spec.Minutes), ("hours", spec.Hours), ("monthdays", spec.MonthDays),
        ("weekdays", spec.WeekDays), ("yeardays", spec.YearDays), ("weeks", spec.Weeks), ("months", spec.Months),
        ("years", spec.Years), ("weekyears", spec.WeekYears),
    ];
}
