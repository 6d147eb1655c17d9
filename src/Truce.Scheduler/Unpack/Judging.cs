using Truce.Model;
using Truce.Model.Rules;

namespace Truce.Scheduler.Engine;

/// <summary>The configuration's rules and attribute sets, judged at the time of the plan.</summary>
internal sealed class Judging(Configuration configuration, DateTimeOffset now)
{
    private ConfigurationIndex? _index;

    // Few configurations refer from one place to another: the index is made when one does.
    private ConfigurationIndex Index => _index ??= new ConfigurationIndex(configuration);

    public bool Holds(Rule rule, RuleContext context) => RuleEvaluator.Holds(rule, Complete(context));

    public Rule Resolve(Rule rule) => rule.IdRef is { } id ? Index.Rule(id) ?? rule : rule;

    /// <summary>Adds what <paramref name="into"/> doesn't have yet; <paramref name="first"/> is the
    /// set that comes before all.</summary>
    public void Merge(
        EquatableArray<AttributeSet> sets, RuleContext context, IDictionary<string, string> into, string? first = null)
    {
        if (sets.IsEmpty)
            return;
        if (HasReferences(sets))
            sets = Index.Resolve(sets);
        AttributeSets.AddTo(into, sets, DependsOnRules(sets) ? Complete(context) : context, first);
    }

    public static bool DependsOnRules(EquatableArray<AttributeSet> sets)
    {
        foreach (AttributeSet set in sets.Items)
        {
            if (set.Rule is not null || set.IdRef is not null)
                return true;
        }

        return false;
    }

    private static bool HasReferences(EquatableArray<AttributeSet> sets)
    {
        foreach (AttributeSet set in sets.Items)
        {
            if (set.IdRef is not null)
                return true;
            foreach (NameValue pair in set.Pairs.Items)
            {
                if (pair.IdRef is not null)
                    return true;
            }
        }

        return false;
    }

    private RuleContext Complete(RuleContext context) => context with { Now = now, FindRule = id => Index.Rule(id) };
}
