namespace Truce.Model.Xml;

/// <summary>What an attribute set is for: decides which names in it are known.</summary>
internal enum AttributeSetUse
{
    ClusterProperties,
    ResourceMeta,
    OperationMeta,
    AlertMeta,
    Free,

    /// <summary>In the status: ids aren't unique there, and nothing is checked.</summary>
    Status,
}

/// <summary>Reads attribute sets and their pairs.</summary>
internal sealed class AttributeSetReader(XmlCursor cursor, ReferenceLedger ledger, RuleReader rules)
{
    public AttributeSet Read(AttributeSetUse use)
    {
        string element = cursor.Name;
        XmlAttributes a = cursor.TakeAttributes();
        if (a.Text("id-ref") is { } idRef)
        {
            ledger.Refer(idRef, a.PlaceOf("id-ref"), element);
            a.Done();
            cursor.ExpectNoChildren($"a reference ({element} with id-ref)");
            return new AttributeSet { IdRef = idRef };
        }

        string id = a.Required("id");
        if (use != AttributeSetUse.Status)
            ledger.Define(id, element, a);
        AttributeSet set = new() { Id = id, Score = a.Score("score") };
        a.Done();
        return ReadContent(set, element, use);
    }

    private AttributeSet ReadContent(AttributeSet set, string element, AttributeSetUse use)
    {
        Place place = cursor.Attributes.Element;
        List<NameValue> pairs = [];
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "nvpair")
                pairs.Add(ReadPair(use));
            else if (cursor.Name == "rule" && set.Rule is null)
                set = set with { Rule = rules.Read() };
            else if (cursor.Name == "rule")
                RefuseSecondRule(place);
            else
                cursor.RejectElement(element, "nvpair", "rule");
        }

        return set with { Pairs = [.. pairs] };
    }

    private void RefuseSecondRule(Place place)
    {
        cursor.Log.Error(FindingIds.Structure, cursor.Place, $"a second rule in {place.Element}",
            "put both into one rule with boolean-op");
        cursor.Skip();
    }

    private NameValue ReadPair(AttributeSetUse use)
    {
        XmlAttributes a = cursor.TakeAttributes();
        NameValue pair = a.Text("id-ref") is { } idRef ? ReadReference(a, idRef) : ReadOwn(a, use);
        a.Done();
        if (!(cursor.IsOldSchema && OldNames.Contains(pair.Name)))
            NameChecks.Check(pair, use, a, cursor.Log);
        cursor.ExpectNoChildren("nvpair");
        return pair;
    }

    private NameValue ReadReference(XmlAttributes a, string idRef)
    {
        ledger.Refer(idRef, a.PlaceOf("id-ref"), "nvpair");
        return new NameValue(null, a.Shared("name"), null, idRef);
    }

    private NameValue ReadOwn(XmlAttributes a, AttributeSetUse use)
    {
        string id = a.Required("id");
        if (use != AttributeSetUse.Status)
            ledger.Define(id, "nvpair", a);
        string? name = a.Shared("name");
        if (name is null)
            a.Missing("name");
        return new NameValue(id, name, a.Shared("value"));
    }
}
