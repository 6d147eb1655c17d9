using Truce.Model;
using Truce.Model.Rules;

namespace Truce.Analysis.Findings.Rules;

/// <summary>The tests of node attributes in rules.</summary>
internal static class RuleTests
{
    // The reader bounds how deep rules nest.
    private const int DepthMax = 40;

    /// <summary>All of a constraint's.</summary>
    public static IEnumerable<RuleCondition.NodeAttributeTest> Of(Constraint.Location location) =>
        location.Rules.Concat(location.Lifetime).SelectMany(r => Of(r, 0));

    private static IEnumerable<RuleCondition.NodeAttributeTest> Of(Model.Rules.Rule rule, int depth) =>
        depth > DepthMax ? [] : rule.Conditions.SelectMany(c => c switch
        {
            RuleCondition.Nested(var nested) => Of(nested, depth + 1),
            RuleCondition.NodeAttributeTest test => [test],
            RuleCondition.DateTest or RuleCondition.ResourceTest or RuleCondition.OperationTest => [],
        });
}
