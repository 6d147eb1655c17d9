using Truce.Model;
using Truce.Model.Rules;

namespace Truce.Scheduler.Engine;

/// <summary>Finds rules by id, for references to them.</summary>
internal static class RuleIndex
{
    public static Dictionary<string, Rule> Build(Configuration configuration)
    {
        var found = new Dictionary<string, Rule>(StringComparer.Ordinal);
        foreach (Constraint constraint in configuration.Constraints)
        {
            Add(found, constraint.Lifetime);
            if (constraint is Constraint.Location location)
                Add(found, location.Rules);
        }

        foreach (AttributeSet set in AttributeSetIndex.All(configuration))
        {
            if (set.Rule is not null)
                Add(found, set.Rule);
        }

        return found;
    }

    private static void Add(Dictionary<string, Rule> found, EquatableArray<Rule> rules)
    {
        foreach (Rule rule in rules)
            Add(found, rule);
    }

    private static void Add(Dictionary<string, Rule> found, Rule rule)
    {
        if (rule.Id is not null)
            found.TryAdd(rule.Id, rule);
        foreach (RuleCondition condition in rule.Conditions)
        {
            if (condition is RuleCondition.Nested(var nested))
                Add(found, nested);
        }
    }
}
