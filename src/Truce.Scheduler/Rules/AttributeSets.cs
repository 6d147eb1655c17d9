using Truce.Model;

namespace Truce.Scheduler.Engine;

/// <summary>All attribute sets of a configuration, for references between them.</summary>
internal static class AttributeSetIndex
{
    public static IEnumerable<AttributeSet> All(Configuration configuration)
    {
        IEnumerable<AttributeSet> all = configuration.ClusterProperties
            .Concat(configuration.ResourceDefaults).Concat(configuration.OperationDefaults);
        foreach (Truce.Model.Node node in configuration.Nodes)
            all = all.Concat(node.InstanceAttributes).Concat(node.Utilization);
        foreach (ResourceTemplate template in configuration.Templates)
        {
            all = all.Concat(template.MetaAttributes).Concat(template.InstanceAttributes)
                .Concat(template.Utilization).Concat(Of(template.Operations));
        }

        foreach (Resource resource in configuration.Resources)
            all = all.Concat(Of(resource));
        return all;
    }

    private static IEnumerable<AttributeSet> Of(Resource resource)
    {
        IEnumerable<AttributeSet> own = resource.MetaAttributes.Concat(resource.InstanceAttributes);
        return resource switch
        {
            Resource.Primitive primitive => own.Concat(primitive.Utilization).Concat(Of(primitive.Operations)),
            Resource.Group group => own.Concat(group.Members.SelectMany(Of)),
            Resource.Cloned cloned => own.Concat(Of(cloned.Child)),
            Resource.Bundle bundle => bundle.Content is null ? own : own.Concat(Of(bundle.Content)),
        };
    }

    private static IEnumerable<AttributeSet> Of(OperationList? operations) =>
        operations is null ? [] : operations.Operations.SelectMany(o => o.MetaAttributes.Concat(o.InstanceAttributes));
}

/// <summary>Merges attribute sets: the higher score first, in equal score the earlier; the first value of a name wins.</summary>
internal sealed class AttributeMerger(Configuration configuration, RuleEvaluator rules)
{
    private Dictionary<string, AttributeSet>? _sets;
    private Dictionary<string, NameValue>? _pairs;

    public void Merge(
        IReadOnlyList<AttributeSet> sets, in RuleContext context, IDictionary<string, string> into, string? first = null)
    {
        if (sets.Count == 0)
            return;
        if (sets.Count == 1)
        {
            Take(Resolve(sets[0]), context, into);
            return;
        }

        foreach (AttributeSet set in Sorted(sets, first))
            Take(set, context, into);
    }

    private IEnumerable<AttributeSet> Sorted(IReadOnlyList<AttributeSet> sets, string? first) =>
        sets.Select(Resolve)
            .OrderByDescending(s => first is not null && s.Id == first)
            .ThenByDescending(s => s.Score?.Value ?? 0);

    public static bool HasRules(IReadOnlyList<AttributeSet> sets)
    {
        foreach (AttributeSet set in sets)
        {
            if (set.Rule is not null || set.IdRef is not null)
                return true;
        }

        return false;
    }

    private void Take(AttributeSet set, in RuleContext context, IDictionary<string, string> into)
    {
        if (set.Rule is not null && !rules.Holds(set.Rule, context))
            return;
        foreach (NameValue written in set.Pairs)
        {
            NameValue pair = Resolve(written);
            string? name = written.Name ?? pair.Name;
            if (name is null || pair.Value is null || into.ContainsKey(name))
                continue;
            if (pair.Value != "#default")
                into[name] = pair.Value;
        }
    }

    private AttributeSet Resolve(AttributeSet set)
    {
        if (set.IdRef is null)
            return set;
        _sets ??= AttributeSetIndex.All(configuration).Where(s => s.Id is not null)
            .GroupBy(s => s.Id!).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        return _sets.GetValueOrDefault(set.IdRef, set);
    }

    private NameValue Resolve(NameValue pair)
    {
        if (pair.IdRef is null)
            return pair;
        _pairs ??= AttributeSetIndex.All(configuration).SelectMany(s => s.Pairs).Where(p => p.Id is not null)
            .GroupBy(p => p.Id!).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        return _pairs.GetValueOrDefault(pair.IdRef, pair);
    }
}
