namespace Truce.Model.Xml;

/// <summary>Reads <c>operations</c>.</summary>
internal sealed class OperationReader(XmlCursor cursor, ReferenceLedger ledger, AttributeSetReader sets)
{
    // What Pacemaker takes where a timeout can't be read.
    private const long DefaultTimeoutMs = 20_000;

    /// <summary>
    /// Reads the list. The attribute <c>requires</c>, which schemas before 3.0 have on operations, becomes a
    /// meta attribute of the resource and is added to <paramref name="resourceMeta"/>.
    /// </summary>
    public OperationList Read(List<AttributeSet> resourceMeta)
    {
        XmlAttributes a = cursor.TakeAttributes();
        string? id = a.Text("id");
        if (id is not null)
            ledger.Define(id, "operations", a);
        string? idRef = a.Text("id-ref");
        if (idRef is not null)
            ledger.Refer(idRef, a.PlaceOf("id-ref"), "operations");
        a.Done();
        List<Operation> operations = [];
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "op")
                operations.Add(ReadOperation(resourceMeta));
            else
                cursor.RejectElement("operations", "op");
        }

        return new OperationList(id, idRef, [.. operations]);
    }

    private Operation ReadOperation(List<AttributeSet> resourceMeta)
    {
        XmlAttributes a = cursor.TakeAttributes();
        string id = a.Required("id");
        ledger.Define(id, "op", a);
        string? name = a.Shared("name");
        if (name is null)
            a.Missing("name");
        Interval? interval = a.IntervalOr("interval", 0);
        if (a.Text("interval") is null)
            a.Missing("interval");
        Operation operation = new(id, name ?? "", interval ?? Interval.Zero)
        {
            Description = a.Text("description"),
            Timeout = a.IntervalOr("timeout", DefaultTimeoutMs),
            StartDelay = a.IntervalOr("start-delay", 0),
            IntervalOrigin = a.Text("interval-origin"),
            Enabled = a.Boolean("enabled"),
            RecordPending = a.Boolean("record-pending"),
            Role = a.Word("role", Vocabulary.Role),
            OnFail = a.Word("on-fail", Vocabulary.OnFail),
        };
        if (cursor.IsOldSchema && a.Text("requires") is { } requires)
            Upgrade.MoveRequires(operation, requires, resourceMeta, a, cursor.Log);
        a.Done();
        return ReadSets(operation);
    }

    private Operation ReadSets(Operation operation)
    {
        List<AttributeSet> meta = [];
        List<AttributeSet> instance = [];
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "meta_attributes")
                meta.Add(sets.Read(AttributeSetUse.OperationMeta));
            else if (cursor.Name == "instance_attributes")
                instance.Add(sets.Read(AttributeSetUse.Free));
            else
                cursor.RejectElement("op", "meta_attributes", "instance_attributes");
        }

        return operation with { MetaAttributes = [.. meta], InstanceAttributes = [.. instance] };
    }
}
