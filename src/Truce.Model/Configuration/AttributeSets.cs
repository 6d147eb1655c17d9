using Truce.Model.Rules;

namespace Truce.Model;

/// <summary>
/// Which value wins where several attribute sets apply: the set with the highest score; of equal scores the
/// one written later (recorded case op-defaults-3); within a set the pair written first. Sets whose rule
/// doesn't hold don't count. Pass sets without references
/// (<see cref="ConfigurationIndex.Resolve(EquatableArray{AttributeSet})"/>).
/// </summary>
public static class AttributeSets
{
    /// <summary>The set of cluster options that always comes first, whatever the scores.</summary>
    public const string BootstrapOptions = "cib-bootstrap-options";

    // A value that stands for none: what else would apply, applies.
    private const string UseDefault = "#default";

    /// <summary>The winning value of that name; null if no set that applies has one.</summary>
    public static string? Value(EquatableArray<AttributeSet> sets, string name, RuleContext context)
    {
        foreach (AttributeSet set in InOrder(sets, null))
        {
            if (!RuleEvaluator.Applies(set, context))
                continue;
            foreach (NameValue pair in set.Pairs)
            {
                if (pair.Name == name && pair.Value is not null and not UseDefault)
                    return pair.Value;
            }
        }

        return null;
    }

    /// <summary>All names with their winning values, in ordinal order of the names.</summary>
    public static SortedList<string, string> Values(EquatableArray<AttributeSet> sets, RuleContext context,
        string? first = null)
    {
        SortedList<string, string> values = new(StringComparer.Ordinal);
        AddTo(values, sets, context, first);
        return values;
    }

    /// <summary>
    /// Adds what <paramref name="values"/> doesn't have yet, so that defaults can follow a resource's own;
    /// <paramref name="first"/> is the id of a set that comes before all others.
    /// </summary>
    public static void AddTo(IDictionary<string, string> values, EquatableArray<AttributeSet> sets,
        RuleContext context,
        string? first = null)
    {
        foreach (AttributeSet set in InOrder(sets, first))
        {
            if (!RuleEvaluator.Applies(set, context))
                continue;
            foreach (NameValue pair in set.Pairs)
            {
                if (pair is { Name: { } name, Value: { } value } && value != UseDefault)
                    values.TryAdd(name, value);
            }
        }
    }

    private static IEnumerable<AttributeSet> InOrder(EquatableArray<AttributeSet> sets, string? first)
    {
        if (sets.Count <= 1)
            return sets.Items;
        return sets.Items.Reverse()
            .OrderByDescending(s => s.Id == first && first is not null)
            .ThenByDescending(s => s.Score ?? Score.Zero);
    }
}
