namespace Truce.Model;

/// <summary>Sets and removes pairs in attribute sets.</summary>
public static class AttributeSetEditor
{
    /// <summary>
    /// Gives the name that value, where it is written already, else in the first set without a rule, else in
    /// a new set of the id <paramref name="newSetId"/>. Sets with rules and references stay as they are.
    /// </summary>
    public static EquatableArray<AttributeSet> Set(EquatableArray<AttributeSet> sets, string newSetId,
        string name, string value,
        IdSource ids)
    {
        int index = sets.FindIndex(s =>
            s.Rule is null && s.Pairs.Any(p => p.Name == name && p.IdRef is null));
        if (index < 0)
            index = sets.FindIndex(s => s.Id == newSetId && s.Rule is null);
        if (index < 0)
            index = sets.FindIndex(s => s is { Rule: null, IdRef: null });
        if (index >= 0)
            return sets.SetItem(index, Set(sets[index], name, value, ids));
        AttributeSet created = new() { Id = ids.Unused(newSetId) };
        return sets.Add(Set(created, name, value, ids));
    }

    private static AttributeSet Set(AttributeSet set, string name, string value, IdSource ids)
    {
        int index = set.Pairs.FindIndex(p => p.Name == name && p.IdRef is null);
        EquatableArray<NameValue> pairs = index < 0
            ? set.Pairs.Add(new NameValue(ids.Unused($"{set.Id}-{name}"), name, value))
            : set.Pairs.SetItem(index, set.Pairs[index] with { Value = value });
        return set with { Pairs = pairs };
    }

    /// <summary>
    /// Removes the name from every set that has no rule; sets stay even if that empties them.
    /// </summary>
    public static EquatableArray<AttributeSet> Remove(EquatableArray<AttributeSet> sets, string name) =>
        sets.Any(s => s.Rule is null && s.Pairs.Any(p => p.Name == name))
            ? sets.Select(s => s.Rule is null ? s with { Pairs = s.Pairs.RemoveAll(p => p.Name == name) }
                : s).ToEquatableArray()
            : sets;
}
