namespace Truce.Model.Xml;

/// <summary>Reads the section <c>alerts</c>.</summary>
internal sealed class AlertReader(XmlCursor cursor, ReferenceLedger ledger, AttributeSetReader sets)
{
    public EquatableArray<Alert> Read()
    {
        List<Alert> alerts = [];
        cursor.TakeAttributes().Done();
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "alert")
                alerts.Add(ReadAlert());
            else
                cursor.RejectElement("alerts", "alert");
        }

        return [.. alerts];
    }

    private Alert ReadAlert()
    {
        XmlAttributes a = cursor.TakeAttributes();
        string id = a.Required("id");
        ledger.Define(id, "alert", a);
        Alert alert = new(id, a.Required("path")) { Description = a.Text("description") };
        a.Done();
        List<AttributeSet> meta = [];
        List<AttributeSet> instance = [];
        List<AlertRecipient> recipients = [];
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "recipient")
                recipients.Add(ReadRecipient());
            else if (cursor.Name == "select" && alert.Selection is null)
                alert = alert with { Selection = ReadSelection() };
            else if (!TryReadSet(meta, instance))
                cursor.RejectElement("alert", "recipient", "select", "meta_attributes",
                    "instance_attributes");
        }

        return alert with { MetaAttributes = [.. meta], InstanceAttributes = [.. instance],
            Recipients = [.. recipients] };
    }

    private bool TryReadSet(List<AttributeSet> meta, List<AttributeSet> instance)
    {
        switch (cursor.Name)
        {
            case "meta_attributes":
                meta.Add(sets.Read(AttributeSetUse.AlertMeta));
                return true;
            case "instance_attributes":
                instance.Add(sets.Read(AttributeSetUse.Free));
                return true;
            default:
                return false;
        }
    }

    private AlertRecipient ReadRecipient()
    {
        XmlAttributes a = cursor.TakeAttributes();
        string id = a.Required("id");
        ledger.Define(id, "recipient", a);
        AlertRecipient recipient = new(id, a.Required("value")) { Description = a.Text("description") };
        a.Done();
        List<AttributeSet> meta = [];
        List<AttributeSet> instance = [];
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (!TryReadSet(meta, instance))
                cursor.RejectElement("recipient", "meta_attributes", "instance_attributes");
        }

        return recipient with { MetaAttributes = [.. meta], InstanceAttributes = [.. instance] };
    }

    private AlertSelection ReadSelection()
    {
        cursor.TakeAttributes().Done();
        AlertSelection selection = new(AlertEvents.None, null);
        ChildWalk children = cursor.Children();
        while (children.Next())
            selection = ReadSelected(selection);
        return selection;
    }

    private AlertSelection ReadSelected(AlertSelection selection)
    {
        AlertEvents events = cursor.Name switch
        {
            "select_fencing" => AlertEvents.Fencing,
            "select_nodes" => AlertEvents.Nodes,
            "select_resources" => AlertEvents.Resources,
            _ => AlertEvents.None,
        };
        if (events != AlertEvents.None)
        {
            string element = cursor.Name;
            cursor.TakeAttributes().Done();
            cursor.ExpectNoChildren(element);
            return selection with { Events = selection.Events | events };
        }

        if (cursor.Name == "select_attributes" && selection.Attributes is null)
            return selection with { Attributes = ReadAttributeNames() };
        cursor.RejectElement("select", "select_attributes", "select_fencing", "select_nodes",
            "select_resources");
        return selection;
    }

    private EquatableArray<AlertAttributeName> ReadAttributeNames()
    {
        cursor.TakeAttributes().Done();
        List<AlertAttributeName> names = [];
        ChildWalk children = cursor.Children();
        while (children.Next())
        {
            if (cursor.Name == "attribute")
                names.Add(ReadAttributeName());
            else
                cursor.RejectElement("select_attributes", "attribute");
        }

        return [.. names];
    }

    private AlertAttributeName ReadAttributeName()
    {
        XmlAttributes a = cursor.TakeAttributes();
        string id = a.Required("id");
        ledger.Define(id, "attribute", a);
        AlertAttributeName name = new(id, a.Required("name"));
        a.Done();
        cursor.ExpectNoChildren("attribute");
        return name;
    }
}
