namespace Truce.Model.Xml;

/// <summary>
/// Looks at the names in attribute sets. Unknown ones are only warned about and kept, since agents write
/// attributes of their own; but an unknown option of Truce's own would silently leave a cluster less safe
/// than its owner thinks.
/// </summary>
internal static class NameChecks
{
    private static readonly HashSet<string> s_none = [];

    public static void Check(NameValue pair, AttributeSetUse use, XmlAttributes a, FindingLog log)
    {
        if (use == AttributeSetUse.Status || pair.Name is not { } name)
            return;
        IReadOnlySet<string> known = KnownNames(use);
        if (name.StartsWith(OptionNames.TrucePrefix, StringComparison.Ordinal))
            CheckTruceName(name, pair.Value, use, a, log);
        else if (known.Count > 0 && !known.Contains(name))
            WarnAbout(name, known, a, log);
        if (pair.Value is { } value && Complaint(use, name, value) is { } complaint)
            RefuseValue(name, value, complaint, a, log);
    }

    private static ValueComplaint? Complaint(AttributeSetUse use, string name, string value) => use switch
    {
        AttributeSetUse.ClusterProperties => OptionChecks.OfCluster(name, value),
        AttributeSetUse.ResourceMeta => OptionChecks.OfResource(name, value),
        AttributeSetUse.OperationMeta => OptionChecks.OfOperation(name, value),
        AttributeSetUse.AlertMeta or AttributeSetUse.Free or AttributeSetUse.Status => null,
    };

    // A mistyped value falls back to a default that may be the opposite of what was meant. Pacemaker
    // tolerates it, so a configuration that it runs isn't refused because of it; options of our own
    // don't occur in such configurations.
    private static void RefuseValue(
        string name, string value, ValueComplaint complaint, XmlAttributes a, FindingLog log)
    {
        string what = $"{name}=\"{XmlAttributes.Shorten(value)}\" is not valid";
        string remedy = $"write {complaint.Wanted}";
        string taken = complaint.CountsAs is { } number ? $"it counts as {number}" : "the default applies";
        if (name.StartsWith(OptionNames.TrucePrefix, StringComparison.Ordinal))
            log.Error(FindingIds.ImpossibleValue, a.PlaceOf("value"), what, remedy);
        else
            log.Warning(FindingIds.DoubtfulValue, a.PlaceOf("value"), $"{what}; {taken}", remedy);
    }

    private static IReadOnlySet<string> KnownNames(AttributeSetUse use) => use switch
    {
        AttributeSetUse.ClusterProperties => OptionNames.Cluster,
        AttributeSetUse.ResourceMeta => OptionNames.ResourceMeta,
        AttributeSetUse.OperationMeta => OptionNames.OperationMeta,
        AttributeSetUse.AlertMeta => OptionNames.AlertMeta,
        AttributeSetUse.Free or AttributeSetUse.Status => s_none,
    };

    private static void CheckTruceName(string name, string? value, AttributeSetUse use, XmlAttributes a, FindingLog log)
    {
        if (OptionNames.Truce.Contains(name))
            return;
        if (name.StartsWith(OptionNames.SilencePrefix, StringComparison.Ordinal) && CanSilence(use))
        {
            if (!OptionChecks.IsReason(value))
                log.Error(FindingIds.ImpossibleValue, a.Element, $"{name} has no reason", "state why the finding is acceptable");
            return;
        }

        string? nearest = log.Nearest(name, OptionNames.Truce.Order(StringComparer.Ordinal));
        log.Error(FindingIds.UnknownTruceName, a.PlaceOf("name"), $"Truce has no option '{name}'",
            nearest is null ? "remove it" : $"remove it, or write '{nearest}' if that was meant");
    }

    private static bool CanSilence(AttributeSetUse use) => use switch
    {
        AttributeSetUse.ClusterProperties or AttributeSetUse.ResourceMeta => true,
        AttributeSetUse.OperationMeta or AttributeSetUse.AlertMeta or AttributeSetUse.Free or AttributeSetUse.Status => false,
    };

    private static void WarnAbout(string name, IReadOnlySet<string> known, XmlAttributes a, FindingLog log)
    {
        string? nearest = log.Nearest(name, known.Order(StringComparer.Ordinal));
        log.Warning(FindingIds.UnknownName, a.PlaceOf("name"), $"unknown name '{name}', kept",
            nearest is null ? "nothing, if a tool or agent of yours reads it"
                : $"write '{nearest}' if that was meant");
    }
}
