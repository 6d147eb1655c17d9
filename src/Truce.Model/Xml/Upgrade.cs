namespace Truce.Model.Xml;

/// <summary>
/// Converts constructs of schemas before 3.0 to those of 3.0, which the model uses. Renamed and moved options
/// keep their meaning; those that never had one are dropped. Each change is reported as a finding.
/// </summary>
internal static class Upgrade
{
    private const string DefaultsId = "upgraded-defaults";

    public static Cib ToCurrent(Cib cib, FindingLog log)
    {
        if (cib.Header.ValidateWith is not { } schema || schema.CompareTo(SchemaVersion.Current) >= 0)
            return cib;
        log.Information(FindingIds.Upgraded, new Place(0, 0, "cib"),
            $"{schema} is read as {SchemaVersion.Current}", "nothing");
        return cib with
        {
            Header = cib.Header with { ValidateWith = SchemaVersion.Current },
            Configuration = new OldNames(log).Replace(cib.Configuration),
        };
    }

    /// <summary>
    /// <c>requires</c> of a start or promote operation becomes the resource's, unless it
    /// has one; of others it had no effect.
    /// </summary>
    public static void MoveRequires(Operation operation, string requires, List<AttributeSet> resourceMeta,
        XmlAttributes a,
        FindingLog log)
    {
        bool moves = operation.Name is OperationNames.Start or OperationNames.Promote
            && !resourceMeta.Any(s => s.Pairs.Any(p => p.Name == "requires"));
        log.Information(FindingIds.Upgraded, a.PlaceOf("requires"), moves
            ? "requires of the operation becomes a meta attribute of the resource"
            : "requires of the operation has no effect and is dropped", "nothing");
        if (moves)
        {
            resourceMeta.Add(new AttributeSet
            {
                Id = operation.Id + "-requires-set",
                Pairs = [new NameValue(operation.Id + "-requires", "requires", requires)],
            });
        }
    }

    /// <summary>Colocations of schemas before 3.0 may have attributes that never had an effect.</summary>
    public static void DropColocationScoreAttribute(XmlAttributes a, FindingLog log)
    {
        foreach (string name in (ReadOnlySpan<string>)["score-attribute", "score-attribute-mangle"])
        {
            if (a.Text(name) is not null)
                log.Information(FindingIds.Upgraded, a.PlaceOf(name),
                    $"{name} never had an effect and is dropped", "nothing");
        }
    }

    /// <summary>Adds pairs to defaults, in a set of their own, unless a set has the name already.</summary>
    public static EquatableArray<AttributeSet> AddDefaults(EquatableArray<AttributeSet> sets,
        List<NameValue> pairs, string kind)
    {
        List<NameValue> added = [.. pairs.Where(p => !sets.Any(s => s.Pairs.Any(e => e.Name == p.Name)))];
        return added.Count == 0 ? sets
            : sets.Add(new AttributeSet { Id = $"{DefaultsId}-{kind}", Pairs = [.. added] });
    }
}
